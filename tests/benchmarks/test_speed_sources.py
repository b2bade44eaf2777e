"""The speed benchmark: two nets of one size in turns, and made-up objects that train and predict."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from astrocore.data.dataset import open_dataset
from benchmarks import processes, speed_sources
from benchmarks.sources_blobs import make
from benchmarks.sources_pair import in_turns, pair


def test_nets_in_their_quick_form(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    speed_sources.main(["--quick", "--only", "nets", "--json", str(tmp_path / "rows.json")])
    found = json.loads((tmp_path / "rows.json").read_text())["nets"]
    assert set(found) == {"training", "inference"}
    for told in found.values():
        ours, theirs = told["seconds"]["ours"], told["seconds"]["original"]
        assert sorted(b / a for a, b in zip(ours, theirs, strict=True)) == told["ratio"] and len(ours) == 3
    assert "original 1,405,475 parameters" in capsys.readouterr().out


def test_both_nets_learn_from_their_steps_and_leave_off_in_inference() -> None:
    for net in pair(8, 1):
        before = [p.detach().clone() for p in net.net.parameters()]
        net.inference()
        assert all(np.array_equal(a, b.detach()) for a, b in zip(before, net.net.parameters(), strict=True))
        net.training()
        moved = [not np.array_equal(a, b.detach()) for a, b in zip(before, net.net.parameters(), strict=True)]
        assert np.mean(moved) > 0.9


def test_who_is_first_changes_from_turn_to_turn() -> None:
    called: list[str] = []

    class Fake:
        def __init__(self, name: str) -> None:
            self.name = name

        def training(self) -> None:
            called.append(self.name)

    seconds = in_turns([Fake("a"), Fake("b")], "training", 2)  # type: ignore[list-item]
    assert "".join(called) == "baabbaab" and [len(one) for one in seconds] == [2, 2]


def test_made_up_objects_train_and_predict(tmp_path: Path) -> None:
    data = make(220, tmp_path / "220")
    assert data.arrays["image_r"].shape == (220, 32, 32) and data.arrays["image_r"].dtype == np.float16
    assert data.table["object_id"].is_unique and set(data.table["split"]) == {"train", "val", "test"}
    for what in ("train", "predict"):
        changes = {**speed_sources.CHANGES, "companion": False}
        processes.child(what, str(data.path), str(tmp_path / f"{what}.json"), changes)
        found = json.loads((tmp_path / f"{what}.json").read_text())
        assert found[f"memory, {what} [MB]"] > 100 and all(value > 0 for value in found.values())
        assert any(name.endswith("[objects/s]") for name in found)


def test_more_objects_than_images_repeat_them(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("benchmarks.sources_blobs.SEEN", 16)
    data = open_dataset(make(300, tmp_path / "set").path)
    np.testing.assert_array_equal(data.arrays["image_z"][3], data.arrays["image_z"][19])
    assert not np.array_equal(data.arrays["image_z"][3], data.arrays["image_z"][4])
    assert data.table["label"][3] == data.table["label"][19]
