"""Precision-recall and ROC curves of the classes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol

import numpy as np
import plotly.graph_objects as go

from astrocore.charts.palette import GREY, class_colours, class_dashes
from astrocore.charts.style import HEIGHT, placeholder, styled

LEVELS = (0.2, 0.4, 0.6, 0.8)
"""F1 of the faint lines."""
NAMED_POINTS = 4
"""Most classes whose operating points carry their threshold as text; with more, texts would overlap."""
NEAR = 0.15
"""Precision or recall up to which the text of an operating point would leave the plot: it stands below and left of
the point, where the point's own curve does not pass, unless it is so near to an axis."""
HOVER = "recall %{x:.3f}<br>precision %{y:.3f}<extra></extra>"


class PrCurve(Protocol):
    """What is drawn of a precision-recall curve (analysis.curves.Curve is one)."""

    @property
    def threshold(self) -> np.ndarray: ...
    @property
    def precision(self) -> np.ndarray: ...
    @property
    def recall(self) -> np.ndarray: ...
    @property
    def ap(self) -> float: ...
    @property
    def n_positive(self) -> int: ...


class RocCurve(Protocol):
    """What is drawn of a ROC curve (analysis.curves.Roc is one)."""

    @property
    def fpr(self) -> np.ndarray: ...
    @property
    def tpr(self) -> np.ndarray: ...
    @property
    def auc(self) -> float: ...
    @property
    def n_positive(self) -> int: ...


def pr_chart(
    curves: Mapping[str, PrCurve],
    colours: Sequence[str] | None = None,
    points: Mapping[str, tuple[float, float, float]] | None = None,
    title: str = "",
) -> go.Figure:
    """Precision (purity) against recall (completeness), faint lines of equal F1 behind.

    What the legend says of several curves stands below the title of a single one.

    Parameters
    ----------
    curves
        Class name -> curve, in the classes' order.
    colours
        One a curve; the palette's if left out.
    points
        Class name -> (precision, recall, threshold), marked on the chart; a point with a NaN is left out.
    """
    if not any(len(curve.recall) for curve in curves.values()):
        return placeholder("No objects of any class here.", title)
    fig = go.Figure()
    _levels(fig)
    look = list(zip(curves, colours or class_colours(list(curves)), class_dashes(list(curves)), strict=True))
    for name, colour, dash in look:
        curve = curves[name]
        fig.add_scatter(
            x=curve.recall,
            y=curve.precision,
            customdata=curve.threshold,
            name=f"{name}: AP {_score(curve.ap)}, n = {curve.n_positive:,}",
            legendgroup=name,
            mode="lines",
            line={"color": colour, "dash": dash, "width": 2},
            hovertemplate=f"{name} at threshold %{{customdata:.3f}}<br>{HOVER}",
        )
    for name, colour, _ in look:
        if points and name in points and np.isfinite(points[name][:2]).all():
            fig.add_trace(_point(name, colour, points[name], named=len(curves) <= NAMED_POINTS))
    _square(fig, "recall (completeness)", "precision (purity)")
    alone = len(curves) == 1
    note = f"{fig.data[len(LEVELS)].name}" if alone else "each class against the rest"
    return styled(fig, title, note, _height(len(curves))).update_layout(margin_r=44, showlegend=not alone)


def roc_chart(curves: Mapping[str, RocCurve], colours: Sequence[str] | None = None, title: str = "") -> go.Figure:
    """True against false positive rate with the diagonal of a coin's throw."""
    if not any(len(curve.fpr) for curve in curves.values()):
        return placeholder("A ROC curve needs objects of a class and others; there are none here.", title)
    fig = go.Figure()
    fig.add_scatter(
        x=[0, 1],
        y=[0, 1],
        mode="lines",
        line={"color": GREY, "dash": "dot", "width": 1},
        showlegend=False,
        hoverinfo="skip",
    )
    dashes = class_dashes(list(curves))
    for (name, curve), colour, dash in zip(curves.items(), colours or class_colours(list(curves)), dashes, strict=True):
        fig.add_scatter(
            x=curve.fpr,
            y=curve.tpr,
            name=f"{name}: AUC {_score(curve.auc)}, n = {curve.n_positive:,}",
            mode="lines",
            line={"color": colour, "dash": dash, "width": 2},
            hovertemplate=f"{name}<br>false positives %{{x:.3f}}<br>true positives %{{y:.3f}}<extra></extra>",
        )
    _square(fig, "false positive rate", "true positive rate (completeness)")
    return styled(fig, title, "each class against the rest", _height(len(curves)))


def _levels(fig: go.Figure) -> None:
    """Lines of equal F1, labelled beside the right edge."""
    for f1 in LEVELS:
        recall = np.geomspace(f1 / (2 - f1), 1, 100)
        fig.add_scatter(
            x=recall,
            y=f1 * recall / (2 * recall - f1),
            mode="lines",
            line={"color": "rgba(128,128,128,0.35)", "width": 1, "dash": "dot"},
            showlegend=False,
            hoverinfo="skip",
        )
        label = {"text": f"F1 {f1}", "showarrow": False, "font_size": 10, "opacity": 0.7}
        fig.add_annotation(x=1, y=f1 / (2 - f1), xanchor="left", xref="paper", **label)


def _point(name: str, colour: str, point: tuple[float, float, float], named: bool) -> go.Scatter:
    """An operating point: a diamond with its threshold."""
    precision, recall, threshold = point
    return go.Scatter(
        x=[recall],
        y=[precision],
        mode="markers+text" if named else "markers",
        text=[f"{threshold:.2f}"],
        textposition=f"{'bottom' if precision > NEAR else 'top'} {'left' if recall > NEAR else 'right'}",
        cliponaxis=False,
        marker={"symbol": "diamond", "size": 11, "color": colour, "line": {"width": 1.5, "color": "#ffffff"}},
        legendgroup=name,
        showlegend=False,
        hovertemplate=f"{name} at threshold {threshold:.3f}<br>{HOVER}",
    )


def _square(fig: go.Figure, x: str, y: str) -> None:
    """Both axes from 0 to 1, with room for the lines' width."""
    fig.update_xaxes(title_text=x, range=[-0.01, 1.01], dtick=0.2)
    fig.update_yaxes(title_text=y, range=[-0.01, 1.02], dtick=0.2)


def _height(entries: int) -> int:
    """Room for the legend below the plot."""
    return HEIGHT + 20 * max(0, entries - 3)


def _score(value: float) -> str:
    return f"{value:.3f}" if np.isfinite(value) else "undefined"
