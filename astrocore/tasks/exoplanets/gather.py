"""Curves from the files of each star, folded for each of its rows; what can't be used becomes a defect."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd

from astrocore.data.draft import Defect
from astrocore.errors import BadValue, MissingColumns
from astrocore.tasks.exoplanets.config import Source
from astrocore.tasks.exoplanets.curve_content import BJD_ZERO
from astrocore.tasks.exoplanets.curves import NOTHING_LEFT, durations
from astrocore.tasks.exoplanets.even import Kept
from astrocore.tasks.exoplanets.folding import Ephemeris, Views, folded_views, no_curve
from astrocore.tasks.exoplanets.lightcurves import LightCurve, epoch_on
from astrocore.tasks.exoplanets.search import search
from astrocore.tasks.exoplanets.star_files import read_star, unused
from astrocore.tasks.exoplanets.stars import Star


class Found(NamedTuple):
    """A star and its files, relative to the folder."""

    star: Star
    files: tuple[str, ...]


@dataclass
class Folded:
    """What the files gave: views of every row, the rows that were searched, and what went wrong."""

    views: list[Views] = field(default_factory=list)
    searched: list[dict[str, object]] = field(default_factory=list)
    defects: list[Defect] = field(default_factory=list)
    kept: Kept = field(default_factory=Kept)


def fold_files(
    table: pd.DataFrame, rows: Mapping[Star, list[int]], found: list[Found], folder: Path, source: Source
) -> Folded:
    """Views of every row of `table` from the files of its star, and new rows for stars without one.

    Parameters
    ----------
    table
        Checked rows with period, epoch_time and duration; may be empty.
    rows
        Row numbers of each star that has files.
    found, folder
        The files.
    source
        How to read them.

    Raises
    ------
    MissingColumns
        Rows have files, but no row has an epoch to fold them on.
    """
    if "epoch_time" not in table and any(rows.values()):
        raise MissingColumns(
            "Folding a light curve needs the column epoch_time: times of a mid-transit in days, all numbers."
        )
    result = Folded(views=[no_curve()] * len(table))
    for star, files in found:
        read = read_star(folder, files, source)
        result.defects += read.refused
        if read.curve is None:
            continue
        if rows.get(star):
            curve = replace(read.curve, zero=_zero(read.curve, star))
            served = _fold_rows(table, rows[star], curve, read.files, result)
        elif source.search:
            served = _search(read.curve, star, read.files, result)
        else:
            served = False
            result.defects += unused(read.files, BadValue(f"No row is of {star}; bring one, or let it be searched."))
        result.defects += read.changed if served else []
    return result


def _fold_rows(table: pd.DataFrame, rows: list[int], curve: LightCurve, files: list[str], result: Folded) -> bool:
    """Fold a star's curve for each of its rows, the transits of the others left out; whether that served any row."""
    served, part = False, table.iloc[rows]
    signals: list[Ephemeris | None] = []
    for row, *numbers in zip(rows, part["period"], part["epoch_time"], durations(part), strict=True):
        signal = Ephemeris(*map(float, numbers))
        try:
            signals.append(signal._replace(epoch=_epoch(curve, signal, str(table["object_id"].iloc[row]))))
        except BadValue as error:
            signals.append(None)
            result.defects += unused(files, error)
    for row, own in zip(rows, signals, strict=True):
        if own is None:
            continue
        others = [other for other in signals if other is not None and other is not own]
        views = folded_views(curve.time, curve.flux, *own, others)
        if views.global_mask.any():
            served = True
            result.views[row] = views
            result.kept.add(row, curve, float(table["epoch_time"].iloc[row]) - own.epoch)
        else:
            result.defects += unused(files, BadValue(f"{table['object_id'].iloc[row]} {NOTHING_LEFT}."))
    return served


def _epoch(curve: LightCurve, signal: Ephemeris, name: str) -> float:
    """The signal's epoch on the curve's scale; BadValue when it has none or that can't be told."""
    if np.isnan(signal.epoch):
        raise BadValue(f"{name} has no epoch_time, so its curve can't be folded; add a time of mid-transit in days.")
    return epoch_on(curve, signal.epoch)


def _search(curve: LightCurve, star: Star, files: list[str], result: Folded) -> bool:
    """A new row from the curve itself; whether there is one."""
    signal = search(curve)
    if not signal:
        result.defects += unused(files, BadValue("No periodic dip was found in it, and no row describes one."))
        return False
    views = folded_views(curve.time, curve.flux, signal["period"], signal["epoch_time"], signal["duration"] / 24)
    result.kept.add(len(result.views), curve)
    result.views.append(views)
    result.searched.append({"object_id": str(star), "group": str(star), **signal})
    return True


def _zero(curve: LightCurve, star: Star) -> float:
    """The BJD from which a curve counts; where the file does not say, what the star's mission counts from."""
    if np.isfinite(curve.zero) or not star.catalogue:
        return curve.zero
    return BJD_ZERO["btjd" if star.catalogue == "TIC" else "bkjd"]
