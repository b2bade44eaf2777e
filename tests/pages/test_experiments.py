"""The tab Experiments of Evaluate: no table, a whole one, one half-finished, broken ones, several."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from astrocore.runs.experiment_table import checked
from astrocore.ui.experiment_tables import class_table, main_table, overlaps
from tests.experiments_example import CLASSES, ROWS, half, whole, write
from tests.pages.test_pages import texts

Open = Callable[..., AppTest]
TASK = "exoplanets"
"""The task of the fake home: the tab is one for all tasks."""


@pytest.fixture
def opened(page: Open) -> Callable[[], AppTest]:
    """Open the tab; the page must never break."""

    def show() -> AppTest:
        app = page("4_Evaluate", section="Experiments")
        assert not app.exception
        return app

    return show


def main_of(app: AppTest) -> pd.DataFrame:
    assert not app.exception and not app.error
    found: pd.DataFrame = app.table[0].value
    return found


def alone(task: str) -> AppTest:
    """The tab of a task without its page."""

    def script(name: str) -> None:
        from astrocore.tasks import get_task
        from astrocore.ui.experiments import experiments_tab

        experiments_tab(get_task(name))

    return AppTest.from_function(script, args=(task,), default_timeout=60).run()


def test_without_a_table_it_says_how_one_is_made(home: Path, opened: Callable[[], AppTest]) -> None:
    app = opened()
    assert not app.error and "No experiments on this task yet" in app.info[0].value and not app.code
    app = alone("sources")
    assert app.code[0].value == "python -m astrocore experiment sources --compact DIR --faint DIR --seeds 5"


def test_a_whole_table_in_the_layout_of_the_original(home: Path, opened: Callable[[], AppTest]) -> None:
    write(home, whole(), task=TASK)
    app = opened()
    shown = main_of(app)
    published = ["published: MargNet", "published: SimCLR + MargFormer"]
    assert len(shown) == 6 and list(shown) == ["experiment and task", *ROWS.values(), *published]
    assert shown.loc[0, "MargFormer"] == "**97.0**\u00a0±\u00a00.4" and shown.loc[0, "images only"].startswith("92.6")
    assert shown[published].loc[0].tolist() == ["91.1", "93.3"] and set(shown[published].loc[1]) == {"–"}
    assert "n\u00a0=\u00a0610 in 40 groups" in shown.loc[0, "experiment and task"]
    said = texts(app)
    assert "126 of 126 cells are done" in said and ":orange-badge[" in said and "ours of simulated ones" in said
    assert "Experiment 3, SG and SGQ: 12 objects of the test set" in said and "Left out, SGQ of Experiment 2" in said
    assert {button.label for button in app.get("download_button")} >= {"Download CSV", "Download LaTeX"}


def test_scores_and_experiments_can_be_chosen(home: Path, opened: Callable[[], AppTest]) -> None:
    write(home, whole(), task=TASK)
    app = opened()
    app.segmented_control(key="experiment:score").set_value("Recall").run()
    shown = main_of(app)
    assert shown.loc[0, "MargFormer"].startswith("**96.7**") and not [name for name in shown if "published" in name]
    assert "No published figures" in texts(app)
    picker = app.selectbox(key="experiment:detail")
    picker.set_value(picker.options[-1]).run()
    classes = app.table[1].value
    assert classes.index.tolist() == list(ROWS.values()) and classes.columns.tolist() == CLASSES["SGQ"]
    assert classes.loc["MargFormer", "QSO"] == "87.0\u00a0/\u00a085.0"
    said = texts(app)
    assert "test, n\u00a0=\u00a0615 objects in 40 groups" in said
    assert "extra trees (seeds 0, 1); boosting (seed 2)" in said


def test_a_half_finished_table_has_dashes_and_says_how_to_go_on(home: Path, opened: Callable[[], AppTest]) -> None:
    write(home, half(), task=TASK)
    app = opened()
    shown = main_of(app)
    assert shown.loc[0, list(ROWS.values())].tolist()[1:5] == ["–"] * 4 and set(shown.loc[1, list(ROWS.values())]) == {
        "–"
    }
    assert "1\u00a0of\u00a03 seeds" in shown.loc[0, "MargFormer"] and "±" not in shown.loc[0, "MargFormer"]
    assert "7 of 126 cells are done; the same command goes on" in app.info[0].value
    picker = app.selectbox(key="experiment:detail")
    picker.set_value(picker.options[1]).run()
    assert not app.exception and not app.error and "No cell of this experiment is done yet" in texts(app)


def test_a_table_without_anything_yet(home: Path, opened: Callable[[], AppTest]) -> None:
    write(home, {**half(), "experiments": [], "seeds": [], "sets": {}, "seconds": None}, task=TASK)
    app = opened()
    assert not app.error and "No cell is done yet." in texts(app)


@pytest.mark.parametrize("content", ["{", "[]", '{"format": "astrocore-experiments-1"}'])
def test_a_broken_table_is_an_error_in_its_place(content: str, home: Path, opened: Callable[[], AppTest]) -> None:
    write(home, content, task=TASK)
    app = opened()
    assert len(app.error) == 1 and "experiments.json" in app.error[0].value and app.metric


def test_of_several_tables_one_is_picked_and_one_that_went_is_forgotten(
    home: Path, opened: Callable[[], AppTest]
) -> None:
    old = write(home, half(), "old", TASK)
    os.utime(old, (1, 1))
    write(home, whole(), "new", TASK)
    app = opened()
    picker = app.selectbox(key="experiment")
    assert picker.options == ["new", "old"] and len(main_of(app)) == 6
    picker.set_value("old").run()
    assert len(main_of(app)) == 2
    write(home, whole(), "third", TASK)
    shutil.rmtree(old.parent)
    app.run()
    assert len(main_of(app)) == 6


def test_experiments_are_there_before_any_run_is(home: Path, page: Open) -> None:
    write(home, whole())
    app = page("4_Evaluate", task="sources")
    assert len(main_of(app)) == 6 and "One experiment in detail" in texts(app)


def test_all_that_show_the_highest_number_are_bold_and_one_alone_is_not() -> None:
    content = whole()
    rows = content["experiments"][0]["rows"]
    rows["probe"]["accuracy"]["mean"] = rows["margformer"]["accuracy"]["mean"] + 1e-6
    content["experiments"][1]["rows"] = {"simple": rows["simple"]}
    shown = main_table(checked(content), "accuracy").map(lambda text: text.startswith("**"))
    assert shown.loc[0][shown.loc[0]].index.tolist() == ["MargFormer", "SimCLR, linear probe"]
    assert not shown.loc[1].any()


def test_what_is_undefined_is_a_dash_and_what_is_common_is_said() -> None:
    content = whole()
    one = content["experiments"][0]
    one["rows"]["simple"]["per_class"] = {"STAR": {"n": 3, "precision": None, "recall": 0.5}}
    one["common"] = {"objects": 2, "groups": 0, "removed": False}
    table = checked(content)
    shown = class_table(table, table.experiments[0]).loc["best simple model"]
    assert shown.tolist() == ["–\u00a0/\u00a050.0", "–"]
    assert overlaps(table)[0] == (
        "Experiment 1, SG: 2 objects of the test set are in the training set too and were kept."
    )
