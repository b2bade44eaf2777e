"""Simulated transit signals: 27.4 days at 30 minutes, noise and gaps, features measured from the noisy curve."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.signal import lfilter

from astrocore.data.draft import Draft
from astrocore.tasks.exoplanets.columns import unit_of
from astrocore.tasks.exoplanets.config import CLASSES, MODALITIES
from astrocore.tasks.exoplanets.curves import in_thousandths, stacked
from astrocore.tasks.exoplanets.folding import FLUX_SCALE, Views, fold, folded_views, spread
from astrocore.tasks.exoplanets.signals import EARTH_IN_SUN, Kind, Signal, Star, draw_signal, draw_star

SPAN = 27.4
CADENCE = 1 / 48
TIME = CADENCE * np.arange(round(SPAN / CADENCE))
KINDS: tuple[tuple[Kind, float], ...] = (("planet", 0.6), ("binary", 0.24), ("blend", 0.16))
LEAST_SNR = 6.0
TRIES = 400
CLEAR_SNR, STEEPNESS, FOLLOWED_UP = 20.0, 3.0, 0.95
"""Signal-to-noise at which half of the signals can be told, how fast that changes, and the share ever looked at."""


@dataclass(frozen=True)
class Noise:
    """White noise and red noise a cadence, and the star's own variation; shares of the flux."""

    white: float
    red: float
    red_days: float
    rotation: float
    rotation_days: float


def simulate(n: int, seed: int) -> Draft:
    """`n` simulated objects; the same seed gives the same objects, a longer list begins with a shorter one.

    Planets that stand out are CONFIRMED, eclipsing binaries and blends that show themselves FALSE POSITIVE; what
    is too faint to tell, of either kind, is a CANDIDATE, and so are some that nobody has followed up yet.
    """
    rows: list[dict[str, object]] = []
    fluxes, views = [], []
    star_number = 0
    while len(rows) < n:
        rng = np.random.default_rng((seed, star_number))
        star_number += 1
        star, signals, noise = _system(rng)
        flux = in_thousandths(_observe(rng, signals, noise)[None])[0]
        measured_star = _measure_star(rng, star)
        for planet, signal in enumerate(signals[: n - len(rows)], start=1):
            name = f"SIM {star_number:06d}"
            found = _measure(rng, signal, flux.astype(np.float64), measured_star)
            if found is None:
                continue
            features, view = found
            label = CLASSES.index(_verdict(rng, signal, features["snr"]))
            rows.append({"object_id": f"{name}.{planet:02d}", "group": name, "label": label, **features})
            fluxes.append(flux)
            views.append(view)
    table = pd.DataFrame(rows).astype({"label": "Int64"})
    measured = [name for name in table if name not in ("object_id", "group", "label")]
    return Draft(
        task="exoplanets",
        classes=CLASSES,
        table=table,
        arrays={"flux": np.stack(fluxes), **stacked(views)},
        units={str(name): unit_of(str(name)) for name in measured},
        origin=dict.fromkeys(MODALITIES, "simulated"),
        sources=(f"simulate exoplanets --n {n} --seed {seed}",),
    )


def expected_snr(signal: Signal, noise: Noise) -> float:
    """Depth over its error, from the points that fall into the events within the span."""
    found = signal.found_period
    events = np.floor((SPAN - signal.epoch) / found) + 1
    points = max(events * signal.duration / CADENCE, 1.0)
    per_event = max(signal.duration / CADENCE, 1.0)
    # Red noise does not average out within an event.
    error = np.sqrt(noise.white**2 / points + noise.red**2 * per_event / points)
    return float(signal.depth / error)


def _system(rng: np.random.Generator) -> tuple[Star, list[Signal], Noise]:
    """A star with one signal or two planets, of which each could have been found in this noise."""
    star, noise = draw_star(rng), _draw_noise(rng)
    kind = KINDS[rng.choice(len(KINDS), p=[share for _, share in KINDS])][0]
    wanted = 2 if kind == "planet" and rng.random() < 0.25 else 1
    signals: list[Signal] = []
    for _ in range(TRIES):
        signal = draw_signal(rng, star, kind, SPAN)
        apart = all(abs(np.log(signal.period / other.period)) > 0.3 for other in signals)
        if apart and expected_snr(signal, noise) > LEAST_SNR:
            signals.append(signal)
        if len(signals) == wanted:
            break
    return (star, signals, noise) if signals else _system(rng)


