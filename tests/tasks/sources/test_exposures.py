"""A field's table and images belong together, and show what the catalogue says."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from astrocore.tasks.sources.bands import BANDS, ZERO_POINT
from astrocore.tasks.sources.columns import leak
from astrocore.tasks.sources.drawing import MIDDLE, optics_of
from astrocore.tasks.sources.exposures import COLUMNS, Exposed, expose, flux, neighbours_light
from astrocore.tasks.sources.population import Limits, draw_neighbours
from astrocore.tasks.sources.skies import draw_sky


@pytest.fixture(scope="module")
def field() -> Exposed:
    return expose(0, Limits(), 3)


def test_rows_and_names(field: Exposed) -> None:
    table = field.table
    assert list(table.columns) == ["object_id", "group", "label", *COLUMNS] and len(table) == 39
    assert table["object_id"].iloc[5] == "SIM 0000305" and set(table["group"]) == {"SIM field 00003"}
    assert table["label"].value_counts().to_dict() == {0: 13, 1: 13, 2: 13}
    assert not any(map(leak, COLUMNS)) and np.isfinite(table[COLUMNS].to_numpy(float)).all()
    assert (table["up_angle"] == 0).all() and table["ra"].between(0, 360).all()


def test_a_field_has_one_seeing_and_one_dust(field: Exposed) -> None:
    for band, known in BANDS.items():
        for name in ("psffwhm", "extinction"):
            assert field.table[f"{name}_{band}"].nunique() == 1
        assert field.table[f"extinction_{band}"][0] == pytest.approx(known.extinction * field.table["extinction_r"][0])
        dered = field.table[f"modelMag_{band}"] - field.table[f"extinction_{band}"]
        np.testing.assert_allclose(dered, field.table[f"dered_{band}"])


def test_the_same_field_again_and_another(field: Exposed) -> None:
    again, other, seed = expose(0, Limits(), 3), expose(0, Limits(), 4), expose(1, Limits(), 3)
    pd.testing.assert_frame_equal(again.table, field.table)
    np.testing.assert_array_equal(again.images, field.images)
    for one in (other, seed):
        assert not set(one.table["object_id"]) & set(field.table["object_id"])
        assert one.table["psffwhm_r"][0] != field.table["psffwhm_r"][0]
    assert seed.table["group"][0] == "SIM field 100003"


def test_light_in_the_middle_is_the_catalogue_s(field: Exposed) -> None:
    images = field.images.astype(float)
    core = images[:, 2, 11:21, 11:21].sum(axis=(1, 2))
    bright = (field.table["modelMag_r"] < 20) & (field.table["label"] != 1)
    assert bright.sum() > 5
    magnitude = ZERO_POINT - 2.5 * np.log10(core[bright])
    np.testing.assert_allclose(magnitude, field.table["psfMag_r"][bright], atol=0.3)


def test_noise_at_the_edges_is_the_sky_s_and_float16_resolves_it(field: Exposed) -> None:
    noise = optics_of(draw_sky(np.random.default_rng((0, 3)))).noise
    edge = np.concatenate(
        [field.images[:, :, :3].reshape(39, 5, -1), field.images[:, :, -3:].reshape(39, 5, -1)], axis=2
    )
    spread = np.median(np.abs(edge.astype(float) - np.median(edge, axis=2, keepdims=True)), axis=2) * 1.4826
    np.testing.assert_allclose(np.median(spread, axis=0), noise, rtol=0.06)
    # A step of float16 at three times the noise, and at the brightest pixel beside the noise of its photons.
    assert (np.spacing((3 * noise).astype(np.float16)) < 0.003 * noise).all()
    assert field.images.dtype == np.float16 and np.isfinite(field.images).all()


def test_dust_dims_and_reddens() -> None:
    sky = replace(draw_sky(np.random.default_rng(0)), extinction=np.array([0.5, 0.4, 0.3, 0.2, 0.1]))
    found = -2.5 * np.log10(flux(np.array([20.0]), np.zeros((1, 5)), sky)) + ZERO_POINT
    np.testing.assert_allclose(found, [[20.2, 20.1, 20.0, 19.9, 19.8]])


def test_neighbours_shine_where_they_are() -> None:
    sky = draw_sky(np.random.default_rng(0))
    found = draw_neighbours(np.random.default_rng(4), 30)
    light = neighbours_light(found, sky, optics_of(sky), np.full((30, 5, 2), MIDDLE))
    assert set(np.flatnonzero(light.any(axis=(1, 2, 3)))) == set(found.host)
    alone = [i for i in range(len(found.host)) if (found.host == found.host[i]).sum() == 1]
    inside = [i for i in alone if np.abs(found.away[i]).max() < 13]
    assert inside
    for i in inside:
        y, x = np.unravel_index(light[found.host[i], 2].argmax(), (32, 32))
        np.testing.assert_allclose([x, y], MIDDLE + found.away[i], atol=0.8)
