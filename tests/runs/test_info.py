"""run.json survives the round trip, with what this version does not know."""

from __future__ import annotations

import json
import math
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from astrocore.config import home
from astrocore.data.dataset import Draft, write_dataset
from astrocore.runs import DataRef, RunInfo, StageInfo


def test_unknown_keys_survive_at_every_level(info: RunInfo) -> None:
    content = info.model_dump(mode="json")
    content["new"] = {"a": [1, None]}
    content["data"]["checksum"] = "x"
    content["stages"] = [{"name": "finetune", "epochs": 3, "energy_kwh": 0.5}]
    again = json.loads(RunInfo.model_validate(content).model_dump_json())
    assert again == content | {"stages": again["stages"]}
    assert again["stages"][0]["energy_kwh"] == 0.5


def test_undefined_metrics_are_null_in_json_and_nan_in_python(info: RunInfo) -> None:
    text = info.model_copy(update={"metrics": {"test": {"auc": math.nan, "accuracy": 0.5}}}).model_dump_json()
    assert json.loads(text)["metrics"] == {"test": {"auc": None, "accuracy": 0.5}}
    found = RunInfo.model_validate_json(text).metrics["test"]
    assert math.isnan(found["auc"]) and found["accuracy"] == 0.5


@pytest.mark.parametrize("inside", [True, False])
def test_data_ref_tells_where_the_data_lies(inside: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ASTROCORE_HOME", str(tmp_path / "home"))
    table = pd.DataFrame({"object_id": ["a", "b"], "group": ["a", "b"], "split": ["train", "test"]})
    table["label"] = pd.array([0, None], dtype="Int64")
    draft = Draft("toy", ("x",), table, {"image": np.zeros((2, 1))}, origin={"image": "simulated"})
    draft.settings = {"mapping": ["a=b"]}
    dataset = write_dataset(draft, (home() if inside else tmp_path / "away") / "data" / "set")
    ref = DataRef.of(dataset)
    assert ref.path == ("data/set" if inside else str(tmp_path / "away" / "data" / "set"))
    assert ref.folder == dataset.path
    assert (ref.n, ref.counts, ref.fingerprint) == (2, {"train": 1, "test": 1}, dataset.fingerprint)
    assert ref.simulated == ("image",) and ref.settings == {"mapping": ["a=b"]}
    assert DataRef.model_validate({"path": "x", "fingerprint": "y", "n": 1}).settings == {}  # of an earlier version


def test_a_stage_can_not_have_negative_epochs() -> None:
    with pytest.raises(ValueError, match="epochs"):
        StageInfo(name="finetune", epochs=-1)
