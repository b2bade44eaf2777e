"""How training went, epoch by epoch."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal

import numpy as np
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from astrocore.charts.palette import COLOURS, GREY
from astrocore.charts.style import PANEL_TITLE, placeholder, styled

Event = Mapping[str, Any]
Show = Literal["loss", "scores", "views"]
LINES: dict[Show, tuple[tuple[str, str, str], ...]] = {
    "loss": (
        ("train", "loss", "training loss"),
        ("val", "loss", "validation loss"),
        ("val", "chance", "chance"),
        ("val", "floor", "floor"),
    ),
    "scores": (
        ("val", "accuracy", "validation accuracy"),
        ("val", "macro_f1", "validation macro-F1"),
        ("train", "accuracy", "training accuracy"),
        ("val", "neighbours_accuracy", "nearest neighbours' accuracy"),
    ),
    "views": (("val", "view_distance", "distance of two views"), ("val", "uniformity", "uniformity")),
}
"""What is drawn: split, name in the event, name in the legend."""
TITLES: dict[Show, tuple[str, str]] = {
    "loss": ("loss", "No loss was reported yet."),
    "scores": ("accuracy, macro-F1", "No accuracy was reported yet."),
    "views": ("distance, uniformity", "No stage of this run compares views."),
}
"""Of the y axis, and what is said where there is nothing to draw."""
LOOKS = {
    "accuracy": {"dash": "solid", "symbol": "circle", "size": 5, "place": "top left"},
    "macro_f1": {"dash": "dot", "symbol": "diamond-open", "size": 8, "place": "bottom left"},
    "chance": {"dash": "dash", "symbol": "circle", "size": 1, "place": ""},
    "floor": {"dash": "dot", "symbol": "circle", "size": 1, "place": ""},
}
"""How scores differ without colour: where classes are even, macro-F1 lies on the accuracy, so its marks are open."""
PLAIN = {"dash": "solid", "symbol": "circle", "size": 5, "place": ""}


def learning_chart(events: Sequence[Event], show: Show = "loss", title: str = "") -> go.Figure:
    """Losses of train and val, scores, or how views lie, against the epoch; a panel for each stage that has them.

    A loss that holds objects against each other stands beside what it is by chance and the floor below which it can't
    fall. Scores of a stage without labels are those of the nearest neighbours. Views: their distance is 0 where both
    are one point, uniformity falls from 0 to -4 as objects spread over the sphere.

    Parameters
    ----------
    events
        A run's events as events.jsonl holds them; only those of kind "epoch" are drawn, and of a repeated
        epoch (after a resume) the last. The epoch of the lowest validation loss is marked.
    """
    stages = {stage: epochs for stage, epochs in _stages(events).items() if np.isfinite(_drawn(epochs, show)).any()}
    if not stages:
        return placeholder(TITLES[show][1], title)
    several = len(stages) > 1
    fig = make_subplots(1, len(stages), subplot_titles=list(stages) if several else None, horizontal_spacing=0.1)
    fig.update_annotations(font_size=PANEL_TITLE)
    named: set[str] = set()
    for column, epochs in enumerate(stages.values(), start=1):
        for colour, (_, key, name), y in zip(COLOURS, LINES[show], _drawn(epochs, show), strict=False):
            if np.isfinite(y).any():
                look = {"color": GREY if key in ("chance", "floor") else colour, **LOOKS.get(key, PLAIN)}
                fig.add_trace(_line([e["epoch"] for e in epochs], y, name, look, name not in named), 1, column)
                named.add(name)
        _mark_best(fig, epochs, column)
        if epochs[-1]["epoch"] <= 10:
            fig.update_xaxes(dtick=1, col=column)
    fig.update_xaxes(title_text="epoch", rangemode="tozero", tickformat=",d")
    if show == "scores":
        fig.update_yaxes(range=[0, 1.02])
    fig.update_yaxes(title_text=TITLES[show][0], col=1)
    return styled(fig, title, headroom=16 * several).update_layout(hovermode="x unified", showlegend=True)


def compares_views(events: Sequence[Event]) -> bool:
    """Whether any epoch tells how views of an object lie."""
    return any("view_distance" in (event.get("val") or {}) for event in events)


def _stages(events: Sequence[Event]) -> dict[str, list[Event]]:
    """Epochs of each stage in order; of a repeated epoch the last report."""
    found: dict[str, dict[int, Event]] = {}
    for event in events:
        if event.get("event") == "epoch" and "epoch" in event:
            found.setdefault(str(event.get("stage") or "training"), {})[int(event["epoch"])] = event
    return {stage: [epochs[number] for number in sorted(epochs)] for stage, epochs in found.items()}


def _drawn(epochs: Sequence[Event], show: Show) -> list[np.ndarray]:
    """The values of each line, NaN where an epoch did not report one."""
    return [_values(epochs, split, key) for split, key, _ in LINES[show]]


def _values(epochs: Sequence[Event], split: str, key: str) -> np.ndarray:
    found = ((event.get(split) or {}).get(key) for event in epochs)
    return np.array([np.nan if value is None else value for value in found], float)


def _line(epoch: Sequence[int], y: np.ndarray, name: str, look: Mapping[str, Any], first: bool) -> go.Scatter:
    """A line, with its name at its last point where the look has a place for it."""
    last = int(np.flatnonzero(np.isfinite(y))[-1])
    word, above = name.removeprefix("validation "), look["place"].startswith("top")
    label = "" if not look["place"] else f"{word}<br> " if above else f" <br>{word}"  # a line clear of the marks
    return go.Scatter(
        x=list(epoch),
        y=y,
        name=name,
        legendgroup=name,
        showlegend=first,
        mode="lines+markers+text" if label else "lines+markers",
        text=[label if i == last else "" for i in range(len(y))] if label else None,
        textposition=look["place"] or None,
        textfont={"color": look["color"]},
        line={"color": look["color"], "width": 2, "dash": look["dash"]},
        marker={"size": look["size"], "symbol": look["symbol"]},
        hovertemplate="%{y:.4f}",
    )


def _mark_best(fig: go.Figure, epochs: Sequence[Event], column: int) -> None:
    """A line at the epoch of the lowest validation loss."""
    loss = _values(epochs, "val", "loss")
    if np.isfinite(loss).any():
        best = epochs[int(np.nanargmin(loss))]["epoch"]
        fig.add_vline(
            x=best,
            line={"color": GREY, "dash": "dash", "width": 1},
            annotation={"text": f"lowest: {best}", "font_size": 11},
            annotation_position="top right",
            row=1,
            col=column,
        )
