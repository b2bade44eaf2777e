"""What a person does with the shipped run, and what they then see: look, click, decide, take away."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.app import App
from tests.browser.chromium import PATIENCE_MS, tab, wait_drawn
from tests.browser.views import choose, press

pytestmark = pytest.mark.browser
LONELY = """() => {
  const graph = [...document.querySelectorAll('.js-plotly-plot')].find(one => one._fullLayout.xaxis);
  const { xaxis, yaxis } = graph._fullLayout;
  const frame = graph.getBoundingClientRect();
  const points = graph._fullData.filter(trace => trace.text).flatMap(trace => [...trace.x].map((x, i) => ({
    x: xaxis.l2p(x), y: yaxis.l2p(trace.y[i]), id: trace.text[i].match(/<b>(.*?)<.b>/)[1] })));
  const inside = points.filter(p => p.x > 20 && p.x < xaxis._length - 20 && p.y > 20 && p.y < yaxis._length - 20);
  const room = p => Math.min(...points.filter(q => q !== p).map(q => Math.hypot(p.x - q.x, p.y - q.y)));
  const best = inside.reduce((a, b) => room(a) >= room(b) ? a : b);
  return { id: best.id, x: frame.left + xaxis._offset + best.x, y: frame.top + yaxis._offset + best.y };
}"""
"""The point of the map that stands farthest from all others: its object and its place in the window."""
FOLDED = """() => {
  const graph = [...document.querySelectorAll('.js-plotly-plot')].find(one => one.checkVisibility());
  const named = graph._fullLayout.annotations.map(one => one.text);
  return { titles: named, flux: [...graph._fullData.at(-1).y].slice(0, 50).join(' ') };
}"""
CONFUSION = """() => {
  const maps = [...document.querySelectorAll('.js-plotly-plot')].filter(one => one.checkVisibility())
    .flatMap(one => one._fullData.filter(trace => trace.type === 'heatmap'));
  return maps.map(map => map.customdata.map(row => row.map(cell => [cell[0], Number(cell[1].toFixed(4))])));
}"""
"""Count and share of each cell of each confusion matrix."""


@pytest.fixture
def page(chromium: Browser, app: App) -> Iterator[Page]:
    with tab(chromium) as one:
        yield one.page
        assert one.trouble == []


def visit(page: Page, app: App, name: str, **query: str) -> Page:
    """Open a page and wait until it is drawn."""
    page.goto(app.address(name, **query))
    wait_drawn(page)
    return page


def sizes(app: App) -> dict[str, int]:
    """Objects of each split of the shipped run."""
    found: dict[str, int] = json.loads((app.home / "checkpoints/exoplanets/sample/run.json").read_text())["data"][
        "counts"
    ]
    return found


def metric(page: Page, name: str) -> str:
    """The value that a metric shows."""
    box = page.get_by_test_id("stMetric").filter(has=page.get_by_text(name, exact=True))
    return box.get_by_test_id("stMetricValue").inner_text()


def confusion(page: Page) -> list[list[list[float]]]:
    """The first confusion matrix on the page: rows of [count, share]."""
    found: list[list[list[float]]] = page.evaluate(CONFUSION)[0]
    return found


def wait_changed(page: Page, script: str, old: object) -> None:
    """Wait until a script of the page gives something else than before."""
    page.wait_for_function(f"old => JSON.stringify(({script})()) !== JSON.stringify(old)", arg=old, timeout=PATIENCE_MS)


def test_a_click_on_the_map_shows_the_object(page: Page, app: App) -> None:
    visit(page, app, "Embeddings", split="test")
    page.get_by_test_id("stCheckbox").filter(has_text="Only objects with curves").click()
    wait_drawn(page)
    point = page.evaluate(LONELY)
    page.mouse.move(point["x"], point["y"])
    expect(page.locator(".hoverlayer .hovertext")).to_contain_text(point["id"])
    page.mouse.click(point["x"], point["y"])
    expect(page.get_by_role("heading", name=point["id"], exact=True)).to_be_visible(timeout=PATIENCE_MS)
    wait_drawn(page)
    expect(page.get_by_test_id("stCaptionContainer").filter(has_text="split test · group")).to_be_visible()
    expect(page.get_by_test_id("stMarkdown").filter(has_text="truth: ")).to_be_visible()
    curves = page.get_by_test_id("stPlotlyChart").nth(1)
    expect(curves).to_contain_text("Folded on period")
    assert f"object={point['id'].replace(' ', '+')}" in page.url.replace("%20", "+")


def test_another_colour_of_the_map(page: Page, app: App) -> None:
    visit(page, app, "Embeddings")
    legend = page.locator(".js-plotly-plot .legend")
    expect(legend).to_contain_text("CANDIDATE")
    page.get_by_role("combobox", name="Colour by").click()
    page.get_by_role("option", name="stellar_temp").click()
    expect(page.locator(".js-plotly-plot .colorbar")).to_contain_text("stellar_temp [K]", timeout=PATIENCE_MS)


def test_sliders_suggestions_and_profiles(page: Page, app: App) -> None:
    visit(page, app, "Thresholds")
    page.get_by_text("Abstain", exact=True).click()
    wait_drawn(page)
    before, matrix = metric(page, "Coverage"), confusion(page)
    thumb = page.get_by_role("slider", name="CONFIRMED")
    box = thumb.bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.mouse.down()
    page.mouse.move(box["x"] + 90, box["y"] + box["height"] / 2, steps=5)
    page.mouse.up()
    wait_changed(page, CONFUSION, [matrix])
    wait_drawn(page)
    assert float(metric(page, "Coverage")) < float(before)
    assert confusion(page) != matrix
    unknown = sum(row[-1][0] for row in confusion(page))
    total = sum(cell[0] for row in confusion(page) for cell in row)
    assert float(metric(page, "Coverage")) == pytest.approx(1 - unknown / total, abs=6e-4)

    dragged = thumb.input_value()
    assert float(dragged) > 0.5
    press("Suggest: max F1")(page)
    expect(thumb).not_to_have_value(dragged, timeout=PATIENCE_MS)
    expect(page.get_by_text(re.compile("Set for: max f1", re.IGNORECASE))).to_be_visible(timeout=PATIENCE_MS)
    wait_drawn(page)
    suggested = thumb.input_value()

    name = page.get_by_role("textbox", name="Name of the profile")
    name.fill("survey-2026")
    name.press("Enter")
    expect(page.get_by_role("button", name="Save in the run")).to_be_enabled(timeout=PATIENCE_MS)
    press("Save in the run")(page)
    expect(page.get_by_text("Saved as survey-2026 in sample")).to_be_visible(timeout=PATIENCE_MS)
    assert (app.home / "checkpoints/exoplanets/sample/thresholds/survey-2026.json").is_file()

    visit(page, app, "Thresholds")  # a new session knows nothing of the old one
    expect(thumb).to_have_value("0.5")
    page.get_by_test_id("stPopoverButton").click()
    page.get_by_role("combobox", name="Profiles of this run").click()
    page.get_by_role("option", name="survey-2026").click()
    expect(page.get_by_test_id("stPopoverBody")).to_contain_text("fitted on val")
    press("Load")(page)
    expect(page.get_by_text("Loaded survey-2026")).to_be_visible(timeout=PATIENCE_MS)
    expect(thumb).to_have_value(suggested)


def test_tuning_on_test_is_warned_of(page: Page, app: App) -> None:
    visit(page, app, "Thresholds")
    choose("Tune on split", "test")(page)
    expect(page.get_by_test_id("stAlertContentError")).to_contain_text("You are tuning on test", timeout=PATIENCE_MS)


def test_half_the_period_folds_anew(page: Page, app: App) -> None:
    visit(page, app, "Data")
    period = page.get_by_role("spinbutton", name="period [d]")
    measured, before = float(period.input_value()), page.evaluate(FOLDED)
    assert any(title.startswith(f"Folded on period = {measured:.5f} d") for title in before["titles"])
    press("Half")(page)
    wait_changed(page, FOLDED, before)
    after = page.evaluate(FOLDED)
    assert any(title.startswith(f"Folded on period = {measured / 2:.5f} d") for title in after["titles"])
    assert after["flux"] != before["flux"]
    assert float(period.input_value()) == pytest.approx(measured / 2, abs=1e-6)
    press("Reset")(page)
    wait_changed(page, FOLDED, after)
    assert page.evaluate(FOLDED) == before


def test_confusion_mode_and_split(page: Page, app: App) -> None:
    visit(page, app, "Evaluate")
    rows = confusion(page)
    assert [sum(cell[1] for cell in row) for row in rows] == pytest.approx([1] * len(rows), abs=1e-3)
    choose("Confusion in", "Columns (purity)")(page)
    wait_changed(page, CONFUSION, [rows])
    columns = confusion(page)
    assert [sum(row[c][1] for row in columns) for c in range(len(rows))] == pytest.approx([1] * len(rows), abs=1e-3)
    assert [[cell[0] for cell in row] for row in columns] == [[cell[0] for cell in row] for row in rows]

    accuracy = metric(page, "Accuracy")
    n = sizes(app)["train"]
    choose("Split", "train")(page)
    expect(
        page.get_by_test_id("stCaptionContainer").filter(has_text=re.compile(rf"^train, n = {n:,} objects"))
    ).to_be_visible(timeout=PATIENCE_MS)
    wait_drawn(page)
    counts = [[cell[0] for cell in row] for row in confusion(page)]
    assert sum(map(sum, counts)) == n
    right = sum(counts[i][i] for i in range(len(counts)))
    assert metric(page, "Accuracy") == f"{right / n:.3f}" != accuracy


def test_predictions_as_csv(page: Page, app: App) -> None:
    visit(page, app, "Evaluate")
    with page.expect_download() as waiting:
        press("Download all predictions")(page)
    with waiting.value.path().open(newline="") as file:
        lines = list(csv.DictReader(file))
    assert waiting.value.suggested_filename == "sample.csv"
    assert len(lines) == len({line["object_id"] for line in lines}) == sum(sizes(app).values())
    assert {"truth", "prediction", "period [d]"} <= set(lines[0])
    for line in lines:
        p = {name[2:]: float(value) for name, value in line.items() if name.startswith("p_")}
        assert sum(p.values()) == pytest.approx(1, abs=1e-5)
        assert line["prediction"] == max(p, key=p.__getitem__)
