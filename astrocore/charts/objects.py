"""What is drawn of columns of numbers: histograms of a column, one object's shares of several."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import plotly.graph_objects as go

from astrocore.charts.palette import DIVERGING, LINE, class_colours
from astrocore.charts.style import HEIGHT, counted, placeholder, styled

BAR = 22
"""Height of one of several bars."""
LEGEND = 20
"""Room for each set beyond four, whose legend may need a line of its own on a narrow page."""
WIDE = 20
"""Times the median that the highest of positive numbers must be for bins of equal ratios."""


def histogram(
    values: np.ndarray | Mapping[str, np.ndarray],
    axis: str,
    bins: int = 40,
    title: str = "",
    colours: Sequence[str] | None = None,
) -> go.Figure:
    """Counts of a number, of one set or of several over each other in the same bins; `axis` with the unit.

    Values that are missing are left out and counted in the legend, or below the title of a single set. Positive
    numbers with a long tail get bins of equal ratios on a logarithmic axis.
    """
    sets = dict(values) if isinstance(values, Mapping) else {"": values}
    sets = {name: np.asarray(some, float) for name, some in sets.items()}
    there = {name: some[np.isfinite(some)] for name, some in sets.items()}
    if not sum(map(len, there.values())):
        return placeholder("No object has this number.", title)
    edges, log = _bins(np.concatenate(list(there.values())), bins)
    alone = len(sets) == 1
    palette = colours or ([LINE] if alone else class_colours(list(sets)))
    fig = go.Figure()
    for (name, some), colour in zip(there.items(), palette, strict=True):
        text = f"{name}: {_sample(len(some), len(sets[name]) - len(some))}"
        fig.add_trace(_steps(text, np.histogram(some, edges)[0], edges, colour))
    height = HEIGHT - 80 + LEGEND * max(len(sets) - 4, 0)
    styled(fig, title, fig.data[0].name.removeprefix(": ") if alone else "", height)
    fig.update_xaxes(title_text=axis, **({"type": "log", "exponentformat": "none"} if log else {}))
    fig.update_yaxes(title_text="objects", rangemode="tozero")
    return fig.update_layout(showlegend=not alone)


def share_bars(shares: Mapping[str, float], of: str, title: str = "", most: int = 12) -> go.Figure:
    """A bar for each number's share in a score, largest first, at most `most` of them; `of` is the axis."""
    largest = sorted(shares, key=lambda name: -abs(shares[name]))[:most]
    if not largest:
        return placeholder("No number has a share.", title)
    values = [float(shares[name]) for name in largest]
    colours = [DIVERGING[2][1] if value > 0 else DIVERGING[0][1] for value in values]
    fig = go.Figure(
        go.Bar(
            x=values, y=largest, orientation="h", marker_color=colours, hovertemplate="%{y}: %{x:.3g}<extra></extra>"
        )
    )
    styled(fig, title, height=90 + BAR * len(largest))
    fig.update_xaxes(title_text=of)
    return fig.update_yaxes(autorange="reversed", title_text="feature")


def _bins(values: np.ndarray, bins: int) -> tuple[np.ndarray, bool]:
    """Edges of the bins, and whether they are spaced by equal ratios."""
    log = bool(values.min() > 0 and values.max() > WIDE * np.median(values))
    edges = np.geomspace(values.min(), values.max(), bins + 1) if log else np.histogram_bin_edges(values, bins)
    return edges, log


def _steps(name: str, count: np.ndarray, edges: np.ndarray, colour: str) -> go.Scatter:
    """A histogram's outline with a faint filling: several stay readable over each other."""
    red, green, blue = (int(colour[i : i + 2], 16) for i in (1, 3, 5))
    return go.Scatter(
        x=np.concatenate([edges[:1], edges]),
        y=np.concatenate([[0], count, [0]]),
        mode="lines",
        line={"shape": "hv", "color": colour, "width": 1.5},
        fill="tozeroy",
        fillcolor=f"rgba({red},{green},{blue},0.18)",
        name=name,
        customdata=np.concatenate([edges, edges[-1:]]),
        hovertemplate="%{x:.4g} to %{customdata:.4g}: %{y:,d}<extra></extra>",
    )


def _sample(n: int, missing: int) -> str:
    return counted(n) + (f", {missing:,} missing" if missing else "")
