"""Training as a person does it: start, watch, close the tab, come back, stop, go on, reach the end."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from astrocore.data.dataset import open_dataset, write_dataset
from astrocore.data.draft import Draft
from astrocore.data.splits import split_by_group
from astrocore.tasks import get_task
from tests.browser.app import App, copy_home, running_app
from tests.browser.chromium import PATIENCE_MS, Tab, new_tab, tab, wait_drawn
from tests.browser.views import press, unfold

pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]
TINY = 90
"""Objects of the data set that is trained on."""
EPOCH = re.compile(r"finetune: epoch (\d+) of 5000")
LOSSES = """() => [...document.querySelectorAll('.js-plotly-plot')]
  .filter(graph => graph._fullLayout?.title.text.includes('Loss'))
  .flatMap(graph => graph._fullData.filter(line => line.name === 'training loss').map(line => line.x.length))
  .at(-1) ?? 0"""
"""How many epochs the curve of the training loss shows."""


@pytest.fixture(scope="module")
def app(chromium: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[App]:
    home = copy_home(tmp_path_factory.mktemp("home"))
    write_dataset(tiny(), home / "data" / "tiny")
    with running_app(home) as app:
        yield app


@pytest.fixture
def one(chromium: Browser) -> Iterator[Tab]:
    with tab(chromium) as found:
        yield found


def tiny() -> Draft:
    """A few simulated objects, split."""
    made = get_task("exoplanets").simulate.simulate(TINY, 0)
    made.table["split"] = split_by_group(made.table, (0.5, 0.25, 0.25)).to_numpy()
    return made


def pick_tiny(page: Page) -> None:
    """Choose the tiny data set in the sidebar."""
    page.get_by_role("combobox", name="Data set").click()
    page.get_by_role("option", name="tiny").click()
    expect(page.get_by_test_id("stCode").first).to_contain_text("data/tiny", timeout=PATIENCE_MS)
    wait_drawn(page)


def fill(page: Page, label: str, text: str) -> None:
    """Type into a field of the form."""
    field = page.get_by_label(label, exact=True)
    field.fill(text)
    field.press("Enter")
    wait_drawn(page)


def begin(page: Page, name: str, epochs: int) -> None:
    """Fill the form and press start."""
    for label, text in (("Name", name), ("Epochs", str(epochs)), ("Pretrain epochs", "0")):
        fill(page, label, text)
    command = page.get_by_test_id("stCode").first
    expect(command).to_contain_text(f"--run {name} --preset small --epochs {epochs} --pretrain-epochs 0")
    press("Start training")(page)
    expect(page.get_by_role("heading", name=name, exact=True)).to_be_visible(timeout=PATIENCE_MS)


def status(page: Page, name: str) -> None:
    """Wait until the watched run has a status."""
    badge = page.locator(".stMarkdownBadge").filter(has_text=re.compile(rf"\b{name}$"))
    expect(badge.first).to_be_visible(timeout=PATIENCE_MS)


def epoch(page: Page, above: int = 0) -> int:
    """Wait until the progress bar shows an epoch above a number; the epoch."""
    bar = page.get_by_test_id("stProgress")
    page.wait_for_function(
        "above => Number(document.querySelector('[data-testid=stProgress]')?.innerText.match(/epoch (\\d+)/)?.[1] ?? 0)"
        " > above",
        arg=above,
        timeout=PATIENCE_MS,
    )
    found = EPOCH.search(bar.inner_text())
    assert found is not None
    return int(found[1])


def losses(page: Page, least: int) -> int:
    """Wait until the curve of the training loss shows some epochs; how many it shows."""
    page.wait_for_function(f"least => ({LOSSES})() >= least", arg=least, timeout=PATIENCE_MS)
    return int(page.evaluate(LOSSES))


def test_home_leads_to_each_data_set(one: Tab, app: App) -> None:
    shipped = len(open_dataset(app.home / "sample_data" / "exoplanets"))
    for name, objects in (("sample_data/exoplanets", shipped), ("data/tiny", TINY)):
        page = one.go(app.address("Home"))
        card = page.get_by_test_id("stGridCell").filter(has_text=name)
        card.get_by_role("link", name="Look at it").click()
        expect(page.get_by_role("heading", name="Data", exact=True)).to_be_visible(timeout=PATIENCE_MS)
        expect(page.get_by_test_id("stMetricValue").first).to_have_text(f"{objects:,}")


def test_a_short_run_reaches_its_end(one: Tab, app: App) -> None:
    page = one.go(app.address("Train"))
    pick_tiny(page)
    begin(page, "short", 2)
    status(page, "done")
    expect(
        page.get_by_test_id("stMarkdown").filter(has_text=re.compile(r"^Accuracy \d\.\d{3} \(val, n = "))
    ).to_be_visible()
    assert losses(page, 2) == 2
    page.get_by_test_id("stMain").get_by_role("link", name="Embeddings").click()
    expect(page.get_by_role("heading", name="Embeddings", exact=True)).to_be_visible(timeout=PATIENCE_MS)
    expect(page.locator(".js-plotly-plot .gtitle")).to_contain_text(f"n = {TINY} objects", timeout=PATIENCE_MS)


def test_a_long_run_is_left_found_stopped_and_resumed(one: Tab, app: App) -> None:
    page = one.go(app.address("Train"))
    unfold("All settings")(page)
    fill(page, "Patience", "1000")
    begin(page, "long", 5000)
    status(page, "running")
    seen = epoch(page, above=1)
    assert losses(page, 2) >= 2
    page.close()

    again = new_tab(one.page.context)
    page = again.go(app.address("Train"))  # nothing in the address says which run
    expect(page.get_by_role("heading", name="long", exact=True)).to_be_visible(timeout=PATIENCE_MS)
    status(page, "running")
    seen = epoch(page, above=seen)

    press("Stop")(page)
    status(page, "stopped")
    stopped = losses(page, seen - 1)

    press("Resume")(page)
    status(page, "running")
    assert epoch(page, above=stopped) > stopped
    press("Stop")(page)
    status(page, "stopped")
    assert again.trouble == []
