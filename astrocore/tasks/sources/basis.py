"""What a verdict on an object rests on: its image, the bands in which it was measured, how much photometry it has."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import numpy as np
import pandas as pd

from astrocore.tasks.sources.bands import band_of, quantity_of
from astrocore.tasks.sources.catalogue import photometric
from astrocore.tasks.sources.features import IMAGE
from astrocore.tasks.sources.selections import blue_first

OF_THE_SKY = ("extinction", "psffwhm")
"""Quantities that are known without the object having been measured."""
SIMULATED_FIELDS = "SIM "
"""How the names of simulated fields begin."""


def basis(table: pd.DataFrame, arrays: Mapping[str, np.ndarray]) -> pd.DataFrame:
    """What stands behind a verdict on each of B rows.

    Parameters
    ----------
    table
        B rows of a data set.
    arrays
        Their image_<band> (B, y, x); may be absent.

    Returns
    -------
    DataFrame
        `image`, which is measured, simulated or none; `bands` in which anything was measured, such as "ugriz";
        `photometry`, how many of its photometric columns are known.
    """
    pixels = {name.removeprefix(IMAGE): _held(array) for name, array in arrays.items() if name.startswith(IMAGE)}
    numbers = table[photometric(table)].notna()
    image = np.where(_any(pixels.values(), len(table)), "measured", "none").astype(object)
    simulated = table["group"].astype(str).str.startswith(SIMULATED_FIELDS).to_numpy()
    image[(image == "measured") & simulated] = "simulated"
    known = {band: [there] for band, there in pixels.items()}
    for name in map(str, numbers):
        if quantity_of(name) not in OF_THE_SKY:
            known.setdefault(band_of(name), []).append(numbers[name].to_numpy())
    return pd.DataFrame(
        {"image": image, "bands": _letters(known, len(table)), "photometry": numbers.sum(axis=1).to_numpy()}
    )


def _held(array: np.ndarray) -> np.ndarray:
    """(B,) whether an image has any pixel."""
    pixels = np.asarray(array)
    return np.asarray(np.isfinite(pixels).any(axis=tuple(range(1, pixels.ndim))))


def _any(flags: Iterable[np.ndarray], rows: int) -> np.ndarray:
    return np.asarray(np.logical_or.reduce([np.zeros(rows, dtype=bool), *flags]))


def _letters(known: Mapping[str, list[np.ndarray]], rows: int) -> np.ndarray:
    """(B,) the letters of the bands in which a row has anything, blue first."""
    letters = np.full(rows, "", dtype=object)
    for band in sorted(known, key=blue_first):
        letters[_any(known[band], rows)] += band
    return letters
