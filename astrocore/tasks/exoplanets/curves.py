"""Light curves of all rows as arrays: from stored views or flux columns of the table."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd

from astrocore.errors import BadValue, FileUnreadable, Misaligned, MissingColumns
from astrocore.tasks.exoplanets.binning import MAD_TO_SIGMA, average, level_and_scatter, overlap, resample
from astrocore.tasks.exoplanets.folding import (
    ARRAYS,
    FLUX_SCALE,
    GLOBAL_BINS,
    LARGEST_SCATTER,
    LIMIT,
    LOCAL_BINS,
    PPM,
    Views,
    expected_duration,
    folded_views,
    is_absolute,
    local_half_width,
    no_curve,
    transit_half_width,
)
from astrocore.tasks.exoplanets.identity import as_text, identity_columns
from astrocore.tasks.exoplanets.lightcurves import check_flux

NEEDED = ("global", "local")
"""Views of which at least one must be there; a row of these that is there has more than one value."""
VIEWS = (*NEEDED, "odd", "even", "secondary")
MINUTES_A_DAY = 1440.0
NOTHING_LEFT = "has no stretch with enough points out of transit to fold; mend the curve, the period or the duration"
SAME_ROWS = "both need the same objects in the same order"


class Curves(NamedTuple):
    """Light curves of all rows: arrays (N, ...) and the columns (N,) that were measured from them."""

    arrays: dict[str, np.ndarray]
    columns: dict[str, np.ndarray]


def stored_views(
    found: Mapping[str, np.ndarray], raw: pd.DataFrame, ids: pd.Series, name: str
) -> dict[str, np.ndarray]:
    """Views and masks of an .npz whose rows are the table's; floats stay as precise as they came.

    Raises
    ------
    Misaligned
        Other rows, another order, or no column of ids to tell.
    BadValue
        A view is constant, or all NaN though no mask says that it is missing.
    MissingColumns
        There is no view.
    """
    if not any(f"{kind}_view" in found for kind in NEEDED):
        raise MissingColumns(f"{name} holds no global_view and no local_view; it has {', '.join(found)}.")
    _check_rows(found, raw, name)
    arrays: dict[str, np.ndarray] = {}
    for kind in VIEWS:
        if f"{kind}_view" not in found:
            continue
        values, mask = _stored_view(found, kind, ids, name)
        kept = values if values.dtype == np.float16 else values.astype(np.float32)
        arrays |= {f"{kind}_view": np.where(mask, kept, kept.dtype.type(0)), f"{kind}_mask": mask}
        scatter = found.get(f"{kind}_scatter")
        if kind in NEEDED and scatter is not None and scatter.shape == mask.shape and scatter.dtype.kind == "f":
            arrays[f"{kind}_scatter"] = np.where(mask, np.nan_to_num(scatter), 0).astype(np.float16)
    return arrays


def folded_columns(flux: np.ndarray, table: pd.DataFrame) -> Curves:
    """Views from flux columns (N, T) that are folded already: equal bins of phase from -0.5 to 0.5.

    Odd and even events can't be told apart any more and stay masked, as does the scatter within a bin.
    """
    flux = _present(flux, table["object_id"])
    mask = np.isfinite(flux)
    length, period = durations(table), table["period"].to_numpy()
    edges = np.linspace(-0.5, 0.5, flux.shape[1] + 1)
    middle = (edges[1:] + edges[:-1]) / 2
    transit = np.array([transit_half_width(p, d) for p, d in zip(period, length, strict=True)])
    level, scatter = level_and_scatter(flux, mask, np.abs(middle) > transit[:, None])
    ppm = PPM * scatter / np.where(is_absolute(level, scatter), level, 1.0)
    flux = np.clip((flux - level) / scatter, -LIMIT, LIMIT)
    arrays = stacked([no_curve()] * len(table))
    values, found = resample(flux, mask, GLOBAL_BINS)
    arrays |= {"global_view": values.astype(np.float16), "global_mask": found}
    half = np.roll(np.arange(flux.shape[1]), flux.shape[1] // 2)  # the orbit turned, phase 0.5 in the middle
    for row, (p, d) in enumerate(zip(period, length, strict=True)):
        window = local_half_width(p, d) * np.linspace(-1, 1, LOCAL_BINS + 1)
        for kind, turn in (("local", slice(None)), ("secondary", half)):
            values, found = average(flux[row, turn][None], mask[row, turn][None], overlap(edges, window))
            arrays[f"{kind}_view"][row], arrays[f"{kind}_mask"][row] = values[0].astype(np.float16), found[0]
    return Curves(arrays, {"flux_scatter": np.where(ppm < LARGEST_SCATTER, ppm, np.nan)[:, 0]})


def series_columns(flux: np.ndarray, table: pd.DataFrame, time_start: float, cadence: float) -> Curves:
    """Views, and the flux itself in parts per thousand, from an evenly sampled series (N, T); times in days."""
    flux = in_thousandths(_present(flux, table["object_id"]))
    epochs = _epochs(table, np.ones(len(table), dtype=bool))
    time = time_start + cadence * np.arange(flux.shape[1])
    views = []
    for row, (period, duration) in enumerate(zip(table["period"], durations(table), strict=True)):
        deviation = flux[row].astype(np.float64)
        views.append(folded_views(time, deviation, period, epochs[row], duration, ppm=PPM / FLUX_SCALE))
        if not views[-1].global_mask.any():
            raise BadValue(f"{_named(table, row)} {NOTHING_LEFT}.")
    return Curves({"flux": flux, **stacked(views)}, measured(views))


def durations(table: pd.DataFrame) -> np.ndarray:
    """Transit duration of each row [d]; where it is not known, what period and star let expect."""
    period, radius, hours = (
        table[name].to_numpy(dtype=np.float64) if name in table else np.full(len(table), np.nan)
        for name in ("period", "stellar_radius", "duration")
    )
    return np.where(np.isfinite(hours), hours, expected_duration(period, radius)) / 24.0


def inside(folder: Path, text: str) -> Path:
    """The file that `text` names below `folder`; FileUnreadable when it lies elsewhere."""
    root = folder.resolve()
    path = (root / text).resolve()
    if not path.is_relative_to(root):
        raise FileUnreadable(
            f"The light curve {text} lies outside the table's folder; move it there, or the table to it."
        )
    return path


def in_thousandths(flux: np.ndarray) -> np.ndarray:
    """Flux (N, T) about its median in parts per thousand of it, float16; flux about zero is taken as relative."""
    level = np.nanmedian(flux, axis=1, keepdims=True)
    scatter = MAD_TO_SIGMA * np.nanmedian(np.abs(flux - level), axis=1, keepdims=True)
    absolute = is_absolute(level, scatter)
    deviation = np.where(absolute, flux / np.where(absolute, level, 1.0) - 1, flux - level)
    return np.clip(FLUX_SCALE * deviation, -LIMIT, LIMIT).astype(np.float16)


def stacked(views: list[Views]) -> dict[str, np.ndarray]:
    """Arrays of all rows from the views of each."""
    return {name: np.stack([getattr(one, name) for one in views]) for name in ARRAYS}


def measured(views: list[Views]) -> dict[str, np.ndarray]:
    """Columns (N,) measured from the light curves, NaN where a row has none."""
    events = np.array([one.events if one.global_mask.any() else np.nan for one in views])
    return {"flux_scatter": np.array([one.flux_scatter for one in views]), "events": events}


def _stored_view(
    found: Mapping[str, np.ndarray], kind: str, ids: pd.Series, name: str
) -> tuple[np.ndarray, np.ndarray]:
    """One view and its mask, checked; raises as `stored_views` does. There may be no odd event, or none opposite."""
    values = found[f"{kind}_view"]
    mask = found.get(f"{kind}_mask", np.ones(values.shape, dtype=bool))
    if values.ndim != 2 or values.dtype.kind != "f" or mask.shape != values.shape or len(values) != len(ids):
        raise Misaligned(
            f"{name}: {kind}_view {values.shape} and its mask {mask.shape} must be numbers in {len(ids)} rows, "
            "as many as the table has."
        )
    known = np.isfinite(values)
    if kind in NEEDED and f"{kind}_mask" not in found and (empty := ~known.any(axis=1)).any():
        row = int(empty.argmax())
        raise BadValue(
            f"Row {row + 1} ({ids.iloc[row]}) has no number in its {kind} view; leave the object out, or bring "
            f"{kind}_mask, false for a row without a curve."
        )
    mask = mask.astype(bool) & known
    if kind in NEEDED:
        check_flux(values, mask, ids, f"{kind} view")
    return values, mask


def _check_rows(found: Mapping[str, np.ndarray], raw: pd.DataFrame, name: str) -> None:
    """Raise Misaligned unless every column of ids that both have is the same in both."""
    theirs = {key.lower(): as_text(pd.Series(ids)) for key, ids in found.items() if ids.ndim == 1}
    ours = {str(key).lower(): as_text(raw[key]) for key in identity_columns(raw)}
    if not (shared := [key for key in ours if key in theirs]):
        raise Misaligned(f"{name} and the table share no column of ids (tic, kepid, object_id, ...) to match rows by.")
    for key in shared:
        if len(theirs[key]) != len(raw):
            raise Misaligned(f"{name} has {len(theirs[key])} rows and the table {len(raw)}; {SAME_ROWS}.")
        if (unlike := (theirs[key] != ours[key]).fillna(True).to_numpy()).any():
            row = int(unlike.argmax())
            raise Misaligned(
                f"Row {row + 1} is {key} {ours[key][row]} in the table and {theirs[key][row]} in {name}; {SAME_ROWS}."
            )


def _present(flux: np.ndarray, ids: pd.Series) -> np.ndarray:
    """The flux (N, T) when every row has some that varies."""
    mask = np.isfinite(flux)
    if (empty := ~mask.any(axis=1)).any():
        row = int(empty.argmax())
        raise BadValue(f"Row {row + 1} ({ids.iloc[row]}) has no flux in any column; mend it or remove the row.")
    check_flux(flux, mask, ids, "flux")
    return flux


def _epochs(table: pd.DataFrame, needed: np.ndarray) -> np.ndarray:
    """Mid-transit times [d] (N,), there for every row that needs one."""
    if "epoch_time" not in table:
        raise MissingColumns(
            "Folding a light curve needs the column epoch_time: times of a mid-transit in days, all numbers."
        )
    epochs = table["epoch_time"].to_numpy(dtype=np.float64)
    if (missing := np.isnan(epochs) & needed).any():
        raise BadValue(f"{_named(table, int(missing.argmax()))} has no epoch_time, so its curve can't be folded.")
    return epochs


def _named(table: pd.DataFrame, row: int) -> str:
    return f"Row {row + 1} ({table['object_id'].iloc[row]})"
