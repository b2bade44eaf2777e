"""Debian's chromium under playwright: finding, launching, a tab in a theme and width, waiting until a page is drawn."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Literal
from urllib.parse import urlsplit

from playwright.sync_api import Browser, BrowserContext, Page, Playwright, Request, Response

Theme = Literal["light", "dark"]
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--use-angle=swiftshader",
    "--enable-unsafe-swiftshader",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
)
HEIGHT = 900
PATIENCE_MS = 90_000
"""Longest wait for anything on a page; the machine may be busy."""
STILL_MS = 400
"""How long a page must stay drawn before it counts as drawn."""
DRAWN = """still => {
  const app = document.querySelector('[data-testid="stApp"]');
  const shown = element => element.checkVisibility() && element.getClientRects().length > 0;
  const every = (query, drawn) => [...document.querySelectorAll(query)].every(one => !shown(one) || drawn(one));
  const ready = app && app.dataset.testConnectionState === 'CONNECTED'
    && app.dataset.testScriptState === 'notRunning'
    && !document.querySelector('[data-stale="true"], [data-testid="stSkeleton"]')
    && every('[data-testid="stSpinner"]', () => false)
    && every('[data-testid="stPlotlyChart"]', one => one.querySelector('.js-plotly-plot .main-svg')
      && one.querySelector('.js-plotly-plot')._fullLayout)
    && every('[data-testid="stVegaLiteChart"]', one => one.querySelector('canvas, svg'))
    && every('[data-testid="stDataFrame"]', one => one.querySelector('canvas'));
  if (!ready) { window.drawnSince = undefined; return false; }
  window.drawnSince ??= performance.now();
  return performance.now() - window.drawnSince > still;
}"""


def find_chromium() -> str | None:
    """Where chromium lies; None when there is none."""
    return shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")


def launch(playwright: Playwright, path: str) -> Browser:
    """A headless browser."""
    return playwright.chromium.launch(executable_path=path, args=list(FLAGS), timeout=PATIENCE_MS)


@dataclass
class Tab:
    """A browser tab, and what went wrong below its surface."""

    page: Page
    trouble: list[str] = field(default_factory=list)

    def go(self, address: str) -> Page:
        """Open an address and wait until it is drawn."""
        self.page.goto(address)
        wait_drawn(self.page)
        return self.page


@contextmanager
def tab(browser: Browser, theme: Theme = "light", width: int = 1400) -> Iterator[Tab]:
    """A tab of its own session; closed at the end."""
    context = browser.new_context(
        viewport={"width": width, "height": HEIGHT}, color_scheme=theme, reduced_motion="reduce", accept_downloads=True
    )
    context.set_default_timeout(PATIENCE_MS)
    try:
        yield new_tab(context)
    finally:
        context.close()


def new_tab(context: BrowserContext) -> Tab:
    """One more tab, watched for script errors, failed answers and calls to other machines."""
    found = Tab(context.new_page())
    found.page.on("pageerror", lambda error: found.trouble.append(f"The browser's console has an error: {error}"))
    found.page.on("response", lambda response: _answered(found, response))
    found.page.on("request", lambda request: _asked(found, request))
    return found


def wait_drawn(page: Page) -> None:
    """Wait until the script has run to its end and all that it drew stands still."""
    page.evaluate("window.drawnSince = undefined")
    page.wait_for_function(DRAWN, arg=STILL_MS, timeout=PATIENCE_MS, polling=50)


def grow(page: Page) -> None:
    """Make the window as high as the page's content, so that a picture holds all of it."""
    for _ in range(2):  # a wider layout without a scroll bar may change the height once more
        height = page.evaluate(
            "Math.max(...['stMainBlockContainer', 'stSidebarContent'].map(name => "
            "document.querySelector(`[data-testid='${name}']`)?.scrollHeight ?? 0))"
        )
        size = page.viewport_size or {"width": 1400, "height": HEIGHT}
        page.set_viewport_size({"width": size["width"], "height": max(HEIGHT, int(height))})
        wait_drawn(page)


def _answered(watched: Tab, response: Response) -> None:
    path = urlsplit(response.url).path
    asks_for_root = "/_stcore/" in path and not path.startswith("/_stcore/")  # streamlit finds its root by trying
    if response.status >= 400 and not asks_for_root:
        watched.trouble.append(f"{path} was answered with {response.status}.")


def _asked(watched: Tab, request: Request) -> None:
    parts = urlsplit(request.url)
    if parts.scheme in ("http", "https", "ws", "wss") and parts.hostname not in ("localhost", "127.0.0.1"):
        watched.trouble.append(f"The page calls {parts.hostname}; the app must work offline.")
