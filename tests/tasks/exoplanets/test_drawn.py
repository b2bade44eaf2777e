"""Light curves drawn from the numbers of a row, on request and marked."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from astrocore.tasks.exoplanets.data import read

from .conftest import FIVE, Write, source, views


def middle(array: np.ndarray) -> np.ndarray:
    return np.median(array[:, 27:34].astype(float), axis=1)


def test_depth_and_duration_are_those_of_the_row(write: Write) -> None:
    extra = {"duration": [2.5, 3.5, 2.0, None], "snr": [60, 50, 500, 80]}
    draft = read(write(**extra), source(draw_curves=True))
    assert draft.origin == {"light_curve": "simulated", "planet": "measured", "star": "measured"}
    assert draft.table["drawn"].tolist() == [1] * 4 and "4 of 4 light curves were drawn" in draft.notes[-1]
    depth = -middle(draft.arrays["local_view"]) * draft.table["flux_scatter"]
    np.testing.assert_allclose(depth, FIVE["depth"], rtol=0.12)
    # The window is four durations wide: the transit fills its middle quarter.
    assert middle(draft.arrays["local_view"][2:3])[0] < -20
    dip = np.flatnonzero(draft.arrays["local_view"][2] < 0.5 * middle(draft.arrays["local_view"][2:3])[0])
    assert (dip.min(), dip.max()) == (pytest.approx(23, abs=2), pytest.approx(37, abs=2))
    again = read(write(**extra), source(draw_curves=True))
    np.testing.assert_array_equal(draft.arrays["global_view"], again.arrays["global_view"])


def test_only_on_request(write: Write) -> None:
    draft = read(write(), source())
    assert draft.arrays == {} and "drawn" not in draft.table and "light_curve" not in draft.origin


def test_radii_serve_where_the_depth_is_missing_and_nothing_is_drawn_without(write: Write) -> None:
    draft = read(
        write(depth=[None] * 4, planet_radius=[10.908, None, None, None], stellar_radius=[1.0] * 4),
        source(draw_curves=True),
    )
    assert draft.table["drawn"].tolist() == [1, 0, 0, 0]
    depth = -middle(draft.arrays["local_view"]) * draft.table["flux_scatter"]
    assert depth.iloc[0] == pytest.approx(1.2e4, rel=0.1) and not draft.arrays["global_mask"][1:].any()


def test_measured_curves_stay_and_the_mixture_is_told(write: Write, tmp_path: Path) -> None:
    made = views()
    mask = np.ones((4, 201), dtype=bool)
    mask[[1, 3]] = False
    held = {"global_view": np.random.default_rng(1).normal(size=(4, 512)), "global_mask": np.ones((4, 512), dtype=bool)}
    held["global_mask"][[1, 3]] = False
    np.savez(tmp_path / "v.npz", tic=[4, 3, 2, 1], local_view=made["local_view"], local_mask=mask[:, :61], **held)
    file = write(tic=[4, 3, 2, 1], snr=[90] * 4)
    before = read(file, source(views="v.npz"))
    draft = read(file, source(views="v.npz", draw_curves=True))
    assert draft.table["drawn"].tolist() == [0, 1, 0, 1] and draft.origin["light_curve"] == "simulated"
    assert "2 others are measured" in draft.notes[-1]
    for name, array in before.arrays.items():
        np.testing.assert_array_equal(array[[0, 2]], draft.arrays[name][[0, 2]])
    assert draft.arrays["global_mask"].shape == (4, 512) and draft.arrays["global_mask"][1].any()
    assert draft.arrays["global_view"][3].min() < -3 and not draft.arrays["odd_mask"][0].any()
    whole = read(file, source(views="v.npz", draw_curves=True)).notes
    assert whole == draft.notes
