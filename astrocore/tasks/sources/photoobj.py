"""SDSS photoObj files: the catalogue of a field, in which a column holds a value for each of the five bands."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
from astropy.io import fits

from astrocore.errors import FileUnreadable
from astrocore.tasks.sources.bands import BANDS
from astrocore.tasks.sources.fits_images import damage_told, opened

QUANTITIES = {
    "MODELMAG": "modelMag",
    "MODELMAGERR": "modelMagErr",
    "PSFMAG": "psfMag",
    "PSFMAGERR": "psfMagErr",
    "PETROMAG": "petroMag",
    "PETROMAGERR": "petroMagErr",
    "CMODELMAG": "cModelMag",
    "CMODELMAGERR": "cModelMagErr",
    "EXTINCTION": "extinction",
    "THETA_DEV": "deVRad",
    "THETA_EXP": "expRad",
    "PETROTHETA": "petroRad",
    "PETROTH50": "petroR50",
    "PETROTH90": "petroR90",
    "PSF_FWHM": "psffwhm",
}
"""Columns of five values, u to z, by our names (SDSS data model, photoObj)."""
PLAIN = {"OBJID": "object_id", "RUN": "run", "CAMCOL": "camcol", "FIELD": "field", "RA": "ra", "DEC": "dec"}
NEEDED = ("MODELMAG", "EXTINCTION")
MODE, PRIMARY = "MODE", 1
"""Of each object one observation is the primary one; blends, repeats and what lies off the survey have other modes."""


def is_photoobj(path: Path) -> bool:
    """Whether a FITS file holds a table with magnitudes and extinction in five bands each."""
    with opened(path) as hdus, damage_told(path.name):
        return _table_of(hdus) is not None


def read_photoobj(path: Path) -> tuple[pd.DataFrame, tuple[str, ...]]:
    """The objects of a photoObj file under our names, and a note where only the primary ones were kept.

    A file without any primary object is read whole.

    Raises
    ------
    FileUnreadable
        It is damaged, or no photoObj file.
    """
    with opened(path) as hdus, damage_told(path.name):
        found = _table_of(hdus)
        if found is None:
            raise FileUnreadable(f"{path.name} has no table with {' and '.join(NEEDED)} in five bands.")
        rows = _primary(found)
        names = {name.upper(): name for name in found.columns.names}
        columns = {ours: _plain(found.data[names[theirs]][rows]) for theirs, ours in PLAIN.items() if theirs in names}
        for theirs, ours in QUANTITIES.items():
            if theirs in names and _is_five(found.columns[names[theirs]]):
                values = np.asarray(found.data[names[theirs]], dtype=np.float64)[rows]
                columns |= {f"{ours}_{band}": values[:, place] for place, band in enumerate(BANDS)}
        table, total = pd.DataFrame(columns), len(found.data)
    if table.empty:
        raise FileUnreadable(f"{path.name} has no rows; a data set needs at least one object.")
    return table, _note(len(table), total)


def _table_of(hdus: fits.HDUList) -> fits.BinTableHDU | None:
    """The first table with the columns that are needed, five values each."""
    for hdu in hdus:
        if isinstance(hdu, fits.BinTableHDU) and not isinstance(hdu, fits.CompImageHDU):
            names = {name.upper(): name for name in hdu.columns.names}
            if set(NEEDED) <= set(names) and all(_is_five(hdu.columns[names[name]]) for name in NEEDED):
                return hdu
    return None


def _is_five(column: fits.Column) -> bool:
    return str(column.format).strip() in {f"{len(BANDS)}{kind}" for kind in "ED"}


def _primary(found: fits.BinTableHDU) -> np.ndarray:
    """Numbers of the rows that are primary observations; of all rows where none is or the file does not tell."""
    if MODE not in (name.upper() for name in found.columns.names):
        return np.arange(len(found.data))
    primary = np.flatnonzero(np.asarray(found.data[MODE]) == PRIMARY)
    return primary if len(primary) else np.arange(len(found.data))


def _plain(values: np.ndarray) -> np.ndarray:
    """In the machine's byte order, as pandas needs it."""
    array = np.asarray(values)
    return array.astype(str) if array.dtype.kind in "SU" else array.astype(array.dtype.newbyteorder("="))


def _note(kept: int, total: int) -> tuple[str, ...]:
    if kept == total:
        return ()
    return (f"Kept the {kept} primary of {total} observations (MODE 1); blends and repeats were left out.",)
