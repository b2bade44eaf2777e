"""Light curves drawn from the numbers of a row, on request only: they hold nothing that the row does not say."""

from __future__ import annotations

import numpy as np
import pandas as pd

from astrocore.data.draft import Draft
from astrocore.tasks.exoplanets.binning import resample
from astrocore.tasks.exoplanets.columns import unit_of
from astrocore.tasks.exoplanets.constants import EARTHS_IN_SUN
from astrocore.tasks.exoplanets.curves import durations, measured, stacked
from astrocore.tasks.exoplanets.folding import ARRAYS, PPM, Views, no_curve, orbits, phase_of, view

SEED = 20
CADENCE = 0.0204338
"""Kepler's, not a round number: round periods would have all points at a few phases."""
SPAN, EVENTS, LONGEST = 27.4, 3, 1460.0
"""Days that are drawn: 27.4, or three orbits where these are longer, at most four years."""
NOISE = 5e-4
"""Scatter of a point where the row has no signal-to-noise."""
NOISES = (2e-5, 2e-2)
RATIOS = (1e-3, 0.5)
CLOSEST = 1.5
"""Least distance of the planet from the centre of the star, in stellar radii."""
LIMB_DARKENING = (0.4, 0.25)


def with_drawn_curves(draft: Draft) -> None:
    """Draw a light curve for every row of a draft that has none; the draft's curves are then simulated.

    The column `drawn` is 1 for these rows. Rows without depth and radius stay without a curve.
    """
    table = draft.table
    empty = ~_has_curve(draft)
    views = [_drawn_views(table.iloc[row], row) if empty[row] else no_curve() for row in range(len(table))]
    drawn = np.array([bool(one.global_mask.any()) for one in views])
    if not drawn.any():
        draft.notes += ("No light curve was drawn: every row has one, or neither depth nor radius.",)
        return
    _merge(draft, views, drawn)
    draft.table["drawn"], draft.units["drawn"] = drawn.astype(np.float64), ""
    draft.origin["light_curve"] = "simulated"
    measured_too = int((~empty).sum())
    mixed = (
        f" {measured_too} others are measured: the two kinds can be told apart by their noise, so where labels go with "
        "the kind, a model learns that instead; the column drawn says which is which."
    )
    draft.notes += (
        f"{int(drawn.sum())} of {len(table)} light curves were drawn from the numbers of their rows and hold no "
        f"information beyond these; the data set's light curves count as simulated.{mixed if measured_too else ''}",
    )


def _has_curve(draft: Draft) -> np.ndarray:
    """(N,) whether a row has a view with anything in it."""
    masks = [draft.arrays[name].any(axis=1) for name in ("global_mask", "local_mask") if name in draft.arrays]
    return np.logical_or.reduce(masks) if masks else np.zeros(len(draft.table), dtype=bool)


def _drawn_views(row: pd.Series, number: int) -> Views:
    """Views of the curve that a row's numbers make; none when it lacks them."""
    ratio = _ratio(row)
    if not np.isfinite(ratio):
        return no_curve()
    period, duration = float(row["period"]), float(durations(row.to_frame().T)[0])
    rng = np.random.default_rng((SEED, number))
    time = np.arange(0.0, float(np.clip(EVENTS * period, SPAN, LONGEST)), CADENCE)
    epoch = float(rng.uniform(0, min(period, time[-1])))
    inside = (np.abs(phase_of(time, period, epoch)) * period < duration / 2).sum()
    snr = float(row.get("snr", np.nan))
    noise = ratio**2 * np.sqrt(max(inside, 1)) / snr if snr > 0 else NOISE
    phase, turn = orbits(time, period, epoch)
    flux = _transit(phase * period, period, duration, ratio) + float(np.clip(noise, *NOISES)) * rng.normal(
        size=len(time)
    )
    return view(phase, flux - 1, period, duration, turn)


def _ratio(row: pd.Series) -> float:
    """Planet over star radius: from the depth, else as the row gives it, else from both radii."""
    depth, ratio, planet, star = (
        float(row.get(name, np.nan)) for name in ("depth", "radius_ratio", "planet_radius", "stellar_radius")
    )
    # In mid-transit the planet hides the bright middle of a disc that is darker towards its limb.
    hidden = depth / PPM * (1 - LIMB_DARKENING[0] / 3 - LIMB_DARKENING[1] / 6)
    known = (np.sqrt(hidden) if depth > 0 else np.nan, ratio, planet / (EARTHS_IN_SUN * star))
    return float(np.clip(next((value for value in known if np.isfinite(value)), np.nan), *RATIOS))


def _transit(days: np.ndarray, period: float, duration: float, ratio: float) -> np.ndarray:
    """Flux (T,) of a central transit, `days` from its middle (Kreidberg 2015, as batman has it)."""
    import batman  # only who asks for drawn curves waits for it

    orbit = batman.TransitParams()
    orbit.t0, orbit.per, orbit.rp, orbit.inc, orbit.ecc, orbit.w = 0.0, period, ratio, 90.0, 0.0, 90.0
    # A central transit lasts P / pi * asin((1 + k) / a).
    orbit.a = max((1 + ratio) / np.sin(np.pi * min(duration / period, 0.49)), CLOSEST)
    orbit.limb_dark, orbit.u = "quadratic", list(LIMB_DARKENING)
    near = np.abs(days) < duration
    flux = np.ones(days.shape)
    if near.any():
        model = batman.TransitModel(orbit, days[near], supersample_factor=5, exp_time=CADENCE)
        flux[near] = model.light_curve(orbit)
    return flux


def _merge(draft: Draft, views: list[Views], drawn: np.ndarray) -> None:
    """Put drawn views into the draft's arrays, in the size that these have."""
    made = stacked(views)
    for name in ARRAYS:
        if name not in draft.arrays:
            draft.arrays[name] = made[name]
            continue
        held = np.array(draft.arrays[name])
        values, kind = made[name][drawn].astype(np.float64), name.rpartition("_")[0]
        if held.shape[1] != values.shape[1]:
            values, found = resample(values, made[f"{kind}_mask"][drawn], held.shape[1])
            values = found if held.dtype == bool else values
        held[drawn] = values.astype(held.dtype)
        draft.arrays[name] = held
    for name, values in measured(views).items():
        before = draft.table[name].to_numpy() if name in draft.table else np.full(len(drawn), np.nan)
        draft.table[name], draft.units[name] = np.where(drawn, values, before), unit_of(name)
