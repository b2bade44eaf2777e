"""One light curve from a file: CSV, .npz or a FITS binary table with time and flux."""

from __future__ import annotations

import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from astropy.io import fits

from astrocore.data.tables import DAMAGE, FITS, TEXT, read_arrays, read_table
from astrocore.errors import BadValue, FileUnreadable, MissingColumns
from astrocore.tasks.exoplanets.columns import canonical
from astrocore.tasks.exoplanets.detrend import is_absolute, spread
from astrocore.tasks.exoplanets.quality import Quality, good_cadences

FLUX_NAMES = ("pdcsap_flux", "kspsap_flux", "flux", "sap_flux", "det_flux", "fcor")
TIME_NAMES = ("time", "t")
PART_NAMES = ("quarter", "sector", "campaign")
"""Columns that tell the stretches of a joined curve apart; each has a level of its own."""
BJD_ZERO = {"bkjd": 2_454_833.0, "btjd": 2_457_000.0}
"""What Kepler and TESS times are counted from [BJD]."""
FITS_DAMAGE = (*DAMAGE, fits.VerifyError, ArithmeticError, AssertionError)
"""What astropy raises for damaged files besides; found like the others."""
FULL_DATES = 2.4e6
"""Times beyond this are full Julian dates."""
LONG_CADENCE = 30 / 1440
"""Days to which short cadences are averaged."""
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


@dataclass(frozen=True)
class LightCurve:
    """A light curve in time order.

    `time` (T,) in days, `flux` (T,) NaN where bad, the BJD from which time counts (NaN when unknown), the mission
    ("" when unknown), and columns of the star that the file's header tells.
    """

    time: np.ndarray
    flux: np.ndarray
    zero: float = float("nan")
    mission: str = ""
    facts: Mapping[str, float] = field(default_factory=dict)

    @property
    def cadence(self) -> float:
        """Days from one point to the next, as most of them are."""
        return float(np.median(np.diff(self.time))) if len(self.time) > 1 else float("nan")


class Content(NamedTuple):
    """What a file holds: columns by lower-case name, and the cards of its headers."""

    columns: Mapping[str, np.ndarray]
    header: Mapping[str, Any]
    zero: float


def read_light_curve(path: Path, quality: Quality = "default") -> LightCurve:
    """A light curve in time order; cadences that `quality` excludes, or without time, are left out.

    Several quarters or sectors in one file are each divided by their median.

    Raises
    ------
    FileUnreadable
        The file is absent, truncated or of another format.
    MissingColumns
        It has no time or no flux.
    BadValue
        Time or flux are not numbers, not of one length, all missing, or the flux is constant.
    """
    content = _content(path)
    columns, mission = content.columns, mission_of(content.header, content.zero)
    flux_name = next((name for name in FLUX_NAMES if name in columns), None)
    time_name = next((name for name in TIME_NAMES if name in columns), None)
    if time_name is None or flux_name is None:
        table = " It looks like a table of signals; name it as the catalogue." if _has_period(columns) else ""
        raise MissingColumns(
            f"{path.name} needs the columns time and flux; it has {', '.join(columns) or 'none'}.{table}"
        )
    time, flux = columns[time_name], columns[flux_name]
    if time.ndim != 1 or time.shape != flux.shape or time.dtype.kind not in "fiu" or flux.dtype.kind not in "fiu":
        raise BadValue(f"{path.name}: time and flux must be numbers, one of each per row.")
    time, flux = time.astype(np.float64), flux.astype(np.float64)
    flux = _levelled(np.where(np.isfinite(flux), flux, np.nan), columns)
    good = np.isfinite(time) & good_cadences(columns, mission, len(time), quality)
    rows = np.flatnonzero(good)[np.argsort(time[good], kind="stable")]
    _check_varies(flux[rows], path.name)
    return LightCurve(time[rows], flux[rows], content.zero, mission, _facts(content.header))


def joined(curves: list[LightCurve]) -> LightCurve:
    """Several curves of one star as one, each divided by its own median; times on the first one's scale."""
    if len(curves) == 1:
        return curves[0]
    zero = next((curve.zero for curve in curves if np.isfinite(curve.zero)), float("nan"))
    times = [curve.time + (curve.zero - zero if np.isfinite(curve.zero) else 0.0) for curve in curves]
    time, flux = np.concatenate(times), np.concatenate([normalised(curve.flux) for curve in curves])
    order = np.argsort(time, kind="stable")
    facts = {name: value for curve in reversed(curves) for name, value in curve.facts.items()}
    return LightCurve(time[order], flux[order], zero, curves[0].mission, facts)


