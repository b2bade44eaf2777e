"""A signal searched in a light curve that no table describes: box least squares, bounded in time."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from astrocore.tasks.exoplanets.constants import EARTHS_IN_SUN
from astrocore.tasks.exoplanets.detrend import relative, spread
from astrocore.tasks.exoplanets.folding import LARGEST_SCATTER, PPM, Ephemeris, fold, phase_of
from astrocore.tasks.exoplanets.lightcurves import LONG_CADENCE, LightCurve, averaged

TREND_DAYS = 2.0
"""Width of the running median: no transit is known yet that could be left alone, so wide enough for most."""
STRETCH_DAYS = 120.0
"""The first search sees the best stretch of this length; what it finds is then sharpened on the whole curve."""
SHORTEST_PERIOD = 0.5
LEAST_EVENTS = 2.0
"""The longest period searched fits this often into the stretch."""
DURATIONS = (0.06, 0.1, 0.16, 0.26, 0.42)
"""Box widths [d]; those longer than a quarter of the shortest period of a search are left out."""
MOST_PERIODS = 60_000
HIGH_SIGMAS = 5.0
"""Points higher above the level are no part of a transit and left out."""
AS_GOOD = 0.85
"""A half or third of the period found is taken when it explains this part as much."""


def search(curve: LightCurve) -> dict[str, float]:
    """The strongest periodic dip of a curve, as the columns of a row.

    Box least squares (Kovacs, Zucker and Mazeh 2002, as astropy.timeseries has it) on means of 30 minutes, with
    periods even in frequency, from half a day to half of the stretch searched, but never more than 60,000 of them.

    Returns
    -------
    dict
        period [d], epoch_time [d on the curve's scale], duration [h], depth [ppm], snr, what the file's header tells
        of the star, and planet_radius [R_Earth] where the star's radius is known; no depth where the flux is in no
        unit of the star's light; empty when there is nothing to search in.
    """
    coarse = averaged(curve) if curve.cadence < 0.9 * LONG_CADENCE else curve
    deviation = relative(coarse.time, coarse.flux, np.zeros(coarse.time.shape, dtype=bool), TREND_DAYS)
    noise = spread(deviation[np.isfinite(deviation)])
    good = np.isfinite(deviation) & (deviation < HIGH_SIGMAS * noise)
    time, deviation = coarse.time[good], deviation[good]
    if len(time) < 50 or noise == 0:
        return {}
    found = _sharpened(time, deviation, _first(time, deviation))
    measured = _measured(curve, found)
    if not measured:
        return {}
    columns = {"period": found.period, "epoch_time": found.epoch, "duration": 24 * found.duration, **measured}
    return columns | planet_radius(columns.get("depth", np.nan), curve.facts)


def planet_radius(depth: float, facts: Mapping[str, float]) -> dict[str, float]:
    """What is known of the star, and the radius [R_Earth] that a depth [ppm] means for it."""
    radius = facts.get("stellar_radius", np.nan)
    if not (radius > 0 and depth > 0):
        return dict(facts)
    return {**facts, "planet_radius": float(np.sqrt(depth / PPM) * radius * EARTHS_IN_SUN)}


def _first(time: np.ndarray, flux: np.ndarray) -> Ephemeris:
    """The best box within the stretch that has most points."""
    end = np.searchsorted(time, time + STRETCH_DAYS)
    start = int(np.argmax(end - np.arange(len(time))))
    part = slice(start, int(end[start]))
    days, values = time[part], flux[part]
    span = max(float(days[-1] - days[0]), 2 * SHORTEST_PERIOD)
    longest = max(span / LEAST_EVENTS, 2 * SHORTEST_PERIOD)
    # From one frequency to the next, the last event of the stretch moves by a third of the shortest box.
    count = int((1 / SHORTEST_PERIOD - 1 / longest) * span / (DURATIONS[0] / 3)) + 1
    periods = 1 / np.linspace(1 / SHORTEST_PERIOD, 1 / longest, min(count, MOST_PERIODS))
    return _best(days, values, periods)


def _sharpened(time: np.ndarray, flux: np.ndarray, found: Ephemeris) -> Ephemeris:
    """The period to the precision of the whole curve, and the shortest that explains as much."""
    span = float(time[-1] - time[0])
    known = min(span, STRETCH_DAYS)
    while True:
        reach = found.period * found.duration / known
        step = found.period * found.duration / span / 8
        steps = min(int(reach / step) + 1, 400)
        found = _best(time, flux, found.period + np.linspace(-reach, reach, 2 * steps + 1))
        if known >= span:
            break
        known = min(4 * known, span)
    power = _power(time, flux, found)
    for share in (3, 2):
        shorter = _best(time, flux, np.array([found.period / share]))
        if shorter.period >= SHORTEST_PERIOD and _power(time, flux, shorter) >= AS_GOOD * power:
            return shorter
    return found


def _best(time: np.ndarray, flux: np.ndarray, periods: np.ndarray) -> Ephemeris:
    """The period, epoch and duration of the most likely box."""
    from astropy.timeseries import BoxLeastSquares  # half a second that whoever searches nothing need not wait

    periods = periods[periods > 2 * DURATIONS[0]]
    widths = [width for width in DURATIONS if width <= periods.min() / 4] or [periods.min() / 8]
    result = BoxLeastSquares(time, flux).power(periods, widths, oversample=5)
    place = int(np.nanargmax(result.power))
    return Ephemeris(
        *(float(np.asarray(values)[place]) for values in (result.period, result.transit_time, result.duration))
    )


def _power(time: np.ndarray, flux: np.ndarray, found: Ephemeris) -> float:
    """Squared significance of the dip: depth squared times the points in it."""
    inside = np.abs(phase_of(time, found.period, found.epoch)) * found.period < found.duration / 2
    return float(inside.sum() * min(flux[inside].mean(), 0.0) ** 2) if inside.any() else 0.0


def _measured(curve: LightCurve, found: Ephemeris) -> dict[str, float]:
    """Depth [ppm] and signal-to-noise, the trend taken anew without the transits."""
    phase, deviation = fold(curve.time, curve.flux, *found)
    distance, good = np.abs(phase) * found.period, np.isfinite(deviation)
    inside = deviation[good & (distance < 0.4 * found.duration)]
    outside = deviation[good & (distance > found.duration)]
    if len(inside) < 3 or len(outside) < 50:
        return {}
    depth, noise = float(np.median(outside) - inside.mean()), spread(outside)
    if not depth > 0:
        return {}
    snr = {"snr": float(depth * np.sqrt(len(inside)) / noise)}
    # Flux about zero in somebody's own unit has a significance, but no depth.
    return snr | ({"depth": PPM * depth} if PPM * noise < LARGEST_SCATTER else {})
