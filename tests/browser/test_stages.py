"""Runs side by side and an object's neighbours: a click in one map rings it in the others, a neighbour is shown."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.app import App, copy_home, running_app
from tests.browser.chromium import PATIENCE_MS, tab, wait_drawn
from tests.browser.complaints import complaints
from tests.browser.siblings import add_siblings
from tests.browser.test_person import LONELY, visit
from tests.browser.views import NO_UNIT

pytestmark = pytest.mark.browser
RINGS = """() => [...document.querySelectorAll('.js-plotly-plot')].filter(one => one._fullLayout.xaxis).map(graph => {
  const ring = graph._fullData.find(trace => trace.marker?.symbol === 'circle-open');
  if (!ring) return '';
  for (const trace of graph._fullData.filter(one => one.text)) {
    const at = [...trace.x].findIndex((x, i) => x === ring.x[0] && trace.y[i] === ring.y[0]);
    if (at >= 0) return trace.text[at].match(/<b>(.*?)<.b>/)[1];
  }
  return 'nobody';
}).slice(0, 3)"""
"""The object that is ringed in each of the first three charts; empty where none is."""


@pytest.fixture(scope="module")
def family(chromium: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[App]:
    home = copy_home(tmp_path_factory.mktemp("family"))
    add_siblings(home, "exoplanets")
    with running_app(home) as app:
        yield app


@pytest.fixture
def page(chromium: Browser) -> Iterator[Page]:
    with tab(chromium) as one:
        yield one.page
        assert one.trouble == []


def test_a_click_in_one_map_rings_the_object_in_all_that_know_it(page: Page, family: App) -> None:
    visit(page, family, "Embeddings", show="Side by side", split="test", drawn="true")
    assert complaints(page, pure=NO_UNIT) == []
    assert page.evaluate(RINGS) == ["", "", ""]
    for name in ("finetune, begun with exoplanets/pretrained", "pretrain", "finetune"):
        expect(page.get_by_text(name, exact=False).first).to_be_visible()
    point = page.evaluate(LONELY)
    page.mouse.click(point["x"], point["y"])
    expect(page.get_by_role("heading", name=point["id"], exact=True)).to_be_visible(timeout=PATIENCE_MS)
    wait_drawn(page)
    found = page.evaluate(RINGS)
    unknown = page.get_by_text(f"This run does not know {point['id']}.").count()
    assert found[0] == point["id"] and set(found) <= {point["id"], ""} and found.count("") == unknown < 3
    assert complaints(page, pure=NO_UNIT) == []


def test_a_neighbour_becomes_the_object(page: Page, family: App) -> None:
    visit(page, family, "Embeddings", drawn="true")
    page.get_by_role("button", name="Next", exact=True).click()
    gallery = page.get_by_test_id("stImage")
    expect(gallery).to_have_count(10, timeout=PATIENCE_MS)
    wait_drawn(page)
    broken = "[...document.querySelectorAll('[data-testid=stImage] img')].filter(one => !one.naturalWidth).length"
    assert page.evaluate(broken) == 0 and complaints(page, pure=NO_UNIT) == []
    neighbour = str(gallery.first.get_by_role("img").get_attribute("alt")).removeprefix("Picture of ")
    page.get_by_role("button", name=neighbour, exact=True).click()
    expect(page.get_by_role("heading", name=neighbour, exact=True)).to_be_visible(timeout=PATIENCE_MS)
    wait_drawn(page)
    assert page.evaluate(RINGS)[0] == neighbour
    expect(page.get_by_role("button", name=neighbour, exact=True)).to_have_count(0)


def test_maps_below_each_other_are_whole(chromium: Browser, family: App) -> None:
    with tab(chromium, "dark", 900) as one:
        visit(one.page, family, "Embeddings", show="Side by side", colour="confidence", object="SIM 000006.01")
        assert complaints(one.page, pure=NO_UNIT) == [] == one.trouble
        tops = (
            "[...document.querySelectorAll('.js-plotly-plot')].slice(0, 3).map(one => one.getBoundingClientRect().top)"
        )
        found = one.page.evaluate(tops)
        assert found[0] < found[1] < found[2]


def test_a_home_with_one_run_says_how_to_make_another(page: Page, chromium: Browser, tmp_path: Path) -> None:
    with running_app(copy_home(tmp_path / "home")) as app:
        visit(page, app, "Embeddings", show="Side by side")
        expect(page.get_by_test_id("stAlertContentInfo")).to_contain_text("--init-from exoplanets/sample")
        assert complaints(page) == []
