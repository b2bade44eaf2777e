"""The Classify page: files in, verdicts, named errors and a card out; the worker is a stand-in."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import numpy as np
import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from astrocore.analysis.neighbours import nearest_to
from astrocore.data.dataset import write_dataset
from astrocore.errors import FileUnreadable, WorkerFailed
from astrocore.runs import Profile, Run, save_profile, write_predictions
from astrocore.ui import classify, why
from tests.pages.test_pages import texts
from tests.pages.test_train import press
from tests.ui.fakes import draft, fake_predictions

Open = Callable[..., AppTest]
PAGE = "6_Classify"
DEFECT = {"file": "broken.fits", "error": "FileUnreadable", "message": "It is empty; fetch it again."}


class Stand:
    """In the place of ui.worker.ask: writes what a worker would, and keeps what it was asked."""

    def __init__(self, origin: str = "measured", defects: tuple[dict[str, str], ...] = (DEFECT,)) -> None:
        self.origin, self.defects = origin, defects
        self.asked: list[dict[str, Any]] = []
        self.error: Exception | None = None
        self.embeddings: dict[str, np.ndarray] = {}

    def __call__(self, run: Run, question: str, timeout: float, **parameters: Any) -> dict[str, Any]:
        self.asked.append({"run": run.name, "question": question, **parameters})
        if self.error:
            raise self.error
        if question == "explain":
            shares = {"global_view": np.linspace(-1, 1, 201).tolist(), "local_view": [0.5] * 61}
            name = parameters["class_name"] or "CANDIDATE"
            return {"class": name, "p": 0.7, "inputs": shares, "features": {"depth": 1.5, "period": -0.2}, "delta": 0.0}
        out = Path(parameters["out"])
        made = draft(9)
        made = replace(made, origin=dict.fromkeys(made.origin, self.origin))
        data = write_dataset(made, out / "data")
        predictions = fake_predictions(data)
        voices = {"net": predictions.p, "companion": predictions.p[:, ::-1]}
        file = out / "predictions.parquet"
        write_predictions(replace(predictions, embeddings=self.embeddings, voices=voices), file)
        answer = {"dataset": str(data.path), "predictions": str(file), "n": 9}
        return {**answer, "defects": list(self.defects), "notes": ["A note."]}


@pytest.fixture
def stand(home: Path, monkeypatch: pytest.MonkeyPatch) -> Stand:
    """A stand-in for the worker, and a run "full" that has weights."""
    (home / "checkpoints" / "exoplanets" / "full" / "model.safetensors").write_bytes(b"not read here")
    made = Stand()
    monkeypatch.setattr(classify, "ask", made)
    monkeypatch.setattr(why, "ask", made)
    return made


def bring(app: AppTest, *files: tuple[str, bytes, str]) -> AppTest:
    app.file_uploader(key="classify:exoplanets:files").set_value(list(files)).run()
    return press(app, "Classify")


CSV = ("table.csv", b"period,depth\n1,100\n", "text/csv")
FITS = ("../../KIC 1.fits", b"", "application/fits")


def test_before_anything_is_brought(stand: Stand, page: Open) -> None:
    app = page(PAGE)
    assert not app.exception and not app.error
    assert next(button for button in app.button if button.label == "Classify").disabled
    assert "Bring files and press Classify" in texts(app) and stand.asked == []


def test_files_become_verdicts_with_named_errors_and_a_card(stand: Stand, home: Path, page: Open) -> None:
    app = bring(page(PAGE), CSV, FITS)
    assert not app.exception and not app.error
    (asked,) = stand.asked
    folder = Path(asked["source"])
    assert asked["question"] == "classify" and asked["run"] == "full" and asked["options"] == {}
    assert folder.is_relative_to(home / "data" / ".classify") and folder.name == "brought"
    assert sorted(file.name for file in folder.iterdir()) == ["KIC 1.fits", "table.csv"]
    table = app.dataframe[0].value
    told = ["object_id", "verdict", "confidence", "light_curve", "events", "searched"]
    assert list(table)[:6] == told and len(table) == 9 and not table["searched"].any()
    assert set(table["light_curve"]) == {"simulated"} and table["events"].notna().any()
    assert {"p_CONFIRMED", "net says", "companion says"} <= set(table)
    assert {metric.label: int(metric.value) for metric in app.metric} == {
        name: int((table["verdict"] == name).sum()) for name in ("CONFIRMED", "CANDIDATE", "FALSE POSITIVE")
    }
    defects = next(item.value for item in app.table if "error" in item.value)
    assert defects.iloc[0].tolist() == list(DEFECT.values()) and "A note." in texts(app)
    assert app.subheader[0].value == table["object_id"][0]
    assert app.subheader[0].value != press(app, "Next").subheader[0].value == table["object_id"][1]


def test_one_file_is_the_source_itself_and_a_catalogue_goes_along(stand: Stand, page: Open) -> None:
    app = page(PAGE)
    app.file_uploader(key="classify:exoplanets:catalogue").set_value(("koi.csv", b"kepid\n1\n", "text/csv")).run()
    bring(app, CSV)
    (asked,) = stand.asked
    assert Path(asked["source"]).read_bytes() == CSV[1] and Path(asked["options"]["catalogue"]).name == "koi.csv"


def test_a_path_below_the_data_roots(stand: Stand, home: Path, page: Open) -> None:
    app = page(PAGE)
    app.text_input(key="classify:path").set_value("sample_data/exoplanets").run()
    assert not press(app, "Classify").error
    assert stand.asked[0]["source"] == str((home / "sample_data" / "exoplanets").resolve())
    app.text_input(key="classify:path").set_value("checkpoints/exoplanets").run()
    assert "does not lie below" in press(app, "Classify").error[0].value and len(stand.asked) == 1
    assert not app.dataframe  # the old verdicts are of other files


def test_settings_that_differ_go_along_and_none_names_a_file(stand: Stand, page: Open) -> None:
    app = page(PAGE)
    keys = {
        str(item.key) for kind in ("text_input", "selectbox", "toggle", "number_input") for item in getattr(app, kind)
    }
    assert "classify:exoplanets:mission" in keys
    assert not {f"classify:exoplanets:{name}" for name in ("views", "catalogue")} & keys
    app.selectbox(key="classify:exoplanets:depth_unit").set_value("percent").run()
    bring(app, CSV)
    assert stand.asked[0]["options"] == {"depth_unit": "percent"}


def test_simulated_knowledge_of_measured_objects_is_warned_of(stand: Stand, page: Open) -> None:
    app = bring(page(PAGE), CSV)
    assert any("This run knows simulated objects only" in warning.value for warning in app.warning)
    stand.origin, stand.defects = "simulated", ()
    app = bring(page(PAGE), CSV)
    assert not app.warning and not app.error


def test_a_profile_decides(stand: Stand, home: Path, page: Open) -> None:
    run = Run(home / "checkpoints" / "exoplanets" / "full")
    classes = run.read_info().classes
    thresholds = dict.fromkeys(classes, 0.95)
    save_profile(run, Profile(name="strict", task="exoplanets", classes=classes, thresholds=thresholds, abstain=True))
    app = bring(page(PAGE), CSV)
    app.selectbox(key=f"classify:{run.path}:profile").set_value("strict").run()
    table = app.dataframe[0].value
    sure = table[[f"p_{name}" for name in classes]].max(axis=1) >= 0.95
    assert ((table["verdict"] != "unknown") == sure).all() and not sure.all()
    assert len(stand.asked) == 1  # another rule needs no other verdict


def test_a_failing_worker_is_told_in_words(stand: Stand, page: Open) -> None:
    stand.error = WorkerFailed("The worker ended unexpectedly. It said: out of memory")
    app = bring(page(PAGE), CSV)
    assert "out of memory" in app.error[0].value and not app.exception and not app.dataframe
    stand.error = None
    assert not press(app, "Classify").error and app.dataframe


def test_no_message_names_a_place_on_the_server(stand: Stand, home: Path, page: Open) -> None:
    def ask(run: Run, question: str, timeout: float, **parameters: Any) -> dict[str, Any]:
        file = f"{parameters['source']}/KIC 1.fits"
        stand.defects = ({**DEFECT, "message": f"{file} is empty."},)
        stand.error = FileUnreadable(f"{file} can't be read.") if failing else None
        return stand(run, question, timeout, **parameters)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(classify, "ask", ask)
        failing = False
        app = bring(page(PAGE), CSV, FITS)
        assert next(item.value for item in app.table if "error" in item.value)["message"][0] == "KIC 1.fits is empty."
        failing = True
        assert press(app, "Classify").error[0].value == "KIC 1.fits can't be read."


def test_results_that_were_cleaned_away(stand: Stand, home: Path, page: Open) -> None:
    app = bring(page(PAGE), CSV)
    for file in (home / "data" / ".classify").glob("*/predictions.parquet"):
        file.unlink()
    app.run()
    assert "press Classify again" in app.error[0].value and not app.exception


def test_a_run_without_weights_can_not_judge(home: Path, page: Open) -> None:
    app = page(PAGE, run="imported")
    assert "The run imported has no weights." in texts(app) and not app.error


def test_why_is_asked_on_demand_only(stand: Stand, page: Open) -> None:
    app = bring(page(PAGE), CSV)
    object_id = app.subheader[0].value
    assert [asked["question"] for asked in stand.asked] == ["classify"]
    app.toggle(key="classify:card:why").set_value(True).run()
    assert stand.asked[1]["question"] == "explain" and stand.asked[1]["object_id"] == object_id
    assert "Orange speaks for CANDIDATE" in texts(app) and not app.exception
    app.selectbox(key="classify:card:class").set_value("CONFIRMED").run()
    assert stand.asked[2]["class_name"] == "CONFIRMED" and "Orange speaks for CONFIRMED" in texts(app)
    stand.error = WorkerFailed("It died.")
    press(app, "Next")
    assert "It died." in app.error[0].value and not app.exception and app.subheader[0].value != object_id


def test_on_another_period_the_shares_leave_the_curve_with_a_word(stand: Stand, page: Open) -> None:
    app = bring(page(PAGE), CSV)
    app.toggle(key="classify:card:why").set_value(True).run()
    assert "not drawn over them" not in texts(app)
    press(app, "Half")
    assert "not drawn over them" in texts(app) and "Orange speaks for CANDIDATE" in texts(app)
    assert "not drawn over them" not in texts(press(app, "Reset"))


def test_values_stand_among_the_training_objects_of_each_class(stand: Stand, home: Path, page: Open) -> None:
    app = bring(page(PAGE), CSV)
    shown: pd.DataFrame = next(item.value for item in app.table if "quantity" in item.value).set_index("quantity")
    known = Run(home / "checkpoints" / "exoplanets" / "full").predictions().split("train")
    row = draft(9).table.iloc[0]
    for code, name in enumerate(known.classes):
        depths = known.table.loc[known.label == code, "depth"].dropna()
        share = (depths < row["depth"]).mean() + (depths == row["depth"]).mean() / 2
        assert shown.loc["depth [ppm]", name] == f"{100 * share:.0f} %"


def test_the_nearest_labelled_objects_of_the_run_lead_to_embeddings(stand: Stand, home: Path, page: Open) -> None:
    def led() -> list[tuple[str, list[str]]]:
        """Names of the gallery, and the object and embedding to which each leads."""
        links = [one.proto for one in app.get("page_link") if "object=" in one.proto.query_string]
        assert all(one.page == "Embeddings" for one in links)
        queries = [parse_qs(one.query_string) for one in links]
        return [(one.label, query["object"] + query["embedding"]) for one, query in zip(links, queries, strict=True)]

    def leads_to(embedding: str, nth: int) -> None:
        """The gallery is that of the literal search, and each name leads to its object."""
        there = (known.label >= 0) & (ids != app.subheader[0].value)
        rows, cosines = nearest_to(known.embeddings[embedding], stand.embeddings[embedding][nth], 10, there)
        assert led() == [(name, [name, embedding]) for name in ids[rows].tolist()]
        said = texts(app)
        n = (there & np.isfinite(known.embeddings[embedding]).all(axis=1)).sum()
        assert f"cosine {cosines[9]:.3f}" in said and f"among {n:,} labelled objects" in said
        assert len(app.get("image")) == 10 and not app.exception and not app.error

    run = Run(home / "checkpoints" / "exoplanets" / "full")
    known = run.predictions()
    ids = known.table["object_id"].astype(str).to_numpy()
    stand.embeddings = {name: known.embeddings[name][20:29].copy() for name in ("star", "fused")}
    stand.embeddings["star"][0] = np.nan
    app = bring(page(PAGE), CSV)
    leads_to("fused", 0)
    assert ids[20] == led()[0][0] and "The run knows an object of this name, which is left out." in texts(app)
    app.selectbox(key=f"classify:{run.path}:embedding").set_value("star").run()
    assert "This object has no embedding star, so nothing lies near it there." in texts(app) and not led()
    press(app, "Next")
    leads_to("star", 1)
    run.weights_file.write_bytes(b"other weights")
    assert "press Classify again" in texts(app.run()) and not led() and not app.error
