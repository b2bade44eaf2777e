"""A small home to look at: a simulated data set, runs with random but structured predictions, in several states."""

from __future__ import annotations

import sys
from functools import cache
from pathlib import Path

import numpy as np
from scipy.special import softmax

from astrocore.data.dataset import Dataset, Draft, open_dataset, write_dataset
from astrocore.data.splits import split_by_group
from astrocore.runs import DataRef, Predictions, Run, RunInfo, create_run
from astrocore.runs.info import Status
from astrocore.tasks import get_task

TASK = "exoplanets"


@cache
def draft(n: int) -> Draft:
    """`n` simulated objects with their splits; a few have no label."""
    made = get_task(TASK).simulate.simulate(n, 0)
    made.table["split"] = split_by_group(made.table, (0.5, 0.25, 0.25)).to_numpy()
    made.table.loc[made.table.index[::29], "label"] = None
    return made


def fake_predictions(data: Dataset, seed: int = 0, skill: float = 1.5) -> Predictions:
    """Probabilities that know the label to some degree, embeddings that follow it; the star is missing now and then."""
    rng = np.random.default_rng(seed)
    table = data.table.drop(columns=[name for name in ("time_start", "cadence") if name in data.table])
    label = table["label"].fillna(0).to_numpy(int)
    truth = np.eye(len(data.classes))[label]
    p = softmax(skill * truth + rng.normal(0, 0.8, truth.shape), axis=1).astype(np.float32)
    embeddings = {}
    for name, width in (("fused", 12), ("light_curve", 16), ("planet", 8), ("star", 8)):
        centres = rng.normal(0, 1.2, (len(data.classes), width))
        embeddings[name] = (truth @ centres + rng.normal(0, 1, (len(table), width))).astype(np.float32)
    embeddings["star"][::17] = np.nan
    units = {name: unit for name, unit in data.units.items() if name in table}
    return Predictions(data.classes, table.reset_index(drop=True), p, embeddings, units)


def info_of(data: Dataset, status: Status = "done", preset: str = "small") -> RunInfo:
    """A run.json that could have been written by training."""
    config = get_task(TASK).config
    return RunInfo(
        task=TASK,
        classes=data.classes,
        status=status,
        preset=preset,
        config=config.Config().model_dump(mode="json"),
        data=DataRef.of(data).model_copy(update={"path": f"sample_data/{TASK}"}),
        modalities=config.MODALITIES,
        units=data.units,
        command=("python", "-m", "astrocore", "train", "sample_data/exoplanets", "--run", "full"),
        metrics={"val": {"n": 40, "accuracy": 0.78, "macro_f1": 0.74}, "test": {"n": 41, "accuracy": 0.76}},
        parameters=31_234,
        trained_parameters=31_234,
    )


def log_epochs(run: Run, epochs: int, of: int) -> None:
    """Events of a pre-training and a fine-tuning of `epochs` epochs each."""
    run.log({"time": "2026-01-01T00:00:00+00:00", "event": "start"})
    for stage in ("pretrain", "finetune"):
        for epoch in range(1, epochs + 1):
            loss = 1.1 * 0.93**epoch
            scores = {"accuracy": 0.8 - 0.4 * 0.9**epoch, "macro_f1": 0.75 - 0.4 * 0.9**epoch}
            run.log(
                {
                    "time": f"2026-01-01T00:{epoch:02d}:00+00:00",
                    "event": "epoch",
                    "stage": stage,
                    "epoch": epoch,
                    "epochs": of,
                    "step": 9 * epoch,
                    "steps": 9 * of,
                    "train": {"loss": loss},
                    "val": {"loss": loss + 0.05 + 0.002 * epoch, **(scores if stage == "finetune" else {})},
                    "lr": 1e-3,
                    "rate": 412.0,
                    "memory_mb": 380.0,
                    "eta_s": 3.0 * (of - epoch),
                }
            )


def make_home(home: Path, n: int = 160) -> Path:
    """A home with a data set, a trained run "full", a stopped, a crashed and an imported one."""
    data = write_dataset(draft(n), home / "sample_data" / TASK)
    runs = home / "checkpoints" / TASK
    full = create_run(runs / "full", info_of(data))
    full.save_predictions(fake_predictions(data))
    log_epochs(full, 20, 20)
    stopped = create_run(runs / "stopped", info_of(data, "stopped", "original"))
    log_epochs(stopped, 4, 50)
    crashed = create_run(runs / "crashed", info_of(data, "running").model_copy(update={"pid": 2**22, "metrics": {}}))
    (crashed.path / "output.log").write_text("finetune:  12%\nKilled by the kernel: out of memory\n")
    log_epochs(crashed, 2, 20)
    imported = create_run(runs / "imported", info_of(data, "imported", "").model_copy(update={"preset": ""}))
    table = fake_predictions(data, 1, 1.0)
    imported.save_predictions(Predictions(table.classes, table.table, table.p, {}, table.units))
    full.update(created="2099-01-01T00:00:00.000+00:00")  # newest, so that pages begin with it
    return home


if __name__ == "__main__":
    print(make_home(Path(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 600))


__all__ = ["TASK", "draft", "fake_predictions", "info_of", "log_epochs", "make_home", "open_dataset"]
