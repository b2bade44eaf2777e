"""Which objects must stay together in a split: those of a field of the survey, else of a cell of the sky."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd

from astrocore.tasks.sources.identity import PHOTOMETRIC, as_text
from astrocore.tasks.sources.naming import lower_names

CELL = 0.25
"""Side of a cell [deg]; a field of SDSS is as large, 13.5 by 9.8 arcmin."""
FIELD_COLUMNS = ("run", "camcol", "field")
RERUNS = {1: range(40, 51), 2: range(301, 302)}
"""Reruns of the photometric pipeline by the version of the sky: the releases up to DR7, and those from DR8 on."""
MOST_CAMCOLS = 6


class Field(NamedTuple):
    """A field of SDSS: run of the drift scan, column of the camera, number along it."""

    run: int
    camcol: int
    field: int


def field_of(objid: str) -> Field | None:
    """The field that an SDSS objID is in; None where the text is no objID.

    Its bits, from the highest: 1 free, 4 sky version, 11 rerun, 16 run, 3 camcol, 1 first field, 12 field, 16 the
    object's number (SDSS, "ObjID").
    """
    if not (objid.isascii() and objid.isdigit()) or (bits := int(objid)) >= 2**63:
        return None
    sky, rerun = bits >> 59, bits >> 48 & 0x7FF
    found = Field(bits >> 32 & 0xFFFF, bits >> 29 & 0x7, bits >> 16 & 0xFFF)
    valid = rerun in RERUNS.get(sky, ()) and found.run > 0 and 1 <= found.camcol <= MOST_CAMCOLS and found.field > 0
    return found if valid else None


def groups(raw: pd.DataFrame, ids: pd.Series, ra: np.ndarray, dec: np.ndarray) -> tuple[pd.Series, tuple[str, ...]]:
    """The group of each row (N,), as text, and a note where a split that the user brings tears fields apart.

    The user's own column group; else the field, by its columns or an objID; else a cell of the sky; else the object.
    A field that lies in several splits makes a group in each: published sets are split by object.

    Parameters
    ----------
    raw
        The table; its split, if it has one, as train, val or test.
    ids
        (N,) the object_ids.
    ra, dec
        (N,) [deg], NaN where unknown.
    """
    sky = _fields(raw).fillna(_by_objid(raw, ids)).fillna(cells(ra, dec, raw.index))
    notes: tuple[str, ...] = ()
    if "split" in raw:
        spread = raw["split"].groupby(sky).nunique()
        torn = sky.isin(spread.index[spread > 1])
        sky = sky.mask(torn, sky + " " + raw["split"].astype("string"))
        notes = _torn(int((spread > 1).sum()), len(spread))
    lower = lower_names(raw)
    own = as_text(raw[lower["group"]]) if "group" in lower else pd.Series(pd.NA, index=raw.index, dtype="string")
    return own.fillna(sky).fillna(ids.astype("string")).astype(str), notes


def regrouped(table: pd.DataFrame) -> pd.Series:
    """Groups of a draft's table of which images have told the place: those that are an object alone become cells."""
    if "split" in table or not {"ra", "dec"} <= set(table):
        return table["group"]
    sky = cells(table["ra"].to_numpy(float), table["dec"].to_numpy(float), table.index)
    return sky.where(table["group"] == table["object_id"]).fillna(table["group"].astype("string")).astype(str)


def cells(ra: np.ndarray, dec: np.ndarray, index: pd.Index) -> pd.Series:
    """Cells of the sky by their corner, such as "cell 183.50 +0.25" (N,); missing where a coordinate is unknown.

    Rings of declination are CELL high and are cut into whole cells of about that width.
    """
    known = np.isfinite(ra) & np.isfinite(dec) & (np.abs(dec) <= 90)
    ring = np.floor(np.where(known, dec, 0.0) / CELL) * CELL
    width = 360 / np.maximum(1, np.round(360 / CELL * np.cos(np.radians(ring + CELL / 2))))
    left = np.floor(np.where(known, ra, 0.0) % 360 / width) * width
    text = [f"cell {x:.2f} {y:+.2f}" if ok else pd.NA for x, y, ok in zip(left, ring, known, strict=True)]
    return pd.Series(text, index=index, dtype="string")


def _fields(raw: pd.DataFrame) -> pd.Series:
    """Fields by the columns run, camcol and field; missing where one of them is."""
    lower = lower_names(raw)
    if not set(FIELD_COLUMNS) <= set(lower):
        return pd.Series(pd.NA, index=raw.index, dtype="string")
    run, camcol, field = (as_text(raw[lower[name]]) for name in FIELD_COLUMNS)
    return "field " + run + "-" + camcol + "-" + field


def _by_objid(raw: pd.DataFrame, ids: pd.Series) -> pd.Series:
    """Fields by the bits of the objIDs."""
    lower = lower_names(raw)
    found = next((as_text(raw[lower[name]]) for name in PHOTOMETRIC if name in lower), ids)
    fields = found.astype(object).map(lambda text: _name(field_of(text)), na_action="ignore")
    return fields.astype("string")


def _name(field: Field | None) -> object:
    return pd.NA if field is None else f"field {field.run}-{field.camcol}-{field.field}"


def _torn(torn: int, of: int) -> tuple[str, ...]:
    if not torn:
        return ()
    return (
        f"The split tears {torn} of {of} fields of the sky apart: test objects share their seeing and sky with some of "
        "training. It is kept as it is; leave it out to have fields stay together.",
    )
