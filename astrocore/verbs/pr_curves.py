"""Precision-recall curves of a decision as files: a table a class, and a chart with the points of the thresholds."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from astrocore.analysis.curves import class_operating_points, pr_curve
from astrocore.charts.curves import pr_chart
from astrocore.charts.export import browser_found, save_html
from astrocore.runs.files import replacing
from astrocore.verbs.decided import tempered
from astrocore.verbs.deciding import Decision
from astrocore.verbs.evaluate_charts import drawn
from astrocore.verbs.evaluated import Evaluated


def write_curves(evaluated: Evaluated, decision: Decision, out: Path, png: bool) -> dict[str, Any]:
    """Write pr-<number>-<class>.csv (threshold, precision, recall, f1; each threshold that an object has) and pr.html.

    Raises
    ------
    RunNotWritable
        The folder can't be written.
    """
    p, names = tempered(evaluated.predictions, decision), []
    whole = {name: pr_curve(p.label == c, p.p[:, c], points=None) for c, name in enumerate(p.classes)}
    for c, (name, curve) in enumerate(whole.items()):
        columns = {"threshold": curve.threshold, "precision": curve.precision, "recall": curve.recall, "f1": curve.f1}
        names.append(f"pr-{c:02d}-{re.sub(r'[^A-Za-z0-9._-]', '_', name)}.csv")
        with replacing(out / names[-1]) as part:
            pd.DataFrame(columns).to_csv(part, index=False)
    figure = pr_chart(
        {name: pr_curve(p.label == c, p.p[:, c]) for c, name in enumerate(p.classes)},
        points=_points(p.label, p.p, decision),
        title=f"{evaluated.title}, n = {len(p)}",
    )
    with replacing(out / "pr.html") as part:
        save_html(figure, part)
    names.append("pr.html")
    if png and browser_found() and drawn(figure, out / "pr.png"):
        names.append("pr.png")
    return {"curves": {"folder": str(out), "files": names}}


def _points(label: np.ndarray, p: np.ndarray, decision: Decision) -> dict[str, tuple[float, float, float]]:
    """Class -> precision, recall and threshold, where there are thresholds to mark."""
    values = np.array([decision.profile.thresholds[name] for name in decision.profile.classes])
    if not values.any():
        return {}
    table = class_operating_points(label, p, values, decision.profile.classes)
    return {str(name): (row["precision"], row["recall"], row["threshold"]) for name, row in table.iterrows()}
