"""The charts of evaluate: HTML that opens offline, PNG where a browser can draw it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from astrocore.analysis.blend import blended
from astrocore.analysis.calibration import reliability
from astrocore.analysis.curves import pr_curve, roc_curve
from astrocore.analysis.metrics import confusion
from astrocore.analysis.projection import Method, project
from astrocore.analysis.slices import SCORES, Slices
from astrocore.charts.calibration import reliability_chart
from astrocore.charts.confusion import confusion_chart
from astrocore.charts.curves import pr_chart, roc_chart
from astrocore.charts.export import NoBrowser, browser_found, save_html, save_png
from astrocore.charts.learning import learning_chart
from astrocore.charts.maps import Categories, map_chart
from astrocore.charts.palette import class_colours
from astrocore.charts.slices import slices_chart
from astrocore.runs.files import replacing
from astrocore.verbs.evaluated import Evaluated

if TYPE_CHECKING:
    from plotly.graph_objects import Figure


MAPPED = 5000
"""Objects on a map; t-SNE of more takes minutes."""
MAPS: dict[Method, str] = {"pca": "PCA", "tsne": "t-SNE"}
NO_PNG = "No Chrome or Chromium was found that can draw, so PNG files are missing."


def draw(
    evaluated: Evaluated,
    out: Path,
    png: bool,
    column: str = "",
    slices: Slices | None = None,
    decided: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """Write every chart into `out`; returns the names, and a note when pictures could not be drawn.

    Parameters
    ----------
    column, slices
        A measured column and the scores in its bins.
    decided
        What is told of a decision, as verbs/decided.py gives it.

    Raises
    ------
    RunNotWritable
        The folder can't be written.
    """
    pictures = png and browser_found()
    names = []
    more = [] if decided is None else [("confusion-decided", decided_chart(evaluated, decided))]
    for name, figure in chain(charts(evaluated), more, slice_charts(evaluated, column, slices) if slices else ()):
        with replacing(out / f"{name}.html") as part:
            save_html(figure, part)
        names.append(f"{name}.html")
        if pictures := pictures and drawn(figure, out / f"{name}.png"):
            names.append(f"{name}.png")
    return {"charts": {"folder": str(out), "files": names}, **({"note": NO_PNG} if png and not pictures else {})}


def drawn(figure: Figure, file: Path) -> bool:
    """Whether the browser that was found could draw."""
    try:
        save_png(figure, file)
    except NoBrowser:
        return False
    return True


def charts(evaluated: Evaluated) -> Iterator[tuple[str, Figure]]:
    """Name and figure of each chart that the predictions and the run allow."""
    p, title = evaluated.predictions, f"{evaluated.title}, n = {len(evaluated.predictions)}"
    matrix = confusion(p.label, p.predicted, len(p.classes))
    yield "confusion", confusion_chart(matrix, p.classes, title=evaluated.title)
    yield "pr", pr_chart({c: pr_curve(p.label == i, p.p[:, i]) for i, c in enumerate(p.classes)}, title=title)
    yield "roc", roc_chart({c: roc_curve(p.label == i, p.p[:, i]) for i, c in enumerate(p.classes)}, title=title)
    yield "reliability", reliability_chart(_calibration(evaluated), title=f"{evaluated.title}, reliability")
    if "fused" in p.embeddings:
        yield from _maps(evaluated)
    events = evaluated.run.events()
    if any(event.get("event") == "epoch" for event in events):
        told = ", simulated data" if evaluated.info.data.simulated else ""  # what it was trained on, not judged on
        yield "loss", learning_chart(events, "loss", f"{evaluated.run.full_name}, loss{told}")
        yield "accuracy", learning_chart(events, "scores", f"{evaluated.run.full_name}, accuracy{told}")


def decided_chart(evaluated: Evaluated, decided: Mapping[str, Any]) -> Figure:
    """The confusion of a decision, the unknowns in a column of their own."""
    title = f"{evaluated.title}, thresholds {decided['profile']}"
    return confusion_chart(np.array(decided["confusion"]), evaluated.predictions.classes, unknown=True, title=title)


def slice_charts(evaluated: Evaluated, column: str, slices: Slices) -> Iterator[tuple[str, Figure]]:
    """Name and figure of each score against a column."""
    p = evaluated.predictions
    unit = p.units.get(column)
    for score in SCORES:
        title = f"{evaluated.title}, {score} against {column}, n = {len(p):,}"
        axis = f"{column} [{unit}]" if unit else column
        colours = class_colours(p.classes) if score != "accuracy" else None
        yield f"slices-{score}", slices_chart(slices.bins, slices.of(score), score, axis, colours, title)


def _calibration(evaluated: Evaluated) -> dict[str, pd.DataFrame]:
    """Bins of the verdict, and of what it would be without its temperature, where the predictions tell that."""
    p, verdict = evaluated.predictions, evaluated.info.verdict
    after = reliability(p.label, p.p)
    if verdict.n == 0 or not set(verdict.weights) <= set(p.voices):
        return {"": after}
    before = reliability(p.label, blended(p.voices, verdict.weights))
    return {"before calibration": before, f"after, temperature {verdict.temperature:.2f}": after}


def _maps(evaluated: Evaluated) -> Iterator[tuple[str, Figure]]:
    """PCA and t-SNE of the fused embedding, of some objects where there are many."""
    p = evaluated.predictions
    x = p.embeddings["fused"]
    rows = np.flatnonzero(np.isfinite(x).all(axis=1))
    if len(rows) < 2:
        return
    some = np.sort(np.random.default_rng(0).permutation(rows)[:MAPPED])
    p = p.take(some)
    hover = {"predicted": np.array(p.classes, dtype=object)[p.predicted], "confidence": p.confidence}
    title = f"{evaluated.title}, fused embedding, {len(some)} of {len(x)} objects"
    for method, name in MAPS.items():
        made = project(p.embeddings["fused"], method)
        axes = [f"{name} {i}" for i in (1, 2)]
        if made.explained is not None:
            axes = [
                f"{axis} ({100 * share:.0f} % of the variance)"
                for axis, share in zip(axes, made.explained, strict=True)
            ]
        colour = Categories(p.label, p.classes)
        ids = p.table["object_id"].tolist()
        yield method, map_chart(made.coords, colour, ids, hover, f"{title}, {name}", axes)
