"""A table of experiments as LaTeX: a line for each experiment and task, booktabs rules, published figures apart."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from astrocore.runs.experiment_table import SCORES, Experiment, Table, checked

ESCAPES = {
    "\\": r"\textbackslash{}",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    "<": r"\textless{}",
    ">": r"\textgreater{}",
    "|": r"\textbar{}",
    "±": r"\ensuremath{\pm}",
    "−": r"\ensuremath{-}",
    "–": "--",
    **{sign: f"\\{sign}" for sign in "&%$#_{}"},
}
DASH = "--"


@dataclass(frozen=True)
class _Column:
    """A model below a score."""

    score: str
    key: str
    title: str
    ours: bool


def as_latex(table: Table | Mapping[str, Any]) -> str:
    r"""A `table*` in booktabs: percent, ours with the spread over seeds, a dash where unknown.

    Columns are grouped by score, within each our rows and then the published ones of which there is a figure. It asks
    for \usepackage{booktabs,graphicx}.

    Raises
    ------
    ForeignExperiment
        It is not of the format astrocore-experiments-1.
    """
    whole = checked(table)
    columns = _columns(whole)
    lines = [
        "% needs \\usepackage{booktabs,graphicx}",
        r"\begin{table*}",
        r"\centering",
        f"\\caption{{{escaped(caption(whole))}}}",
        r"\label{tab:experiments}",
        r"\resizebox{\textwidth}{!}{%",
        f"\\begin{{tabular}}{{ll{'c' * len(columns)}}}",
        r"\toprule",
        *_head(columns),
        r"\midrule",
        *(_line(one, columns) for one in whole.experiments),
        r"\bottomrule",
        r"\end{tabular}}",
        r"\end{table*}",
    ]
    return "\n".join(lines) + "\n"


def escaped(text: str) -> str:
    """A text as LaTeX sets it letter by letter, on one line."""
    return "".join(ESCAPES.get(sign, sign) for sign in " ".join(text.split()))


def caption(table: Table) -> str:
    """What the table shows: scores, seeds, sizes, and whether the data is simulated."""
    n = len(table.seeds)
    seeds = f"mean ± standard deviation over {n} seeds" if n > 1 else "of one seed"
    parts = [f"Accuracy, and precision and recall averaged over the classes, on test, in percent; ours are {seeds}."]
    if table.simulated:
        parts.append(f"Simulated data: the {' and '.join(table.simulated)} of our objects are simulated.")
    parts += [sizes(one) for one in table.experiments]
    if any(found for one in table.experiments for found in one.published.values()):
        parts.append("Published figures are of other objects.")
    if not table.whole:
        parts.append(f"Not finished: {table.cells.done} of {table.cells.total} cells are done.")
    return " ".join(filter(None, parts))


def sizes(one: Experiment) -> str:
    """How many objects an experiment learns from and is tested on."""
    known = {"train": one.n_train, "test": one.n_test}
    told = [f"{n:,} {name}" for name, n in known.items() if n is not None]
    groups = f" in {one.n_groups:,} groups" if one.n_groups is not None and one.n_test is not None else ""
    return f"{one.experiment}, {one.labels}: n = {', '.join(told)}{groups}." if told else ""


def _columns(table: Table) -> list[_Column]:
    """Score by score our rows, then the published ones that have this score anywhere."""

    def known(score: str, key: str) -> bool:
        found = [one.published[key] for one in table.experiments if key in one.published]
        return any(math.isfinite(getattr(figures, score)) for figures in found)

    columns = []
    for score in SCORES:
        columns += [_Column(score, key, title, True) for key, title in table.rows.items()]
        columns += [_Column(score, key, title, False) for key, title in table.published.items() if known(score, key)]
    return columns


def _head(columns: list[_Column]) -> list[str]:
    """Scores over their columns, and turned titles, those of published figures in italics."""
    counts = {score: sum(column.score == score for column in columns) for score in SCORES}
    groups = [f"\\multicolumn{{{n}}}{{c}}{{{score.capitalize()} (\\%)}}" for score, n in counts.items() if n]
    rules, at = [], 3
    for n in filter(None, counts.values()):
        rules.append(f"\\cmidrule(lr){{{at}-{at + n - 1}}}")
        at += n
    titles = [f"\\rotatebox{{90}}{{{_title(column)}}}" for column in columns]
    return [
        f" & & {' & '.join(groups)} \\\\" if groups else "",
        " ".join(rules),
        f"{' & '.join(['Experiment', 'Task', *titles])} \\\\",
    ]


def _title(column: _Column) -> str:
    return escaped(column.title) if column.ours else f"\\textit{{published: {escaped(column.title)}}}"


def _line(one: Experiment, columns: list[_Column]) -> str:
    name = f"{escaped(one.experiment)} ({escaped(one.sets)})"
    return " & ".join([name, escaped(one.task), *(_cell(one, column) for column in columns)]) + r" \\"


def _cell(one: Experiment, column: _Column) -> str:
    """Percent with its spread where it has one."""
    if not column.ours:
        return _number(getattr(one.published.get(column.key), column.score, math.nan))
    if column.key not in one.rows:
        return DASH
    found = getattr(one.rows[column.key], column.score)
    return _number(found.mean, found.sd)


def _number(value: float, spread: float = math.nan) -> str:
    if not math.isfinite(value):
        return DASH
    return f"${100 * value:.1f}$" if not math.isfinite(spread) else f"${100 * value:.1f} \\pm {100 * spread:.1f}$"
