"""The tables of an experiment, as text: scores of ours beside published ones, and scores of each class."""

from __future__ import annotations

import math
from collections.abc import Iterator

import pandas as pd

from astrocore.runs.experiment_table import ClassScores, Experiment, Mean, Row, Table
from astrocore.ui.numbers import MISSING, NBSP


def main_table(table: Table, score: str) -> pd.DataFrame:
    """A line for each experiment and task: our rows in percent, the best in bold, then the published figures."""
    lines = [_line(table, one, score, published_columns(table, score)) for one in table.experiments]
    return pd.DataFrame(lines)


def published_columns(table: Table, score: str) -> dict[str, str]:
    """Key -> title of the published rows of which this score is known anywhere."""

    def known(key: str) -> bool:
        found = [one.published[key] for one in table.experiments if key in one.published]
        return any(math.isfinite(getattr(figures, score)) for figures in found)

    return {key: title for key, title in table.published.items() if known(key)}


def class_table(table: Table, one: Experiment) -> pd.DataFrame:
    """Precision / recall of each class in percent, a row a model."""
    lines = {
        title: {name: _pair(row.per_class.get(name)) for name in one.classes} for title, row in finished(table, one)
    }
    return pd.DataFrame(lines).T.rename_axis("model")


def finished(table: Table, one: Experiment) -> Iterator[tuple[str, Row]]:
    """Title and numbers of the rows of which a cell is done, in the table's order."""
    return ((title, one.rows[key]) for key, title in table.rows.items() if key in one.rows)


def overlaps(table: Table) -> list[str]:
    """A sentence for each experiment whose training and test set have something in common, its tasks together."""
    tasks: dict[tuple[str, str], list[str]] = {}
    for one in table.experiments:
        tasks.setdefault((one.experiment, _overlap(one)), []).append(one.labels)
    return [f"{name}, {' and '.join(labels)}: {text}." for (name, text), labels in tasks.items() if text]


def chosen(row: Row) -> str:
    """Which models validation chose, with their seeds."""
    seeds: dict[str, list[str]] = {}
    for seed, model in row.chosen.items():
        seeds.setdefault(model, []).append(seed)
    return "; ".join(f"{model} (seed{'s' * (len(of) > 1)} {', '.join(of)})" for model, of in seeds.items())


def _line(table: Table, one: Experiment, score: str, published: dict[str, str]) -> dict[str, str]:
    means = {key: getattr(one.rows[key], score) for key in table.rows if key in one.rows}
    best = _best(means) if len(means) > 1 else set()
    ours = {title: _cell(table, one.rows.get(key), score, key in best) for key, title in table.rows.items()}
    theirs = {
        f"published: {title}": _share(getattr(one.published[key], score)) if key in one.published else MISSING
        for key, title in published.items()
    }
    return {"experiment and task": _name(one), **ours, **theirs}


def _name(one: Experiment) -> str:
    """Experiment and task, its sets, and objects and groups of its test."""
    n = f", n{NBSP}={NBSP}{one.n_test:,}" if one.n_test is not None else ""
    n += f" in {one.n_groups:,} groups" if n and one.n_groups is not None else ""
    return f"{one.experiment.replace(' ', NBSP)}, {one.labels} :small[:gray[{one.sets}{n}]]"


def _best(means: dict[str, Mean]) -> set[str]:
    """The rows that show the highest number."""
    shown = {key: round(1000 * found.mean) for key, found in means.items() if math.isfinite(found.mean)}
    return {key for key, value in shown.items() if value == max(shown.values())}


def _cell(table: Table, row: Row | None, score: str, best: bool) -> str:
    """Percent with the spread over seeds; the number of seeds where some are missing."""
    if row is None:
        return MISSING
    found = getattr(row, score)
    value = f"**{_share(found.mean)}**" if best else _share(found.mean)
    around = f"{NBSP}±{NBSP}{100 * found.sd:.1f}" if math.isfinite(found.sd) else ""
    missing = row.seeds < len(table.seeds)
    return f"{value}{around}" + (f" :small[:gray[{row.seeds}{NBSP}of{NBSP}{len(table.seeds)} seeds]]" * missing)


def _pair(found: ClassScores | None) -> str:
    """Precision and recall on one line; a dash where there is neither."""
    return MISSING if found is None else f"{_share(found.precision)}{NBSP}/{NBSP}{_share(found.recall)}"


def _share(value: float) -> str:
    """A share in percent, without the sign."""
    return f"{100 * value:.1f}" if math.isfinite(value) else MISSING


def _overlap(one: Experiment) -> str:
    """What training and test set have in common, in words; nothing where there is nothing."""
    found, parts = one.common, []
    if found and found.objects:
        fate = "were taken out" if found.removed else "were kept"
        parts.append(f"{found.objects:,} objects of the test set are in the training set too and {fate}")
    if found and found.groups:
        parts.append(f"{found.groups:,} groups (sky fields) are in both")
    return "; ".join(parts)
