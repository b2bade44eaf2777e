"""Experiments on the Evaluate page: the table that the verb experiment wrote, and each experiment in detail."""

from __future__ import annotations

import math
from pathlib import Path

import pandas as pd
import streamlit as st

from astrocore.charts.alignment import Bar, Point, efficiency_chart
from astrocore.charts.experiments import bins_chart, difference_chart, lowest
from astrocore.runs.experiment_table import REFERENCE, Experiment, Table
from astrocore.runs.experiments import as_csv, as_latex, find_experiments, load_experiments
from astrocore.tasks import Task
from astrocore.ui.experiment_tables import (
    chosen,
    class_table,
    finished,
    main_table,
    overlaps,
    published_columns,
)
from astrocore.ui.layout import halves
from astrocore.ui.notices import simulated_badge
from astrocore.ui.numbers import NBSP, day, duration, with_unit
from astrocore.ui.plots import draw
from astrocore.ui.tables import csv_download

SCORES = {"Accuracy": "accuracy", "Precision": "precision", "Recall": "recall"}
STATES = {"done": "green", "running": "blue"}
"""Colours of the status; all others are orange."""
KEY, SCORE, DETAIL = "experiment", "experiment:score", "experiment:detail"


def experiments_tab(task: Task) -> None:
    """The tables of a task's experiments, or how they are made.

    Raises
    ------
    ForeignExperiment
        The picked table can't be read.
    """
    found = find_experiments(task.name)
    if not found:
        _none(task)
        return
    table = load_experiments(_pick(found))
    _head(task, table)
    if not table.experiments:
        st.info("No cell is done yet.")
        return
    _scores(table)
    _downloads(table)
    st.subheader("One experiment in detail", anchor=False)
    _detail(table, _pick_experiment(table))


def _none(task: Task) -> None:
    """Say what would stand here, and the command that makes it."""
    st.info(
        "No experiments on this task yet. An experiment trains several models, with several seeds, on one data set and "
        "tests them on another or the same; their scores appear here side by side, with those that were published."
    )
    if task.trials is not None:
        sets = " ".join(f"--{name} DIR" for name in task.trials.sets.model_fields)
        words = f"python -m astrocore experiment {task.name} {sets} --seeds 5"
        st.code(words, language="bash", wrap_lines=True)


def _pick(found: list[Path]) -> Path:
    """Which table, where there are several; the newest first."""
    names = {file.parent.name.removesuffix(".experiment"): file for file in found}
    first = next(iter(names))
    if len(names) == 1:
        return names[first]
    if st.session_state.get(KEY, first) not in names:
        del st.session_state[KEY]  # it was removed meanwhile
    return names[
        st.selectbox("Experiments", list(names), key=KEY, width=300, bind="query-params", persist_state="session")
        or first
    ]


def _head(task: Task, table: Table) -> None:
    """Status, whether the data is simulated, how far it is, and on what."""
    with st.container(horizontal=True, gap="small"):
        st.badge(table.status, color=STATES.get(table.status, "orange"))  # type: ignore[arg-type]
        simulated_badge(table.simulated, task.config.MODALITIES)
    sets = [
        f"{name}{f': {of.n:,} objects' if of.n is not None else ''} (`{of.path}`)" for name, of in table.sets.items()
    ]
    told = [
        f"{len(table.seeds)} seed{'s' * (len(table.seeds) != 1)}" + (f", preset {table.preset}" * bool(table.preset)),
        *sets,
        f"{duration(table.seconds)} of training",
        f"begun {day(table.created)}",
    ]
    st.caption(f"{'; '.join(told)}. Nothing here follows the run, split and voice chosen above.")
    cells = f"{table.cells.done:,} of {table.cells.total:,} cells are done"
    if table.whole:
        st.caption(f"{cells}; a cell is one model with one seed.")
    else:
        st.info(f"{cells}; the same command goes on. A dash stands for what is not there yet.")


def _scores(table: Table) -> None:
    """The main table, and what has to be known to read it."""
    picked = st.segmented_control(
        "Score in the table", list(SCORES), default="Accuracy", required=True, key=SCORE, persist_state="session"
    )
    title = str(picked or "Accuracy")
    shown = main_table(table, SCORES[title])
    st.table(shown, border="horizontal", hide_index=True, alt=f"{title} of each model in each experiment")
    means = "" if title == "Accuracy" else f" {title}: mean over the classes."
    st.caption(
        f"{title} on test in percent, n test objects; ±: standard deviation over the seeds; bold: the best of ours."
        f"{means} {_labels(table)} {_on_published(table, SCORES[title])} A narrow window shows the table in part; it "
        "scrolls sideways."
    )
    left_out = [f"Left out, {name}: {reason}" for name, reason in table.left_out.items()]
    if told := [*overlaps(table), *left_out]:
        st.caption("  \n".join(told))


def _labels(table: Table) -> str:
    """What the short names of the tasks mean."""
    names = {one.labels: one.task for one in table.experiments if one.task != one.labels}
    return "".join(f"{labels}: {name}. " for labels, name in names.items()).strip()


