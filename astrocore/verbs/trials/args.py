"""What experiment is asked for the set experiments of a task."""

from __future__ import annotations

from pydantic import Field

from astrocore.config import Settings


class Args(Settings):
    """Train and test every row of a task's experiments over several seeds; given again, it goes on from there."""

    task: str
    """The task whose experiments are to be made, such as sources."""
    name: str = "experiments"
    """Name of the folder checkpoints/<task>/<name>.experiment, for the runs, the outputs and the table."""
    seeds: int = Field(5, ge=1, le=1000)
    """Runs of each cell, with as many seeds, counted from --seed."""
    preset: str = ""
    """Settings to begin with; left empty: the task's first."""
    labels: tuple[str, ...] = ()
    """Choices of classes, such as SG,SGQ; left empty: all."""
    shares: tuple[float, ...] = (0.01, 0.05, 0.1)
    """Shares of the training labels for the label-efficiency curve; give 1 for none."""
    keep_common: bool = False
    """Test also on objects that are in training; else they are found by id, told and left out."""
    jobs: int = Field(1, ge=1, le=64)
    """Processes that train at the same time; each uses one thread where there are several."""
    estimate_only: bool = False
    """Say what it would cost, and stop."""
