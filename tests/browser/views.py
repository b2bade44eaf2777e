"""The views of the app that are looked at: every page, and what a page shows after a click."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from playwright.sync_api import Page, expect

from tests.browser.app import App
from tests.browser.chromium import Tab, wait_drawn
from tests.browser.complaints import complaints

Click = Callable[[Page], None]
NO_UNIT = ("snr",)
"""Measured columns of the shipped sample that are pure numbers."""


@dataclass(frozen=True)
class View:
    """A page, and clicks on it that show more, by name."""

    page: str
    clicks: dict[str, Click] = field(default_factory=dict)
    task: str = "exoplanets"

    @property
    def name(self) -> str:
        """What its picture is called."""
        return self.page.lower() + ("" if self.task == "exoplanets" else f"-{self.task}")


def open_tab(title: str) -> Click:
    """Show a tab of the page."""

    def click(page: Page) -> None:
        page.get_by_role("tab", name=title).click()

    return click


def press(label: str) -> Click:
    """Press a button."""

    def click(page: Page) -> None:
        page.get_by_role("button", name=label, exact=True).click()

    return click


def choose(label: str, option: str) -> Click:
    """Choose in a segmented control."""

    def click(page: Page) -> None:
        page.get_by_role("radiogroup", name=label).get_by_text(option, exact=True).click()

    return click


def switch(label: str) -> Click:
    """Turn a toggle."""

    def click(page: Page) -> None:
        page.get_by_test_id("stCheckbox").filter(has_text=label).first.click()

    return click


def unfold(label: str) -> Click:
    """Open an expander."""

    def click(page: Page) -> None:
        page.get_by_test_id("stExpander").filter(has_text=label).locator("summary").first.click()

    return click


def bring(*files: Path) -> Click:
    """Give the page files, as a person picks them."""

    def click(page: Page) -> None:
        page.locator("input[type=file]").first.set_input_files([str(file) for file in files])

    return click


VIEWS = (
    View("Home"),
    View(
        "Data",
        {
            "splits": open_tab("Classes and splits"),
            "missing": open_tab("Missing values"),
            "distributions": open_tab("Distributions"),
            "build": unfold("Build a data set from a file"),
        },
    ),
    View("Train", {"settings": unfold("All settings")}),
    View("Embeddings", {"object": press("Next"), "space": choose("Dimensions", "3")}),
    View(
        "Evaluate",
        {
            "roc": choose("Curves", "ROC"),
            "slices": open_tab("Slices"),
            "voices": open_tab("Voices"),
            "calibration": open_tab("Calibration"),
            "alignment": open_tab("Alignment"),
            "boundaries": open_tab("Boundaries"),
            "plane": choose("Map", "Plane of the embedding"),
            "learning": open_tab("Learning"),
        },
    ),
    View("Thresholds", {"report": unfold("Report on test")}),
    View("Classify", {"settings": unfold("How to read the files")}),
    View("Data", {"distributions": open_tab("Distributions")}, "sources"),
    View("Train", {"settings": unfold("All settings")}, "sources"),
    View("Embeddings", {"object": press("Next"), "why": switch("Why?")}, "sources"),
    View(
        "Evaluate",
        {
            "slices": open_tab("Slices"),
            "boundaries": open_tab("Boundaries"),
            "no-experiments": open_tab("Experiments"),
        },
        "sources",
    ),
    View("Thresholds", {}, "sources"),
    View("Embeddings", {"object": press("Next"), "why": switch("Why?")}, "frames"),
    View("Evaluate", {"conflicts": open_tab("Conflicts")}, "frames"),
)


def walk(app: App, tab: Tab, view: View) -> Iterator[tuple[str, list[str]]]:
    """Each state of a view, drawn, with what is wrong with it; the tab shows it while the caller looks."""
    page = tab.go(app.address(view.page, task=view.task))
    expect(page.get_by_test_id("stHeading").first).to_be_visible()
    yield view.name, _wrong(tab)
    for name, click in view.clicks.items():
        click(page)
        wait_drawn(page)
        yield f"{view.name}-{name}", _wrong(tab)


def _wrong(tab: Tab) -> list[str]:
    found = [*complaints(tab.page, pure=NO_UNIT), *dict.fromkeys(tab.trouble)]
    tab.trouble.clear()
    return found
