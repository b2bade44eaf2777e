"""explain on frames: shares of pixels, profiles and words by name, from a tiny run on simulated frames."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from astrocore.__main__ import main
from astrocore.config import runs_root
from astrocore.data.dataset import open_dataset, write_dataset
from astrocore.runs import Run
from astrocore.tasks.frames.columns import HEADER, IMAGE
from astrocore.tasks.frames.config import CLASSES
from astrocore.tasks.frames.measuring.words import NAMES
from astrocore.tasks.frames.views import card
from astrocore.verbs import train
from astrocore.verbs.attribution import explain_object, typical_numbers
from astrocore.verbs.network import load_network
from tests.tasks.frames.taken import draft, exposures


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """A net of one epoch."""
    monkeypatch.setenv("ASTROCORE_HOME", str(tmp_path))
    dataset = write_dataset(draft(), tmp_path / "data" / "nights")
    settings = {"epochs": 1, "width": 16, "d_model": 16, "accelerator": "cpu", "companion": False}
    train.run(train.Args(data=dataset.path, run="tiny"), settings)
    return Run(runs_root() / "frames" / "tiny")


def named(**wanted: object) -> str:
    """An exposure's name by what it is."""
    return next(one.name for one in exposures() if all(getattr(one, key) == is_ for key, is_ in wanted.items()))


def test_shares_belong_to_pixels_profiles_and_words(run: Run, tmp_path: Path) -> None:
    dataset, network = open_dataset(tmp_path / "data" / "nights"), load_network(run)
    object_id = named(label="deep_sky")
    found = explain_object(network, dataset, object_id, typical_numbers(network, dataset), "deep_sky")
    assert set(found["features"]) == {*(column.name for column in (*IMAGE, *HEADER)), *NAMES}
    assert {name: share.shape for name, share in found["inputs"].items()} == {
        "frame": (32, 40),
        "profile_y": (256,),
        "profile_x": (256,),
    }
    assert abs(found["delta"]) < 0.3  # the net is hardly trained, and bends sharply near a flat profile
    row = int(np.flatnonzero(dataset.table["object_id"] == object_id)[0])
    outside = np.isnan(np.asarray(dataset.arrays["frame"][row])).all(axis=0)
    assert (found["inputs"]["frame"][outside] == 0).all() and found["inputs"]["frame"][~outside].any()
    assert any(found["features"][name] for name in NAMES)


def test_the_card_shows_what_has_shares(run: Run, tmp_path: Path) -> None:
    dataset, network = open_dataset(tmp_path / "data" / "nights"), load_network(run)
    table, arrays = dataset.rows(np.array([3]))
    shown = card(table.iloc[0], {name: array[0] for name, array in arrays.items()})
    found = explain_object(network, dataset, str(table["object_id"].iloc[0]), typical_numbers(network, dataset))
    inputs = {one.shows.input for one in (*shown.pictures, *shown.curves) if one.shows}
    assert inputs == set(found["inputs"])
    read = {name for one in shown.header for name in one.features}
    assert read and read <= set(found["features"])


def test_a_header_that_is_missing_has_no_share(run: Run, tmp_path: Path) -> None:
    dataset, network = open_dataset(tmp_path / "data" / "nights"), load_network(run)
    found = explain_object(network, dataset, named(cards=()), typical_numbers(network, dataset))
    assert all(found["features"][name] == 0 for name in NAMES) and found["inputs"]["frame"].any()


def test_the_command_line_tells_it(run: Run, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    data = str(tmp_path / "data" / "nights")
    capsys.readouterr()
    assert (
        main(["explain", "frames/tiny", "--data", data, "--object", named(label="bias"), "--class-name", "bias"]) == 0
    )
    found = json.loads(capsys.readouterr().out)
    assert found["class"] == "bias" and found["class"] in CLASSES and len(found["inputs"]["frame"]) == 32
