"""Tables of experiments: finding and reading experiments.json, and handing it out as flat rows and as LaTeX."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from astrocore.config import runs_root
from astrocore.errors import ForeignExperiment
from astrocore.runs.experiment_latex import as_latex
from astrocore.runs.experiment_table import FORMAT, MEND, NAN, SCORES, Experiment, Table, checked
from astrocore.runs.files import replacing, write_json

__all__ = ["FILE", "FORMAT", "as_csv", "as_latex", "find_experiments", "load_experiments", "save_experiments"]

FILE = "experiments.json"
"""Name of the table in <runs>/<task>/<name>.experiment."""


def find_experiments(task: str, root: Path | None = None) -> list[Path]:
    """All experiments.json of a task, the one that was written last first; `root` is the folder of all runs."""
    found = [
        (written, file)
        for file in ((root or runs_root()) / task).glob(f"*.experiment/{FILE}")
        if (written := _written(file))
    ]
    return [file for _, file in sorted(found, reverse=True)]


def load_experiments(file: Path) -> Table:
    """The table of an experiments.json.

    Raises
    ------
    ForeignExperiment
        The file can't be read, is no JSON, is of another format, or is damaged.
    """
    try:
        content = json.loads(file.read_text(encoding="utf-8"))
    except OSError as error:
        raise ForeignExperiment(f"{file} can't be read ({error.strerror}).") from None
    except (ValueError, RecursionError):
        raise ForeignExperiment(f"{file} is no whole JSON file; {MEND}") from None
    return checked(content, str(file))


def save_experiments(folder: Path, table: Mapping[str, Any]) -> list[Path]:
    """Write a table as experiments.json, .csv and .tex into its folder; returns the files."""
    files = [folder / f"{Path(FILE).stem}.{kind}" for kind in ("json", "csv", "tex")]
    write_json(files[0], table)
    with replacing(files[1]) as part:
        as_csv(table).to_csv(part, index=False)
    with replacing(files[2]) as part:
        part.write_text(as_latex(table), encoding="utf-8")
    return files


def as_csv(table: Table | Mapping[str, Any]) -> pd.DataFrame:
    """One line for each experiment, set of labels and row, ours and published; shares, empty where unknown.

    Raises
    ------
    ForeignExperiment
        It is not of the format astrocore-experiments-1.
    """
    whole = checked(table)
    lines = [line for one in whole.experiments for line in (*_ours(whole, one), *_published(whole, one))]
    return pd.DataFrame(lines, columns=COLUMNS)


COLUMNS = [
    *("experiment", "train", "test", "labels", "source", "row", "title", "simulated", "seeds"),
    *(f"{score}_{of}" for score in SCORES for of in ("mean", "sd")),
    *("n_train", "n_test", "n_groups", "minus_value", "minus_low", "minus_high"),
]
"""Of the flat table."""


def _ours(table: Table, one: Experiment) -> Iterator[dict[str, Any]]:
    for key, title in table.rows.items():
        if row := one.rows.get(key):
            means = {score: getattr(row, score) for score in SCORES}
            yield {
                **_named(one, "ours", key, title),
                "simulated": " ".join(table.simulated),
                "seeds": row.seeds,
                **{f"{score}_{of}": getattr(mean, of) for score, mean in means.items() for of in ("mean", "sd")},
                **{name: getattr(one, name) for name in ("n_train", "n_test", "n_groups")},
                **{f"minus_{end}": getattr(row.minus, end, NAN) for end in ("value", "low", "high")},
            }


def _published(table: Table, one: Experiment) -> Iterator[dict[str, Any]]:
    """Published figures: of other objects, so without our seeds and numbers of objects."""
    for key, title in table.published.items():
        if found := one.published.get(key):
            yield {
                **_named(one, "published", key, title),
                **{f"{score}_mean": getattr(found, score) for score in SCORES},
            }


def _named(one: Experiment, source: str, key: str, title: str) -> dict[str, str]:
    where = {name: getattr(one, name) for name in ("experiment", "train", "test", "labels")}
    return {**where, "source": source, "row": key, "title": title}


def _written(file: Path) -> int:
    """When a file was written, in nanoseconds; 0 where it is gone."""
    try:
        return file.stat().st_mtime_ns
    except OSError:
        return 0
