"""One light curve from a file: CSV, .npz or a FITS binary table with time and flux."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
from astropy.io import fits

from astrocore.data.tables import DAMAGE, TEXT, read_arrays, read_table
from astrocore.errors import BadValue, FileUnreadable, MissingColumns

FLUX_NAMES = ("pdcsap_flux", "flux", "sap_flux", "det_flux")
QUALITY_NAMES = ("quality", "sap_quality")
BJD_ZERO = {"bkjd": 2_454_833.0, "btjd": 2_457_000.0}
"""What Kepler and TESS times are counted from [BJD]."""
FITS_DAMAGE = (*DAMAGE, fits.VerifyError, AttributeError, IndexError, OverflowError)
"""What astropy raises for damaged files besides; found like the others."""
FULL_DATES = 2.4e6
"""Times beyond this are full Julian dates."""


@dataclass(frozen=True)
class LightCurve:
    """`time` (T,) in days, `flux` (T,) NaN where bad, and the BJD from which time counts, NaN when unknown."""

    time: np.ndarray
    flux: np.ndarray
    zero: float = float("nan")


def read_light_curve(path: Path) -> LightCurve:
    """A light curve in time order; points with a quality flag or without time are left out.

    Raises
    ------
    FileUnreadable
        The file is absent, truncated or of another format.
    MissingColumns
        It has no time or no flux.
    BadValue
        Time or flux are not numbers, not of one length, all missing, or the flux is constant.
    """
    name = path.name.lower()
    zero = float("nan")
    columns: Mapping[str, np.ndarray]
    if name.endswith((".fits", ".fit", ".fits.gz")):
        columns, zero = _fits_columns(path)
    elif name.endswith(".npz"):
        columns = read_arrays(path)
    elif name.endswith(TEXT):
        table = read_table(path)
        columns = {str(column): _as_numbers(table[column]) for column in table}
    else:
        raise FileUnreadable(f"{path.name} is not a light curve that can be read; bring .csv, .npz or .fits.")
    return _checked({key.strip().lower(): values for key, values in columns.items()}, zero, path)


def epoch_on(curve: LightCurve, epoch: float) -> float:
    """The epoch counted as the curve's times are.

    Raises
    ------
    BadValue
        One of them is a full Julian date, the other is not, and the file does not say from what it counts.
    """
    full_time, full_epoch = float(np.nanmedian(curve.time)) > FULL_DATES, epoch > FULL_DATES
    if full_time == full_epoch:
        return epoch
    if full_epoch and np.isfinite(curve.zero):
        return epoch - curve.zero
    raise BadValue(
        f"The epoch {epoch:.5f} and the times about {np.nanmedian(curve.time):.1f} are not counted from the same day; "
        "give both as BKJD, both as BTJD or both as BJD."
    )


def check_flux(flux: np.ndarray, mask: np.ndarray, names: pd.Series, what: str) -> None:
    """Raise BadValue for the first row of `flux` (N, T) that `mask` claims but that is all missing or constant."""
    low = np.where(mask, flux, np.inf).min(axis=1)
    high = np.where(mask, flux, -np.inf).max(axis=1)
    flat = mask.any(axis=1) & ~(high > low)
    if flat.any():
        row = int(flat.argmax())
        raise BadValue(f"Row {row + 1} ({names.iloc[row]}) has a constant {what}; mend it or remove the row.")


def _checked(columns: Mapping[str, np.ndarray], zero: float, path: Path) -> LightCurve:
    flux_name = next((name for name in FLUX_NAMES if name in columns), None)
    if "time" not in columns or flux_name is None:
        raise MissingColumns(f"{path.name} needs the columns time and flux; it has {', '.join(columns)}.")
    time, flux = columns["time"], columns[flux_name]
    if time.ndim != 1 or time.shape != flux.shape or time.dtype.kind not in "fiu" or flux.dtype.kind not in "fiu":
        raise BadValue(f"{path.name}: time and flux must be numbers, one of each per row.")
    time, flux = time.astype(np.float64), flux.astype(np.float64)
    good = np.isfinite(time)
    for name in QUALITY_NAMES:
        if name in columns and columns[name].shape == time.shape:
            good &= columns[name] == 0
    order = np.argsort(time[good], kind="stable")
    time, flux = time[good][order], flux[good][order]
    flux = np.where(np.isfinite(flux), flux, np.nan)
    known = flux[np.isfinite(flux)]
    if len(known) == 0:
        raise BadValue(f"{path.name} has no good point: every flux is missing or flagged.")
    if known.min() == known.max():
        raise BadValue(f"{path.name} has a constant flux.")
    return LightCurve(time, flux, zero)


def _fits_columns(path: Path) -> tuple[dict[str, np.ndarray], float]:
    """Columns of the first binary table with TIME, in native byte order, and its time zero."""
    try:
        with fits.open(path, memmap=False) as hdus:
            for hdu in hdus:
                if isinstance(hdu, fits.BinTableHDU) and "TIME" in (names := [n.upper() for n in hdu.columns.names]):
                    data = {name: np.asarray(hdu.data[name]) for name in names}
                    native = {name: v.astype(v.dtype.newbyteorder("=")) for name, v in data.items()}
                    return native, _time_zero(hdu)
    except FileNotFoundError:
        raise FileUnreadable(f"There is no file {path.name} beside the table.") from None
    except FITS_DAMAGE as error:
        raise FileUnreadable(f"{path.name} can't be read as FITS ({error}); check that it is whole.") from None
    raise MissingColumns(f"{path.name} has no binary table with a column TIME.")


def _time_zero(hdu: fits.BinTableHDU) -> float:
    header = hdu.header
    if "BJDREFI" in header:
        return float(header["BJDREFI"]) + float(header.get("BJDREFF", 0.0))
    units = [str(column.unit or "").lower() for column in hdu.columns if column.name.upper() == "TIME"]
    return next((zero for word, zero in BJD_ZERO.items() if units and word in units[0]), float("nan"))


def _as_numbers(values: pd.Series) -> np.ndarray:
    """Float64 with NaN where missing; text stays text, to be refused by name."""
    if pd.api.types.is_numeric_dtype(values):
        return values.to_numpy(dtype=np.float64, na_value=np.nan)
    return values.to_numpy(dtype=object)
