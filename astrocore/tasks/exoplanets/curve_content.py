"""What a light-curve file holds: its columns by name and the cards of its headers; CSV, .npz or FITS."""

from __future__ import annotations

import gzip
import warnings
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from astropy.io import fits

from astrocore.data.tables import DAMAGE, FITS, TEXT, brief, read_arrays, read_table
from astrocore.errors import FileUnreadable, MissingColumns

TIME_NAMES = ("time", "t")
BJD_ZERO = {"bkjd": 2_454_833.0, "btjd": 2_457_000.0}
"""What Kepler and TESS times are counted from [BJD]."""
FITS_DAMAGE = (*DAMAGE, fits.VerifyError, ArithmeticError, AssertionError)
"""What astropy raises for damaged files besides; found like the others."""
FITS_BLOCK = 2880
"""A FITS file is made of whole blocks of so many bytes."""
FACTS = {
    "TEFF": "stellar_temp",
    "RADIUS": "stellar_radius",
    "LOGG": "stellar_logg",
    "KEPMAG": "kepmag",
    "TESSMAG": "tmag",
    "RA_OBJ": "ra",
    "DEC_OBJ": "dec",
}
"""Keywords of the missions' primary headers, and our columns; units are the same."""
CARDS = ("MISSION", "TELESCOP", "OBJECT", "TICID", "EPICID", "EPIC", "KEPLERID", *FACTS)
"""All keywords that are read: parsing every card of a header takes longer than reading the curve."""


class Content(NamedTuple):
    """What a file holds: columns by lower-case name, and the cards of its headers."""

    columns: Mapping[str, np.ndarray]
    header: Mapping[str, Any]
    zero: float


def content_of(path: Path) -> Content:
    """Whatever the file holds, read by its ending."""
    if path.name.lower().endswith(FITS):
        return _fits_content(path)
    try:
        columns = _named_columns(path)
    except FileUnreadable as error:  # where a folder lies is nothing that its files' defects need tell
        raise FileUnreadable(str(error).replace(str(path), path.name)) from None
    return Content({key.strip().lower(): values for key, values in columns.items()}, {}, float("nan"))


def _named_columns(path: Path) -> dict[str, np.ndarray]:
    """The columns of an .npz or a table of text."""
    name = path.name.lower()
    if name.endswith(".npz"):
        return read_arrays(path)
    if name.endswith(TEXT):
        table = read_table(path)
        return {str(column): _as_numbers(table[column]) for column in table}
    raise FileUnreadable(f"{path.name} is not a light curve that can be read; bring .csv, .npz or .fits.")


@contextmanager
def quiet_fits(path: Path) -> Iterator[fits.HDUList]:
    """An opened FITS file; what astropy would warn of is either harmless or fails on reading."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        with fits.open(path, memmap=False) as hdus:
            yield hdus


def cards_of(hdus: fits.HDUList) -> dict[str, Any]:
    """What the first two headers say of star and mission, the primary one first; blank cards are left out."""
    found = {key: hdu.header.get(key) for hdu in reversed(hdus[:2]) for key in CARDS if key in hdu.header}
    return {key: value for key, value in found.items() if not isinstance(value, fits.card.Undefined)}


def _fits_content(path: Path) -> Content:
    """Columns of the first binary table with TIME, in native byte order, and its time zero."""
    try:
        with quiet_fits(path) as hdus:
            for hdu in hdus:
                names = [n.lower() for n in hdu.columns.names] if isinstance(hdu, fits.BinTableHDU) else []
                if set(names) & set(TIME_NAMES):
                    data = {name: np.asarray(hdu.data[name]) for name in names}
                    native = {name: v.astype(v.dtype.newbyteorder("=")) for name, v in data.items()}
                    return Content(native, cards_of(hdus), _time_zero(hdu))
    except FileNotFoundError:
        raise FileUnreadable(f"There is no file {path.name} beside the table.") from None
    except FITS_DAMAGE as error:
        raise FileUnreadable(f"{path.name} can't be read as FITS ({brief(error)}); check that it is whole.") from None
    if _cut_off(path):
        raise FileUnreadable(f"{path.name} is cut off before its table of times and flux; fetch it again.")
    raise MissingColumns(f"{path.name} has no binary table with a column TIME.")


def _cut_off(path: Path) -> bool:
    """Whether a FITS file ends within a block, or a compressed one before its own end."""
    size = 0
    try:
        with gzip.open(path) if path.name.lower().endswith(".gz") else path.open("rb") as stream:
            while block := stream.read(1 << 20):
                size += len(block)
    except (EOFError, OSError, zlib.error):
        return True
    return size % FITS_BLOCK > 0


def _time_zero(hdu: fits.BinTableHDU) -> float:
    header = hdu.header
    if "BJDREFI" in header:
        return float(header["BJDREFI"]) + float(header.get("BJDREFF", 0.0))
    units = [str(column.unit or "").lower() for column in hdu.columns if column.name.lower() in TIME_NAMES]
    return next((zero for word, zero in BJD_ZERO.items() if units and word in units[0]), float("nan"))


def _as_numbers(values: pd.Series) -> np.ndarray:
    """Float64 with NaN where missing; text stays text, to be refused by name."""
    if pd.api.types.is_numeric_dtype(values):
        return values.to_numpy(dtype=np.float64, na_value=np.nan)
    return values.to_numpy(dtype=object)
