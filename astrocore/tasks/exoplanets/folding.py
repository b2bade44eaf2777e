"""From a light curve to folded views: folded, binned with masks, median 0 and unit scatter, odd and even apart."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import NamedTuple

import numpy as np

from astrocore.tasks.exoplanets.binning import Bins, bin_points, level_of_points
from astrocore.tasks.exoplanets.constants import YEAR
from astrocore.tasks.exoplanets.detrend import GAP_DAYS as GAP_DAYS
from astrocore.tasks.exoplanets.detrend import TREND_DAYS as TREND_DAYS
from astrocore.tasks.exoplanets.detrend import is_absolute as is_absolute
from astrocore.tasks.exoplanets.detrend import relative as relative
from astrocore.tasks.exoplanets.detrend import spread as spread

GLOBAL_BINS = 201
LOCAL_BINS = 61
LOCAL_DURATIONS = 2.0
"""The local view reaches this many durations to either side of mid-transit."""
FLUX_SCALE = 1e3
"""Relative flux is kept in parts per thousand about zero, so that float16 holds it."""
PPM = 1e6
"""Parts per million in relative flux of one."""
LIMIT = 60_000.0
"""Largest value that is stored; float16 ends a little beyond."""
LARGEST_SCATTER = 3e5
"""A larger scatter [ppm] is that of flux in another unit, normalised by somebody else: its depth has no meaning."""
SPARED = 0.5
"""Part of a signal's own transits that must be left when the transits of others are left out."""


class Ephemeris(NamedTuple):
    """A periodic signal of a star: period, mid-transit time and duration, all in days."""

    period: float
    epoch: float
    duration: float


@dataclass(frozen=True)
class Views:
    """Folded views of one light curve, float16 with bool masks: median 0, unit scatter of the points out of transit.

    The global ones have (G,) bins over the whole orbit, all others (L,) bins of the local window: around
    mid-transit, of odd and of even events alone, and around phase 0.5, where a companion would be eclipsed. The
    event at the epoch is even. `*_scatter` is the robust standard deviation of the points in a bin, 0 where they
    are fewer than three.
    """

    global_view: np.ndarray
    global_mask: np.ndarray
    global_scatter: np.ndarray
    local_view: np.ndarray
    local_mask: np.ndarray
    local_scatter: np.ndarray
    odd_view: np.ndarray
    odd_mask: np.ndarray
    even_view: np.ndarray
    even_mask: np.ndarray
    secondary_view: np.ndarray
    secondary_mask: np.ndarray
    flux_scatter: float = float("nan")
    """The views' unit [ppm]: depth in ppm is the view's depth times this; NaN where the flux has no known unit."""
    events: int = 0
    """Transits with data in them."""


ARRAYS: tuple[str, ...] = tuple(field.name for field in fields(Views) if field.name not in ("flux_scatter", "events"))
"""Arrays of Views, as data sets keep them."""


def phase_of(time: np.ndarray, period: float, epoch: float) -> np.ndarray:
    """Phase in [-0.5, 0.5), zero in mid-transit."""
    return orbits(time, period, epoch)[0]


def orbits(time: np.ndarray, period: float, epoch: float) -> tuple[np.ndarray, np.ndarray]:
    """Phase in [-0.5, 0.5), zero in mid-transit, and the number of the event, counted from the epoch; (T,) each."""
    turns = (time - epoch) / period
    number = np.floor(turns + 0.5)
    return np.asarray(turns - number), np.asarray(number)


def expected_duration(period: np.ndarray, stellar_radius: np.ndarray) -> np.ndarray:
    """Duration [h] of a central transit of a main-sequence star of that radius [R_Sun]; NaN stands for the Sun."""
    radius = np.where(np.isfinite(stellar_radius) & (stellar_radius > 0), stellar_radius, 1.0)
    return np.asarray(13.0 * np.cbrt(period / YEAR) * np.cbrt(radius) ** 2)


def fold(
    time: np.ndarray, flux: np.ndarray, period: float, epoch: float, duration: float, others: Sequence[Ephemeris] = ()
) -> tuple[np.ndarray, np.ndarray]:
    """Phase (T,) and detrended relative flux (T,) of a light curve; times and `duration` in days.

    Transits of `others` are kept out of the trend and out of the result, where they are NaN.
    """
    phase = phase_of(time, period, epoch)
    inside = np.abs(phase) < transit_half_width(period, duration)
    foreign = foreign_transits(time, inside, others)
    deviation = relative(time, flux, inside | foreign, max(TREND_DAYS, 3 * duration))
    return phase, np.where(foreign, np.nan, deviation) if foreign.any() else deviation


