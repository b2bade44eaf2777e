"""A quotient that says what nothing divided by nothing is."""

from __future__ import annotations

import numpy as np


def ratio(part: np.ndarray, whole: np.ndarray, otherwise: float = np.nan) -> np.ndarray:
    """Quotient of part and whole, and `otherwise` where the whole is not above zero; float, of their common shape."""
    shape = np.broadcast_shapes(np.shape(part), np.shape(whole))
    return np.asarray(np.divide(part, whole, out=np.full(shape, otherwise), where=np.asarray(whole) > 0))
