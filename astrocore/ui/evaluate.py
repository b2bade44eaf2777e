"""The Evaluate page: scores with intervals by group, and sections on classes, voices, calibration and more."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal, cast

import pandas as pd
import streamlit as st

from astrocore.analysis.curves import pr_curve, roc_curve
from astrocore.analysis.metrics import confusion, per_class, scores
from astrocore.charts.confusion import confusion_chart
from astrocore.charts.curves import pr_chart, roc_chart
from astrocore.charts.learning import compares_views, learning_chart
from astrocore.charts.palette import class_colours
from astrocore.data.dataset import SPLITS
from astrocore.runs.experiments import find_experiments
from astrocore.runs.predictions import Predictions
from astrocore.runs.run import Run
from astrocore.tasks import Task
from astrocore.ui import cache
from astrocore.ui.alignment import alignment_tab
from astrocore.ui.boundaries import boundaries_tab
from astrocore.ui.calibration import calibration_tab
from astrocore.ui.conflicts_tab import conflicts_tab, stand_apart
from astrocore.ui.experiments import experiments_tab
from astrocore.ui.layout import halves
from astrocore.ui.navigation import EVALUATE
from astrocore.ui.notices import guarded, look_at_test, test_openings
from astrocore.ui.numbers import cell, figure, sample, spread
from astrocore.ui.opened import opened_predictions
from astrocore.ui.picks import begin
from astrocore.ui.plots import draw
from astrocore.ui.slices import slices_tab
from astrocore.ui.tables import csv_download, prediction_table
from astrocore.ui.voices import pick_voice, voices_tab

SCORES = {
    "accuracy": ("Accuracy", "Share of objects whose most probable class is the true one."),
    "balanced_accuracy": (
        "Balanced acc.",
        "Balanced accuracy: mean of the classes' recall: each class counts the same.",
    ),
    "macro_f1": ("Macro F1", "Mean of the classes' F1."),
    "auc_macro": ("ROC AUC", "Mean over the classes, each against the rest."),
    "nll": ("NLL", "Mean negative log likelihood of the true class [nat]; lower is better."),
    "ece": ("ECE", "Expected calibration error: gap between confidence and accuracy; lower is better."),
}
COLUMNS = {
    "precision": "precision (purity)",
    "recall": "recall (completeness)",
    "f1": "F1",
    "average_precision": "average precision",
    "auc": "ROC AUC",
}
FEW = 4
"""Classes that become columns of the table of classes: narrow pages then hold it."""
MODES = {"counts": "Counts", "rows": "Rows (completeness)", "columns": "Columns (purity)"}


def evaluate_page() -> None:
    """Draw the page."""
    picks = begin(EVALUATE, run=True)
    with guarded():
        predictions = opened_predictions(picks)
        if predictions is None or picks.run is None:
            _without_predictions(picks.task)
            return
        with st.container(horizontal=True, gap="medium"):
            split, voice = _split(), pick_voice(predictions)
        some = cache.labelled(picks.run, split, voice)
        if len(some):
            if split in ("test", "all"):
                look_at_test(picks.run, predictions)
            _head(picks.run, some, split, voice)
        else:
            st.info(f"Split {split} has no labelled objects, so there is nothing to compare the predictions with.")
        _tabs(picks.task, picks.run, predictions, split, voice)
        csv_download(lambda: prediction_table(predictions), f"{picks.run.name}.csv", "Download all predictions")


def _without_predictions(task: Task) -> None:
    """While no run can be shown: the experiments, where there are any."""
    if find_experiments(task.name):
        st.subheader("Experiments", anchor=False)
        experiments_tab(task)


def _tabs(task: Task, run: Run, predictions: Predictions, split: str, voice: str) -> None:
    """The sections; only the one that is open is computed."""
    judged = bool(len(cache.labelled(run, split, voice)))
    sections: dict[str, Callable[[], None]] = {
        "Classes": lambda: _classes(run, split, voice),
        "Slices": lambda: slices_tab(task, run, predictions, split, voice),
        "Voices": lambda: voices_tab(run, predictions, split),
        "Calibration": lambda: calibration_tab(run, split, voice),
        **({"Conflicts": lambda: conflicts_tab(run, predictions, split)} if stand_apart(run, predictions) else {}),
        "Alignment": lambda: alignment_tab(run, predictions, voice),
        "Boundaries": lambda: boundaries_tab(task, run, predictions, split, voice),
        "Learning": lambda: _learning(run),
        "Experiments": lambda: experiments_tab(task),
    }
    if not judged:
        sections = {name: sections[name] for name in list(sections)[4:]}
    tabs = st.tabs(list(sections), key="section", on_change="rerun", bind="query-params")
    for tab, show in zip(tabs, sections.values(), strict=True):
        if tab.open:
            with tab, guarded():
                show()


def scores_row(found: dict[str, float], intervals: dict[str, tuple[float, float]]) -> None:
    """A figure with its interval for each score."""
    cells = st.grid(6, min_column_width=140, border=True)
    for name, (title, text) in SCORES.items():
        if name in found:
            ends = spread(intervals.get(name))
            note = f"{text} 95 % interval by bootstrap over groups." if ends else text
            cells.metric(title, figure(found[name]), ends or None, delta_color="off", delta_arrow="off", help=note)


def class_table(table: pd.DataFrame, intervals: dict[str, dict[str, tuple[float, float]]]) -> pd.DataFrame:
    """Scores of each class as text, with intervals; a row a class, or a column where they are few enough to fit."""

    def text(name: str, column: str) -> str:
        return cell(float(table.loc[name, column]), intervals.get(name, {}).get(column))  # type: ignore[arg-type]

    rows = {title: [text(str(name), column) for name in table.index] for column, title in COLUMNS.items()}
    found = pd.DataFrame({"n": table["n"].map("{:,}".format), **rows}, index=table.index.rename("class"))
    return found.T.rename_axis("score").rename_axis(None, axis=1) if len(table) <= FEW else found


def _split() -> str:
    options = ["test", "val", "train", "all"]
    picked = st.segmented_control(
        "Split", options, default="test", required=True, key="split", bind="query-params", persist_state="session"
    )
    return str(picked) if picked in (*SPLITS, "all") else "test"


def _head(run: Run, some: Predictions, split: str, voice: str) -> None:
    """What the scores were measured on, and the scores."""
    opened = f" {test_openings(run)}" if split in ("test", "all") else ""
    who = f", by the {voice}" if cache.predictions(run).voices else ""
    st.caption(
        f"{sample(some, split)}{who}, at the most probable class. Below each score its 95 % interval by groups.{opened}"
    )
    scores_row(scores(some.label, some.predicted, some.p), cache.score_intervals(run, split, voice))


def _classes(run: Run, split: str, voice: str) -> None:
    """Scores of each class, confusion and curves."""
    some = cache.labelled(run, split, voice)
    table = per_class(some.label, some.predicted, some.p, some.classes)
    shown = class_table(table, cache.class_intervals(run, split, voice))
    st.table(shown, border="horizontal", alt="Scores of each class")
    st.caption(f"Small: 95 % intervals by groups; {sample(some, split)}.")
    where = f"{split}, n = {len(some):,}"
    left, right = halves()
    with left:
        _confusion(some, where)
    with right:
        _curves(some, where)


@st.fragment
def _confusion(some: Predictions, where: str) -> None:
    mode = st.segmented_control(
        "Confusion in", list(MODES), default="rows", required=True, format_func=MODES.__getitem__, key="confusion"
    )
    matrix = confusion(some.label, some.predicted, len(some.classes))
    chart = confusion_chart(
        matrix,
        some.classes,
        mode=cast(Literal["counts", "rows", "columns"], mode or "rows"),
        title=f"Confusion: {where}",
    )
    draw(chart, "evaluate:confusion", "Confusion matrix")


@st.fragment
def _curves(some: Predictions, where: str) -> None:
    kind = st.segmented_control(
        "Curves", ["Precision-recall", "ROC"], default="Precision-recall", required=True, key="curve"
    )
    colours = class_colours(some.classes)
    each = [(name, some.label == c, some.p[:, c]) for c, name in enumerate(some.classes)]
    if kind == "ROC":
        chart = roc_chart({name: roc_curve(y, p) for name, y, p in each}, colours, f"ROC: {where}")
    else:
        chart = pr_chart({name: pr_curve(y, p) for name, y, p in each}, colours, title=f"Precision-recall: {where}")
    draw(chart, f"evaluate:{kind}", f"{kind} curve of each class")


def _learning(run: Run) -> None:
    """Learning curves, where the run was trained here."""
    events = run.events()
    if not any(event.get("event") == "epoch" for event in events):
        st.info("This run kept no record of its training: it was imported, or made elsewhere.")
        return
    counts = run.read_info().data.counts
    n = ", ".join(f"{split} n = {counts[split]:,}" for split in ("train", "val") if split in counts)
    left, right = halves()
    with left:
        draw(learning_chart(events, "loss", f"Loss: {n}"), "learning:loss", "Loss by epoch")
    with right:
        draw(learning_chart(events, "scores", f"Scores: {n}"), "learning:scores", "Scores by epoch")
    if compares_views(events):
        with left:
            draw(learning_chart(events, "views", f"Views: {n}"), "learning:views", "How views lie, by epoch")
