"""The sections of Evaluate, and the voice that the analysis pages follow."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from astrocore.analysis.blend import blended
from astrocore.analysis.calibration import apply_temperature
from astrocore.analysis.metrics import scores
from astrocore.runs import Predictions, Run, Verdict, load_profile, projections
from astrocore.runs.profiles import VERDICT
from astrocore.runs.reports import boundary_name, save_report
from astrocore.tasks import get_task
from astrocore.ui import cache, offers
from astrocore.ui.slices import slice_columns
from astrocore.ui.voices import spoken
from astrocore.verbs import align
from tests.pages.test_analysis import metric, slider
from tests.pages.test_pages import run_of, texts
from tests.pages.test_train import press

Open = Callable[..., AppTest]
WEIGHTS = {"net": 0.5, "companion": 0.5}


@pytest.fixture
def run(home: Path) -> Run:
    """A run of two voices and their calibrated mean, with two modalities in a common space."""
    run = run_of(home, "full")
    one = run.predictions()
    rng = np.random.default_rng(5)
    other = rng.dirichlet(np.ones(3), len(one)).astype(np.float32)
    voices = {"net": one.p, "companion": other}
    sides = {f"aligned {name}": one.embeddings[name][:, :8] for name in ("light_curve", "star")}
    p = blended(voices, WEIGHTS, 0.7).astype(np.float32)
    run.save_predictions(replace(one, p=p, voices=voices, embeddings={**one.embeddings, **sides}))
    run.update(verdict=Verdict(weights=WEIGHTS, temperature=0.7, n=40).model_dump())
    return run


def of(run: Run, split: str, voice: str) -> Predictions:
    whole = run.predictions()
    return (whole if voice == VERDICT else whole.voice(voice)).split(split).labelled()


@pytest.mark.parametrize("voice", ["verdict", "companion"])
def test_scores_classes_and_thresholds_follow_the_voice(voice: str, run: Run, page: Open) -> None:
    some = of(run, "val", voice)
    app = page("4_Evaluate", split="val", voice=voice)
    assert app.segmented_control(key="voice").value == voice and not app.exception and not app.error
    assert metric(app, "Accuracy") == f"{np.mean(some.predicted == some.label):.3f}"
    assert metric(app, "NLL") == f"{scores(some.label, some.predicted, some.p)['nll']:.3f}"
    assert f"by the {voice}" in texts(app)
    app = page("5_Thresholds", voice=voice)
    assert metric(app, "Accuracy") == f"{np.mean(some.predicted == some.label):.3f}"


def test_without_voices_there_is_no_picker(home: Path, page: Open) -> None:
    for file in ("3_Embeddings", "4_Evaluate", "5_Thresholds"):
        app = page(file, voice="net")
        assert not app.exception and not app.error and "voice" not in {x.key for x in app.segmented_control}
    assert "speaks with one voice" in texts(page("4_Evaluate", section="Voices"))


def test_a_voice_that_another_run_lacks_is_forgotten(run: Run, page: Open) -> None:
    app = page("4_Evaluate", run="full", voice="companion")
    app.sidebar.selectbox(key="run").set_value("imported").run()
    assert not app.exception and not app.error
    app.sidebar.selectbox(key="run").set_value("full").run()
    assert not app.exception and not app.error and app.segmented_control(key="voice").value in ("verdict", "companion")


def test_voices_side_by_side_with_paired_differences(run: Run, page: Open) -> None:
    app = page("4_Evaluate", split="val", section="Voices")
    voices, differences = (table.value for table in app.table)
    assert voices.index.tolist() == ["verdict", "net", "companion"]
    assert differences.index.tolist() == ["verdict − net", "verdict − companion"]
    f1 = {name: scores((s := of(run, "val", name)).label, s.predicted, s.p)["macro_f1"] for name in voices.index}
    for name, value in f1.items():
        assert voices.loc[name, "macro F1"].startswith(f"{value:.3f} ")
    assert differences.loc["verdict − companion", "macro F1"].startswith(f"+{f1['verdict'] - f1['companion']:.3f} ")
    assert "50\u00a0% net and 50\u00a0% companion, at temperature 0.7; chosen on val, n = 40." in texts(app)


def test_a_verdict_that_was_not_fitted_says_so() -> None:
    assert "too few validation objects" in spoken(Verdict())


def test_calibration_before_and_after(run: Run, page: Open) -> None:
    app = page("4_Evaluate", split="test", section="Calibration")
    table, some = app.table[0].value, of(run, "test", VERDICT)
    before = blended(some.voices, WEIGHTS)
    assert apply_temperature(before, 0.7) == pytest.approx(some.p, abs=1e-5)
    for name, p in zip(table.index, (before, some.p), strict=True):
        truth = scores(some.label, p.argmax(1), p)
        assert table.loc[name, "NLL [nat]"].startswith(f"{truth['nll']:.3f} ")
        assert table.loc[name, "ECE"].startswith(f"{truth['ece']:.3f} ")
    assert "Temperature 0.7, fitted on val, n = 40." in texts(app)
    alone = page("4_Evaluate", split="test", section="Calibration", voice="net")
    assert alone.table[0].value.index.tolist() == ["net"] and "No temperature" in texts(alone)


def sliced_table(app: AppTest, column: str) -> pd.DataFrame:
    """The table of the bins, of which the page says that it is against `column`."""
    assert not app.exception and not app.error
    (table,) = (table.value for table in app.table)
    assert table.columns[0] == column
    return table.set_index(column)


@pytest.mark.parametrize("voice", ["verdict", "companion"])
def test_slices_follow_split_and_voice_and_add_up(voice: str, run: Run, page: Open) -> None:
    some = of(run, "val", voice)
    app = page("4_Evaluate", section="Slices", split="val", voice=voice)
    assert app.selectbox(key="slice").value == "period"  # the first of the task's slices
    table = sliced_table(app, "period [d]")["accuracy"].str.extract(r"^([\d.]+) .*n\u00a0=\u00a0(\d+)").astype(float)
    assert table[1].sum() == len(some)
    assert (table[0] * table[1]).sum() == pytest.approx((some.predicted == some.label).sum(), abs=0.1)
    assert f"by the {voice}. Accuracy: " in texts(app) and f"val, n = {len(some)} objects" in texts(app)
    assert "thresholds of a profile are not applied" in texts(app)


def test_purity_and_completeness_of_each_class_in_bins_that_one_chooses(run: Run, page: Open) -> None:
    some = of(run, "all", VERDICT)
    app = page("4_Evaluate", section="Slices", split="all", score="Completeness", slice="stellar_temp")
    table = sliced_table(app, "stellar_temp [K]")
    assert table.columns.tolist() == list(some.classes)
    for c, name in enumerate(some.classes):
        counts = table[name].str.extract(r"n\u00a0=\u00a0(\d+)")[0].astype(int)
        assert counts.sum() == (some.label == c).sum()
    app.segmented_control(key="score").set_value("Purity").run()
    app.segmented_control(key="bins").set_value("Equal counts").run()
    app.slider(key="bin_count").set_value(4).run()
    table = sliced_table(app, "stellar_temp [K]")
    assert len(table) == 4 + some.table["stellar_temp"].isna().any() and "Purity (precision)" in texts(app)
    decided = sum(table[name].str.extract(r"n\u00a0=\u00a0(\d+)")[0].astype(int).sum() for name in table)
    assert decided == len(some)


def test_slices_begin_with_the_task_s_own_and_leave_out_what_nobody_has(run: Run) -> None:
    whole = run.predictions()
    table = whole.table.assign(snr=np.nan, note="text", flag=True)
    found = slice_columns(get_task("exoplanets"), replace(whole, table=table))
    own = [name for name in get_task("exoplanets").views.SLICES if name != "snr"]
    assert found[: len(own)] == own and "flag" in found and not {"snr", "note", "label"} & set(found)


def test_a_column_that_another_run_lacks_is_forgotten(run: Run, page: Open) -> None:
    other = run_of(run.path.parents[2], "imported")
    bare = other.predictions()
    other.save_predictions(replace(bare, table=bare.table[["object_id", "group", "split", "label"]], units={}))
    app = page("4_Evaluate", run="full", section="Slices", slice="depth")
    sliced_table(app, "depth [ppm]")
    app.sidebar.selectbox(key="run").set_value("imported").run()
    assert not app.exception and not app.error and "no measured column" in texts(app)
    app.sidebar.selectbox(key="run").set_value("full").run()
    assert not app.exception and not app.error and app.selectbox(key="slice").value in ("period", "depth")


def test_of_many_classes_the_bins_are_numbers_to_scroll_in(run: Run, page: Open) -> None:
    whole = run.predictions()
    names = tuple("ABCDEF")
    p = np.random.default_rng(0).dirichlet(np.ones(6), len(whole)).astype(np.float32)
    run.save_predictions(replace(whole, classes=names, p=p, voices={}))
    app = page("4_Evaluate", section="Slices", split="all", score="Purity")
    assert not app.exception and not app.error and not app.table and "stand in the file" in texts(app)
    shown = app.dataframe[0].value
    assert shown.columns.tolist() == ["period [d]", "objects", *names]
    assert shown["objects"].sum() == len(whole.labelled())


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, ...]]:
    """Commands that would have been started."""
    begun: list[tuple[str, ...]] = []
    monkeypatch.setattr(offers, "start", lambda words, job: begun.append(tuple(words)))
    return begun


def test_alignment_is_offered_as_a_command_then_shown(run: Run, page: Open, started: list[Any]) -> None:
    app = page("4_Evaluate", section="Alignment")
    assert app.code[0].value == "python -m astrocore align exoplanets/full"
    press(app, "Start the job")
    assert started == [("python", "-m", "astrocore", "align", "exoplanets/full")] and not app.exception
    report = align.run(align.Args(run="exoplanets/full", draws=1))
    app = page("4_Evaluate", section="Alignment")
    assert not app.exception and not app.error and not app.code
    pair, probes, zero_shot = (table.value for table in app.table)
    assert pair.loc["modality gap", "value"] == f"{report['pairs'][0]['gap']:.3f}"
    assert probes.index.tolist() == list(report["probes"]) and len(zero_shot) == 2
    assert "Left out, ablation: " in texts(app) and f"test, n = {report['n']}" in texts(app)  # there are no weights


def test_an_alignment_of_earlier_predictions_is_shown_with_an_offer(run: Run, page: Open) -> None:
    align.run(align.Args(run="exoplanets/full", draws=1))
    run.save_predictions(of(run, "all", "net"))
    app = page("4_Evaluate", section="Alignment")
    assert "earlier predictions" in app.info[0].value and app.code and len(app.table) == 3 and not app.exception


def test_ablation_and_retrieval_of_a_report_with_gaps_are_drawn(run: Run, page: Open) -> None:
    made = align.run(align.Args(run="exoplanets/full", draws=1))
    score = {"macro_f1": {"value": 0.7, "low": None, "high": None}}
    rows = [{"kind": "all", "modality": "", "n": 9, "voices": {"verdict": score, "net": score}}]
    rows += [{**rows[0], "kind": kind, "modality": "star"} for kind in ("without", "only", "dealt")]
    save_report(run, "alignment", {**made, "ablation": rows, "zero_shot": [], "pairs": []})
    for voice in ("net", "companion"):
        app = page("4_Evaluate", section="Alignment", voice=voice)
        assert not app.exception and not app.error and len(app.table) == 1


def test_boundaries_are_offered_as_a_command_then_shown(run: Run, page: Open, started: list[Any]) -> None:
    app = page("4_Evaluate", section="Boundaries", split="val")
    wanted = "python -m astrocore boundaries exoplanets/full --x period --y planet_radius --split val"
    assert app.code[0].value == wanted
    press(app, "Start the job")
    assert started == [tuple(wanted.split())]
    axis = {"name": "period", "unit": "d", "log": True, "values": [1.0, 10.0]}
    p = np.full((2, 2, 3), 1 / 3).tolist()
    report = {"kind": "columns", "x": axis, "y": {**axis, "name": "depth", "unit": "ppm"}, "background": 9}
    report |= {"classes": list(run.predictions().classes), "voices": {"verdict": p, "net": p}, "created": "2026-01-01"}
    save_report(run, boundary_name("period", "planet_radius", "val", run.predictions().hash), report)
    for voice in ("verdict", "companion"):
        app = page("4_Evaluate", section="Boundaries", split="val", voice=voice)
        assert not app.exception and not app.error and not app.code and "of 9 objects are set" in texts(app)
    app.selectbox(key="boundary:y").set_value("period").run()
    assert "two different columns" in app.info[0].value
    app.segmented_control(key="boundary").set_value("Plane of the embedding").run()
    assert app.code[0].value == "python -m astrocore boundaries exoplanets/full --split val"


def test_a_split_without_labels_keeps_what_needs_none(run: Run, page: Open) -> None:
    whole = run.predictions()
    run.save_predictions(replace(whole, table=whole.table.assign(label=pd.array([None] * len(whole), "Int64"))))
    app = page("4_Evaluate")
    assert "no labelled objects" in app.info[0].value and not app.exception
    assert [tab.label for tab in app.tabs] == ["Alignment", "Boundaries", "Learning", "Experiments"]


def test_maps_are_the_same_for_all_voices(run: Run, page: Open) -> None:
    page("3_Embeddings", voice="verdict")
    app = page("3_Embeddings", voice="companion", colour="prediction")
    assert not app.exception and not app.error and len(projections(run)) == 1
    assert np.array_equal(cache.voiced(run, "companion").p, run.predictions().voices["companion"])


def test_a_profile_says_for_which_voice_it_is(run: Run, page: Open) -> None:
    app = page("5_Thresholds", voice="net")
    app.text_input(key=f"thresholds:{run.path}:net:name").set_value("nets").run()
    press(app, "Save in the run")
    profile = load_profile(run.path / "thresholds" / "nets.json")
    assert profile.voice == "net" and profile.fitted_on.predictions == run.predictions().hash
    app = press(page("5_Thresholds", voice="verdict"), "Load")
    assert "for the voice net" in texts(app) or "for the voice net" in app.success[0].value
    assert app.slider(key=slider(run, "CONFIRMED")).value == 0.5


def test_unknowns_have_a_column_only_when_abstaining(run: Run, page: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    from astrocore.ui import thresholds

    drawn: list[tuple[Any, ...]] = []
    monkeypatch.setattr(
        thresholds, "confusion_chart", lambda matrix, *_, unknown, **__: drawn.append((matrix, unknown))
    )
    monkeypatch.setattr(thresholds, "draw", lambda *_, **__: None)
    app = page("5_Thresholds")
    app.toggle(key=f"thresholds:{run.path}:abstain").set_value(True).run()
    assert [(matrix.shape, unknown) for matrix, unknown in drawn] == [((3, 3), False), ((3, 4), True)]
