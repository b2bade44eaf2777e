"""The cells of an experiment: which run each one is, how it is trained, and what stands in the table."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from astrocore.runs import Run, RunInfo, run_folder

PRETRAIN = "pretrain"
REGIMES: dict[str, str] = {
    "scratch": "from scratch",
    "finetuned": "pre-trained, then fine-tuned",
    "frozen": "pre-trained, backbone frozen",
    "boosting": "statistics of the curves and features, gradient boosting",
}
"""Regime -> what it is; the order of the table."""
PRETRAINED = ("finetuned", "frozen")
"""Regimes that begin with pre-trained weights."""
SCORES = ("accuracy", "macro_f1")
"""Scores on the test split."""


@dataclass(frozen=True)
class Cell:
    """One run of an experiment."""

    task: str
    name: str
    regime: str
    seed: int

    @property
    def run_name(self) -> str:
        """<experiment>-<regime>-<seed>."""
        return f"{self.name}-{self.regime}-{self.seed}"

    @property
    def run(self) -> Run:
        """The run's folder."""
        return Run(run_folder(self.task, self.run_name))

    @property
    def pretrain(self) -> Cell:
        """The cell whose weights this one begins with."""
        return Cell(self.task, self.name, PRETRAIN, self.seed)

    def info(self) -> RunInfo | None:
        """run.json, where there is one."""
        return self.run.read_info() if (self.run.path / "run.json").is_file() else None

    def done(self) -> bool:
        """Whether the run is finished."""
        info = self.info()
        return info is not None and info.status == "done"

    def changes(self) -> dict[str, Any]:
        """Settings that make the regime what it is."""
        match self.regime:
            case "pretrain":
                return {"seed": self.seed, "epochs": 0, "companion": False}
            case "boosting":
                return {"seed": self.seed}
            case _:
                return {"seed": self.seed, "pretrain_epochs": 0}


def cells(task: str, name: str, seeds: Iterable[int], regimes: Sequence[str], pretrain: bool) -> list[Cell]:
    """All cells, seed by seed, each after what it begins with; `pretrain` says whether that is part of it."""
    wanted = ([PRETRAIN] if pretrain and set(regimes) & set(PRETRAINED) else []) + list(regimes)
    return [Cell(task, name, regime, seed) for seed in seeds for regime in wanted]


def entry(cell: Cell) -> dict[str, Any] | None:
    """What the table takes from a finished run; None while it is not finished.

    `seconds` is the time of training with that of the pre-training that it began with, without data and predictions.
    """
    info = cell.info()
    if info is None or info.status != "done":
        return None
    before = cell.pretrain.info() if cell.regime in PRETRAINED else None
    test = info.metrics.get("test", {})
    return {
        "regime": cell.regime,
        "seed": cell.seed,
        "run": cell.run.full_name,
        **{name: float(test.get(name, np.nan)) for name in SCORES},
        "seconds": sum(stage.seconds for found in (before, info) if found for stage in found.stages),
        "trained_parameters": info.trained_parameters,
    }


def table(entries: Sequence[Mapping[str, Any]]) -> dict[str, dict[str, Any]]:
    """Regime -> what it is, seeds, mean and standard deviation over them (n - 1) of scores and seconds."""
    found = {}
    for regime, title in REGIMES.items():
        own = [item for item in entries if item["regime"] == regime]
        if own:
            spread = {name: mean_sd([item[name] for item in own]) for name in (*SCORES, "seconds")}
            found[regime] = {
                "title": title,
                "seeds": len(own),
                **spread,
                "trained_parameters": own[0]["trained_parameters"],
            }
    return found


def mean_sd(values: Sequence[float]) -> dict[str, float]:
    """Mean and standard deviation; that of a single value is not known."""
    return {"mean": float(np.mean(values)), "sd": float(np.std(values, ddof=1)) if len(values) > 1 else float("nan")}
