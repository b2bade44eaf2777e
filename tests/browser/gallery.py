"""Pictures of every view in light and dark, wide and narrow, with a list of what is wrong."""

from __future__ import annotations

import argparse
import sys
import tempfile
from itertools import product
from pathlib import Path
from typing import get_args

from playwright.sync_api import sync_playwright

from tests.browser.app import App, copy_home, running_app
from tests.browser.chromium import HEIGHT, Tab, Theme, find_chromium, grow, launch, tab
from tests.browser.views import VIEWS, View, walk

WIDTHS = (1400, 900)


def main(words: list[str] | None = None) -> int:
    """Take the pictures; 1 when something is wrong, 2 when there is no browser."""
    args = _arguments(words)
    path = find_chromium()
    if path is None:
        print("No chromium was found, so there are no screenshots; Debian: apt install chromium.", file=sys.stderr)
        return 2
    args.out.mkdir(parents=True, exist_ok=True)
    wrong: list[str] = []
    wanted = [view for view in VIEWS if args.only in ("", view.name)]
    with (
        tempfile.TemporaryDirectory() as folder,
        running_app(copy_home(Path(folder) / "home")) as app,
        sync_playwright() as playwright,
        launch(playwright, path) as browser,
    ):
        for view, theme, width in product(wanted, get_args(Theme), WIDTHS):
            with tab(browser, theme, width) as one:
                wrong += picture(app, one, view, args.out, f"{theme}-{width}")
    for line in dict.fromkeys(wrong):
        print(f"wrong: {line}", file=sys.stderr)
    return int(bool(wrong))


def picture(app: App, one: Tab, view: View, out: Path, variant: str) -> list[str]:
    """Pictures of each state of a view; what is wrong, with the picture's name before it."""
    wrong = []
    size = one.page.viewport_size or {"width": WIDTHS[0], "height": HEIGHT}
    for name, found in walk(app, one, view):
        grow(one.page)
        file = out / f"{name}-{variant}.png"
        one.page.screenshot(path=file, animations="disabled")
        print(f"{file}: {len(found)} complaint{'' if len(found) == 1 else 's'}", flush=True)
        wrong += [f"{file.stem}: {text}" for text in found]
        one.page.set_viewport_size({"width": size["width"], "height": HEIGHT})
    return wrong


def _arguments(words: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="screenshots.py", description=__doc__)
    parser.add_argument("--out", type=Path, default=Path("screenshots"), help="folder of the pictures")
    parser.add_argument("--only", default="", choices=["", *(view.name for view in VIEWS)], help="one page only")
    return parser.parse_args(words)
