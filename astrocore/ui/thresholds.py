"""The Thresholds page: a slider a class, what follows from them at once, and the profile that keeps them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from astrocore.analysis.curves import Curve, operating_point, pr_curve
from astrocore.analysis.thresholds import Outcome, fell_back, outcome
from astrocore.charts.confusion import confusion_chart
from astrocore.charts.curves import pr_chart
from astrocore.charts.palette import class_colours
from astrocore.data.dataset import SPLITS
from astrocore.runs.predictions import Predictions
from astrocore.runs.run import Run
from astrocore.ui import cache
from astrocore.ui.decisions import START, Desk
from astrocore.ui.layout import halves
from astrocore.ui.navigation import THRESHOLDS
from astrocore.ui.notices import guarded, look_at_test, test_openings, tuning_on_test
from astrocore.ui.numbers import figure, sample, spread
from astrocore.ui.opened import opened_predictions
from astrocore.ui.picks import begin
from astrocore.ui.plots import draw
from astrocore.ui.profiles import load_controls, save_controls, tell
from astrocore.ui.voices import pick_voice

if TYPE_CHECKING:
    from plotly.graph_objects import Figure

HEIGHT = 280
"""Of a class's chart, in pixels."""
NUMBERS = {
    "coverage": ("Coverage", "Share of objects that got a class; the others are unknown."),
    "accuracy_at_coverage": ("Accuracy at coverage", "Accuracy among the objects that got a class."),
    "accuracy": ("Accuracy", "Share of all objects that got their class; an unknown counts as missed."),
    "macro_f1": ("Macro F1", "Mean of the classes' F1, unknowns left out."),
}


def thresholds_page() -> None:
    """Draw the page."""
    picks = begin(THRESHOLDS, run=True)
    with guarded():
        predictions = opened_predictions(picks)
        if predictions is not None and picks.run is not None:
            _desk(picks.run, predictions)


@st.fragment
def _desk(run: Run, predictions: Predictions) -> None:
    """All of the page that follows the sliders: moving one redraws only this."""
    with guarded():
        row = st.container(horizontal=True, gap="small", vertical_alignment="bottom")
        with row:
            split, voice = _split(), pick_voice(predictions)
        desk = Desk(run, predictions.classes, voice)
        some = cache.labelled(run, split, voice)
        if split in ("test", "all"):
            tuning_on_test()
            look_at_test(run, predictions)
        if not len(some):
            st.info(f"Split {split} has no labelled objects to choose thresholds on; choose another split.")
            return
        target = _aims(desk, some, row)
        _told(desk, some, target)
        where = sample(some, split)
        result = outcome(some.label, desk.decide(some), some.classes)
        _numbers(desk, some, result, where)
        _sliders(desk, some, split)
        _details(desk, result, some, split)
        _report_on_test(desk, run, predictions)
        save_controls(desk, some, split, result)


def _split() -> str:
    picked = st.segmented_control(
        "Tune on split",
        ["val", "train", "test", "all"],
        default="val",
        required=True,
        key="tune",
        bind="query-params",
        persist_state="session",
        help="Choose thresholds on val, report them on test.",
    )
    return str(picked) if picked in (*SPLITS, "all") else "val"


def _aims(desk: Desk, some: Predictions, row: DeltaGenerator) -> float:
    """Buttons that suggest or load thresholds, and whether to abstain; the precision aimed at."""
    with row:
        target = st.number_input(
            "Target", 0.01, 1.0, 0.9, 0.01, key=desk.key("target"), width=150, persist_state="session"
        )
        st.button(
            "Suggest: target precision",
            key=desk.key("suggest target"),
            on_click=desk.suggest,
            args=(some, "target_precision", target),
            help="The highest recall at a precision of at least the target; max F1 where it is out of reach.",
        )
        st.button(
            "Suggest: max F1",
            key=desk.key("suggest f1"),
            on_click=desk.suggest,
            args=(some, "max_f1", target),
            help="The threshold of the highest F1, each class against the rest.",
        )
        st.button(
            "Suggest: coverage",
            key=desk.key("suggest coverage"),
            on_click=desk.suggest,
            args=(some, "coverage", target),
            help="One threshold for all classes that leaves the target share of the objects decided; needs Abstain.",
        )
        st.toggle(
            "Abstain",
            key=desk.key("abstain"),
            persist_state="session",
            help="An object that reaches no threshold is unknown; otherwise it gets its most probable class.",
        )
        load_controls(desk)
    return float(target)


