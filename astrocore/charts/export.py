"""Charts as files: HTML that opens offline, PNG and SVG through a browser."""

from __future__ import annotations

import os
from importlib.util import find_spec
from pathlib import Path
from typing import Literal

import plotly.graph_objects as go

from astrocore.charts.style import CONFIG
from astrocore.errors import AstrocoreError, InputError

PAPER = {"light": ("#ffffff", "#262730"), "dark": ("#0e1117", "#fafafa")}
"""Background and text of a picture."""
FORMS = ("png", "svg", "pdf", "webp", "jpg")


class NoBrowser(AstrocoreError):
    """No Chrome or Chromium was found to draw a picture with."""


def save_html(fig: go.Figure, path: Path) -> Path:
    """Write one HTML file that needs no network."""
    path = Path(path)
    _replace(path, fig.to_html(config=CONFIG, include_plotlyjs=True, full_html=True).encode())
    return path


def save_png(
    fig: go.Figure,
    path: Path,
    width: int = 900,
    height: int | None = None,
    scale: float = 2.0,
    theme: Literal["light", "dark"] = "light",
) -> Path:
    """Write a picture, PNG or another of FORMS by the ending of `path`, on a white or dark background.

    Raises
    ------
    NoBrowser
        kaleido, or a browser for it, is missing, or the browser did not start.
    InputError
        The ending is of no picture.
    """
    path = Path(path)
    form = path.suffix.lstrip(".").lower()
    if form not in FORMS:
        raise InputError(
            f"{path.name}: pictures are written as {', '.join(FORMS)}; give the file one of these endings."
        )
    paper, text = PAPER[theme]
    picture = go.Figure(fig).update_layout(paper_bgcolor=paper, font_color=text)
    if not browser_found():
        raise NoBrowser(_advice("No Chrome or Chromium was found"))
    try:
        drawn = picture.to_image(format=form, width=width, height=height or picture.layout.height, scale=scale)
    except (RuntimeError, OSError) as error:
        said = str(error).strip().partition("\n")[0] or type(error).__name__
        raise NoBrowser(_advice(f"The browser did not draw the picture ({said})")) from error
    _replace(path, drawn)
    return path


def browser_found() -> bool:
    """Whether `save_png` would find a browser."""
    if find_spec("kaleido") is None:
        return False
    from choreographer.browsers.chromium import Chromium

    found = Chromium.find_browser(skip_local=False)
    return bool(found) and os.access(str(found), os.X_OK)


def _advice(what: str) -> str:
    return (
        f"{what}, so PNG and SVG can't be written. Install chromium (Debian: apt install chromium) or Chrome, or set "
        "BROWSER_PATH to one, and see that kaleido is installed (pip install kaleido). Or save the chart as HTML, "
        "which needs none of them."
    )


def _replace(path: Path, content: bytes) -> None:
    """Write beside the file and move: a reader never sees half a chart."""
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    part.write_bytes(content)
    part.replace(path)
