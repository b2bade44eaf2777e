"""One browser for all tests; a server with a home of its own for each module."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect, sync_playwright

from tests.browser.app import App, copy_home, running_app
from tests.browser.chromium import find_chromium, launch

expect.set_options(timeout=30_000)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    path = find_chromium()
    if path is None:
        pytest.skip("No chromium on the PATH (Debian: apt install chromium), so nothing is looked at in a browser.")
    with sync_playwright() as playwright, launch(playwright, path) as browser:
        yield browser


@pytest.fixture(scope="module")
def app(chromium: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[App]:
    with running_app(copy_home(tmp_path_factory.mktemp("home"))) as app:
        yield app
