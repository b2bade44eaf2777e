"""Accuracy, purity or completeness against a measured column, and how many objects stand behind each point."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
import pandas as pd
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from astrocore.charts.bands import band
from astrocore.charts.palette import LINE, class_colours, class_dashes
from astrocore.charts.style import HEIGHT, counted, placeholder, styled

AXES = {"accuracy": "accuracy", "purity": "precision (purity)", "completeness": "recall (completeness)"}
"""Titles of the upper axis."""
WHOLE = {"accuracy": "objects", "purity": "decided", "completeness": "true"}
"""What a score is a share of, in a hover."""
FEW = 10
"""Objects below which a point is hollow, and stands outside the line and its band."""
BANDS = 5
"""Lines up to which their intervals do not hide each other; of more of them a hover tells the intervals."""
READ = "Bands: 95 % intervals by groups."
READ_MANY = "Point at a bin for its 95 % interval by groups; a double click on a class shows it alone."
APART = 0.14
"""Share of the width that the objects without a value take: room for the word on a narrow page."""
ROOM, MARGIN = 0.03, 0.01
"""Shares of the score's axis and of the column's by which they reach beyond their numbers."""
BESIDE = 0.005
"""Share of the column's axis by which the classes' points stand beside each other, so that their bars are seen."""


class Binned(Protocol):
    """What is drawn of a column's bins (analysis.bins.Bins is one)."""

    @property
    def edges(self) -> np.ndarray: ...
    @property
    def table(self) -> pd.DataFrame: ...
    @property
    def log(self) -> bool: ...
    @property
    def each(self) -> bool: ...


@dataclass(frozen=True, eq=False)
class _Line:
    """A class over the bins: its name and look, and name, at, n, value, low, high of each bin."""

    name: str
    colour: str
    dash: str
    rows: pd.DataFrame
    whole: str


def slices_chart(
    bins: Binned,
    lines: Mapping[str, pd.DataFrame],
    score: str,
    axis: str,
    colours: Sequence[str] | None = None,
    title: str = "",
) -> go.Figure:
    """A line of each class over the bins with its intervals, and the objects that it is a share of as bars below.

    The axis ascends, so that faint is to the right where it is a magnitude. Objects without a value stand apart.

    Parameters
    ----------
    bins
        Edges (B + 1,), whether they are drawn on a logarithmic axis, whether each bin is a single number, and a table
        with name, at (the point's place) and n; its row B, where there is one, is of objects without a value.
    lines
        Class -> n, value, low, high, a row a bin, NaN where undefined; one named "" is of all objects together.
    score
        One of AXES.
    axis
        Name of the column with its unit.
    colours
        One a line; the palette's if left out.
    """
    known = len(bins.edges) - 1
    if known < 1:
        return placeholder("No object has this number.", title)
    several, apart = len(lines) > 1, len(bins.table) > known
    fig = _panels(apart)
    drawn = list(_looks(bins, lines, score, colours))
    for line in drawn if len(drawn) <= BANDS else []:
        fig.add_trace(_band(line, known), 1, 1)
    for place, line in enumerate(drawn):
        fig.add_traces([_joined(line, known), _points(line, known, len(drawn) <= BANDS)], 1, 1)
        fig.add_trace(_bars(line, bins.edges), 2, 1)
        if apart:
            fig.add_trace(_point_apart(line, known, (place + 0.5) / len(drawn)), 1, 2)
    _axes(fig, bins, drawn, axis, AXES[score], apart)
    sample = counted(int(bins.table["n"].sum()), title)
    note = f"{READ if len(drawn) <= BANDS else READ_MANY} Hollow: fewer than {FEW} objects."
    styled(fig, title, " ".join(filter(None, [sample and f"{sample}.", note])), HEIGHT + 40 + 20 * several)
    return fig.update_layout(showlegend=several, barmode="stack", bargap=0, hovermode="closest")