def _on_published(table: Table, score: str) -> str:
    """How far published figures may be compared with ours."""
    if not published_columns(table, score):
        return "No published figures are known."
    if table.simulated:
        return (
            "Published figures are of measured objects, ours of simulated ones: they show the range, not who is better."
        )
    return "Published figures are of other objects than ours."


def _downloads(table: Table) -> None:
    with st.container(horizontal=True, gap="small"):
        csv_download(lambda: as_csv(table), f"{table.name}.csv", "Download CSV")
        st.download_button(
            "Download LaTeX",
            lambda: as_latex(table).encode(),
            file_name=f"{table.name}.tex",
            mime="application/x-tex",
            icon=":material/download:",
            on_click="ignore",
            key=f"tex:{table.name}",
        )


def _pick_experiment(table: Table) -> Experiment:
    names = {f"{one.experiment}, {one.task} ({one.sets})": one for one in table.experiments}
    first = next(iter(names))
    if st.session_state.get(DETAIL, first) not in names:
        del st.session_state[DETAIL]  # another table had it
    picked = st.selectbox("Experiment and task", list(names), key=DETAIL, width=520, persist_state="session")
    return names[str(picked or first)]


def _detail(table: Table, one: Experiment) -> None:
    """Differences, classes, bins and few labels of one experiment."""
    where = _where(one)
    sizes = ", ".join(f"{n:,} {name}" for name, n in (("train", one.n_train), ("val", one.n_val)) if n is not None)
    st.caption(f"{where}; learned from {sizes or 'an unknown number of'} objects.")
    if not one.rows:
        st.info("No cell of this experiment is done yet.")
        return
    left, right = halves()
    with left:
        _differences(table, one)
        _classes(table, one, where)
    with right:
        _bins(table, one)
    if any(one.efficiency.values()):
        _efficiency(table, one)


def _differences(table: Table, one: Experiment) -> None:
    reference = table.rows.get(REFERENCE, REFERENCE)
    bars = [
        Bar(title, row.minus.value, row.minus.low, row.minus.high) for title, row in finished(table, one) if row.minus
    ]
    chart = difference_chart(
        bars,
        reference,
        f"Paired differences: {_short(one)}",
        "Accuracy. Bars: 95 % intervals by groups and seeds, on the same objects.",
    )
    draw(chart, "experiment:differences", f"Accuracy of each model minus that of {reference}, with intervals")


def _bins(table: Table, one: Experiment) -> None:
    """Accuracy against magnitude, or what the table has of the kind."""
    if one.column is None:
        st.info("The test set has no column of which bins could be made.")
        return
    longest = max((row.bins for row in one.rows.values()), key=len, default=[])
    bins = pd.DataFrame([(b.low, b.high, b.n) for b in longest], columns=["low", "high", "n"])
    lines = {title: _over(bins, one, key) for key, title in table.rows.items()}
    chart = bins_chart(
        bins, lines, with_unit(one.column.name, one.column.unit), f"Accuracy against {one.column.name}: {_short(one)}"
    )
    draw(chart, "experiment:bins", f"Accuracy of each model in bins of {one.column.name}, and the number of objects")


def _over(bins: pd.DataFrame, one: Experiment, key: str) -> list[float]:
    """A row's accuracy in each of the bins; NaN where it has none."""
    found = {(b.low, b.high): b.accuracy for b in one.rows[key].bins} if key in one.rows else {}
    return [found.get((low, high), float("nan")) for low, high in zip(bins["low"], bins["high"], strict=True)]


def _classes(table: Table, one: Experiment, where: str) -> None:
    st.table(class_table(table, one), border="horizontal", alt="Precision and recall of each class")
    counts = {
        name: max((r.per_class[name].n for r in one.rows.values() if name in r.per_class), default=0)
        for name in one.classes
    }
    told = ", ".join(f"{name} {n:,}" for name, n in counts.items())
    models = [f" Chosen on val as {title}: {text}." for title, row in finished(table, one) if (text := chosen(row))]
    st.caption(
        f"Precision (purity) / recall (completeness) in percent, mean over the seeds; {where}: {told}.{''.join(models)}"
    )


def _efficiency(table: Table, one: Experiment) -> None:
    """Accuracy against the number of labels."""
    curves = {
        title: [Point(point.n, point.accuracy.mean, point.accuracy.sd) for point in one.efficiency.get(key, [])]
        for key, title in table.rows.items()
    }
    low = lowest(
        [point.value - (point.spread if math.isfinite(point.spread) else 0) for point in points]
        for points in curves.values()
    )
    note = "Mean and standard deviation over the seeds."
    chart = efficiency_chart(curves, f"Label efficiency: {_short(one)}", note, "accuracy", low)
    draw(chart, "experiment:efficiency", "Accuracy against the number of labelled training objects")


def _where(one: Experiment) -> str:
    """Split, objects and groups."""
    n = f"test, n{NBSP}={NBSP}{one.n_test:,} objects" if one.n_test is not None else "test"
    return n + (f" in {one.n_groups:,} groups" if one.n_groups is not None else "")


def _short(one: Experiment) -> str:
    """What a title of a chart says of an experiment."""
    return f"{one.experiment}, {one.labels}, test" + (f", n = {one.n_test:,}" if one.n_test is not None else "")
