"""Numbers of a frame's shape: lines, orders, spots and vignetting, whatever its camera, size and orientation."""

from __future__ import annotations

import numpy as np
from scipy import ndimage

from astrocore.tasks.frames.measuring.channels import stretch
from astrocore.tasks.frames.measuring.level import Level, mad

SMOOTH = 25
"""Bins of the running median that parts a profile into smooth and fine structure."""
SMALL = 64
"""Side to which the square is made smaller before its singular values are taken."""
SPOT = 6.0
CORNER = 0.12


def structure(means: np.ndarray, level: Level) -> dict[str, float]:
    """Numbers of the square of a frame's block means (BINS, BINS), each axis stretched to the full length.

    What is told of two axes is sorted, the one with more fine structure first: cameras are mounted either way.
    """
    z = stretch(means, level.median, level.noise).astype(np.float64)
    axes = [_along(z, axis) for axis in (0, 1)]
    axes.sort(key=lambda found: -found["rough"])
    return {
        "structure": float(z.std()),
        **_ranks(z),
        **{
            f"{name}_{which}": axes[i][name]
            for name in ("rough", "smooth")
            for i, which in enumerate(("most", "least"))
        },
        **_sorted(axes, "lines"),
        **_sorted(axes, "dips"),
        **_sorted(axes, "straight"),
        "tilt": axes[0]["steep"] / max(axes[0]["steep"] + axes[1]["steep"], 1e-9),
        "filled": _filled(z),
        "vignetting": _vignetting(means, level),
        "edge": _edge(means, level),
        "blobs": _blobs(z),
    }


def _sorted(axes: list[dict[str, float]], name: str) -> dict[str, float]:
    most, least = sorted((axis[name] for axis in axes), reverse=True)
    return {f"{name}_most": most, f"{name}_least": least}


def _along(z: np.ndarray, axis: int) -> dict[str, float]:
    """Of the profile that runs along `axis`."""
    across = np.moveaxis(z, axis, 1)  # the profile runs along the columns
    profile = across.mean(axis=0)
    smooth = ndimage.median_filter(profile, SMOOTH, mode="nearest")
    rough = profile - smooth
    scatter = max(mad(rough), 1e-3)
    half = len(across) // 2
    halves = [part.mean(axis=0) for part in (across[:half], across[half:])]
    fine = [part - ndimage.median_filter(part, SMOOTH, mode="nearest") for part in halves]
    low, high = np.percentile(smooth, (5, 95))
    return {
        "rough": float(rough.std()),
        "smooth": float(high - low),
        "lines": float(_runs(rough > max(SPOT * scatter, 0.05))),
        "dips": float(_runs(rough < -max(SPOT * scatter, 0.05))),
        "straight": _alike(*fine),
        "steep": float(np.abs(np.diff(across, axis=1)).mean()),
    }


def _runs(mask: np.ndarray) -> int:
    """How many stretches of true there are."""
    return int(np.count_nonzero(np.diff(mask.astype(np.int8), prepend=0) == 1))


def _alike(a: np.ndarray, b: np.ndarray) -> float:
    """Correlation of two profiles; zero where one is flat."""
    a, b = a - a.mean(), b - b.mean()
    power = float(np.sqrt((a @ a) * (b @ b)))
    return float(a @ b) / power if power > 1e-12 else 0.0


def _ranks(z: np.ndarray) -> dict[str, float]:
    small = z.reshape(SMALL, z.shape[0] // SMALL, SMALL, z.shape[1] // SMALL).mean(axis=(1, 3))
    power = np.linalg.svd(small - np.median(small), compute_uv=False) ** 2
    total = max(float(power.sum()), 1e-12)
    return {"rank_1": float(power[0]) / total, "rank_3": float(power[:3].sum()) / total}


def _filled(z: np.ndarray) -> float:
    ends = [round((z.size - 1) * share) for share in (0.01, 0.99)]
    low, high = np.partition(z.reshape(-1), ends)[ends]
    return float((z > (low + high) / 2).mean())


def _vignetting(means: np.ndarray, level: Level) -> float:
    n = means.shape[0]
    corner, third = max(1, int(CORNER * n)), n // 3
    corners = np.concatenate([means[y, x].ravel() for y in _ends(corner) for x in _ends(corner)])
    middle = float(np.median(means[third:-third, third:-third]))
    faint = float(level.percentile(0.1)[0])
    return (middle - float(np.median(corners))) / max(middle - faint, level.noise)


def _ends(width: int) -> tuple[slice, slice]:
    return slice(0, width), slice(-width, None)


def _edge(means: np.ndarray, level: Level) -> float:
    """The largest step between the median of the outermost two bins along a side and of the next ones."""
    sides = (means, means[::-1], means.T, means.T[::-1])
    return max(abs(float(np.median(side[:2])) - float(np.median(side[4:10]))) for side in sides) / level.noise


def _blobs(z: np.ndarray) -> float:
    """Local maxima, of five by five bins, that stand out of their surroundings in both directions."""
    over = (z - ndimage.uniform_filter(z, 15, mode="nearest")).astype(np.float32)
    y, x = np.divmod(np.flatnonzero(over > SPOT * max(mad(over), 0.02)), over.shape[1])
    wide, found = np.pad(over, 2, mode="edge"), over[y, x]
    for i, j in np.ndindex(5, 5):
        highest = wide[y + i, x + j] <= found
        y, x, found = y[highest], x[highest], found[highest]
    return float(len(found))
