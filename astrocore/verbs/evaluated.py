"""What evaluate judges: labelled predictions, and where they come from."""

from __future__ import annotations

from dataclasses import dataclass

from astrocore.runs import DataRef, Predictions, Run, RunInfo

Interval = dict[str, float]
"""value, low, high."""


@dataclass(frozen=True)
class Evaluated:
    """Labelled predictions of one split, and where they come from."""

    run: Run
    info: RunInfo
    data: DataRef
    split: str
    predictions: Predictions
    notes: tuple[str, ...] = ()
    """What else a person should know of them."""

    @property
    def own(self) -> bool:
        """Whether these are objects of the data set that the run was trained on."""
        return self.data.fingerprint == self.info.data.fingerprint

    @property
    def title(self) -> str:
        """What stands above a chart: run, data, split, and whether the data is simulated."""
        where = self.split if self.own else f"{self.data.folder.name}, {self.split}"
        return f"{self.run.full_name}, {where}{', simulated data' if self.data.simulated else ''}"


def with_interval(value: float, ends: tuple[float, float]) -> Interval:
    """A number with the ends of its interval, as JSON has it."""
    return {"value": float(value), "low": ends[0], "high": ends[1]}
