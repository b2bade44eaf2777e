"""Light curves of all rows as arrays: from stored views, flux columns of the table, or a file for each row."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pandas as pd

from astrocore.errors import AstrocoreError, BadValue, FileUnreadable, Misaligned, MissingColumns
from astrocore.tasks.exoplanets.binning import MAD_TO_SIGMA, average, level_and_scatter, overlap, resample
from astrocore.tasks.exoplanets.folding import (
    FLUX_SCALE,
    GLOBAL_BINS,
    LIMIT,
    LOCAL_BINS,
    Views,
    expected_duration,
    folded_views,
    is_absolute,
    local_half_width,
    no_curve,
    transit_half_width,
)
from astrocore.tasks.exoplanets.identity import as_text, identity_columns
from astrocore.tasks.exoplanets.lightcurves import check_flux, epoch_on, read_light_curve

VIEWS = ("global", "local")
MINUTES_A_DAY = 1440.0
NOTHING_LEFT = "has no stretch with enough points out of transit to fold; mend the curve, the period or the duration"
SAME_ROWS = "both need the same objects in the same order"


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
    if not any(f"{kind}_view" in found for kind in VIEWS):
        raise MissingColumns(f"{name} holds no global_view and no local_view; it has {', '.join(found)}.")
    _check_rows(found, raw, name)
    arrays: dict[str, np.ndarray] = {}
    for kind in VIEWS:
        if f"{kind}_view" not in found:
            continue
        values = found[f"{kind}_view"]
        mask = found.get(f"{kind}_mask", np.ones(values.shape, dtype=bool))
        if values.ndim != 2 or values.dtype.kind != "f" or mask.shape != values.shape or len(values) != len(raw):
            raise Misaligned(
                f"{name}: {kind}_view {values.shape} and its mask {mask.shape} must be numbers in {len(raw)} rows, "
                "as many as the table has."
            )
        if f"{kind}_mask" not in found and (empty := ~np.isfinite(values).any(axis=1)).any():
            row = int(empty.argmax())
            raise BadValue(
                f"Row {row + 1} ({ids.iloc[row]}) has no number in its {kind} view; leave the object out, or bring "
                f"{kind}_mask, false for a row without a curve."
            )
        mask = mask.astype(bool) & np.isfinite(values)
        check_flux(values, mask, ids, f"{kind} view")
        kept = values if values.dtype == np.float16 else values.astype(np.float32)
        arrays |= {f"{kind}_view": np.where(mask, kept, kept.dtype.type(0)), f"{kind}_mask": mask}
    return arrays


def folded_columns(flux: np.ndarray, table: pd.DataFrame) -> dict[str, np.ndarray]:
    """Views from flux columns (N, T) that are folded already: equal bins of phase from -0.5 to 0.5."""
    flux = _present(flux, table["object_id"])
    mask = np.isfinite(flux)
    length, period = durations(table), table["period"].to_numpy()
    edges = np.linspace(-0.5, 0.5, flux.shape[1] + 1)
    middle = (edges[1:] + edges[:-1]) / 2
    transit = np.array([transit_half_width(p, d) for p, d in zip(period, length, strict=True)])
    level, scatter = level_and_scatter(flux, mask, np.abs(middle) > transit[:, None])
    flux = np.clip((flux - level) / scatter, -LIMIT, LIMIT)
    whole = resample(flux, mask, GLOBAL_BINS)
    local = []
    for row, (p, d) in enumerate(zip(period, length, strict=True)):
        window = local_half_width(p, d) * np.linspace(-1, 1, LOCAL_BINS + 1)
        values, found = average(flux[row : row + 1], mask[row : row + 1], overlap(edges, window))
        local.append(Views(whole[0][row].astype(np.float16), whole[1][row], values[0].astype(np.float16), found[0]))
    return stacked(local)


def series_columns(flux: np.ndarray, table: pd.DataFrame, time_start: float, cadence: float) -> dict[str, np.ndarray]:
    """Views, and the flux itself in parts per thousand, from an evenly sampled series (N, T); times in days."""
    flux = in_thousandths(_present(flux, table["object_id"]))
    epochs = _epochs(table, np.ones(len(table), dtype=bool))
    time = time_start + cadence * np.arange(flux.shape[1])
    views = []
    for row, (period, duration) in enumerate(zip(table["period"], durations(table), strict=True)):
        views.append(folded_views(time, flux[row].astype(np.float64), period, epochs[row], duration))
        if not views[-1].global_mask.any():
            raise BadValue(f"{_named(table, row)} {NOTHING_LEFT}.")
    return {"flux": flux, **stacked(views)}


def file_views(paths: pd.Series, folder: Path, table: pd.DataFrame) -> dict[str, np.ndarray]:
    """Views from one file a row, named relative to `folder`; a row without a name has no curve.

    Raises
    ------
    FileUnreadable, MissingColumns, BadValue
        The first file that can't be used, with its row.
    """
    names = as_text(paths)
    epochs, views = _epochs(table, names.notna().to_numpy()), []
    for row, (name, period, duration) in enumerate(zip(names, table["period"], durations(table), strict=True)):
        if pd.isna(name):
            views.append(no_curve())
            continue
        try:
            curve = read_light_curve(inside(folder, name))
            views.append(folded_views(curve.time, curve.flux, period, epoch_on(curve, epochs[row]), duration))
        except AstrocoreError as error:
            raise type(error)(f"{_named(table, row)}: {error}") from None
        if not views[-1].global_mask.any():
            raise BadValue(f"{_named(table, row)}: {name} {NOTHING_LEFT}.")
    return stacked(views)


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
    return {name: np.stack([getattr(one, name) for one in views]) for name in Views.__dataclass_fields__}


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