def _told(desk: Desk, some: Predictions, target: float) -> None:
    """What came of loading, and classes for which the aim was out of reach."""
    tell(desk, "load")
    if desk.objective.startswith("target_precision"):
        missed = fell_back(some.label, desk.probabilities(some), "target_precision", target)
        if missed.any():
            names = ", ".join(name for name, out in zip(some.classes, missed, strict=True) if out)
            st.warning(f"No threshold reaches a precision of {target:g} for {names}; max F1 was taken there.")


def _sliders(desk: Desk, some: Predictions, split: str) -> None:
    """A slider and a PR curve a class."""
    p, colours = desk.probabilities(some), class_colours(some.classes)
    grid = st.grid(3, min_column_width=270, border=True)
    for c, name in enumerate(some.classes):
        with grid.cell():
            st.session_state.setdefault(desk.slider(name), START)
            value = float(
                st.slider(
                    name,
                    0.0,
                    1.0,
                    step=0.001,
                    format="%.3f",
                    key=desk.slider(name),
                    persist_state="session",
                    help=f"Smallest probability for which an object may be called {name}.",
                )
            )
            curve: Curve = pr_curve(some.label == c, p[:, c])
            precision, recall = operating_point(some.label == c, p[:, c], value)
            st.markdown(f"Purity **{figure(precision)}**, completeness **{figure(recall)}**")
            taken = int((p[:, c] >= value).sum())
            st.caption(f"{taken:,} of {curve.n:,} objects reach the threshold; {curve.n_positive:,} of all are {name}.")
            chart = pr_chart(
                {name: curve}, [colours[c]], {name: (precision, recall, value)}, f"{split}, n = {curve.n:,}"
            )
            draw(chart, desk.key(f"pr {name}"), f"Precision-recall curve of {name}", HEIGHT)


def _numbers(desk: Desk, some: Predictions, result: Outcome, where: str) -> None:
    """What the decision is worth, beside plain argmax."""
    plain = outcome(some.label, some.predicted, some.classes).numbers()
    intervals = desk.intervals(some)
    cells = st.grid(4, min_column_width=170, border=True)
    numbers = result.numbers()
    for name, (title, text) in NUMBERS.items():
        note = f"{text} 95 % interval by groups {spread(intervals[name]) or 'undefined'}."
        cells.metric(
            title,
            figure(numbers[name]),
            f"{spread(intervals[name])}",
            delta_color="off",
            delta_arrow="off",
            delta_description=f"argmax {figure(plain[name])}",
            help=note,
        )
    temperature = "" if desk.temperature == 1 else f" Temperature {desk.temperature:g} from the loaded profile."
    aim = desk.objective.replace("max_f1", "max F1").replace("_", " ")
    st.caption(f"{where}. Set for: {aim}.{temperature}")


def _details(desk: Desk, result: Outcome, some: Predictions, split: str) -> None:
    left, right = halves()
    with left:
        draw(_confusion(desk, result, some, split), "thresholds:confusion", "Confusion matrix of these thresholds")
    with right:
        st.table(decided_table(result), border="horizontal", alt="Scores of each class with these thresholds")
        st.caption(f"Each class with these thresholds, unknowns left out: {sample(some, split)}.")


def _confusion(desk: Desk, result: Outcome, some: Predictions, split: str) -> Figure:
    """The confusion matrix; a column of unknowns only where there can be some."""
    matrix = result.confusion if desk.abstain else result.confusion[:, : len(some.classes)]
    title = f"Confusion: {split}, n = {len(some):,}"
    return confusion_chart(matrix, some.classes, unknown=desk.abstain, mode="rows", title=title)


def decided_table(result: Outcome) -> pd.DataFrame:
    """Scores of each class after deciding, as text."""
    titles = {"coverage": "coverage", "precision": "purity", "recall": "completeness", "f1": "F1"}
    table = result.per_class
    columns = {title: [figure(value, 2) for value in table[name]] for name, title in titles.items()}
    return pd.DataFrame({"n": table["n"].map("{:,}".format).to_list(), **columns}, index=table.index.rename("class"))


def _report_on_test(desk: Desk, run: Run, predictions: Predictions) -> None:
    """The same thresholds on test, once somebody asks."""
    place = st.expander("Report on test", icon=":material/flag:", key=desk.key("report"), on_change="rerun")
    if not place.open:
        return
    with place:
        some = cache.labelled(run, "test", desk.voice)
        if not len(some):
            st.info("Split test has no labelled objects.")
            return
        look_at_test(run, predictions)
        where = sample(some, "test")
        result = outcome(some.label, desk.decide(some), some.classes)
        _numbers(desk, some, result, f"{where}. {test_openings(run)[:-1]}")
        draw(_confusion(desk, result, some, "test"), "thresholds:test", "Confusion matrix on test")
