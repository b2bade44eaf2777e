"""Voices that stand apart from the verdict: on an object's card, as a filter, and in conflict."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any
from zlib import crc32

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from astrocore.analysis.conflicts import conflicts
from astrocore.analysis.metrics import scores
from astrocore.runs import Predictions, Run, Verdict, read_predictions, write_predictions
from astrocore.ui import classify
from astrocore.ui.conflicts import CONFIDENCE, KEY
from astrocore.ui.voices import difference_table, voices_table
from tests.pages.test_classify import CSV, Stand, bring
from tests.pages.test_pages import run_of, texts

Open = Callable[..., AppTest]
PAIR = ("image only", "header only")


def apart(predictions: Predictions) -> Predictions:
    """The same with two voices that are often sure of different classes, each silent on some objects."""
    rng = np.random.default_rng(3)
    said = {name: rng.dirichlet(np.full(3, 0.3), len(predictions)).astype(np.float32) for name in PAIR}
    said[PAIR[0]][::5], said[PAIR[1]][1::7] = np.nan, np.nan
    return replace(predictions, voices={"net": predictions.p, **said})


@pytest.fixture
def run(home: Path) -> Run:
    """A run with such voices; its verdict is the net's."""
    run = run_of(home, "full")
    run.save_predictions(apart(run.predictions()))
    run.update(verdict=Verdict().model_dump())
    return run


def found(run: Run, confidence: float = 0.5, split: str = "all") -> list[str]:
    """object_id of the conflicts."""
    some = run.predictions().split(split)
    where = conflicts(some.voices[PAIR[0]], some.voices[PAIR[1]], confidence)
    return some.table["object_id"].astype(str)[where].tolist()


def frame(app: AppTest, columns: str) -> Any:
    """The table that has such a column."""
    return next(one.value for one in app.dataframe if columns in one.value)


def test_the_map_of_conflicts_alone(run: Run, page: Open) -> None:
    wanted = found(run)
    app = page("3_Embeddings", object=wanted[0])
    assert not app.exception and not app.error
    assert "image and header disagree" in texts(app)
    said = next(table.value for table in app.table if "part in the verdict" in table.value)
    assert said["voice"].tolist() == ["net", *PAIR] and said["part in the verdict"].tolist() == [
        "100 %",
        "none",
        "none",
    ]
    toggle = app.toggle(key=KEY)
    assert toggle.label == f"Conflicts only ({len(wanted)})"
    toggle.set_value(True).run()
    assert not app.exception and f"n = {len(wanted)} objects" in str(app.get("plotly_chart")[0].proto)
    app.number_input(key=CONFIDENCE).set_value(0.9).run()
    fewer = found(run, 0.9)
    assert 0 < len(fewer) < len(wanted) and app.toggle(key=KEY).label == f"Conflicts only ({len(fewer)})"
    app.segmented_control(key="voice").set_value(PAIR[0]).run()
    assert not app.exception and not app.error


def test_conflicts_side_by_side_by_a_voice_apart(run: Run, page: Open) -> None:
    shutil.copytree(run.path, run.path.with_name("other"))
    app = page("3_Embeddings", show="Side by side", conflicts="true", voice=PAIR[0])
    assert not app.exception and not app.error
    maps = [str(chart.proto) for chart in app.get("plotly_chart")]
    assert len(maps) == 2 and all(f"n = {len(found(run))} objects" in one for one in maps)


def test_conflicts_and_who_was_right(run: Run, page: Open) -> None:
    app = page("4_Evaluate", split="all", section="Conflicts")
    assert not app.exception and not app.error
    assert frame(app, "image says")["objects"].sum() == len(found(run))
    listed = next(one for one in app.dataframe if "object_id" in one.value)
    assert listed.value["object_id"].tolist() == found(run)
    pairs = frame(app, "image says")
    app.session_state[f"conflicts:pairs:all:{len(pairs)}:{len(found(run))}"] = {"selection": {"rows": [0]}}
    app.run()
    some, first = frame(app, "object_id"), pairs.iloc[0]
    assert not app.exception and len(some) == first["objects"] < len(found(run))
    assert (some[["image says", "header says"]] == first[["image says", "header says"]]).to_numpy().all()
    where = run.predictions().table["object_id"].isin(some["object_id"]).to_numpy(bool)
    app.session_state[f"conflicts:objects:all:{crc32(where.tobytes())}"] = {"selection": {"rows": [1]}}
    app.run()
    shown = f"Show {some['object_id'].iloc[1]}"
    assert not app.exception and shown in [link.proto.label for link in app.get("page_link")]


def test_a_voice_is_judged_on_the_objects_of_which_it_has_a_word(run: Run) -> None:
    some = run.predictions().split("val").labelled()
    some = some.take(np.isfinite(some.voices[PAIR[0]]).all(axis=1)).voice(PAIR[0])
    table = voices_table(run, "val", ["net", PAIR[0]])
    assert table.index[1].endswith(f"n\u00a0=\u00a0{len(some)}]]")
    accuracy = scores(some.label, some.predicted, some.p)["accuracy"]
    verdict = run.predictions().take(run.predictions().table["object_id"].isin(some.table["object_id"]).to_numpy(bool))
    gain = np.mean(verdict.predicted == verdict.label) - accuracy
    assert difference_table(run, "val", [PAIR[0]])["accuracy"].iloc[0].startswith(f"{gain:+.3f} ")


def test_a_run_without_such_voices_shows_no_filter(home: Path, page: Open) -> None:
    app = page("3_Embeddings")
    assert not app.exception and KEY not in {one.key for one in app.toggle}
    app = page("4_Evaluate", section="Conflicts")
    assert not app.exception and "Conflicts" not in {tab.label for tab in app.tabs}


def test_the_verdicts_in_conflict_alone(run: Run, page: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    def answer(*given: Any, **named: Any) -> dict[str, Any]:
        told = Stand()(*given, **named)
        write_predictions(apart(read_predictions(Path(told["predictions"]))), Path(told["predictions"]))
        return told

    monkeypatch.setattr(classify, "ask", answer)
    run.weights_file.write_bytes(b"not read here")
    app = bring(page("6_Classify"), CSV)
    assert not app.exception and len(frame(app, "verdict")) == 9
    said = frame(app, "verdict")["image only says"].tolist()
    assert said[0] == said[5] == "" and all(said[1:5])
    app.toggle(key=KEY).set_value(True).run()
    assert not app.exception and not app.error
    kept = frame(app, "verdict")
    assert 0 < len(kept) < 9 and (kept["image only says"] != kept["header only says"]).all()
    assert (kept["image only says"] != "").all() and app.toggle(key=KEY).label == f"Conflicts only ({len(kept)})"
