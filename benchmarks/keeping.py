"""What a job of a benchmark gave, kept on disk, so that a benchmark that was stopped goes on."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

Job = Callable[..., dict[str, np.ndarray]]


def kept(keep: Path | None, job: Job, *args: object) -> dict[str, np.ndarray]:
    """What the job gives, from the folder where it was done before."""
    if keep is None:
        return job(*args)
    path = keep / f"{'-'.join(map(str, (job.__name__, *args))).replace(' ', '_')}.npz"
    if not path.exists():
        keep.mkdir(parents=True, exist_ok=True)
        done: dict[str, Any] = {title: p.astype(np.float32) for title, p in job(*args).items()}
        with path.with_suffix(".part").open("wb") as file:
            np.savez(file, **done)
        path.with_suffix(".part").replace(path)
    with np.load(path) as found:
        return {title: p.astype(np.float64) for title, p in found.items()}
