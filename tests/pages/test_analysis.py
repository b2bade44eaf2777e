"""Embeddings, Evaluate and Thresholds: clicks, splits, test openings, profiles."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from astrocore.analysis.thresholds import gate, outcome, suggest
from astrocore.errors import RunNotWritable
from astrocore.runs import Predictions, Run, load_profile, projections
from astrocore.ui import maps, offers
from astrocore.ui.chosen import places
from astrocore.ui.maps import Wanted, colour_names, colour_of
from tests.pages.test_pages import run_of, texts
from tests.pages.test_train import press
from tests.ui.fakes import fake_predictions, open_dataset

Open = Callable[..., AppTest]


@pytest.fixture
def run(home: Path) -> Run:
    return run_of(home, "full")


def headings(app: AppTest) -> list[str]:
    return [element.value for element in app.subheader]


def click(app: AppTest, run: Run, rows: list[int]) -> AppTest:
    """What the browser sends when points of the map are selected: their row numbers as plotly.js packs them."""
    key = f"map:{Wanted('pca', 'fused', 2).key(run.predictions())}:all"
    app.session_state[key] = {"selection": {"points": [{"customdata": {"0": row}} for row in rows]}}
    return app.run()


def test_a_map_is_computed_once_and_kept_in_the_run(run: Run, page: Open) -> None:
    app = page("3_Embeddings")
    assert not app.exception and [(m.method, m.embedding, m.dims) for m in projections(run)] == [("pca", "fused", 2)]
    app.selectbox(key="embedding").set_value("star").run()
    app.segmented_control(key="dims").set_value(3).run()
    kept = {(m.method, m.embedding, m.dims): m for m in projections(run)}
    assert not app.exception and len(kept) == 3
    assert np.isnan(kept["pca", "star", 3].coords[::17]).all() and kept["pca", "star", 3].coords.shape[1] == 3


@pytest.mark.parametrize("colour", ["truth", "prediction", "confidence", "split", "right or wrong", "period"])
def test_every_colour_and_every_split_can_be_drawn(colour: str, run: Run, page: Open) -> None:
    app = page("3_Embeddings", colour=colour, split="test")
    assert app.selectbox(key="colour").value == colour and not app.exception and not app.error
    made = colour_of(run.predictions(), colour)
    assert len(getattr(made, "codes", getattr(made, "values", ()))) == len(run.predictions())


def test_colours_are_all_that_is_known_and_numeric(run: Run) -> None:
    found = colour_names(run.predictions())
    assert {"truth", "prediction", "confidence", "split", "period", "stellar_temp"} <= set(found)


def test_an_object_of_the_address_is_shown_with_its_probabilities(run: Run, page: Open) -> None:
    object_id = run.predictions().table["object_id"].iloc[7]
    app = page("3_Embeddings", object=object_id)
    assert object_id in headings(app) and "truth: " in texts(app) and "prediction: " in texts(app)
    assert any(widget.label == "period [d]" for widget in app.number_input)


def test_stepping_and_searching_walk_over_the_map(run: Run, page: Open) -> None:
    ids = run.predictions().table["object_id"].tolist()
    app = press(page("3_Embeddings"), "Next")
    assert ids[0] in headings(app)
    assert ids[1] in headings(press(app, "Next"))
    assert ids[-1] in headings(press(press(app, "Previous"), "Previous"))
    app.text_input(key="map:find").set_value(ids[9].lower()).run()
    assert ids[9] in headings(app)
    app.text_input(key="map:find").set_value("andromeda").run()
    assert "'andromeda'" in app.warning[0].value and ids[9] in headings(app)


def test_a_lasso_lists_what_it_holds(run: Run, page: Open) -> None:
    app = click(page("3_Embeddings"), run, [3, 1, 2])
    assert "Selected: 3 objects" in headings(app)
    table = app.dataframe[0].value
    assert table["object_id"].tolist() == run.predictions().table["object_id"].iloc[[1, 2, 3]].tolist()
    assert "period [d]" in table and "p_CONFIRMED" in table


def test_places_of_a_selection_in_all_the_ways_plotly_sends_them() -> None:
    points = [{"customdata": [4]}, {"customdata": {"0": 2}}, {"customdata": 3}, {"customdata": [[1]]}, {"x": 1.0}]
    assert places({"selection": {"points": points}}, 10) == [4, 2, 3, 1]
    assert places({"selection": {"points": points}}, 3) == [2, 1] and places(None, 5) == []


def test_without_the_data_set_the_card_shows_what_the_run_kept(home: Path, run: Run, page: Open) -> None:
    object_id = run.predictions().table["object_id"].iloc[0]
    (home / "sample_data" / "exoplanets").rename(home / "gone")
    app = page("3_Embeddings", object=object_id)
    assert object_id in headings(app) and "what the run kept" in texts(app) and not app.exception
    assert "period [d]" in app.table[0].value["quantity"].tolist() and f"**{object_id}**" in texts(app)


def test_a_run_without_embeddings_says_so(home: Path, page: Open) -> None:
    assert "no embeddings" in page("3_Embeddings", run="imported").info[0].value


def test_a_map_that_takes_minutes_is_offered_as_a_command(run: Run, page: Open, monkeypatch: Any) -> None:
    monkeypatch.setattr(maps, "IN_PAGE", 10)
    app = page("3_Embeddings", method="t-SNE", dims="3")
    wanted = "python -m astrocore project exoplanets/full --method tsne --embedding fused --dims 3"
    assert app.code[0].value == wanted and not projections(run)
    begun: list[tuple[tuple[str, ...], str]] = []
    monkeypatch.setattr(offers, "start", lambda words, job: begun.append((words, job.log.name)))
    press(app, "Start the job")
    assert begun == [(tuple(wanted.split()), ".project.log")] and not app.exception


@pytest.mark.parametrize("method", ["t-SNE", "UMAP"])
def test_other_methods_are_computed_while_one_waits(method: str, run: Run, page: Open) -> None:
    app = page("3_Embeddings", method=method)
    assert not app.exception and not app.error and len(projections(run)) == 1


def test_evaluate_shows_scores_with_intervals_and_n(run: Run, page: Open) -> None:
    app = page("4_Evaluate", split="val")
    some = run.predictions().split("val").labelled()
    accuracy = next(metric for metric in app.metric if metric.label == "Accuracy")
    assert accuracy.value == f"{np.mean(some.predicted == some.label):.3f}" and " to " in accuracy.delta
    assert f"val, n = {len(some)} objects in {len(set(some.group))} groups" in texts(app)
    assert run.test_opened() == 0
    table = app.table[0].value
    assert table.columns.tolist() == list(some.classes)
    assert table.loc["n"].tolist() == [str(n) for n in np.bincount(some.label, minlength=3)]
    for mode in ("counts", "columns"):
        assert not app.segmented_control(key="confusion").set_value(mode).run().exception
    assert not app.segmented_control(key="curve").set_value("ROC").run().exception


def test_a_look_at_test_is_counted_once_a_session(run: Run, page: Open) -> None:
    app = page("4_Evaluate")
    assert run.test_opened() == 1 and "Test was opened 1 time." in texts(app)
    app.segmented_control(key="split").set_value("val").run()
    app.segmented_control(key="split").set_value("test").run()
    assert run.test_opened() == 1
    page("4_Evaluate")
    assert run.test_opened() == 2


def test_a_read_only_run_can_be_looked_at(run: Run, page: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: Any) -> None:
        raise RunNotWritable("read-only")

    monkeypatch.setattr(Run, "count_test_opening", refuse)
    monkeypatch.setattr(maps, "save_projection", refuse)
    app = page("4_Evaluate")
    assert "was not counted" in texts(app) and not app.exception and not app.error
    assert not page("3_Embeddings").error


@pytest.mark.parametrize("file", ["4_Evaluate", "5_Thresholds"])
def test_a_split_without_labels_says_so(file: str, home: Path, run: Run, page: Open) -> None:
    made = fake_predictions(open_dataset(home / "sample_data" / "exoplanets"))
    table = made.table.assign(label=made.table["label"].where(made.table["split"] == "train"))
    run.save_predictions(Predictions(made.classes, table, made.p, made.embeddings, made.units))
    app = page(file)
    assert "no labelled objects" in app.info[0].value and not app.exception and not app.error


def slider(run: Run, name: str) -> str:
    return f"thresholds:{run.path}:class {name}"


def metric(app: AppTest, label: str, place: int = 0) -> str:
    return str([found.value for found in app.metric if found.label == label][place])


@pytest.mark.parametrize("abstain", [False, True])
def test_numbers_follow_the_sliders(abstain: bool, run: Run, page: Open) -> None:
    app = page("5_Thresholds")
    for name, value in zip(run.read_info().classes, (0.7, 0.6, 0.8), strict=True):
        app.slider(key=slider(run, name)).set_value(value)
    app.toggle(key=f"thresholds:{run.path}:abstain").set_value(abstain).run()
    some = run.predictions().split("val").labelled()
    truth = outcome(some.label, gate(some.p, np.array([0.7, 0.6, 0.8]), abstain), some.classes)
    assert metric(app, "Coverage") == f"{truth.coverage:.3f}" and (truth.coverage < 1) == abstain
    assert metric(app, "Accuracy at coverage") == f"{truth.accuracy_at_coverage:.3f}"
    assert not app.error and "Set for: by hand" in texts(app)


def test_suggestions_set_the_sliders(run: Run, page: Open) -> None:
    some = run.predictions().split("val").labelled()
    app = press(page("5_Thresholds"), "Suggest: max F1")
    found = [app.slider(key=slider(run, name)).value for name in some.classes]
    assert found == pytest.approx(suggest(some.label, some.p)) and "Set for: max F1" in texts(app)
    app.number_input(key=f"thresholds:{run.path}:target").set_value(1.0).run()
    press(app, "Suggest: target precision")
    found = [app.slider(key=slider(run, name)).value for name in some.classes]
    assert found == pytest.approx(suggest(some.label, some.p, "target_precision", 1.0))
    app.slider(key=slider(run, "CONFIRMED")).set_value(0.3).run()
    assert "Set for: by hand" in texts(app)


def test_tuning_on_test_is_said_in_red_and_counted_but_not_refused(run: Run, page: Open) -> None:
    app = page("5_Thresholds")
    assert not app.error and run.test_opened() == 0
    app.segmented_control(key="tune").set_value("test").run()
    assert "tuning on **test**" in app.error[0].value and run.test_opened() == 1
    assert metric(app, "Coverage") == "1.000"


def test_a_saved_profile_says_all_and_is_loaded_again(run: Run, page: Open) -> None:
    app = press(page("5_Thresholds"), "Suggest: max F1")
    suggested = {name: app.slider(key=slider(run, name)).value for name in run.read_info().classes}
    app.toggle(key=f"thresholds:{run.path}:abstain").set_value(True).run()
    app.text_input(key=f"thresholds:{run.path}:name").set_value("mine").run()
    press(app, "Save in the run")
    assert "Saved as mine" in app.success[0].value
    profile = load_profile(run.path / "thresholds" / "mine.json")
    some = run.predictions().split("val").labelled()
    assert profile.thresholds == suggested and profile.abstain and profile.objective == "max_f1"
    assert (profile.fitted_on.split, profile.fitted_on.n) == ("val", len(some))
    assert profile.fitted_on.predictions == run.predictions().hash
    assert set(profile.metrics["val"]["accuracy_at_coverage"]) == {"value", "low", "high"}
    for name in suggested:
        app.slider(key=slider(run, name)).set_value(0.1)
    app.run()
    press(app, "Load")
    assert {name: app.slider(key=slider(run, name)).value for name in suggested} == suggested


def test_a_name_that_can_be_no_file_is_refused(run: Run, page: Open) -> None:
    app = page("5_Thresholds")
    app.text_input(key=f"thresholds:{run.path}:name").set_value("../mine").run()
    press(app, "Save in the run")
    assert "../mine" in app.error[0].value and not app.exception


def test_thresholds_are_taken_from_text_and_nonsense_is_refused(run: Run, page: Open) -> None:
    app = page("5_Thresholds")
    key = f"thresholds:{run.path}:typed"
    app.text_input(key=key).set_value("0.1, 0.2, 0.3").run()
    press(app, "Take them")
    assert [app.slider(key=slider(run, name)).value for name in run.read_info().classes] == [0.1, 0.2, 0.3]
    app.text_input(key=key).set_value("0.1, 2").run()
    press(app, "Take them")
    assert "2 thresholds were given for 3 classes" in app.error[0].value
    assert [app.slider(key=slider(run, name)).value for name in run.read_info().classes] == [0.1, 0.2, 0.3]


def test_an_uploaded_profile_brings_its_temperature(run: Run, page: Open) -> None:
    classes = run.read_info().classes
    content = {
        "format": "astrocore-thresholds-1",
        "name": "theirs",
        "task": "exoplanets",
        "classes": classes,
        "thresholds": dict.fromkeys(classes, 0.4),
        "abstain": True,
        "calibration": {"kind": "temperature", "parameters": {"temperature": 3.0}},
    }
    app = page("5_Thresholds")
    before = metric(app, "Coverage")
    app.file_uploader[0].upload("theirs.json", json.dumps(content).encode(), "application/json").run()
    press(app, "Load the file")
    assert "Temperature 3 from the loaded profile" in texts(app) and metric(app, "Coverage") < before == "1.000"


def test_the_report_on_test_opens_test_only_when_asked(run: Run, page: Open) -> None:
    app = page("5_Thresholds")
    assert run.test_opened() == 0 and len([m for m in app.metric if m.label == "Coverage"]) == 1
    app.session_state[f"thresholds:{run.path}:report"] = True
    app.run()
    assert run.test_opened() == 1 and metric(app, "Coverage", 1) == "1.000" and not app.exception