def _draw_noise(rng: np.random.Generator) -> Noise:
    white = float(np.exp(rng.uniform(np.log(1e-4), np.log(1.5e-3))))
    rotation = float(np.exp(rng.uniform(np.log(1e-4), np.log(8e-3)))) if rng.random() < 0.5 else 0.0
    return Noise(white, white * rng.uniform(0.1, 0.5), rng.uniform(0.1, 0.6), rotation, rng.uniform(4, 25))


def _observe(rng: np.random.Generator, signals: list[Signal], noise: Noise) -> np.ndarray:
    """Relative flux (T,) with noise, NaN in gaps."""
    flux = np.ones(TIME.shape)
    for signal in signals:
        flux *= signal.flux(TIME, CADENCE)
    angle = 2 * np.pi * (TIME / noise.rotation_days + rng.random())
    flux *= 1 + noise.rotation * (np.sin(angle) + 0.4 * np.sin(2 * angle + rng.uniform(0, 6)))
    flux += noise.white * rng.standard_normal(TIME.shape) + _red(rng, noise)
    bright = rng.random(TIME.shape) < 0.001
    flux[bright] += noise.white * rng.exponential(8, bright.sum())
    return np.where(_gaps(rng), np.nan, flux)


def _red(rng: np.random.Generator, noise: Noise) -> np.ndarray:
    """Noise that forgets itself in `red_days` (an autoregressive process)."""
    keep = np.exp(-CADENCE / noise.red_days)
    kicks = noise.red * np.sqrt(1 - keep**2) * rng.standard_normal(TIME.shape)
    kicks[0] /= np.sqrt(1 - keep**2)
    return np.asarray(lfilter([1.0], [1.0, -keep], kicks))


def _gaps(rng: np.random.Generator) -> np.ndarray:
    """Where nothing was measured: the downlink in the middle, a few short gaps, single bad points."""
    missing = rng.random(TIME.shape) < 0.005
    middle = rng.uniform(12.5, 14.0)
    missing |= (middle < TIME) & (middle + rng.uniform(0.6, 1.4) > TIME)
    for start in rng.uniform(0, SPAN, rng.integers(0, 3)):
        missing |= (start < TIME) & (start + rng.uniform(0.1, 0.6) > TIME)
    return missing


def _measure_star(rng: np.random.Generator, star: Star) -> dict[str, float]:
    """Temperature and radius with the errors of a catalogue; some stars have neither."""
    temp, radius = star.temp + rng.normal(0, 130), star.radius * np.exp(rng.normal(0, 0.08))
    known = rng.random() > 0.03
    return {"stellar_temp": temp if known else np.nan, "stellar_radius": float(radius) if known else np.nan}


def _measure(
    rng: np.random.Generator, signal: Signal, flux: np.ndarray, star: dict[str, float]
) -> tuple[dict[str, float], Views] | None:
    """What a search would report of the signal in the noisy flux (T,), and views folded on that; None when lost."""
    period = signal.found_period * (1 + rng.normal(0, 3e-5))
    epoch = signal.epoch + rng.normal(0, 0.03) * signal.duration
    duration = float(signal.duration * np.exp(rng.normal(0, 0.1)))
    phase, deviation = fold(TIME, flux, period, epoch, duration)
    distance = np.abs(phase) * period
    inside = deviation[np.isfinite(deviation) & (distance < 0.3 * duration)]
    outside = deviation[np.isfinite(deviation) & (distance > duration)]
    if len(inside) < 3 or len(outside) < 50:
        return None
    error = spread(outside) / np.sqrt(len(inside))
    depth = float(np.median(outside) - inside.mean()) / FLUX_SCALE
    if FLUX_SCALE * depth < LEAST_SNR * error:
        return None
    features = {
        "period": period,
        "epoch_time": epoch,
        "duration": 24 * duration,
        "depth": 1e6 * depth,
        "snr": FLUX_SCALE * depth / error,
        "planet_radius": float(np.sqrt(depth) * star["stellar_radius"] / EARTH_IN_SUN * np.exp(rng.normal(0, 0.03))),
        **star,
        "time_start": float(TIME[0]),
        "cadence": CADENCE,
    }
    return features, folded_views(TIME, flux, period, epoch, duration)


def _verdict(rng: np.random.Generator, signal: Signal, snr: float) -> str:
    """What people say of the signal: the truth when it stands out and somebody looked, else CANDIDATE."""
    settled = rng.random() < FOLLOWED_UP / (1 + (snr / CLEAR_SNR) ** -STEEPNESS)
    if not settled:
        return "CANDIDATE"
    return "CONFIRMED" if signal.kind == "planet" else "FALSE POSITIVE"
