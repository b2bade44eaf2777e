"""Which photometric features suit a data set, where the settings leave it open."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import combinations, product

from astrocore.tasks.sources.bands import band_of
from astrocore.tasks.sources.columns import ORIGINAL_24
from astrocore.tasks.sources.config import Config
from astrocore.tasks.sources.recipes import columns_of

MAGNITUDES = ("modelMag", "cModelMag", "petroMag", "psfMag")
"""Magnitudes that colours are made of, best first."""
RADII = ("deVRad", "expRad", "petroRad", "petroR50", "petroR90")
OTHERS = ("extinction", "psffwhm")


def fitted(config: Config, columns: Iterable[str]) -> Config:
    """The settings with features chosen for a data set of these `columns`, where none are set."""
    if config.photometry_columns or "photometry" not in config.modalities:
        return config
    return config.model_copy(update={"photometry_columns": chosen(columns, config.bands)})


def chosen(columns: Iterable[str], bands: str) -> tuple[str, ...]:
    """The 24 features of the original where their columns are there, else all that such columns tell.

    That is magnitudes, radii, extinctions and PSF widths as they are; all colours of the best magnitude; and in each
    band the PSF magnitude minus that one, which tells points from extended objects. The 24 features also where no
    photometry is there at all: a net of images may meet some later.
    """
    there = [name for name in columns if band_of(name) in bands]
    if set(columns_of(ORIGINAL_24)) <= set(there):
        return ORIGINAL_24
    found = [name for q, b in product((*MAGNITUDES, *RADII, *OTHERS), bands) if (name := f"{q}_{b}") in there]
    best = max(MAGNITUDES, key=lambda quantity: sum(f"{quantity}_{band}" in there for band in bands))
    own = [band for band in bands if f"{best}_{band}" in there]
    colours = [f"{best}_{a}-{best}_{b}" for a, b in combinations(own, 2)]
    extended = [f"psfMag_{b}-{best}_{b}" for b in own if best != "psfMag" and f"psfMag_{b}" in there]
    return (*found, *colours, *extended) or ORIGINAL_24
