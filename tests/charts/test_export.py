"""Charts as files: HTML without a network, pictures with a browser, a sentence without one."""

import re

import plotly.graph_objects as go
import pytest

from astrocore.charts import export
from astrocore.charts.export import NoBrowser, browser_found, save_html, save_png
from astrocore.charts.style import styled
from astrocore.errors import AstrocoreError, InputError

needs_browser = pytest.mark.skipif(not browser_found(), reason="no Chrome or Chromium here to draw pictures with")


@pytest.fixture
def fig():
    return styled(go.Figure(go.Scatter(x=[1, 2], y=[3, 4])), "points")


def test_html_carries_plotly_and_loads_nothing(fig, tmp_path):
    text = save_html(fig, tmp_path / "chart.html").read_text()
    assert "plotly.js v" in text
    assert not re.findall(r"<(?:script|link|img)[^>]*(?:src|href)=", text)
    assert '"showSendToCloud": false' in text
    assert '"text":"points"' in text
    assert [file.name for file in tmp_path.iterdir()] == ["chart.html"]


@needs_browser
@pytest.mark.browser
def test_png_on_both_backgrounds(fig, tmp_path):
    image = pytest.importorskip("PIL.Image", reason="Pillow is not installed")
    for theme, (paper, _) in export.PAPER.items():
        path = save_png(fig, tmp_path / f"{theme}.png", width=400, scale=1, theme=theme)
        with image.open(path) as picture:
            assert picture.size == (400, fig.layout.height)
            assert "#{:02x}{:02x}{:02x}".format(*picture.convert("RGB").getpixel((200, 2))) == paper
    assert fig.layout.paper_bgcolor == "rgba(0,0,0,0)"


@needs_browser
@pytest.mark.browser
def test_svg_by_the_ending(fig, tmp_path):
    assert save_png(fig, tmp_path / "chart.svg").read_text().startswith("<svg")


def test_without_a_browser_the_way_out_is_named(fig, tmp_path, monkeypatch):
    monkeypatch.setenv("BROWSER_PATH", str(tmp_path / "nothing"))
    monkeypatch.setattr(export, "browser_found", lambda: False)
    with pytest.raises(NoBrowser, match=r"(?s)Chromium was found.*apt install chromium.*HTML"):
        save_png(fig, tmp_path / "chart.png")
    assert issubclass(NoBrowser, AstrocoreError)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("error", "words"),
    [(RuntimeError("It seemed to close immediately.\nMore."), "close immediately"), (TimeoutError(), "TimeoutError")],
)
def test_a_browser_that_does_not_start(fig, tmp_path, monkeypatch, error, words):
    monkeypatch.setattr(export, "browser_found", lambda: True)

    def broken(*args, **options):
        raise error

    monkeypatch.setattr(go.Figure, "to_image", broken)
    with pytest.raises(NoBrowser, match=words):
        save_png(fig, tmp_path / "chart.png")


def test_a_path_that_is_no_program_is_no_browser(tmp_path, monkeypatch):
    monkeypatch.setattr("choreographer.browsers.chromium.get_chrome_download_path", lambda **_: None)
    monkeypatch.setattr("choreographer.browsers.chromium.get_old_chrome_download_path", lambda: None)
    monkeypatch.setenv("BROWSER_PATH", str(tmp_path / "nothing"))
    assert not browser_found()
    program = tmp_path / "chromium"
    program.write_text("#!/bin/sh\n")
    program.chmod(0o755)
    monkeypatch.setenv("BROWSER_PATH", str(program))
    assert browser_found()


def test_an_ending_that_is_no_picture(fig, tmp_path):
    with pytest.raises(InputError, match=r"chart\.doc: pictures are written as png"):
        save_png(fig, tmp_path / "chart.doc")
