"""The benchmarks of pre-training: the shortcut is the original's, images can be dealt, and a field is cut."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch

from astrocore.data.draft import Draft
from astrocore.tasks.sources import model
from astrocore.tasks.sources.config import Config
from benchmarks import simclr_field, simclr_pretext, sources_sets
from benchmarks.sources_blobs import make
from benchmarks.sources_pair import made as batch_of


def test_the_shortcut_gives_both_views_the_same_photometry_and_ours_does_not() -> None:
    batch, config = batch_of(6), Config(pretrain_epochs=1, pretext=("perturbed",)).of_views()
    sky = torch.ones(5)
    with simclr_pretext.same_photometry(True):
        one, other = (model.augment(batch, config, sky) for _ in range(2))
    assert torch.equal(one["photometry"], batch["photometry"]) and torch.equal(other["photometry"], batch["photometry"])
    assert not torch.equal(one["image"], other["image"])
    assert not torch.equal(model.augment(batch, config, sky)["photometry"], batch["photometry"])


def test_the_table_of_pretexts(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    def drawn(n: int) -> Draft:
        found = make(n, tmp_path / "blobs")
        table = found.table.drop(columns="split").assign(group=[f"SIM field {i // 8}" for i in range(n)])
        return Draft("sources", found.classes, table, dict(found.arrays), found.units, dict(found.origin))

    monkeypatch.setitem(sources_sets.SETS, "compact", drawn)
    kept = {name: simclr_pretext.ROWS[name] for name in ("random weights", "image")}
    monkeypatch.setattr(simclr_pretext, "ROWS", kept)
    simclr_pretext.main(["--quick", "--keep", str(tmp_path)])
    said = capsys.readouterr().out
    assert "| random weights" in said and "simulated" in said
    row = [cell.strip() for cell in next(line for line in said.splitlines() if line.startswith("| image")).split("|")]
    assert float(row[2]) > float(row[4]) and float(row[7]) > float(row[6]) - 0.5 and 0 <= float(row[8]) <= 1


def test_a_field_is_cut_and_its_neighbours_are_told(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    simclr_field.main(["--quick", "--picture", str(tmp_path / "near.png")])
    said = capsys.readouterr().out
    assert "60 objects, no label" in said and "| log flux r" in said
    assert (tmp_path / "near.png").stat().st_size > 1000


def test_the_highest_peaks_come_first_and_stand_where_they_are(tmp_path: Path) -> None:
    found = simclr_field.peaks(simclr_field.made_up(tmp_path / "frames"), 20)
    assert len(found) == 20 and found["object_id"].is_unique
    apart = np.hypot(*(found[["ra", "dec"]].to_numpy()[:, None] - found[["ra", "dec"]].to_numpy()[None]).T)
    assert apart[~np.eye(20, dtype=bool)].min() * 3600 / 0.396 > 4
