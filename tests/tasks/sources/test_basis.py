"""What a verdict rests on: image, bands, photometry."""

from __future__ import annotations

import numpy as np
import pandas as pd

from astrocore.tasks.sources.basis import basis


def test_rows_of_all_kinds() -> None:
    table = pd.DataFrame(
        {
            "object_id": list("abcd"),
            "group": ["field 1-1-1", "SIM field 00001", "SIM field 00001", "x"],
            "modelMag_r": [20.0, np.nan, 19.0, np.nan],
            "extinction_u": [0.1, 0.1, 0.1, np.nan],
            "psfMag_z": [20.0, np.nan, np.nan, np.nan],
            "ra": [1.0, 1.0, 1.0, 1.0],
            "chi": [1.0, 1.0, 1.0, 1.0],
        },
        index=[5, 6, 7, 8],
    )
    image = np.full((4, 3, 3), np.nan, dtype=np.float16)
    image[:2, 1, 1] = 1
    found = basis(table, {"image_g": image, "image_y": np.full((4, 3, 3), np.nan), "other": image})
    assert found["image"].tolist() == ["measured", "simulated", "none", "none"]
    assert found["bands"].tolist() == ["grz", "g", "r", ""]  # extinction is no measurement of the object
    assert found["photometry"].tolist() == [3, 1, 2, 0]


def test_neither_photometry_nor_images_and_no_rows() -> None:
    table = pd.DataFrame({"object_id": ["a"], "group": ["a"]})
    assert basis(table, {}).iloc[0].tolist() == ["none", "", 0]
    assert len(basis(table[:0], {})) == 0
