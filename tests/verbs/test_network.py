"""What a loaded network says besides its verdict: of mirrored inputs, and of each part of the input alone."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import torch
from torch import Tensor

from astrocore.analysis.metrics import scores
from astrocore.data.dataset import Dataset
from astrocore.errors import ConfigError
from astrocore.runs import Predictions, Verdict, load_run, read_predictions, write_predictions
from astrocore.tasks import get_task
from astrocore.verbs import train
from astrocore.verbs.changed import changed
from astrocore.verbs.finish import fit_verdict
from astrocore.verbs.network import NET, Network
from astrocore.verbs.scored import scores_by_split
from tests.toy.config import Config
from tests.toy.model import Model


class Mirroring(Model):
    """The toy, whose image of three numbers may be read from either end."""

    def flips(self, batch: Mapping[str, Tensor]) -> list[dict[str, Tensor]]:
        return [{**batch, "image": batch["image"].flip(1)}]


class Parted(Model):
    """The toy, which also tells what its image alone says."""

    def apart(self, batch: Mapping[str, Tensor]) -> dict[str, Tensor]:
        found = self.embed(batch)
        return {"image": self.head(found["image"]), "photometry": self.head(found["photometry"])}


def network(kind: type[Model], verdict: Verdict | None = None) -> Network:
    torch.manual_seed(0)
    model = kind(Config(), ("red", "blue")).eval()
    return Network(get_task("toy"), Config(), ("red", "blue"), model, torch.device("cpu"), None, verdict or Verdict())


Rows = tuple[pd.DataFrame, dict[str, np.ndarray]]


def without_some(table: pd.DataFrame, arrays: dict[str, np.ndarray]) -> Rows:
    """Every fourth object loses its image."""
    image = np.array(arrays["image"])
    image[(table["object_id"].str[1:].astype(int) % 4 == 0).to_numpy()] = np.nan
    return table, {**arrays, "image": image}


def turned(table: pd.DataFrame, arrays: dict[str, np.ndarray]) -> Rows:
    table, arrays = without_some(table, arrays)
    return table, {**arrays, "image": arrays["image"][:, ::-1]}


@pytest.fixture
def holes(dataset: Dataset) -> Dataset:
    """The toys; every fourth has no image."""
    return changed(dataset, without_some)


def test_mirror_images_are_averaged_as_probabilities(dataset: Dataset, holes: Dataset) -> None:
    plain = network(Mirroring)
    wanted = (plain.predict(holes).p.astype(float) + plain.predict(changed(dataset, turned)).p) / 2
    found = plain.flipping().predict(holes)
    np.testing.assert_allclose(found.p, wanted, atol=1e-6)
    assert np.abs(wanted - plain.predict(holes).p).max() > 1e-3
    np.testing.assert_array_equal(found.embeddings["fused"], plain.predict(holes).embeddings["fused"])


def test_a_net_that_does_not_mirror_says_so(toy: Path) -> None:
    with pytest.raises(ConfigError, match="toy does not mirror"):
        network(Model).flipping()


def test_parts_apart_are_kept_beside_the_verdict_and_never_enter_it(holes: Dataset, tmp_path: Path) -> None:
    parted = network(Parted, Verdict(weights={NET: 1.0}, temperature=2.0, n=60))
    found = parted.predict(holes)
    assert list(found.voices) == [NET, "image only", "photometry only"] and list(found.weighed) == [NET]
    np.testing.assert_array_equal(found.p, network(Model, parted.verdict).predict(holes).p)
    missing = np.arange(len(found)) % 4 == 0
    assert np.array_equal(np.isnan(found.apart["image"]).all(axis=1), missing) and missing.any()
    write_predictions(found, tmp_path / "p.parquet")
    np.testing.assert_array_equal(read_predictions(tmp_path / "p.parquet").apart["image"], found.apart["image"])


def test_scores_of_a_part_are_those_of_the_objects_that_have_it(holes: Dataset) -> None:
    found = network(Parted).predict(holes)
    test = found.split("test").labelled()
    there = np.isfinite(test.voices["image only"]).all(axis=1)
    said = scores_by_split(found.voice("image only"))["test"]
    right = [
        np.argmax(p) == label
        for p, label, seen in zip(test.voices["image only"], test.label, there, strict=True)
        if seen
    ]
    assert said["n"] == there.sum() < len(test) and said["accuracy"] == pytest.approx(np.mean(right))
    assert scores_by_split(found.voice("photometry only"))["test"]["n"] == len(test)


def test_the_verdict_is_fitted_without_the_parts(holes: Dataset) -> None:
    found = network(Parted).predict(holes).labelled()
    assert fit_verdict(found.label, found.weighed) == fit_verdict(found.label, {NET: found.voices[NET]})
    assert fit_verdict(found.label, found.weighed).weights == {NET: 1.0}


def test_some_objects_keep_their_parts(holes: Dataset) -> None:
    found: Predictions = network(Parted).predict(holes, np.arange(8))
    assert found.judged_by(NET).all() and found.judged_by("image only").tolist() == [False, True, True, True] * 2
    with pytest.raises(ConfigError, match="no voice 'ears'"):
        found.judged_by("ears")


def test_a_trained_run_keeps_the_parts_with_scores_of_their_own(
    dataset: Dataset, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tests.toy.model.Model", Parted)
    train.run(train.Args(data=dataset.path, run="parted"), {"epochs": 1, "accelerator": "cpu"})
    made = load_run("toy/parted")
    info, kept = made.read_info(), made.predictions()
    assert {"image", "photometry"} == set(kept.apart) and "image only" not in info.verdict.weights
    test = kept.split("test").labelled()
    assert info.voices["image only"]["test"] == pytest.approx(
        {"n": len(test), **scores(test.label, test.apart["image"].argmax(axis=1), test.apart["image"])}
    )
