"""Maps are kept by what they were computed from."""

from __future__ import annotations

import os

import numpy as np
import pytest

from astrocore.errors import RunNotWritable
from astrocore.runs import (
    Predictions,
    Projection,
    Run,
    load_projection,
    projection_key,
    projections,
    save_projection,
)


def make(predictions: Predictions, method: str = "tsne", seed: int = 0) -> Projection:
    coords = np.arange(12, dtype=np.float32).reshape(6, 2)
    coords[1] = np.nan
    key = projection_key(method, "fused", 2, {"seed": seed}, predictions.hash)
    explained = np.array([0.7, 0.2]) if method == "pca" else None
    return Projection(method, "fused", 2, {"seed": seed}, key, coords, explained, predictions.hash)


@pytest.mark.parametrize("method", ["pca", "tsne"])
def test_round_trip(run: Run, predictions: Predictions, method: str) -> None:
    made = make(predictions, method)
    assert load_projection(run, made.key) is None
    save_projection(run, made)
    found = load_projection(run, made.key)
    assert found is not None
    np.testing.assert_array_equal(found.coords, made.coords)
    np.testing.assert_array_equal(found.explained, made.explained)
    for name in ("method", "embedding", "dims", "parameters", "key", "predictions"):
        assert getattr(found, name) == getattr(made, name)


def test_key_depends_on_everything_but_the_order() -> None:
    base = ("tsne", "fused", 2, {"seed": 0, "perplexity": 30.0}, "abc")
    others = [
        ("umap", *base[1:]),
        ("tsne", "image", *base[2:]),
        ("tsne", "fused", 3, *base[3:]),
        ("tsne", "fused", 2, {"seed": 1, "perplexity": 30.0}, "abc"),
        (*base[:4], "abd"),
    ]
    keys = {projection_key(*item) for item in [base, *others]}
    assert len(keys) == 6 and all(len(key) == 16 for key in keys)
    assert projection_key("tsne", "fused", 2, {"perplexity": 30.0, "seed": 0}, "abc") == projection_key(*base)


def test_a_damaged_map_counts_as_not_computed(run: Run, predictions: Predictions) -> None:
    file = save_projection(run, make(predictions))
    file.write_bytes(file.read_bytes()[:-5])
    assert load_projection(run, make(predictions).key) is None


def test_only_maps_of_the_present_predictions_are_listed(run: Run, predictions: Predictions) -> None:
    assert projections(run) == []
    run.save_predictions(predictions)
    for age, seed in enumerate((1, 2)):
        os.utime(save_projection(run, make(predictions, seed=seed)), (1000 - age, 1000 - age))
    assert [item.parameters["seed"] for item in projections(run)] == [1, 2]
    run.save_predictions(predictions.split("test"))
    assert projections(run) == []


def test_an_unwritable_folder_is_a_readable_error(run: Run, predictions: Predictions) -> None:
    (run.path / "projections").write_text("")
    with pytest.raises(RunNotWritable):
        save_projection(run, make(predictions))
