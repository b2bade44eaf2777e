"""Everything that is settled before the first cell of a task's experiments: sets, classes, settings, cells."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from astrocore.config import runs_root, validated
from astrocore.data.dataset import Dataset
from astrocore.errors import ConfigError
from astrocore.runs.files import checked_name, write_json
from astrocore.tasks import get_task
from astrocore.tasks.trials import Trials
from astrocore.verbs.trials.args import Args
from astrocore.verbs.trials.cells import ALL, PRETRAIN, Bench, Cell
from astrocore.verbs.trials.sets import choices, opened, with_choices

SETTLED = "settled.json"
"""What can't change once the folder is begun."""


@dataclass(frozen=True)
class Programme:
    """What is asked for, and what it comes to."""

    args: Args
    bench: Bench
    sets: Mapping[str, Dataset]
    labels: tuple[str, ...]
    """Choices of classes that the sets have."""
    left_out: Mapping[str, str]
    """Choice of classes -> why it is left out."""

    @property
    def seeds(self) -> range:
        """Seeds of the runs of a cell."""
        first = int(self.bench.explicit.get("seed", 0))
        return range(first, first + self.args.seeds)

    @property
    def shares(self) -> list[float]:
        """Shares of the labels, beside all of them."""
        return sorted({share for share in self.args.shares if share < 1})

    @property
    def waves(self) -> tuple[list[Cell], list[Cell]]:
        """All cells, seed by seed: pre-training, and what may begin with it."""
        trials = self.bench.trials
        first, then = list[Cell](), list[Cell]()
        for seed in self.seeds:
            for name in self.bench.tests:
                first.append(Cell(name, ALL, PRETRAIN, seed))
                for choice in self.labels:
                    few = self.shares if choice in trials.few else []
                    then += [Cell(name, choice, row, seed) for row in trials.rows]
                    then += [
                        Cell(name, choice, row, seed, s) for s in few for row in trials.rows if trials.rows[row].few
                    ]
        return first, then

    @property
    def cells(self) -> list[Cell]:
        """All cells."""
        return [cell for wave in self.waves for cell in wave]


def planned(args: Args, explicit: Mapping[str, Any]) -> Programme:
    """Open the sets, settle classes and settings, and hold them against what the folder was begun with.

    Raises
    ------
    ConfigError
        The task has no experiments, settings do not fit, or the folder holds experiments with others.
    WrongTask, BadValue, FileUnreadable
        A set does not fit, or is not there.
    """
    trials = get_task(args.task).trials
    if trials is None:
        raise ConfigError(f"The task {args.task} has no set experiments; name a data set instead to compare regimes.")
    if bad := [share for share in args.shares if not 0 < share <= 1]:
        raise ConfigError(f"--shares {', '.join(map(str, bad))} must lie above 0 and not above 1.")
    if explicit.get("pretrain_epochs") == 0:
        raise ConfigError("Some rows begin with pre-training; set pretrain_epochs above 0, or leave it to the task.")
    folders = {name: explicit[name] for name in trials.sets.model_fields if name in explicit}
    asked = {name: value for name, value in explicit.items() if name not in folders}
    place = runs_root() / args.task / f"{checked_name(args.name)}.experiment"
    sets = opened(args.task, dict(validated(trials.sets, folders)), place / "sets")
    labels, left_out = choices(trials, sets, args.labels)
    return Programme(args, _bench(args, trials, place, sets, labels, asked), sets, tuple(labels), left_out)


def _bench(
    args: Args,
    trials: Trials,
    place: Path,
    sets: Mapping[str, Dataset],
    labels: list[str],
    explicit: Mapping[str, Any],
) -> Bench:
    """Where everything is, and how it is trained."""
    preset = args.preset or next(iter(get_task(args.task).config.PRESETS))
    tests: dict[str, tuple[str, ...]] = {}
    for experiment in trials.experiments:
        tests[experiment.train] = (*tests.get(experiment.train, ()), experiment.test)
    settings = Bench(args.task, place, {}, tests, preset, explicit).common().model_dump(mode="json", exclude={"seed"})
    prints = {name: dataset.fingerprint for name, dataset in sets.items()}
    _settle(place / SETTLED, {"preset": preset, "settings": settings, "sets": prints})
    return Bench(args.task, place, with_choices(trials, sets, labels, place), tests, preset, explicit)


def _settle(file: Path, settled: Mapping[str, Any]) -> None:
    """Keep what can't change, or hold it against what is kept; raises ConfigError."""
    if not file.is_file():
        write_json(file, settled)
        return
    kept = json.loads(file.read_text())
    if differ := [name for name in settled if kept.get(name) != settled[name]]:
        raise ConfigError(
            f"{file.parent} holds experiments with other {', '.join(differ)}; give these another --name, or ask for "
            "what those began with."
        )
