"""Each complaint is raised by a page that has its defect, and by no healthy page."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from tests.browser.app import App, running_app
from tests.browser.chromium import Tab, tab
from tests.browser.complaints import complaints, says_sample, shows_results

BROKEN = {
    "exception": "An exception is shown: ZeroDivisionError",
    "error": "An error is shown: It broke.",
    "overflow": "Horizontal overflow: the main section",
    "no title": "yaxis has no title.",
    "no unit": "the axis 'flux' has no unit in square brackets",
    "empty unit": "the axis 'flux []' has no unit in square brackets",
    "space": "zaxis has no title.",
    "outside": "reaches beyond the chart.",
    "chart without n": "Chart 'Curve on test' shows results without n and split.",
    "chart without split": "Chart 'n = 12' shows results without n and split.",
    "metric": "The metric 'Accuracy 0.812' stands without n and split.",
    "far caption": "The metric 'Accuracy 0.812' stands without n and split.",
    "score in a text": "The text 'The accuracy 0.812 is high.' has a score without n and split.",
    "cut": "A text is cut off: ",
}


@pytest.fixture(scope="module")
def broken(chromium: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[App, Tab]]:
    home = tmp_path_factory.mktemp("broken")
    with running_app(home, "tests/browser/broken_page.py") as app, tab(chromium) as one:
        yield app, one


@pytest.mark.browser
@pytest.mark.parametrize("defect", BROKEN)
def test_defect_is_found(broken: tuple[App, Tab], defect: str) -> None:
    app, one = broken
    found = complaints(one.go(app.address("Home", defect=defect)))
    assert found
    assert [one for one in found if BROKEN[defect] not in one] == []


@pytest.mark.browser
def test_healthy_page_has_none(broken: tuple[App, Tab]) -> None:
    app, one = broken
    one.go(app.address("Home"))
    assert complaints(one.page, expected=["This one is known."]) == []
    assert complaints(one.page) == ["An error is shown: This one is known."]
    assert one.trouble == []


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("test, n = 1,200 objects in 90 groups", True),
        ("Loss: train n = 80, val n = 20", True),
        ("train 841 · val 180 · test 179 objects", True),
        ("n = 12", False),
        ("test", False),
        ("latest, n = 12", False),
        ("valuable 12 objects", False),
    ],
)
def test_says_sample(text: str, says: bool) -> None:
    assert says_sample(text) is says


@pytest.mark.parametrize(
    ("axes", "results"),
    [
        (("recall (completeness)", "precision (purity)"), True),
        (("PCA 1 (40% of the variance)", "PCA 2 (9% of the variance)"), True),
        (("t-SNE 1 (no unit)",), True),
        (("phase", "relative flux [ppt]"), False),
    ],
)
def test_shows_results(axes: tuple[str, ...], results: bool) -> None:
    assert shows_results(axes) is results
