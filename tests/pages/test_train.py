"""The Train page: what is shown is what is started, and a run is seen for what it is."""

from __future__ import annotations

import shlex
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from astrocore.errors import ConfigError
from astrocore.runs import Run
from astrocore.ui import train
from astrocore.ui.jobs import Job, argument, start, stop
from astrocore.ui.live import progress
from astrocore.ui.train import free_name
from tests.pages.test_pages import run_of, texts

Open = Callable[..., AppTest]


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> list[tuple[list[str], Path]]:
    """What the page starts, without starting it."""
    found: list[tuple[list[str], Path]] = []
    monkeypatch.setattr(train, "start", lambda words, job: found.append((list(words), job.folder)))
    return found


def press(app: AppTest, label: str) -> AppTest:
    return next(button for button in app.button if button.label == label).click().run()


def test_the_command_that_is_shown_is_the_one_that_is_started(
    home: Path, page: Open, started: list[tuple[list[str], Path]]
) -> None:
    app = page("2_Train")
    data = argument(home / "sample_data" / "exoplanets")
    assert app.code[0].value == f"python -m astrocore train {data} --run small-1 --preset small --queue"
    app.number_input(key="train:exoplanets:small:epochs").set_value(5).run()
    app.multiselect(key="train:exoplanets:small:modalities").set_value(["light_curve", "star"]).run()
    shown = app.code[0].value
    assert "--epochs 5 --modalities light_curve,star" in shown
    press(app, "Start training")
    assert started == [(shlex.split(shown), run_of(home, "small-1").path)] and not app.exception


def test_a_preset_brings_its_own_settings_and_a_name(home: Path, page: Open) -> None:
    app = page("2_Train")
    app.segmented_control(key="train:preset").set_value("original").run()
    assert "--run original-1 --preset original --queue" in app.code[0].value
    app.text_input(key="train:name").set_value("mine").run()
    app.segmented_control(key="train:preset").set_value("base").run()
    assert "--run mine --preset base --queue" in app.code[0].value


def test_settings_that_do_not_fit_are_refused_in_words(home: Path, page: Open) -> None:
    app = page("2_Train")
    app.number_input(key="train:exoplanets:small:heads").set_value(5).run()
    assert "multiple of heads" in app.error[0].value
    assert next(button for button in app.button if button.label == "Start training").disabled


@pytest.mark.parametrize("name", ["full", "../evil"])
def test_a_name_that_is_taken_or_no_name_starts_nothing(
    name: str, home: Path, page: Open, started: list[tuple[list[str], Path]]
) -> None:
    app = page("2_Train")
    app.text_input(key="train:name").set_value(name).run()
    press(app, "Start training")
    assert app.error and name in app.error[0].value and not started and not app.exception


def test_an_error_at_the_start_is_shown(home: Path, page: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: Any) -> None:
        raise ConfigError("A job is at work.")

    monkeypatch.setattr(train, "start", refuse)
    app = press(page("2_Train"), "Start training")
    assert app.error[0].value == "A job is at work."


def test_a_job_that_never_made_its_run_is_shown_with_its_log(
    home: Path, page: Open, started: list[tuple[list[str], Path]]
) -> None:
    folder = run_of(home, "small-1").path
    folder.mkdir()
    (folder / "output.log").write_text("error: no such option --epoch\n")
    app = press(page("2_Train"), "Start training")
    assert "ended before it made the run" in texts(app) and "no such option" in texts(app)
    app.selectbox(key="run").set_value("imported").run()  # looking at another run ends the waiting
    assert "ended before it made the run" not in texts(app) and not app.exception


def test_a_crashed_run_shows_the_end_of_its_log_and_goes_on(
    home: Path, page: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    found: list[tuple[str, ...]] = []
    monkeypatch.setattr("astrocore.ui.live.start", lambda words, job: found.append(words))
    app = page("2_Train", run="crashed")
    assert "died without a word" in app.error[0].value and "out of memory" in texts(app)
    press(app, "Resume")
    data = argument(home / "sample_data" / "exoplanets")
    assert found == [("python", "-m", "astrocore", "train", data, "--run", "crashed", "--resume", "--queue")]


def test_a_living_run_is_found_again_and_can_be_stopped(
    home: Path, page: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    signalled: list[str] = []
    monkeypatch.setattr("astrocore.ui.live.stop", lambda run, job: bool(signalled.append(run.name)) or True)
    run = run_of(home, "crashed")
    with run.hold():
        app = page("2_Train")  # no run is named: the one at work is shown
        assert app.selectbox(key="run").value == "crashed" and "running" in texts(app)
        assert "epoch 2 of 20, 54 s left" in str(app.get("progress")[0].proto.text)
        press(app, "Stop")
    assert signalled == ["crashed"]


@pytest.mark.parametrize("name", ["stopped", "imported", "full"])
def test_a_run_at_rest_shows_its_state(name: str, home: Path, page: Open) -> None:
    app = page("2_Train", run=name)
    state = "done" if name == "full" else name
    assert f"{state}]" in texts(app) and not app.exception
    assert ("Resume" in [button.label for button in app.button]) == (name == "stopped")


def test_a_failed_run_says_why(home: Path, page: Open) -> None:
    run = run_of(home, "stopped")
    run.update(status="failed")
    run.log({"event": "failed", "message": "The loss is not a number."})
    assert page("2_Train", run="stopped").error[0].value == "The loss is not a number."


def test_progress_in_words() -> None:
    assert progress([{"event": "start"}]) == (0.0, "Preparing the first step", "")
    event = {"stage": "pretrain", "epoch": 2, "epochs": 4, "step": 50, "steps": 100, "eta_s": 61.0, "rate": 1234.5}
    assert progress([{"event": "start"}, event]) == (
        0.5,
        "pretrain: epoch 2 of 4, 1 min 1 s left",
        "step 50 of 100 of this stage · 1,234 objects/s",
    )


def test_free_names() -> None:
    assert free_name("small", []) == "small-1"
    assert free_name("small", ["small-1", "small-3", "other"]) == "small-2"


def test_a_job_that_has_not_made_its_run_yet_is_found_again(home: Path, page: Open) -> None:
    job = Job(run_of(home, "small-1").path)
    start(("python", "-u", "-c", "import time; print('reading'); time.sleep(60)"), job)
    try:
        app = page("2_Train")
        assert "small-1" in [element.value for element in app.subheader] and "Starting" in texts(app)
    finally:
        assert stop(Run(job.folder), job)