def foreign_transits(time: np.ndarray, inside: np.ndarray, others: Sequence[Ephemeris]) -> np.ndarray:
    """(T,) whether a point lies in a transit of another signal of the star.

    A signal that would take away most of the points `inside` the own transits is this one by another name, or
    half or twice its period: it is not minded.
    """
    found = np.zeros(time.shape, dtype=bool)
    for other in others:
        theirs = np.abs(phase_of(time, other.period, other.epoch)) < transit_half_width(other.period, other.duration)
        if (inside & ~(found | theirs)).sum() >= SPARED * inside.sum():
            found |= theirs
    return found


def view(
    phase: np.ndarray,
    flux: np.ndarray,
    period: float,
    duration: float,
    number: np.ndarray | None = None,
    ppm: float = PPM,
) -> Views:
    """All views of a folded curve.

    Parameters
    ----------
    phase, flux
        (T,) phase in [-0.5, 0.5) and flux about zero, NaN left out.
    period, duration
        In days.
    number
        (T,) number of the event that each point belongs to; left out, nothing is told apart.
    ppm
        What a flux of one is in parts per million.
    """
    usable = np.isfinite(flux) & np.isfinite(phase)
    phase, flux = phase[usable], flux[usable]
    if len(flux) == 0:
        return no_curve()
    level, scatter = level_of_points(flux, np.abs(phase) > transit_half_width(period, duration))
    # Sorted once: within every bin of every view the points then stand in order, and medians are looked up.
    order = np.argsort(flux)
    phase, flux = phase[order], np.clip((flux[order] - level) / scatter, -LIMIT, LIMIT)
    width = local_half_width(period, duration)
    near, far = np.abs(phase) <= width, np.abs(phase) >= 0.5 - width
    around, dips = phase[near], flux[near]
    opposite = np.where(phase[far] < 0, phase[far] + 0.5, phase[far] - 0.5)
    turn = None if number is None else number[usable][order][near]
    events = 0 if turn is None else len(np.unique(turn[np.abs(around) * period <= duration / 2]))
    whole, local = bin_points(phase, flux, 0.5, GLOBAL_BINS), bin_points(around, dips, width, LOCAL_BINS)
    parities = [_of_parity(around, dips, turn, width, parity) for parity in (1, 0)]
    return _made(whole, local, parities, bin_points(opposite, flux[far], width, LOCAL_BINS), scatter * ppm, events)


def no_curve() -> Views:
    """Views of an object without a light curve: every bin masked."""
    whole, local = bin_points(np.zeros(0), np.zeros(0), 0.5, GLOBAL_BINS), _no_bins()
    return _made(whole, local, [local, local], local, float("nan"), 0)


def folded_views(
    time: np.ndarray,
    flux: np.ndarray,
    period: float,
    epoch: float,
    duration: float,
    others: Sequence[Ephemeris] = (),
    ppm: float = PPM,
) -> Views:
    """Views of a light curve; times, period and `duration` in days, `others` as in `fold`, `ppm` as in `view`.

    Flux that is a brightness is divided by its level, so its `ppm` is left alone; say it for flux about zero.
    """
    phase, deviation = fold(time, flux, period, epoch, duration, others)
    return view(phase, deviation, period, duration, orbits(time, period, epoch)[1], ppm)


def transit_half_width(period: float, duration: float) -> float:
    """Half of what is taken for transit, in phase: three quarters of a duration, at most a quarter of the orbit."""
    return min(0.75 * duration / period, 0.25)


def local_half_width(period: float, duration: float) -> float:
    """Half of the local window in phase: two durations, at most half the orbit."""
    return min(LOCAL_DURATIONS * duration / period, 0.5)


def _of_parity(phase: np.ndarray, flux: np.ndarray, number: np.ndarray | None, width: float, parity: int) -> Bins:
    """The local window from odd (1) or even (0) events alone."""
    if number is None:
        return _no_bins()
    wanted = np.mod(number, 2) == parity
    return bin_points(phase[wanted], flux[wanted], width, LOCAL_BINS)


def _no_bins() -> Bins:
    return bin_points(np.zeros(0), np.zeros(0), 0.5, LOCAL_BINS)


def _made(whole: Bins, local: Bins, parities: list[Bins], secondary: Bins, scatter: float, events: int) -> Views:
    """Views from binned points, in the precision that is kept."""
    half = [
        *((bins.median, bins.mask, bins.scatter) for bins in (whole, local)),
        *((bins.median, bins.mask) for bins in (*parities, secondary)),
    ]
    stored = [array if array.dtype == bool else array.astype(np.float16) for group in half for array in group]
    ppm = float(scatter) if scatter < LARGEST_SCATTER else float("nan")
    return Views(**dict(zip(ARRAYS, stored, strict=True)), flux_scatter=ppm, events=events)
