"""A run: a folder below checkpoints/<task>/ and everything that the analysis needs of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import numpy as np
from pydantic import ValidationError

from astrocore.config import explain, runs_root
from astrocore.errors import ForeignWeights, RunMissing, RunNotWritable
from astrocore.runs.events import append_event, read_events
from astrocore.runs.files import checked_name, writable, write_text
from astrocore.runs.info import RunInfo, Status, now
from astrocore.runs.lock import held, is_held, waiting
from astrocore.runs.predictions import Predictions
from astrocore.runs.predictions_file import read_predictions, write_predictions
from astrocore.runs.weights import load_state, save_state

LiveStatus = Literal[Status, "crashed"]
OWN_LOG = "output.log"


@dataclass(frozen=True)
class Run:
    """A run's folder; nothing is cached, so what another process writes is seen at once."""

    path: Path

    @property
    def name(self) -> str:
        """The folder's name."""
        return self.path.name

    @property
    def full_name(self) -> str:
        """<task>/<run>, as `load_run` takes it."""
        return f"{self.path.resolve().parent.name}/{self.path.resolve().name}"

    @property
    def weights_file(self) -> Path:
        """Where the weights lie, if the run has any."""
        return self.path / "model.safetensors"

    @property
    def predictions_file(self) -> Path:
        """Where the predictions lie, once made."""
        return self.path / "predictions.parquet"

    @property
    def checkpoint_file(self) -> Path:
        """Where training keeps what resume needs."""
        return self.path / "checkpoint.safetensors"

    def read_info(self) -> RunInfo:
        """run.json as it is now; raises RunMissing when it is absent or can't be read."""
        file = self.path / "run.json"
        try:
            return RunInfo.model_validate_json(file.read_bytes())
        except FileNotFoundError:
            raise RunMissing(f"{self.path} is not a run: it has no run.json.") from None
        except OSError as error:
            raise RunMissing(f"{file} can't be read ({error.strerror}).") from None
        except ValidationError as error:
            raise RunMissing(f"{file} is not the run.json of a run. {explain(error)}") from None

    def write_info(self, info: RunInfo) -> None:
        """Replace run.json; raises RunNotWritable."""
        write_text(self.path / "run.json", info.model_dump_json(indent=1) + "\n")

    def update(self, **changes: Any) -> RunInfo:
        """Change some fields of run.json, after whoever changes it now; returns the new info."""
        with waiting(self.path / ".info.lock"):
            info = RunInfo.model_validate({**self.read_info().model_dump(), **changes})
            self.write_info(info)
        return info

    def count_test_opening(self) -> int:
        """Note that somebody looked at the results on the test split; returns how often by now."""
        append_event(self.path / "looks.jsonl", {"time": now(), "split": "test"})
        return self.test_opened()

    def test_opened(self) -> int:
        """How often somebody looked at the results on the test split."""
        return len(read_events(self.path / "looks.jsonl"))

    @contextmanager
    def hold(self) -> Iterator[None]:
        """Say that this process works on the run, until the block or the process ends; makes the folder.

        Raises
        ------
        RunNotWritable
            Another process works on it, or the folder can't be written.
        """
        with held(self.path / ".lock"):
            yield

    def alive(self) -> bool:
        """Whether a process works on the run."""
        return is_held(self.path / ".lock")

    def status(self) -> LiveStatus:
        """The status in run.json; "crashed" where that says queued or running and no process holds the run."""
        status = self.read_info().status
        if status in ("queued", "running") and not self.alive():
            now = self.read_info().status  # it may have ended well between the two looks
            return "crashed" if now in ("queued", "running") and not self.alive() else now
        return status

    def log(self, event: Mapping[str, Any]) -> None:
        """Add one line to events.jsonl, at once; raises RunNotWritable."""
        append_event(self.path / "events.jsonl", event)

    def events(self) -> list[dict[str, Any]]:
        """All events so far, in order."""
        return read_events(self.path / "events.jsonl")

    def save_predictions(self, predictions: Predictions) -> None:
        """Replace predictions.parquet; raises RunNotWritable."""
        write_predictions(predictions, self.predictions_file)

    def predictions(self) -> Predictions:
        """The run's predictions; raises RunMissing when there are none yet."""
        return read_predictions(self.predictions_file)

    def save_weights(self, arrays: Mapping[str, np.ndarray], metadata: Mapping[str, Any]) -> None:
        """Replace model.safetensors; `metadata` says task, config, classes, units. Raises RunNotWritable."""
        save_state(self.weights_file, arrays, metadata)

    def weights(self) -> tuple[dict[str, np.ndarray], dict[str, Any]]:
        """Weights and metadata.

        Raises
        ------
        RunMissing
            The run has no weights: it is not trained yet, or was imported.
        ForeignWeights
            The file is truncated, damaged or not astrocore's.
        """
        if not self.weights_file.is_file():
            raise RunMissing(f"The run {self.path} has no weights: it is not trained yet, or was imported as a table.")
        arrays, metadata = load_state(self.weights_file)
        if missing := [key for key in ("task", "config", "classes") if key not in metadata]:
            raise ForeignWeights(f"{self.weights_file} does not say its {' and '.join(missing)}; it is no model.")
        return arrays, metadata


def run_folder(task: str, name: str) -> Path:
    """Folder of the run of that name, below the root of all runs; raises ConfigError for a name that can't be one."""
    return runs_root() / checked_name(task) / checked_name(name)


def create_run(path: Path, info: RunInfo) -> Run:
    """Make a run's folder with its run.json.

    Hold the run first (`with Run(path).hold(): create_run(path, info)`), then nobody sees it as crashed meanwhile.
    Hidden files and output.log do not count as content.

    Raises
    ------
    RunNotWritable
        The folder has content already, is a file, or can't be written.
    """
    run = Run(Path(path))
    with writable(run.path):
        run.path.mkdir(parents=True, exist_ok=True)
        content = [item.name for item in run.path.iterdir() if not item.name.startswith(".") and item.name != OWN_LOG]
    if content:
        raise RunNotWritable(
            f"{run.path} already holds {'a run' if 'run.json' in content else 'other files'}; "
            "choose another name, or go on with it by --resume."
        )
    run.write_info(info)
    return run


def load_run(path_or_name: Path | str) -> Run:
    """An existing run: by folder, by "task/name", or by a name that only one task has.

    Raises
    ------
    RunMissing
        No run lies there; the message names those that do.
    """
    path = Path(path_or_name)
    if (path / "run.json").is_file():
        return Run(path)
    known = {run.full_name: run for run in find_runs(runs_root())}
    matches = [run for name, run in known.items() if str(path_or_name) in (name, run.name)]
    if len(matches) == 1:
        return matches[0]
    if matches:
        raise RunMissing(f"Several tasks have a run {path}; say <task>/{path}.")
    others = f"There are: {', '.join(sorted(known))}." if known else "Make one with `python -m astrocore train`."
    raise RunMissing(f"There is no run {path}. {others}")


def find_runs(root: Path, task: str | None = None) -> list[Run]:
    """All runs below `root`/<task>/, newest first; folders without a readable run.json are left out."""
    found = [Run(file.parent) for file in root.glob(f"{task or '*'}/*/run.json")]
    dated = [(created, run) for run in found if (created := _created(run)) is not None]
    return [run for _, run in sorted(dated, key=lambda item: (item[0], item[1].path), reverse=True)]


def _created(run: Run) -> str | None:
    try:
        return run.read_info().created
    except RunMissing:
        return None
