"""The tab Experiments on made-up tables, whole and half-finished: light and wide, dark and narrow."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.app import App
from tests.browser.chromium import Theme, tab, wait_drawn
from tests.browser.complaints import complaints
from tests.browser.views import choose
from tests.experiments_example import half, whole, write

pytestmark = pytest.mark.browser


@pytest.mark.parametrize(("theme", "width"), [("light", 1400), ("dark", 900)])
@pytest.mark.parametrize("made", [whole, half])
def test_the_tab_has_no_complaints(
    chromium: Browser, app: App, made: Callable[[], dict[str, Any]], theme: Theme, width: int
) -> None:
    write(app.home, made())
    with tab(chromium, theme, width) as one:
        page = one.go(app.address("Evaluate", task="sources", section="Experiments"))
        expect(page.get_by_text("One experiment in detail")).to_be_visible()
        assert not complaints(page) and not one.trouble
        choose("Score in the table", "Recall")(page)
        wait_drawn(page)
        assert "Recall on test" in page.content() and not complaints(page) and not one.trouble
