"""Curves from the files of each star, folded for each of its rows; what can't be used becomes a defect."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd

from astrocore.data.draft import Defect
from astrocore.errors import AstrocoreError, BadValue, MissingColumns, ShortCadence
from astrocore.tasks.exoplanets.config import Source
from astrocore.tasks.exoplanets.curves import MINUTES_A_DAY, NOTHING_LEFT, durations
from astrocore.tasks.exoplanets.even import Kept
from astrocore.tasks.exoplanets.folding import Ephemeris, Views, folded_views, no_curve
from astrocore.tasks.exoplanets.lightcurves import BJD_ZERO, LightCurve, averaged, epoch_on, joined, read_light_curve
from astrocore.tasks.exoplanets.search import search
from astrocore.tasks.exoplanets.stars import Star

SHORT_MINUTES = {"tess": 1.0}
"""Cadences below this are short: TESS's 20 seconds (its usual 2 minutes are not)."""
SHORT_ELSEWHERE = 10.0


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
        curve = _read(folder, files, source, result.defects)
        if curve is None:
            continue
        if rows.get(star):
            _fold_rows(table, rows[star], replace(curve, zero=_zero(curve, star)), files, result)
        elif source.search:
            _search(curve, star, files, result)
        else:
            result.defects += _unused(files, BadValue(f"No row is of {star}; bring one, or let it be searched."))
    return result


def _read(folder: Path, files: tuple[str, ...], source: Source, defects: list[Defect]) -> LightCurve | None:
    """The files of one star as one curve; None when none of them can be used."""
    curves = []
    for name in files:
        try:
            curve = read_light_curve(folder / name, source.quality)
            minutes = curve.cadence * MINUTES_A_DAY
            if minutes < SHORT_MINUTES.get(curve.mission or source.mission.lower(), SHORT_ELSEWHERE):
                defects.append(_short(name, minutes, source.short_cadence))
                if source.short_cadence == "refuse":
                    continue
                curve = averaged(curve)
            curves.append(curve)
        except AstrocoreError as error:
            defects += _unused((name,), error)
    return joined(curves) if curves else None


def _fold_rows(table: pd.DataFrame, rows: list[int], curve: LightCurve, files: tuple[str, ...], result: Folded) -> None:
    """Fold a star's curve for each of its rows, the transits of the others left out."""
    part = table.iloc[rows]
    signals: list[Ephemeris | None] = []
    for row, *numbers in zip(rows, part["period"], part["epoch_time"], durations(part), strict=True):
        signal = Ephemeris(*map(float, numbers))
        try:
            signals.append(signal._replace(epoch=_epoch(curve, signal, str(table["object_id"].iloc[row]))))
        except BadValue as error:
            signals.append(None)
            result.defects += _unused(files, error)
    for row, own in zip(rows, signals, strict=True):
        if own is None:
            continue
        others = [other for other in signals if other is not None and other is not own]
        views = folded_views(curve.time, curve.flux, *own, others)
        if views.global_mask.any():
            result.views[row] = views
            result.kept.add(row, curve, float(table["epoch_time"].iloc[row]) - own.epoch)
        else:
            result.defects += _unused(files, BadValue(f"{table['object_id'].iloc[row]} {NOTHING_LEFT}."))


def _epoch(curve: LightCurve, signal: Ephemeris, name: str) -> float:
    """The signal's epoch on the curve's scale; BadValue when it has none or that can't be told."""
    if np.isnan(signal.epoch):
        raise BadValue(f"{name} has no epoch_time, so its curve can't be folded; add a time of mid-transit in days.")
    return epoch_on(curve, signal.epoch)


def _search(curve: LightCurve, star: Star, files: tuple[str, ...], result: Folded) -> None:
    """A new row from the curve itself."""
    signal = search(curve)
    if not signal:
        result.defects += _unused(files, BadValue("No periodic dip was found in it, and no row describes one."))
        return
    views = folded_views(curve.time, curve.flux, signal["period"], signal["epoch_time"], signal["duration"] / 24)
    result.kept.add(len(result.views), curve)
    result.views.append(views)
    result.searched.append({"object_id": str(star), "group": str(star), **signal})


def _zero(curve: LightCurve, star: Star) -> float:
    """The BJD from which a curve counts; where the file does not say, what the star's mission counts from."""
    if np.isfinite(curve.zero) or not star.catalogue:
        return curve.zero
    return BJD_ZERO["btjd" if star.catalogue == "TIC" else "bkjd"]


def _short(name: str, minutes: float, choice: str) -> Defect:
    done = "averaged to 30 minutes and used" if choice == "average" else "left out; allow it with short_cadence average"
    text = f"It has short cadence, a point every {60 * minutes:.0f} s, and was {done}."
    return Defect(name, ShortCadence.__name__, text)


def _unused(files: tuple[str, ...], error: AstrocoreError) -> list[Defect]:
    return [Defect(name, type(error).__name__, str(error)) for name in files]
