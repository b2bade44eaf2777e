"""Selections of the published sets, as functions of the table: compact, faint, and classes left out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from astrocore.data.draft import Draft
from astrocore.errors import ConfigError, MissingColumns
from astrocore.tasks.sources.bands import BANDS, band_of, quantity_of
from astrocore.tasks.sources.config import CLASSES, Source
from astrocore.tasks.sources.labels import held, spelled


@dataclass(frozen=True)
class Selection:
    """Which of N objects a cut keeps (N,), of which its quantity is unknown (N,), and the cut in words."""

    keep: np.ndarray
    unknown: np.ndarray
    cut: str


def compactness(table: pd.DataFrame) -> np.ndarray:
    """Mean over the bands of deVRad/psffwhm (N,); NaN where it is unknown in a band that the table has.

    Raises
    ------
    MissingColumns
        No band has both columns.
    """
    bands = _bands(table, "deVRad", "psffwhm")
    with np.errstate(all="ignore"):
        ratios = [table[f"deVRad_{band}"].to_numpy(float) / table[f"psffwhm_{band}"].to_numpy(float) for band in bands]
    return np.asarray(np.mean(ratios, axis=0))


def mean_magnitude(table: pd.DataFrame) -> np.ndarray:
    """Mean over the bands of modelMag, which is not dereddened (N,); NaN where it is unknown in a band of the table.

    Raises
    ------
    MissingColumns
        There is no such column.
    """
    return np.asarray(
        np.mean([table[f"modelMag_{band}"].to_numpy(float) for band in _bands(table, "modelMag")], axis=0)
    )


def compact(table: pd.DataFrame, limit: float) -> Selection:
    """Objects whose `compactness` is at most `limit`; the published compact sets have 0.5."""
    values, bands = compactness(table), _bands(table, "deVRad", "psffwhm")
    return _selection(values, values <= limit, f"mean of deVRad/psffwhm over {bands} at most {limit:g}")


def faint(table: pd.DataFrame, limit: float) -> Selection:
    """Objects whose `mean_magnitude` is above `limit`; the published faint sets have 20."""
    values, bands = mean_magnitude(table), _bands(table, "modelMag")
    return _selection(values, values > limit, f"mean of modelMag over {bands} fainter than {limit:g}")


def select(draft: Draft, source: Source) -> np.ndarray:
    """Apply what the source asks for to a draft without arrays; returns the numbers of the rows that it kept.

    Each cut adds a note with what it kept, class by class.

    Raises
    ------
    MissingColumns
        A cut needs columns that are not there.
    ConfigError
        Nothing is left, or a class to be left out is none.
    """
    rows = np.arange(len(draft.table))
    chosen = [_left_out(draft, source.leave_out)] if source.leave_out else []
    chosen += [compact(draft.table, source.compact)] if source.compact is not None else []
    chosen += [faint(draft.table, source.faint)] if source.faint is not None else []
    for selection in chosen:
        keep = selection.keep[rows]
        note = _told(selection, draft, rows, rows[keep])
        if not keep.any():
            raise ConfigError(f"No object is left. {note} Widen the cut, or leave it out.")
        rows = rows[keep]
        draft.notes += (note,)
    draft.table = draft.table.iloc[rows].reset_index(drop=True)
    if chosen and draft.table["label"].notna().any():
        gone = spelled(source.leave_out, draft.classes).values()
        kept = tuple(name for name in source.classes if name not in gone)
        draft.classes, draft.table["label"] = held(draft.classes, draft.table["label"], kept)
    return rows


def _left_out(draft: Draft, names: Sequence[str]) -> Selection:
    """All objects but those of some classes; those without a label stay."""
    meant = spelled(tuple(names), (*draft.classes, *(name for name in CLASSES if name not in draft.classes)))
    if foreign := [name for name in names if name not in meant]:
        raise ConfigError(f"leave_out names {', '.join(foreign)}, but the classes are {', '.join(draft.classes)}.")
    codes = [code for code, name in enumerate(draft.classes) if name in meant.values()]
    out = draft.table["label"].isin(codes).to_numpy(dtype=bool, na_value=False)
    return Selection(~out, np.zeros(len(out), dtype=bool), f"not {' or '.join(sorted(meant.values()))}")


def _bands(table: pd.DataFrame, *quantities: str) -> str:
    """Bands of which the table has all the quantities, blue first."""
    held_by = [{band_of(str(name)) for name in table if quantity_of(str(name)) == one} - {""} for one in quantities]
    found = set.intersection(*held_by)
    if not found:
        raise MissingColumns(
            f"The cut needs {' and '.join(f'{one}_<band>' for one in quantities)} in at least one band, such as "
            f"{' and '.join(f'{one}_r' for one in quantities)}; map columns to them, or leave the cut out."
        )
    return "".join(sorted(found, key=blue_first))


def blue_first(band: str) -> tuple[int, str]:
    """Puts the five bands of SDSS first, blue to red, then others by their letter."""
    return ((*BANDS, band).index(band), band)


def _selection(values: np.ndarray, keep: np.ndarray, cut: str) -> Selection:
    unknown = ~np.isfinite(values)
    return Selection(keep & ~unknown, unknown, cut)


def _told(selection: Selection, draft: Draft, before: np.ndarray, after: np.ndarray) -> str:
    """The sentence on what a cut kept."""
    labels = draft.table["label"].iloc[after]
    counts = [f"{int((labels == code).sum())} {name}" for code, name in enumerate(draft.classes)]
    counts += [f"{int(labels.isna().sum())} unlabelled"] if labels.isna().any() else []
    note = f"Kept {len(after)} of {len(before)} objects, {selection.cut}: {', '.join(counts)}."
    unknown = int(selection.unknown[before].sum())
    return f"{note} Objects of which it is unknown, left out too: {unknown}." if unknown else note
