"""A column mapping goes from the build into the run and back to the next table of the same form."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from types import ModuleType, SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from astrocore.__main__ import main
from astrocore.config import runs_root
from astrocore.data.dataset import IDENTITY, Dataset, open_dataset
from astrocore.runs import DataRef, Predictions, Run, RunInfo, create_run, load_run
from astrocore.tasks import get_task
from astrocore.verbs.worker import Worker

MAPPING = "label=sort,modelMag_r=my r,object_id=who"


@pytest.fixture
def odd(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A table under odd names, and a home of its own."""
    monkeypatch.setenv("ASTROCORE_HOME", str(tmp_path / "home"))
    rng = np.random.default_rng(0)
    table = pd.DataFrame({"who": np.arange(40) + 2**62, "sort": np.array(["STAR", "GALAXY"])[np.arange(40) % 2]})
    table = table.assign(**{"my r": rng.uniform(16, 20, 40), "g": rng.uniform(16, 20, 40), "note": "x"})
    table.to_csv(tmp_path / "odd.csv", index=False)
    return tmp_path / "odd.csv"


@pytest.fixture
def run(odd: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """A run on the data set that was built of it, with a net that says the same of all objects."""
    assert main(["build", "sources", str(odd), str(tmp_path / "set"), "--mapping", MAPPING]) == 0
    dataset = open_dataset(tmp_path / "set")
    info = RunInfo(task="sources", classes=dataset.classes, status="done", data=DataRef.of(dataset))
    module = ModuleType("astrocore.verbs.network")
    task = get_task("sources")
    own = {"task": task, "config": task.config.Config(), "companion": None, "verdict": None}
    net = SimpleNamespace(predict=said, blocks=lambda data, **_: [said(data)], **own)
    module.load_network = lambda run: net  # type: ignore[attr-defined]
    module.judged = lambda predictions, verdict: predictions  # type: ignore[attr-defined]
    module.BATCH = 512  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "astrocore.verbs.network", module)
    return create_run(runs_root() / "sources" / "first", info)


def said(dataset: Dataset) -> Predictions:
    table = dataset.table[[*IDENTITY, *(name for name in dataset.table if name not in IDENTITY)]]
    return Predictions(("STAR", "GALAXY"), table, np.full((len(table), 2), 0.5, np.float32), {}, dict(dataset.units))


def predicted(run: Run, table: pd.DataFrame, tmp_path: Path, *options: str) -> tuple[pd.DataFrame, list[str]]:
    """What the run says of a table, and the notes."""
    table.to_csv(tmp_path / "new.csv", index=False)
    result, out = tmp_path / "result.json", tmp_path / "p.csv"
    words = ["predict", "first", "--data", str(tmp_path / "new.csv"), "--out", str(out), "--json", str(result)]
    assert main([*words, *options]) == 0
    return pd.read_csv(out, dtype={"object_id": str}), json.loads(result.read_text())["notes"]


def test_the_mapping_is_kept_with_the_data_set_and_the_run(run: Run, tmp_path: Path) -> None:
    kept = {"mapping": ["label=sort", "modelMag_r=my r", "object_id=who"]}
    assert json.loads((tmp_path / "set" / "dataset.json").read_text())["settings"] == kept
    assert open_dataset(tmp_path / "set").settings == kept
    assert load_run("sources/first").read_info().data.settings == kept


def test_the_next_table_of_the_same_form_is_read_by_it(run: Run, odd: Path, tmp_path: Path) -> None:
    table = pd.read_csv(odd).tail(7).drop(columns="sort")  # what is to be judged has no label
    found, notes = predicted(run, table, tmp_path)
    assert found["object_id"].tolist() == table["who"].astype(str).tolist()
    np.testing.assert_allclose(found["modelMag_r"], table["my r"])
    assert notes[0] == "The settings of the run's own data set are used: mapping modelMag_r=my r, object_id=who."
    assert not any("is not in this table" in note for note in notes)
    labelled, _ = predicted(run, pd.read_csv(odd), tmp_path)
    assert labelled["label"].tolist() == pd.read_csv(odd)["sort"].tolist()


def test_a_table_of_another_form_is_read_by_what_surveys_call_its_columns(run: Run, odd: Path, tmp_path: Path) -> None:
    table = pd.read_csv(odd).rename(columns={"my r": "r"})
    found, notes = predicted(run, table, tmp_path)
    np.testing.assert_allclose(found["modelMag_r"], table["r"])
    assert notes[0].endswith("are used: mapping label=sort, object_id=who.")
    assert notes[1].startswith("my r, to which the column mapping of the run's own data set leads, is not in this")


def test_settings_that_are_given_win(run: Run, odd: Path, tmp_path: Path) -> None:
    table = pd.read_csv(odd).assign(better=18.5)
    found, notes = predicted(run, table, tmp_path, "--mapping", "modelMag_r=better")
    assert (found["modelMag_r"] == 18.5).all() and found["object_id"][0] == "new-000001"
    assert not any("The settings of the run" in note for note in notes)


def test_the_worker_reads_by_it_too(run: Run, odd: Path, tmp_path: Path) -> None:
    answer = Worker(run).classify(str(odd), str(tmp_path / "out"))
    assert "mapping label=sort, modelMag_r=my r, object_id=who" in answer["notes"][0]
    assert "modelMag_r" in open_dataset(Path(answer["dataset"])).table
