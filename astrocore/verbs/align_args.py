"""What align is asked: its options, which its parts share."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from pydantic import Field

from astrocore.config import Settings


class Args(Settings):
    """Measure the alignment of a run's modalities: retrieval, gap, probes, zero-shot, ablation, few labels."""

    run: str
    """Run: a folder, or task/name."""
    split: Literal["val", "test"] = "test"
    """Objects to judge on; probes are fitted on train, their strength is chosen on val."""
    data: Path | None = None
    """Folder of a data set with the run's objects, for the ablation; left out: where the run was trained."""
    objects: int = Field(default=20_000, ge=2)
    """Most objects for retrieval and uniformity, whose time grows with the square."""
    train_objects: int = Field(default=5_000, ge=10)
    """Most training objects of a probe, and most objects of the ablation."""
    draws: int = Field(default=5, ge=1, le=100)
    """Draws of each point of the label-efficiency curve."""
    seed: int = Field(default=0, ge=0, lt=2**31)
    """Seed of all draws."""
