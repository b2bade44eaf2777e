"""Every page, and what a click on it shows, has no complaints: light and wide, dark and narrow."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser

from tests.browser.app import PAGES, App
from tests.browser.chromium import Theme, tab
from tests.browser.views import VIEWS, View, walk

pytestmark = pytest.mark.browser


def test_every_page_is_looked_at() -> None:
    assert [view.page for view in VIEWS if view.task == "exoplanets"] == list(PAGES)


@pytest.mark.parametrize(("theme", "width"), [("light", 1400), ("dark", 900)])
@pytest.mark.parametrize("view", VIEWS, ids=lambda view: view.name)
def test_view(chromium: Browser, app: App, view: View, theme: Theme, width: int) -> None:
    with tab(chromium, theme, width) as one:
        found = {name: wrong for name, wrong in walk(app, one, view) if wrong}
    assert not found
