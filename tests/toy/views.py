"""What a toy's card shows."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from astrocore.tasks.card import Axis, Card, Curve, Fact

SLICES = ("magnitude",)
EDITABLE: Mapping[str, str] = {}


def card(
    row: pd.Series,
    arrays: Mapping[str, np.ndarray],
    edits: Mapping[str, float] | None = None,
    siblings: pd.DataFrame | None = None,
) -> Card:
    """The magnitude, and the image's three numbers as a curve."""
    curve = Curve("Image", np.arange(3.0), arrays["image"], Axis("pixel", "px"), Axis("flux", "nmgy"), line=True)
    return Card(str(row["object_id"]), (Fact("magnitude", float(row["magnitude"]), "mag"),), (curve,))
