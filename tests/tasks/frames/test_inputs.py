"""What models are given of frames: as numbers and as inputs of the net the same, and NaN where nothing is known."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from astrocore.config import validated
from astrocore.errors import ConfigError
from astrocore.tasks.frames.columns import COLUMNS, HEADER, IMAGE
from astrocore.tasks.frames.config import CLASSES, SPECTRA, Config
from astrocore.tasks.frames.inputs import basis, check_classes, features, hide, prepare, scaled
from astrocore.tasks.frames.measuring import measure
from astrocore.tasks.frames.measuring.words import NAMES
from tests.tasks.frames.drawn import frame_of, noise

BOTH, ALONE = Config(), {name: validated(Config, {"modalities": (name,)}) for name in ("image", "header")}
Rows = tuple[pd.DataFrame, dict[str, np.ndarray]]


@pytest.fixture(scope="module")
def rows() -> Rows:
    """Four frames: with a header, with an empty one, with a hole, small."""
    cards = {"EXPTIME": 30.0, "IMAGETYP": "Dark Frame", "CCD-TEMP": -10.0}
    images = [noise((40, 60)), noise((40, 60), 1), noise((60, 40), 2), noise((2, 2), 3)]
    images[2][:5] = np.nan
    headers: list[dict[str, object]] = [cards, {}, {"EXPTIME": 0.0}, cards]
    found = [measure(frame_of(*pair), (12, 16)) for pair in zip(images, headers, strict=True)]
    table = pd.DataFrame([one.numbers for one in found], index=[7, 8, 9, 10])
    return table, {name: np.stack([one.arrays[name] for one in found]) for name in found[0].arrays}


def test_classes_with_light_augmentation_are_classes() -> None:
    check_classes(BOTH, ("star", "arc"))
    check_classes(validated(Config, {"conservative": ("arc", SPECTRA[0])}), ("star", "arc"))
    with pytest.raises(ConfigError, match="names lamp, which is no class; choose from star, arc"):
        check_classes(validated(Config, {"conservative": ("lamp", CLASSES[0])}), ("star", "arc"))


def test_inputs_and_features_agree_column_by_column(rows: Rows) -> None:
    inputs, numbers = prepare(*rows, BOTH), features(*rows, BOTH)
    both = np.concatenate([inputs["numbers"], inputs["header"]], axis=1)
    np.testing.assert_array_equal(both, numbers.to_numpy(np.float32))
    image = [column.name for column in IMAGE]
    assert list(numbers) == [*image, *(column.name for column in HEADER), *NAMES]
    for name in ("exposure_time", "median", "hist_skew"):
        column = COLUMNS[name]
        plain = rows[0][name].to_numpy()
        expected = np.arcsinh(plain / column.knee) if column.knee else plain
        np.testing.assert_allclose(numbers[name], expected)
        np.testing.assert_array_equal(scaled(plain, column), expected)


def test_images_have_a_mask_and_no_nan(rows: Rows) -> None:
    inputs = prepare(*rows, BOTH)
    assert inputs["frame"].shape == (4, 12, 16, 3) and inputs["frame"].dtype == np.float32
    assert inputs["frame_mask"].dtype == bool and inputs["frame_mask"].sum(axis=(1, 2)).tolist() == [176, 176, 96, 144]
    assert np.isfinite(inputs["frame"]).all() and (inputs["frame"][~inputs["frame_mask"]] == 0).all()
    for place, name in enumerate(("profile_y", "profile_x")):
        np.testing.assert_array_equal(inputs[name], rows[1]["profile"][:, place].swapaxes(1, 2).astype(np.float32))


def test_what_is_not_known_is_nan_and_never_zero(rows: Rows) -> None:
    header = features(*rows, ALONE["header"])
    assert header.iloc[1].isna().all()
    assert header["exposure_time"].iloc[2] == 0 and np.isnan(header["temperature"].iloc[2])
    assert header["frame_type: dark"].tolist()[0] == 1 and header["frame_type: bias"].tolist()[0] == 0
    assert np.isnan(header["frame_type: dark"].iloc[1]) and header["frame_type: given"].iloc[2] == 0


@pytest.mark.parametrize("modality", ["image", "header"])
def test_of_one_modality_alone(rows: Rows, modality: str) -> None:
    names = {"image": {"frame", "frame_mask", "profile_y", "profile_x", "numbers"}, "header": {"header"}}
    inputs = prepare(*rows, ALONE[modality])
    assert set(inputs) == names[modality]
    for name, array in prepare(*rows, BOTH).items():
        if name in inputs:
            np.testing.assert_array_equal(inputs[name], array)


@pytest.mark.parametrize("modality", ["image", "header"])
def test_what_is_hidden_is_as_if_never_measured(rows: Rows, modality: str) -> None:
    before = {name: np.array(array) for name, array in rows[1].items()}
    hidden = hide(*rows, modality)
    other = "header" if modality == "image" else "image"
    assert features(*hidden, ALONE[modality]).isna().all(axis=None)
    pd.testing.assert_frame_equal(features(*hidden, ALONE[other]), features(*rows, ALONE[other]))
    inputs, seen = prepare(*hidden, BOTH), prepare(*rows, BOTH)
    for name in prepare(*rows, ALONE[other]):
        np.testing.assert_array_equal(inputs[name], seen[name])
    assert np.isnan(inputs["numbers" if modality == "image" else "header"]).all()
    if modality == "image":
        assert not inputs["frame_mask"].any() and not inputs["frame"].any()
        assert np.isnan(inputs["profile_y"]).all() and np.isnan(inputs["profile_x"]).all()
    for name, array in before.items():
        np.testing.assert_array_equal(rows[1][name], array)
    told = basis(*hidden)
    assert set(told[modality]) == {"none"}


def test_basis(rows: Rows) -> None:
    told = basis(*rows)
    assert told["image"].tolist() == ["measured"] * 4
    assert told["header"].tolist() == ["given", "none", "given", "given"]


def test_columns_that_a_data_set_lacks_are_missing(rows: Rows) -> None:
    table, arrays = rows
    assert features(table.drop(columns="lag_x"), arrays, BOTH)["lag_x"].isna().all()
