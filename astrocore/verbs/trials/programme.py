"""Everything that is settled before the first cell of a task's experiments: sets, classes, settings, cells."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from astrocore.config import runs_root, validated
from astrocore.data.dataset import Dataset
from astrocore.errors import ConfigError
from astrocore.runs.files import checked_name, read_json, write_json
from astrocore.tasks import get_task
from astrocore.tasks.trials import Trials
from astrocore.verbs.trials.args import Args
from astrocore.verbs.trials.cells import ALL, PRETRAIN, Bench, Cell
from astrocore.verbs.trials.sets import choices, opened, with_choices

SETTLED, ASKED = "settled.json", "asked.json"
"""What can't change once the folder is begun; and the seeds, classes and shares that were asked for so far."""


@dataclass(frozen=True)
class Programme:
    """What is asked for, and what it comes to."""

    args: Args
    bench: Bench
    sets: Mapping[str, Dataset]
    seeds: tuple[int, ...]
    """Seeds of the runs of a cell."""
    labels: tuple[str, ...]
    """Choices of classes that the sets have."""
    shares: tuple[float, ...]
    """Shares of the labels, ascending, beside all of them."""
    left_out: Mapping[str, str]
    """Choice of classes -> why it is left out."""

    def begin(self) -> Programme:
        """Keep what was asked for, and give the programme of all that was ever asked for in this folder.

        Raises
        ------
        ConfigError
            The folder holds experiments with other settings or sets.
        """
        _settle(self.bench.folder / SETTLED, self._settled())
        file = self.bench.folder / ASKED
        before = read_json(file) or {}
        own = {"seeds": self.seeds, "labels": self.labels, "shares": self.shares}
        asked = {name: list(dict.fromkeys([*before.get(name, []), *values])) for name, values in own.items()}
        write_json(file, asked)
        order = [labels for labels in self.bench.trials.labels if labels in asked["labels"]]
        whole = with_choices(self.bench.trials, self.sets, order, self.bench.folder)
        return replace(
            self,
            bench=replace(self.bench, data=whole),
            seeds=tuple(sorted(asked["seeds"])),
            labels=tuple(order),
            shares=tuple(sorted(asked["shares"])),
        )

    def _settled(self) -> dict[str, Any]:
        return {
            "preset": self.bench.preset,
            "settings": self.bench.common().model_dump(mode="json", exclude={"seed"}),
            "sets": {name: dataset.fingerprint for name, dataset in self.sets.items()},
        }

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
    """Open the sets, and settle classes and settings; nothing is kept yet.

    Raises
    ------
    ConfigError
        The task has no experiments, or settings do not fit.
    WrongTask, BadValue, FileUnreadable
        A set does not fit, or is not there.
    """
    trials = get_task(args.task).trials
    if trials is None:
        raise ConfigError(f"The task {args.task} has no set experiments; name a data set instead to compare regimes.")
    if bad := [share for share in args.shares if not 0 < share <= 1]:
        raise ConfigError(f"--shares {', '.join(map(str, bad))} must lie above 0 and not above 1.")
    if zero := [name for name in ("epochs", "pretrain_epochs") if explicit.get(name) == 0]:
        raise ConfigError(
            f"The rows are trained, and some pre-trained: set {zero[0]} above 0, or leave it to the task."
        )
    if "label_share" in explicit:
        raise ConfigError("The shares of the labels are set by --shares, not by --label-share.")
    folders = {name: explicit[name] for name in trials.sets.model_fields if name in explicit}
    asked = {name: value for name, value in explicit.items() if name not in folders}
    place = runs_root() / args.task / f"{checked_name(args.name)}.experiment"
    sets = opened(args.task, dict(validated(trials.sets, folders)), place / "sets")
    labels, left_out = choices(trials, sets, args.labels)
    first = int(asked.get("seed", 0))
    return Programme(
        args,
        _bench(args, trials, place, sets, asked),
        sets,
        tuple(range(first, first + args.seeds)),
        tuple(labels),
        tuple(sorted({share for share in args.shares if share < 1})),
        left_out,
    )


def _bench(args: Args, trials: Trials, place: Path, sets: Mapping[str, Dataset], explicit: Mapping[str, Any]) -> Bench:
    """Where everything is, and how it is trained; sets as they are, no class left out yet."""
    preset = args.preset or next(iter(get_task(args.task).config.PRESETS))
    tests: dict[str, tuple[str, ...]] = {}
    for experiment in trials.experiments:
        tests[experiment.train] = (*tests.get(experiment.train, ()), experiment.test)
    data = {(name, choice): dataset.path for name, dataset in sets.items() for choice in (ALL, *trials.labels)}
    return Bench(args.task, place, data, tests, preset, explicit)


def _settle(file: Path, settled: Mapping[str, Any]) -> None:
    """Keep what can't change, or hold it against what is kept; raises ConfigError."""
    if not file.is_file():
        write_json(file, settled)
        return
    kept = read_json(file) or {}
    if differ := [name for name in settled if kept.get(name) != settled[name]]:
        before, now = kept.get("settings", {}), settled["settings"]
        names = [name for name in now if before.get(name) != now[name]] if "settings" in differ else differ
        raise ConfigError(
            f"{file.parent} holds experiments with other {' and '.join(differ)} ({', '.join(names)}); give these "
            "another --name, or ask for what those began with."
        )
