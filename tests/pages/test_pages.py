"""Every page by itself: on a full home, on an empty one, on broken files, by deep link."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from astrocore.runs import Run
from tests.pages.conftest import ROOT

PAGES = ("", *sorted(file.stem for file in (ROOT / "pages").glob("*.py")))
ANALYSIS = ("3_Embeddings", "4_Evaluate", "5_Thresholds")
Open = Callable[..., AppTest]


def texts(app: AppTest) -> str:
    """All that a page says in words."""
    kinds = ("title", "subheader", "markdown", "caption", "info", "warning", "error", "code")
    return "\n".join(str(element.value) for kind in kinds for element in getattr(app, kind))


def run_of(home: Path, name: str) -> Run:
    return Run(home / "checkpoints" / "exoplanets" / name)


@pytest.mark.parametrize("file", PAGES)
def test_a_page_shows_itself_and_links_to_all_others(file: str, home: Path, page: Open) -> None:
    app = page(file)
    assert not app.exception and not app.error
    assert app.title[0].value == (file.partition("_")[2] or "astrocore")
    assert [link.label for link in app.sidebar.page_link] == [
        "Home", "Data", "Train", "Embeddings", "Evaluate", "Thresholds", "Classify",
    ]  # fmt: skip
    assert ":orange-badge[" in texts(app) and "simulated" in texts(app)


@pytest.mark.parametrize("file", PAGES)
def test_a_page_is_complete_when_it_is_the_only_one(file: str, home: Path) -> None:
    app = AppTest.from_file(str(ROOT / ("pages/" + file if file else "app")) + ".py", default_timeout=60).run()
    assert not app.exception and not app.error


@pytest.mark.parametrize("file", PAGES)
def test_an_empty_home_says_what_to_do(file: str, empty_home: Path, page: Open) -> None:
    app = page(file)
    assert not app.exception and not app.error
    assert "No data set yet." in texts(app) and "python -m astrocore simulate exoplanets" in texts(app)


@pytest.mark.parametrize("file", ("", *ANALYSIS, "6_Classify"))
def test_without_a_run_home_and_the_analysis_say_how_to_train_one(file: str, home: Path, page: Open) -> None:
    for name in ("full", "stopped", "crashed", "imported"):
        run_of(home, name).path.rename(home / name)
    app = page(file)
    assert not app.exception and "No run yet." in texts(app)
    assert "python -m astrocore train sample_data/exoplanets" in texts(app)


@pytest.mark.parametrize("file", ANALYSIS)
def test_a_run_without_predictions_says_so(file: str, home: Path, page: Open) -> None:
    app = page(file, run="stopped")
    assert not app.exception and not app.error
    assert "The run stopped has no predictions yet." in texts(app)


@pytest.mark.parametrize("file", ANALYSIS)
def test_a_broken_run_is_an_error_in_words(file: str, home: Path, page: Open) -> None:
    run_of(home, "full").predictions_file.write_bytes(b"PAR1 truncated")
    app = page(file, run="full")
    assert not app.exception and "predictions.parquet" in app.error[0].value


@pytest.mark.parametrize("file", PAGES)
def test_a_run_without_readable_info_spoils_no_page(file: str, home: Path, page: Open) -> None:
    (run_of(home, "full").path / "run.json").write_text('{"format": "astro')
    app = page(file)
    assert not app.exception


def test_a_broken_data_set_is_an_error_in_words(home: Path, page: Open) -> None:
    (home / "sample_data" / "exoplanets" / "objects.parquet").write_bytes(b"PAR1")
    app = page("1_Data")
    assert not app.exception and "can't be read" in app.error[0].value
    assert not page("").exception and not page("2_Train").exception


@pytest.mark.parametrize("file", ANALYSIS)
def test_the_run_of_the_address_is_shown(file: str, home: Path, page: Open) -> None:
    assert page(file).selectbox(key="run").value == "full"
    app = page(file, run="imported")
    assert app.selectbox(key="run").value == "imported" and not app.exception
    assert page(file, run="of yesteryear").selectbox(key="run").value == "full"


@pytest.mark.parametrize("file", ("1_Data", "2_Train"))
def test_the_data_set_of_the_address_is_opened(file: str, home: Path, page: Open) -> None:
    first, second = home / "sample_data" / "exoplanets", home / "data" / "second"
    shutil.copytree(first, second)
    for name in ("sample_data/exoplanets", "data/second"):
        app = page(file, data=name)
        assert app.selectbox(key="data").value == name and not app.exception
    links = [link for link in page("").main.get("page_link") if link.proto.label == "Look at it"]
    assert {link.proto.query_string for link in links} == {
        f"task=exoplanets&data={name}" for name in ("sample_data%2Fexoplanets", "data%2Fsecond")
    }


def test_what_was_picked_goes_along_to_the_next_page(home: Path, page: Open) -> None:
    app = page("4_Evaluate")
    app.selectbox(key="run").set_value("imported").run()
    app.switch_page("pages/5_Thresholds.py").run()
    assert app.selectbox(key="run").value == "imported"
    assert "run=imported" in next(link for link in app.sidebar.page_link if link.label == "Evaluate").proto.query_string
