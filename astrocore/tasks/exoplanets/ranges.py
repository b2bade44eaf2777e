"""Where the flux axis of a panel begins and ends: a shallow dip must be seen, a few outliers must not set it."""

from __future__ import annotations

import numpy as np

Range = tuple[float, float]

PAD = 0.08
"""Room below and above, as a share of what is shown."""
TAIL = 0.005
"""Share of a series at either end that need not be shown, transits aside."""
TAIL_OF_EVENTS = 0.02
"""Share of the points of events, or of the bins of a line, that need not be shown."""
TAIL_OF_POINTS = 0.01
"""Share of the points behind a line that need not be shown."""
REACH = 1.0
"""Points behind a line widen its range by at most this many times the range to either side."""


def series_range(flux: np.ndarray, event: np.ndarray) -> Range | None:
    """Range of a series (T,): most of its points, and of the points in an `event` (T,) nearly all."""
    known = np.isfinite(flux)
    if not known.any():
        return None
    low, high = np.quantile(flux[known], [TAIL, 1 - TAIL])
    if (known & event).any():
        low = min(low, np.quantile(flux[known & event], TAIL_OF_EVENTS))
    return _padded(float(low), float(high))


def folded_range(line: np.ndarray, scatter: np.ndarray | None, behind: np.ndarray) -> Range | None:
    """Range of a folded panel: its line, and of the points behind it as many as leave the line a third of the height.

    Parameters
    ----------
    line, scatter
        (n,) medians and scatter of bins; a bin of unknown scatter has too few points to be trusted with the range.
    behind
        (T,) points.
    """
    known = np.isfinite(line)
    sure = known if scatter is None else known & np.isfinite(scatter)
    trusted = line[sure if sure.any() else known]
    if not len(trusted):
        return None
    low = float(np.quantile(trusted, TAIL_OF_EVENTS) if scatter is None else trusted.min())
    high = float(np.quantile(trusted, 1 - TAIL_OF_EVENTS))
    if scatter is not None and not len(behind):
        behind = np.concatenate([line - scatter, line + scatter])
    behind = behind[np.isfinite(behind)]
    if len(behind):
        least, most = np.quantile(behind, [TAIL_OF_POINTS, 1 - TAIL_OF_POINTS])
        reach = REACH * (high - low)
        low, high = min(low, max(float(least), low - reach)), max(high, min(float(most), high + reach))
    return _padded(low, high)


def deepest(shown: Range | None, *lines: np.ndarray) -> Range | None:
    """The range, wide enough for nearly all of some more lines; theirs where there is none."""
    ranges = [found for line in lines if (found := folded_range(line, None, np.zeros(0))) is not None]
    ranges += [] if shown is None else [shown]
    return (min(low for low, _ in ranges), max(high for _, high in ranges)) if ranges else None


def _padded(low: float, high: float) -> Range | None:
    room = PAD * (high - low)
    return (low - room, high + room) if room > 0 else None
