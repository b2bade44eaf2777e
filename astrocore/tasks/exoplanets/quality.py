"""Quality flags of Kepler, K2 and TESS: which cadences are left out."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

import numpy as np

Quality = Literal["default", "hard", "none"]

# Kepler Archive Manual (KDMC-10008-006), table 2-3; K2 flags its cadences with the same bits.
_KEPLER_USELESS = (
    1  # attitude tweak
    | 2  # safe mode
    | 4  # coarse point
    | 8  # earth point
    | 32  # desaturation
    | 256  # excluded by hand
    | 1 << 14  # detector anomaly
    | 1 << 16  # no data
    | 1 << 20  # thruster firing
)
_KEPLER_DOUBTFUL = 128 | 1 << 10 | 1 << 13 | 1 << 19
"""Cosmic rays in the aperture or collateral data, sudden loss of sensitivity, possible thruster firing."""
# TESS Science Data Products Description Document (EXP-TESS-ARC-ICD-0014), table 32.
_TESS_USELESS = 1 | 2 | 4 | 8 | 32 | 128
"""The same causes: tweak, safe mode, coarse point, earth point, desaturation, excluded by hand."""
_TESS_DOUBTFUL = 64 | 1 << 10 | 1 << 11 | 1 << 12
"""Cosmic rays in the aperture or collateral data, stray light as seen by a person or by a threshold."""

BAD_BITS: Mapping[str, Mapping[Quality, int]] = {
    "kepler": {"default": _KEPLER_USELESS, "hard": _KEPLER_USELESS | _KEPLER_DOUBTFUL, "none": 0},
    "tess": {"default": _TESS_USELESS, "hard": _TESS_USELESS | _TESS_DOUBTFUL, "none": 0},
}
"""Bits by which a cadence is left out; the very masks that lightkurve calls default and hard (1130799, 175)."""


def good_cadences(columns: Mapping[str, np.ndarray], mission: str, length: int, quality: Quality) -> np.ndarray:
    """(length,) whether a cadence may be used.

    Where nothing tells whose flags these are, any flag counts: bits of one mission mean something else in another.
    """
    good = np.ones(length, dtype=bool)
    for name in ("sap_quality", "quality"):
        flags = columns.get(name)
        if quality == "none" or flags is None or flags.shape != (length,) or flags.dtype.kind not in "iuf":
            continue
        family = "tess" if mission == "tess" else "kepler" if mission or name == "sap_quality" else ""
        whole = np.nan_to_num(flags.astype(np.float64)).astype(np.int64)
        good &= (whole & BAD_BITS[family][quality]) == 0 if family else whole == 0
    return good
