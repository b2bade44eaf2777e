"""Alignment on the Evaluate page: what the verb align found out about a run's modalities and embeddings."""

from __future__ import annotations

from typing import Any

import streamlit as st

from astrocore.charts.alignment import Bar, Point, ablation_chart, efficiency_chart, retrieval_chart
from astrocore.runs.predictions import Predictions
from astrocore.runs.profiles import VERDICT
from astrocore.runs.reports import ALIGNMENT, load_report
from astrocore.runs.run import Run
from astrocore.ui.alignment_tables import pair_table, probe_table, zero_shot_table
from astrocore.ui.jobs import command
from astrocore.ui.layout import halves
from astrocore.ui.numbers import day
from astrocore.ui.offers import offer
from astrocore.ui.plots import draw

WHY = (
    "How well the modalities agree, what simple readers make of the embeddings, and what each modality is worth "
    "is measured by a job of its own; it takes seconds to minutes. Its report is kept in the run and appears here."
)
KINDS = {"without": "hidden", "only": "alone", "dealt": "dealt to other objects"}


def alignment_tab(run: Run, predictions: Predictions, voice: str) -> None:
    """The report, or the command that makes it."""
    if not predictions.embeddings:
        st.info("These predictions carry no embeddings: the run was imported as a table, so nothing can be aligned.")
        return
    report = load_report(run, ALIGNMENT)
    words = command("align", run.full_name)
    if report is None:
        offer(run, words, WHY)
        return
    if report.get("predictions") != predictions.hash:
        offer(run, words, "The report below is of earlier predictions of this run; measure it again.")
    where = f"{report['split']}, n = {report['n']:,} objects in {report['n_groups']:,} groups"
    st.caption(f"{where}; measured {day(report['created'])}. It does not follow the split chosen above.")
    if report["pairs"]:
        _pair(report, where)
    _probes(report, where)
    left, right = halves()
    with left:
        _ablation(report, voice)
    with right:
        _efficiency(report)
    for name, reason in report.get("left_out", {}).items():
        st.caption(f"Left out, {name}: {reason}")


def _pair(report: dict[str, Any], where: str) -> None:
    """Retrieval and geometry of one pair of modalities."""
    pairs = {f"{pair['a']} and {pair['b']}": pair for pair in report["pairs"]}
    st.subheader("Do the modalities find each other?", anchor=False)
    name = next(iter(pairs))
    if len(pairs) > 1:
        name = st.segmented_control("Pair", list(pairs), default=name, required=True, key="align:pair") or name
    pair = pairs[str(name)]
    found = {direction: _bars(numbers) for direction, numbers in pair["retrieval"].items()}
    chance = {direction: _at_chance(numbers) for direction, numbers in pair["retrieval"].items()}
    left, right = halves()
    with left:
        title = f"Retrieval: {report['split']}, n = {pair['n']:,}"
        chart = retrieval_chart(found, chance, title, "share of objects whose other side is among the k nearest")
        draw(chart, "align:retrieval", "Retrieval between two modalities beside chance")
    with right:
        st.table(pair_table(pair), border="horizontal", alt="Numbers of the pair")
        st.caption(f"{where}; objects of one group are not held against each other.")


def _bars(numbers: dict[str, Any]) -> list[Bar]:
    keys = [key for key in numbers if key.startswith("r") and key[1:].isdigit()]
    return [_bar(f"R@{key[1:]}", numbers[key]) for key in keys]


def _at_chance(numbers: dict[str, Any]) -> list[float]:
    return [float(value) for key, value in numbers["chance"].items() if key != "median_rank"]


def _bar(name: str, found: dict[str, Any], kind: str = "") -> Bar:
    """A number with its interval; NaN where JSON says null."""
    value, low, high = (float("nan") if found.get(k) is None else float(found[k]) for k in ("value", "low", "high"))
    return Bar(name, value, low, high, kind)


def _probes(report: dict[str, Any], where: str) -> None:
    """Linear probe and neighbours of each embedding, zero-shot by prototypes."""
    if not report.get("probes"):
        return
    st.subheader("What simple readers make of the embeddings", anchor=False)
    st.table(probe_table(report), border="horizontal", alt="Probes of each embedding")
    chance = report["chance"]
    st.caption(
        f"{where}. Linear: logistic regression on train, its strength chosen on val. k-NN: 15 nearest training objects "
        "by cosine. Features (no net): the numbers that the net is given. Small: 95 % intervals by groups. "
        f"Always saying {chance['class']} has macro F1 {chance['macro_f1']:.3f}."
    )
    if report.get("zero_shot"):
        st.table(zero_shot_table(report), border="horizontal", alt="Zero-shot classification by prototypes")
        st.caption(f"{where}. Zero-shot: a class is the mean direction of its training objects in the other modality.")


def _ablation(report: dict[str, Any], voice: str) -> None:
    """Macro-F1 with modalities hidden, alone, dealt to others."""
    rows = report.get("ablation") or []
    if not rows:
        return
    whole = next(row for row in rows if row["kind"] == "all")
    shown = voice if voice in whole["voices"] else VERDICT
    bars = [_bar("all modalities", whole["voices"][shown]["macro_f1"], "all")]
    for row in rows:
        if row is not whole:
            name = {"without": "no {}", "only": "only {}", "dealt": "{} of others"}[row["kind"]].format(row["modality"])
            bars.append(_bar(name, row["voices"][shown]["macro_f1"], KINDS[row["kind"]]))
    title = f"Ablation, {shown}: {report['split']}, n = {whole['n']:,}"
    chart = ablation_chart(bars, bars[0].value, title, "95 % intervals by groups; dotted: all modalities")
    draw(chart, "align:ablation", "Macro-F1 with modalities hidden, alone, or dealt to other objects")


def _efficiency(report: dict[str, Any]) -> None:
    """Macro-F1 against the number of labels."""
    found = report.get("efficiency")
    if not found:
        return
    curves = {
        name: [Point(int(point["n"]), float(point["macro_f1"]), float(point["spread"])) for point in points]
        for name, points in found.items()
    }
    title = f"Label efficiency: {report['split']}, n = {report['chance']['n']:,}"
    chart = efficiency_chart(curves, title, "linear probe; mean and standard deviation of the draws")
    draw(chart, "align:efficiency", "Macro-F1 of a linear probe against the number of labelled training objects")