def _panels(apart: bool) -> go.Figure:
    """The score above, the objects below, and to the right, with no bars, the objects without a value."""
    return make_subplots(
        rows=2,
        cols=1 + apart,
        row_heights=[0.72, 0.28],
        column_widths=[1 - APART, APART] if apart else None,
        shared_xaxes=True,
        shared_yaxes=True,
        vertical_spacing=0.05,
        horizontal_spacing=0.03,
    )


def _looks(
    bins: Binned, lines: Mapping[str, pd.DataFrame], score: str, colours: Sequence[str] | None
) -> Iterator[_Line]:
    """The lines with their looks, and where their points stand."""
    names, at = list(lines), bins.table["at"].to_numpy(float)
    low, high = _scale(bins, bins.edges[[0, -1]])
    palette = colours or ([LINE] if names == [""] else class_colours(names))
    for place, (name, colour, dash) in enumerate(zip(names, palette, class_dashes(names), strict=True)):
        beside = (place - (len(names) - 1) / 2) * BESIDE * (high - low) * (len(names) <= BANDS)
        moved = at * 10**beside if bins.log else at + beside
        rows = lines[name].reset_index(drop=True).assign(name=bins.table["name"], at=moved)
        yield _Line(name, colour, dash, rows, WHOLE[score])


def _scale(bins: Binned, values: np.ndarray) -> np.ndarray:
    """Numbers of the column as its axis is spaced."""
    return np.asarray(np.log10(values) if bins.log else values)


def _band(line: _Line, known: int) -> go.Scatter:
    """The intervals of the points that are joined."""
    rows = line.rows[:known]
    enough = rows["n"] >= FEW
    low, high = (rows[end].where(enough).to_numpy(float) for end in ("low", "high"))
    return band(rows["at"].to_numpy(float), (low + high) / 2, (high - low) / 2, line.colour)


def _joined(line: _Line, known: int) -> go.Scatter:
    """A line through the points of enough objects, torn where there are fewer; the class's entry in the legend."""
    rows = line.rows[:known]
    return go.Scatter(
        x=rows["at"],
        y=rows["value"].where(rows["n"] >= FEW),
        name=f"{line.name}, n = {line.rows['n'].sum():,}",
        legendgroup=line.name,
        mode="lines",
        line={"color": line.colour, "width": 2, "dash": line.dash},
        hoverinfo="skip",
    )


def _points(line: _Line, known: int, banded: bool) -> go.Scatter:
    """The points of the bins; with an interval's bar where lines have bands and a point is in none."""
    rows = line.rows[:known]
    in_band = np.isfinite(rows["low"].to_numpy(float)) & (rows["n"].to_numpy() >= FEW)
    return go.Scatter(x=rows["at"], y=rows["value"], **_marks(line, rows, banded & _alone(in_band)))


def _point_apart(line: _Line, known: int, place: float) -> go.Scatter:
    """The point of the objects without a value, beside those of the other classes."""
    rows = line.rows[known:]
    return go.Scatter(x=[place], y=rows["value"], **_marks(line, rows, np.ones(1, bool)))


def _bars(line: _Line, edges: np.ndarray) -> go.Bar:
    rows = line.rows[: len(edges) - 1]
    return go.Bar(x=edges[:-1], y=rows["n"], width=np.diff(edges), offset=0, **_filling(line, rows))


def _marks(line: _Line, rows: pd.DataFrame, barred: np.ndarray) -> dict[str, Any]:
    """Markers, hollow where they stand for few objects, and their intervals as bars where that is asked for."""
    return {
        "mode": "markers",
        "marker": {"size": 8, "color": line.colour, "symbol": np.where(rows["n"] < FEW, "circle-open", "circle")},
        "error_y": _whiskers(rows, barred, line.colour),
        **_told(line, rows),
    }


def _filling(line: _Line, rows: pd.DataFrame) -> dict[str, Any]:
    look = {"color": line.colour, "opacity": 0.55, "line": {"width": 0}}
    return {"marker": look, "textposition": "none", **_told(line, rows)}


