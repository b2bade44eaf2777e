"""From rows to inputs: recipes, bands, sizes, what is missing, and degraded copies."""

from __future__ import annotations

import numpy as np
import pytest

from astrocore.errors import LeakColumn, MissingColumns
from astrocore.tasks.sources.columns import ORIGINAL_24
from astrocore.tasks.sources.config import PRESETS, Config
from astrocore.tasks.sources.features import base_columns, copies, degraded, features, hide, prepare
from tests.tasks.sources.toys import sources_draft

SMALL = Config()


def test_inputs_have_their_shapes_whatever_is_there() -> None:
    whole, bare = sources_draft(6), sources_draft(6, images=False)
    bare.table = bare.table[["object_id", "group", "label", "modelMag_r"]]
    for draft in (whole, bare):
        ready = prepare(draft.table, draft.arrays, SMALL)
        shapes = {name: array.shape for name, array in ready.items()}
        q = len(base_columns(SMALL))
        image = (6, 32, 32, 5)
        assert shapes == {"photometry": (6, 24), "columns": (6, q), "image": image, "image_mask": image}
        assert np.isfinite(ready["image"]).all()
    assert np.isnan(ready["photometry"]).all() and not ready["image_mask"].any()


def test_features_are_the_recipes_in_order() -> None:
    draft = sources_draft(5)
    found = features(draft.table, draft.arrays, SMALL)
    assert tuple(found) == ORIGINAL_24
    assert np.allclose(found["u-g"], draft.table["modelMag_u"] - draft.table["modelMag_g"])
    assert np.array_equal(prepare(draft.table, draft.arrays, SMALL)["photometry"], found.to_numpy(np.float32))


def test_what_the_net_does_not_see_is_not_there() -> None:
    draft = sources_draft(4)
    assert set(prepare(draft.table, draft.arrays, Config(modalities=("image",)))) == {"image", "image_mask"}
    assert set(prepare(draft.table, draft.arrays, Config(modalities=("photometry",)))) == {"photometry", "columns"}
    assert features(draft.table, draft.arrays, Config(modalities=("image",))).shape == (4, 0)


def test_a_band_that_is_missing_is_masked_and_other_bands_may_be_asked_for() -> None:
    draft = sources_draft(4)
    del draft.arrays["image_g"]
    mask = prepare(draft.table, draft.arrays, SMALL)["image_mask"]
    assert mask.any(axis=(0, 1, 2)).tolist() == [True, False, True, True, True]
    config = Config(bands="rgy", depth=(22.0, 22.0, 22.0))
    ready = prepare(draft.table, draft.arrays, config)
    assert ready["image_mask"].any(axis=(0, 1, 2)).tolist() == [True, False, False]
    assert np.array_equal(ready["image"][..., 0], draft.arrays["image_r"])


def test_missing_pixels_are_masked_one_by_one() -> None:
    draft = sources_draft(3)
    draft.arrays["image_i"][1, 4, 5], draft.arrays["image_i"][2, 0, 0] = np.nan, np.inf
    ready = prepare(draft.table, draft.arrays, SMALL)
    assert (~ready["image_mask"]).sum() == 2 and ready["image"][1, 4, 5, 3] == ready["image"][2, 0, 0, 3] == 0


@pytest.mark.parametrize(("stored", "asked"), [(32, 16), (32, 48), (33, 32), (32, 32), (9, 16)])
def test_images_are_cut_or_padded_around_their_centre(stored: int, asked: int) -> None:
    draft = sources_draft(2, size=stored)
    ready = prepare(draft.table, draft.arrays, Config(image_size=asked, patch=1))
    n = min(stored, asked)
    at, of = (asked - n) // 2, (stored - n) // 2
    inner = ready["image"][:, at : at + n, at : at + n, 2]
    assert np.array_equal(inner, draft.arrays["image_r"][:, of : of + n, of : of + n])
    assert ready["image_mask"][..., 2].sum() == 2 * n * n


def test_impossible_values_and_ratios_to_zero_are_missing() -> None:
    draft = sources_draft(4)
    draft.table.loc[0, "deVRad_r"], draft.table.loc[1, "psffwhm_r"] = -9999, 0
    found = features(draft.table, {}, Config(photometry_columns=("deVRad_r", "deVRad_r/psffwhm_r")))
    assert np.isnan(found).to_numpy().tolist() == [[True, True], [False, True], [False, False], [False, False]]


def test_a_feature_that_cannot_be_made_is_named_with_what_is_there() -> None:
    draft = sources_draft(3)
    with pytest.raises(MissingColumns, match=r"petroMag_r-psfMag_r needs the column petroMag_r.*modelMag_u"):
        features(draft.table, {}, Config(photometry_columns=("petroMag_r-psfMag_r",)))
    with pytest.raises(LeakColumn, match="redshift"):
        features(draft.table, {}, Config(photometry_columns=("redshift",)))


def test_hidden_modalities_are_missing() -> None:
    draft = sources_draft(3)
    table, arrays = hide(draft.table, draft.arrays, "photometry")
    ready = prepare(table, arrays, SMALL)
    assert np.isnan(ready["photometry"]).all() and ready["image_mask"].all()
    ready = prepare(*hide(draft.table, draft.arrays, "image"), SMALL)
    assert np.isfinite(ready["photometry"]).all() and not ready["image_mask"].any()


def test_copies_are_fainter_rows_of_the_same_objects() -> None:
    draft, config = sources_draft(60), Config(**PRESETS["faint"])
    assert copies(SMALL) == 0 and copies(config) == 3
    table, arrays = degraded(draft.table, draft.arrays, config, seed=1)
    by = table["modelMag_r"] - draft.table["modelMag_r"]
    assert by.min() > -0.2 and 0.7 < by.mean() < 1.1 and by.max() < 2.6
    assert table[["object_id", "label"]].equals(draft.table[["object_id", "label"]])
    flux, before = (images["image_r"][:, 10:22, 10:22].sum(axis=(1, 2)) for images in (arrays, draft.arrays))
    assert np.corrcoef(-2.5 * np.log10(np.clip(flux / before, 0.05, None)), by)[0, 1] > 0.9
    corner = arrays["image_r"][:, :4, :4].std(), draft.arrays["image_r"][:, :4, :4].std()
    assert corner[0] == pytest.approx(corner[1], rel=0.1)
    again, _ = degraded(draft.table, draft.arrays, config, seed=1)
    assert again.equals(table)
