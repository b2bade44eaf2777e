"""All training options together on both tasks: a run that was stopped and resumed ends at the very same weights."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from astrocore.config import runs_root
from astrocore.runs import Run
from astrocore.verbs import simulate, train
from astrocore.verbs.job import Job
from astrocore.verbs.plan import make_plan
from astrocore.verbs.train import Args, run
from tests.synthetic import exoplanets_dataset

OPTIONS: dict[str, Any] = {
    **{"mixup": 0.2, "balance_cap": 3.0, "loss": "focal", "focal_alpha": 0.0, "focal_gamma": 1.5},
    **{"schedule": "plateau", "plateau_patience": 1, "warmup_epochs": 1, "lr_batch": 32, "class_weight_cap": 4.0},
}
NET: dict[str, dict[str, Any]] = {
    "exoplanets": {"d_model": 8, "heads": 2, "projection_dim": 8, "contrastive_weight": 0.0},
    "sources": {"d_model": 8, "heads": 2, "layers": 1, "photometry_widths": (8,), "patch": 16, "numeric_bins": 0},
}


@pytest.fixture(autouse=True)
def at_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ASTROCORE_HOME", str(tmp_path))


@pytest.mark.parametrize("task", NET)
def test_a_run_with_every_option_ends_at_the_same_weights_after_a_break(
    task: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = tmp_path / "data"
    if task == "exoplanets":
        exoplanets_dataset(data, n=60)
    else:
        simulate.run(simulate.Args(task=task, out=data, n=60, seed=1))
    settings = {**OPTIONS, **NET[task], "epochs": 3, "batch_size": 16, "companion": False, "accelerator": "cpu"}
    assert run(Args(data=data, run="whole"), settings)["status"] == "done"
    asked = iter(range(1, 100))
    with monkeypatch.context() as patched:
        patched.setattr(Job, "stopping", lambda self: next(asked) == 7)
        assert run(Args(data=data, run="broken"), settings)["status"] == "stopped"
    assert run(Args(data=data, run="broken", resume=True), {})["status"] == "done"
    whole, broken = (Run(runs_root() / task / name) for name in ("whole", "broken"))
    (a, _), (b, _) = whole.weights(), broken.weights()
    assert a.keys() == b.keys() and all(np.array_equal(a[name], b[name]) for name in a)
    epochs = [[e for e in one.events() if e["event"] == "epoch"] for one in (whole, broken)]
    assert [(e["train"], e["val"], e["lr"]) for e in epochs[0]] == [(e["train"], e["val"], e["lr"]) for e in epochs[1]]
    np.testing.assert_array_equal(a["class_weight"], np.ones_like(a["class_weight"]))  # the sampling balances


def test_inputs_to_scale_by_are_those_of_all_rows_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    simulate.run(simulate.Args(task="sources", out=tmp_path / "data", n=60, seed=1))
    plan = make_plan(Args(data=tmp_path / "data", run="r"), NET["sources"])
    monkeypatch.setattr(train, "FEW_ROWS", 7)
    rows, whole = plan.indices("finetune"), plan.fetch(plan.indices("finetune"))
    for names in (None, ("label", "images")):
        found = train._to_scale(plan, rows, names)
        assert set(found) == {name for name in whole if names is None or name in names}
        assert all(np.array_equal(x.numpy(), whole[name], equal_nan=True) for name, x in found.items())