def _told(line: _Line, rows: pd.DataFrame) -> dict[str, Any]:
    """What a hover tells: bin, class, score with its interval, and of how many objects."""
    texts = []
    for bin_, value, low, high, n in zip(*(rows[key] for key in ("name", "value", "low", "high", "n")), strict=True):
        ends = f" ({low:.3f} to {high:.3f})" if np.isfinite(low) else ""
        share = f"{value:.3f}{ends}" if np.isfinite(value) else "undefined"
        texts.append(f"<b>{bin_}</b><br>{line.name and f'{line.name}: '}{share}<br>{n:,} {line.whole}")
    return {
        "legendgroup": line.name,
        "showlegend": False,
        "text": texts,
        "hovertemplate": "%{text}<extra></extra>",
    }


def _alone(in_band: np.ndarray) -> np.ndarray:
    """Bins in no band, or in one of no width since none is beside them, (B,) bool."""
    there = np.concatenate([[False], in_band, [False]])
    return np.asarray(~in_band | ~(there[:-2] | there[2:]))


def _whiskers(rows: pd.DataFrame, shown: np.ndarray, colour: str) -> dict[str, object]:
    """From low to high about those values for which it is asked."""
    shown = shown & np.isfinite(rows["low"].to_numpy(float))
    above, below = (rows["high"] - rows["value"]).where(shown, 0), (rows["value"] - rows["low"]).where(shown, 0)
    ends = {"array": above.clip(lower=0), "arrayminus": below.clip(lower=0)}
    return {"type": "data", **ends, "thickness": 1, "width": 0, "color": colour}


def _axes(fig: go.Figure, bins: Binned, lines: Sequence[_Line], axis: str, score: str, apart: bool) -> None:
    """Ranges, ticks and titles."""
    low, high = _scale(bins, bins.edges[[0, -1]])
    room = MARGIN * (high - low)
    fig.update_xaxes(range=[low - room, high + room], ticks="outside", col=1)
    if bins.each:
        known = bins.table[: len(bins.edges) - 1]
        fig.update_xaxes(tickvals=known["at"], ticktext=known["name"], col=1)
    if bins.log:
        ticks = _ticks(bins.edges)
        fig.update_xaxes(type="log", tickvals=ticks, ticktext=[f"{tick:,g}" for tick in ticks], col=1)
    highest = float(np.sum([line.rows["n"][: len(bins.edges) - 1] for line in lines], axis=0).max())
    fig.update_yaxes(range=_range(lines), row=1)
    fig.update_yaxes(range=[0, 1.05 * highest], tickformat=",d", row=2)  # plotly.js finds none for panels of one axis
    fig.update_xaxes(title_text=axis, row=2, col=1)
    fig.update_yaxes(title_text=score, row=1, col=1)
    fig.update_yaxes(title_text="objects", row=2, col=1)
    if apart:
        fig.update_xaxes(range=[0, 1], showgrid=False, showticklabels=False, col=2)
        fig.update_xaxes(title_text="missing", row=2, col=2)
        fig.update_yaxes(showgrid=False, row=2, col=2)
        count = f"{bins.table['n'].iloc[-1]:,}"
        fig.add_annotation(text=count, x=0.5, y=highest / 2, showarrow=False, row=2, col=2)


def _range(lines: Sequence[_Line]) -> list[float]:
    """From below the lowest number to one, in tenths, so that what happens near one is seen."""
    low = min(np.nanmin([line.rows["value"].min(), line.rows["low"].min(), 1.0]) for line in lines)
    start = max(min(np.floor(10 * (low - ROOM)) / 10, 0.8), 0.0)
    return [start - ROOM * (1 - start), 1 + ROOM * (1 - start)]


def _ticks(edges: np.ndarray) -> list[float]:
    """1, 2 and 5 of each decade, or powers of ten where there are many."""
    first, last = int(np.floor(np.log10(edges[0]))), int(np.ceil(np.log10(edges[-1])))
    steps = (1, 2, 5) if last - first <= 5 else (1,)
    made = [float(f"{step}e{k}") for k in range(first, last + 1) for step in steps]
    return [tick for tick in made if edges[0] <= tick <= edges[-1]]