def averaged(curve: LightCurve, step: float = LONG_CADENCE) -> LightCurve:
    """Means of the good points of each `step` days, at their mean time."""
    good = np.isfinite(curve.flux)
    time, flux = curve.time[good], curve.flux[good]
    slot = np.floor((time - time[0]) / step).astype(np.intp)
    _, place, count = np.unique(slot, return_inverse=True, return_counts=True)
    return replace(curve, time=np.bincount(place, weights=time) / count, flux=np.bincount(place, weights=flux) / count)


def normalised(flux: np.ndarray) -> np.ndarray:
    """Flux (T,) about one: a brightness over its median, what is about zero raised by one."""
    good = flux[np.isfinite(flux)]
    if len(good) == 0:
        return flux
    level = float(np.median(good))
    return flux / level if is_absolute(np.float64(level), np.float64(spread(good))) else flux - level + 1


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


def mission_of(header: Mapping[str, Any], zero: float) -> str:
    """Kepler, k2 or tess, from a file's header or the day from which it counts; "" when neither tells."""
    words = f"{header.get('MISSION', '')} {header.get('TELESCOP', '')}".lower()
    found = next((name for name in ("k2", "tess", "kepler") if name in words), "")
    counted = {BJD_ZERO["bkjd"]: "kepler", BJD_ZERO["btjd"]: "tess"}
    return found or counted.get(zero, "")


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


def _content(path: Path) -> Content:
    """Whatever the file holds, read by its ending."""
    name = path.name.lower()
    if name.endswith(FITS):
        return _fits_content(path)
    header: dict[str, Any] = {}
    if name.endswith(".npz"):
        columns = read_arrays(path)
    elif name.endswith(TEXT):
        table = read_table(path)
        columns = {str(column): _as_numbers(table[column]) for column in table}
    else:
        raise FileUnreadable(f"{path.name} is not a light curve that can be read; bring .csv, .npz or .fits.")
    return Content({key.strip().lower(): values for key, values in columns.items()}, header, float("nan"))


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
        raise FileUnreadable(f"{path.name} can't be read as FITS ({error}); check that it is whole.") from None
    raise MissingColumns(f"{path.name} has no binary table with a column TIME.")


def _time_zero(hdu: fits.BinTableHDU) -> float:
    header = hdu.header
    if "BJDREFI" in header:
        return float(header["BJDREFI"]) + float(header.get("BJDREFF", 0.0))
    units = [str(column.unit or "").lower() for column in hdu.columns if column.name.lower() in TIME_NAMES]
    return next((zero for word, zero in BJD_ZERO.items() if units and word in units[0]), float("nan"))


def _facts(header: Mapping[str, Any]) -> dict[str, float]:
    """What the header knows of the star; blank cards and zeros for unknown are left out."""
    cards = {ours: header.get(key) for key, ours in FACTS.items()}
    return {
        name: float(value)
        for name, value in cards.items()
        if isinstance(value, int | float) and not isinstance(value, bool) and np.isfinite(value) and value != 0
    }


def _levelled(flux: np.ndarray, columns: Mapping[str, np.ndarray]) -> np.ndarray:
    """Flux whose quarters (sectors, campaigns), if they are several, are each divided by their median."""
    for name in PART_NAMES:
        part = columns.get(name)
        if part is not None and part.shape == flux.shape and part.dtype.kind in "iuf" and len(np.unique(part)) > 1:
            levelled = np.full(flux.shape, np.nan)
            for one in np.unique(part[np.isfinite(part)]):
                levelled[part == one] = normalised(flux[part == one])
            return levelled
    return flux


def _has_period(columns: Mapping[str, np.ndarray]) -> bool:
    return any(canonical(name) == "period" for name in columns)


def _check_varies(flux: np.ndarray, name: str) -> None:
    known = flux[np.isfinite(flux)]
    if len(known) == 0:
        raise BadValue(f"{name} has no good point: every flux is missing or flagged.")
    if known.min() == known.max():
        raise BadValue(f"{name} has a constant flux.")


def _as_numbers(values: pd.Series) -> np.ndarray:
    """Float64 with NaN where missing; text stays text, to be refused by name."""
    if pd.api.types.is_numeric_dtype(values):
        return values.to_numpy(dtype=np.float64, na_value=np.nan)
    return values.to_numpy(dtype=object)
