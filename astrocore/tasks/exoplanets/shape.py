"""What folded views say of a signal in numbers: depth, widths, asymmetry, other dips, variation, odd against even."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from astrocore.tasks.exoplanets.binning import level_and_scatter
from astrocore.tasks.exoplanets.inputs import TRANSIT_SHARE, smoothed

LEVELS = (0.2, 0.5, 0.8)
"""Shares of the depth at which the width of the dip is taken."""
ODD_EVEN = ("odd", "even")
FEWEST = 5
"""Bins that must be measured for a shape to be told."""

Measures = dict[str, np.ndarray]


def measure(arrays: Mapping[str, np.ndarray], rows: int) -> Measures:
    """Every measure of `rows` objects, (B,) float64 each; NaN where the view it needs is missing.

    Parameters
    ----------
    arrays
        `<kind>_view` and `<kind>_mask` (B, bins) of global, local, odd, even, secondary; any may be absent.
    rows
        B.

    Returns
    -------
    dict
        Depths are in units of the scatter out of transit, widths in shares of the view.
    """
    views = {kind: _view(arrays, kind, rows) for kind in ("global", "local", *ODD_EVEN, "secondary")}
    dips = {kind: Dip(*views[kind], kind) for kind in ("global", "local")}
    found = {f"{kind}_{name}": values for kind, dip in dips.items() for name, values in dip.measures().items()}
    found["depth_ratio"] = dips["local"].depth / dips["global"].depth
    return found | _odd_even(views) | _secondary(views)


class Dip:
    """Views (B, n) about their level out of transit in units of their scatter there, and the dip in their middle."""

    def __init__(self, values: np.ndarray, mask: np.ndarray, kind: str) -> None:
        self.kind, self.n = kind, values.shape[1]
        self.place = np.linspace(-1, 1, self.n)
        self.quiet = np.abs(self.place) > TRANSIT_SHARE[kind]
        level, self.scatter = level_and_scatter(values, mask, self.quiet[None])
        self.mask, self.known = mask, mask.sum(1) >= FEWEST
        self.flux = np.where(mask, (values - level) / self.scatter, 0.0)
        self.smooth = smoothed(self.flux, mask)
        middle = mask & ~self.quiet
        dip = np.where(middle, self.smooth, np.inf)
        self.bottom = dip.argmin(1)
        self.depth = np.where(self.known & middle.any(1), -dip.min(1), np.nan)
        self.depth = np.where(self.depth > 0, self.depth, np.nan)

    def widths(self) -> Measures:
        """Widths at 20, 50 and 80 % of the depth, their ratio, the area over the depth; in shares of the view."""
        found = {f"w{level * 100:.0f}": self._width(level) / self.n for level in LEVELS}
        area = -np.where(self._around(self.smooth), self.flux, 0.0).sum(1) / self.depth / self.n
        return {**found, "shape": found["w80"] / found["w20"], "area": np.where(area > 0, area, np.nan)}

    def measures(self) -> Measures:
        """All of them by name."""
        inner = self.mask & (np.abs(self.place) < 0.2 * TRANSIT_SHARE[self.kind])
        parts = {
            **self.widths(),
            "asymmetry": self.asymmetry(),
            "curvature": self.curvature(),
            "middle": _mean(-self.flux, inner) / self.depth,
            **self.elsewhere(),
            **self.waves(),
            **self.noise(),
        }
        return {name: np.where(self.known & np.isfinite(self.depth), v, np.nan) for name, v in parts.items()}

    def asymmetry(self) -> np.ndarray:
        """Flux missing before the bottom minus after it, over both."""
        at = np.arange(self.n)[None]
        lost = -np.where(self._around(self.smooth), self.flux, 0.0)
        before = np.where(at < self.bottom[:, None], lost, 0.0).sum(1)
        after = np.where(at > self.bottom[:, None], lost, 0.0).sum(1)
        return np.asarray((before - after) / (np.abs(before) + np.abs(after) + 1e-6))

    def curvature(self) -> np.ndarray:
        """How far flux rises within a sixteenth of the view about the bottom, over the depth."""
        step = max(1, self.n // 16)
        ends = [np.clip(self.bottom + k * step, 0, self.n - 1)[:, None] for k in (-1, 1)]
        sides = [np.take_along_axis(self.smooth, end, 1)[:, 0] for end in ends]
        return np.asarray((0.5 * (sides[0] + sides[1]) + self.depth) / self.depth)

    def elsewhere(self) -> Measures:
        """The dip at the view's ends and the deepest other one, over the depth and by scatter, and where that is.

        The ends of the global view are phase 0.5, where a circular orbit has its secondary eclipse.
        """
        ends = self.mask & (np.abs(self.place) > 0.95)
        other = np.where(self.mask & self.quiet, self.smooth, np.inf)
        deepest = -other.min(1)
        return {
            "ends": _mean(-self.flux, ends) / self.depth,
            "ends_sigma": _mean(-self.flux, ends),
            "other_dip": deepest / self.depth,
            "other_dip_sigma": deepest,
            "other_dip_place": np.abs(self.place[other.argmin(1)]),
            "highest": np.where(self.mask & self.quiet, self.flux, -np.inf).max(1) / self.depth,
            "offset": np.abs(self.place[self.bottom]),
        }

    def waves(self) -> Measures:
        """Amplitudes over the depth of waves of one and of half a view out of transit."""
        used = (self.mask & self.quiet).astype(float)
        flux = np.clip(self.flux, -10, 10)
        found = {}
        for name, turns in (("one", 1), ("two", 2)):
            for wave, function in (("cos", np.cos), ("sin", np.sin)):
                w = used * function(np.pi * turns * self.place)
                found[f"{wave}_{name}"] = (w * flux).sum(1) / np.maximum((w * w).sum(1), 1e-9) / self.depth
        return found

    def noise(self) -> Measures:
        """Scatter over depth, correlation of neighbours, jumps over the depth, bends in the middle, significance."""
        quiet = self.mask & self.quiet
        flux = np.where(quiet, np.clip(self.flux, -10, 10), 0.0)
        both = self.mask[:, 1:] & self.mask[:, :-1]
        product = np.where(quiet[:, 1:] & quiet[:, :-1], flux[:, 1:] * flux[:, :-1], 0.0).sum(1)
        bends = np.pad(np.abs(np.diff(self.flux, 2, axis=1)), ((0, 0), (1, 1)))[:, : self.n]
        middle = self.mask & ~self.quiet[None]
        return {
            "log_scatter": -np.log10(self.depth),
            "lag1": product / np.maximum((flux**2).sum(1), 1e-9),
            "jumps": _mean(np.abs(np.diff(self.flux, axis=1)), both) / self.depth,
            "bends": _mean(bends, middle) / self.depth,
            "kurtosis": _mean(self.flux**4, self.mask) / np.maximum(_mean(self.flux**2, self.mask), 1e-9) ** 2,
            "significance": self.depth * np.sqrt(self.mask.sum(1) * self._width(0.5) / self.n),
        }

    def _around(self, flux: np.ndarray) -> np.ndarray:
        """(B, n) bins within three quarters of the width at a fifth of the depth, and one, of the bottom."""
        reach = 0.75 * self._width(LEVELS[0])[:, None] + 1
        return np.asarray(self.mask & (np.abs(np.arange(self.n)[None] - self.bottom[:, None]) <= reach))

    def _width(self, level: float) -> np.ndarray:
        """Bins (B,) of the run about the bottom that lies below a share of the depth; masked ones do not end it."""
        below = (self.smooth < -level * self.depth[:, None]) | ~self.mask
        at = np.arange(self.n)[None]
        left = np.where(~below & (at < self.bottom[:, None]), at, -1).max(1)
        right = np.where(~below & (at > self.bottom[:, None]), at, self.n).min(1)
        return np.asarray(np.maximum(right - left - 1, 1), dtype=np.float64)


def _mean(values: np.ndarray, used: np.ndarray) -> np.ndarray:
    """Mean of each row over the bins that are used; NaN without any."""
    count = used.sum(1)
    total = np.where(used, values, 0.0).sum(1)
    return np.asarray(np.divide(total, count, out=np.full(len(values), np.nan), where=count > 0))


def _view(arrays: Mapping[str, np.ndarray], kind: str, rows: int) -> tuple[np.ndarray, np.ndarray]:
    """A view and its mask, float64; one empty bin a row where there is none."""
    if f"{kind}_view" not in arrays:
        return np.zeros((rows, 1)), np.zeros((rows, 1), dtype=bool)
    values = np.asarray(arrays[f"{kind}_view"], dtype=np.float64)
    mask = np.asarray(arrays.get(f"{kind}_mask", np.isfinite(values)), dtype=bool)
    return np.where(mask, values, 0.0), mask


def _odd_even(views: Mapping[str, tuple[np.ndarray, np.ndarray]]) -> Measures:
    """Difference of the depths of odd and even events: over their mean, and by its error."""
    depth, error = {}, {}
    for kind in ODD_EVEN:
        depth[kind], error[kind] = _mean_in(*views[kind])
    difference = np.abs(depth["odd"] - depth["even"])
    mean = 0.5 * (depth["odd"] + depth["even"])
    sigma = difference / np.maximum(np.hypot(error["odd"], error["even"]), 1e-6)
    return {
        "odd_even": np.divide(difference, mean, out=np.full_like(mean, np.nan), where=mean > 0),
        "odd_even_sigma": sigma,
    }


def _secondary(views: Mapping[str, tuple[np.ndarray, np.ndarray]]) -> Measures:
    """Depth of the eclipse half a period later: over that of the transit, and by its error."""
    primary, _ = _mean_in(*views["local"])
    depth, error = _mean_in(*views["secondary"])
    ratio = np.divide(depth, primary, out=np.full_like(depth, np.nan), where=primary > 0)
    return {"secondary": ratio, "secondary_sigma": depth / np.maximum(error, 1e-6)}


def _mean_in(values: np.ndarray, mask: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Mean depth (B,) in the inner eighth of a local window below its outer half, and its error; NaN where unknown."""
    n = values.shape[1]
    place = np.abs(np.linspace(-1, 1, n))
    inside, outside = mask & (place <= 0.2), mask & (place > TRANSIT_SHARE["local"])
    level, scatter = level_and_scatter(values, mask, (place > TRANSIT_SHARE["local"])[None])
    count = inside.sum(1)
    mean = np.where(inside, values - level, 0.0).sum(1) / np.maximum(count, 1)
    known = (count >= 3) & (outside.sum(1) >= FEWEST)
    error = scatter[:, 0] * np.sqrt(1 / np.maximum(count, 1) + 1 / np.maximum(outside.sum(1), 1))
    return np.where(known, -mean, np.nan), np.where(known, error, np.nan)
