"""Features by name: columns, differences, ratios."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from astrocore.tasks.sources.columns import ORIGINAL_24
from astrocore.tasks.sources.recipes import columns_of, parse

COLUMNS = {"modelMag_u": [20.0, 21.0], "modelMag_g": [19.0, 21.5], "deVRad_r": [0.3, 0.0], "psffwhm_r": [1.5, 1.2]}


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("modelMag_u", [20.0, 21.0]),
        ("u", [20.0, 21.0]),
        ("u-g", [1.0, -0.5]),
        ("modelMag_u - modelMag_g", [1.0, -0.5]),
        ("deVRad_r/psffwhm_r", [0.2, 0.0]),
    ],
)
def test_a_recipe_gives_the_same_for_arrays_and_tensors(name: str, expected: list[float]) -> None:
    arrays = {key: np.array(values) for key, values in COLUMNS.items()}
    tensors = {key: torch.tensor(values, dtype=torch.float64) for key, values in COLUMNS.items()}
    assert np.allclose(parse(name).of(arrays.__getitem__), expected)
    assert np.allclose(parse(name).of(tensors.__getitem__).numpy(), expected)


@pytest.mark.parametrize("name", ["", "a+b", "a-b-c", "a/", "-b", "1u", "a b"])
def test_what_is_no_recipe_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match="no feature"):
        parse(name)


def test_columns_are_named_once_in_order() -> None:
    assert columns_of(("u-g", "g-r", "dered_u")) == ("modelMag_u", "modelMag_g", "modelMag_r", "dered_u")
    assert len(ORIGINAL_24) == 24 and len(columns_of(ORIGINAL_24)) == 25
