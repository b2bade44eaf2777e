"""Explain: shares of a linear net known exactly, and those of a real net that add up."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
import torch

from astrocore.config import runs_root
from astrocore.data.dataset import Dataset
from astrocore.errors import ConfigError
from astrocore.runs import Run
from astrocore.tasks import get_task
from astrocore.verbs import explain, train
from astrocore.verbs.attribution import STEPS, explain_object, typical_numbers
from astrocore.verbs.network import load_network

WEIGHT = torch.tensor([[1.0, 2.0, -3.0, 0.5], [0.0, 1.0, 1.0, 0.0]])


def linear(batch: dict[str, torch.Tensor]) -> torch.Tensor:
    """Two classes, linear in all that is known: three bins of two channels, and a number; masked bins count nothing."""
    bins = (batch["view"] * batch["mask"][..., None]).sum(2)
    known = torch.where(torch.isfinite(batch["x"]), batch["x"], 0.0)
    return torch.cat([bins, known[:, :1]], dim=1) @ WEIGHT.T


def prepare(table: pd.DataFrame, arrays: dict[str, np.ndarray], config: object) -> dict[str, np.ndarray]:
    """A view (B, 3, 2) with a mask, and two numbers, the second always missing."""
    x = table[["x"]].to_numpy(np.float32)
    return {**arrays, "x": np.concatenate([x, np.full_like(x, np.nan)], axis=1)}


def features(table: pd.DataFrame, arrays: dict[str, np.ndarray], config: object) -> pd.DataFrame:
    """The two numbers by name."""
    return pd.DataFrame(prepare(table, arrays, config)["x"], columns=["depth", "never"])


class Few:
    """Four objects in memory."""

    path = Path("few")

    def __init__(self) -> None:
        self.table = pd.DataFrame({"object_id": list("abcd"), "split": ["train", "train", "test", "test"]})
        self.table["x"] = [1.0, 3.0, 5.0, np.nan]
        view = np.arange(24, dtype=np.float32).reshape(4, 3, 2)
        mask = np.ones((4, 3), bool)
        mask[2, 1] = False
        self.arrays = {"view": view, "mask": mask}

    def indices(self, split: str) -> np.ndarray:
        return np.flatnonzero(self.table["split"] == split)

    def rows(self, index: np.ndarray) -> tuple[pd.DataFrame, dict[str, np.ndarray]]:
        return self.table.iloc[index], {name: array[index] for name, array in self.arrays.items()}


@pytest.fixture
def network() -> SimpleNamespace:
    task = SimpleNamespace(data=SimpleNamespace(prepare=prepare, features=features))
    model = SimpleNamespace(logits=linear)
    return SimpleNamespace(task=task, config=None, model=model, classes=("no", "yes"), device=torch.device("cpu"))


def test_shares_of_a_linear_net_are_weight_times_distance(network: SimpleNamespace) -> None:
    data = Few()
    found = explain_object(network, data, "c", typical_numbers(network, data), "no")  # type: ignore[arg-type]
    bins = data.arrays["view"][2].sum(axis=1) * data.arrays["mask"][2]
    np.testing.assert_allclose(found["inputs"]["view"], WEIGHT[0, :3].numpy() * bins, rtol=1e-5)
    assert found["features"] == pytest.approx({"depth": 0.5 * (5 - 2), "never": 0.0})  # 2 is the mean of train
    assert found["class"] == "no" and abs(found["delta"]) < 1e-4
    assert found["logit"] - found["baseline_logit"] == pytest.approx(
        sum(found["inputs"]["view"]) + sum(found["features"].values()), abs=1e-4
    )


def test_a_way_with_a_sharp_bend_takes_more_steps(network: SimpleNamespace) -> None:
    data = Few()
    straight = explain_object(network, data, "c", typical_numbers(network, data), "no")  # type: ignore[arg-type]

    def bent(batch: dict[str, torch.Tensor]) -> torch.Tensor:
        return torch.tanh(3000 * batch["view"].sum((1, 2)) / 100)[:, None] * torch.tensor([[4.0, -4.0]])

    network.model.logits = bent
    found = explain_object(network, data, "c", typical_numbers(network, data), "no")  # type: ignore[arg-type]
    assert (straight["steps"], found["steps"]) == STEPS and abs(found["delta"]) < 0.1


def test_what_is_missing_has_no_share(network: SimpleNamespace) -> None:
    data = Few()
    found = explain_object(network, data, "d", typical_numbers(network, data))  # type: ignore[arg-type]
    assert found["features"] == {"depth": 0.0, "never": 0.0} and np.isfinite(found["delta"])
    assert found["class"] == ("no", "yes")[int(linear(_batch(data, 3)).argmax())]


def _batch(data: Few, row: int) -> dict[str, torch.Tensor]:
    return {name: torch.from_numpy(array) for name, array in prepare(*data.rows(np.array([row])), None).items()}


def test_an_unknown_object_or_class_is_named(network: SimpleNamespace) -> None:
    data = Few()
    with pytest.raises(ConfigError, match="no object 'x'"):
        explain_object(network, data, "x", {})  # type: ignore[arg-type]
    with pytest.raises(ConfigError, match="no class 'maybe'; it has no, yes"):
        explain_object(network, data, "a", typical_numbers(network, data), "maybe")  # type: ignore[arg-type]


@pytest.fixture
def trained(dataset: Dataset) -> Run:
    args = train.Args(data=dataset.path, run="little")
    train.run(args, {"epochs": 1, "accelerator": "cpu", "companion": False})
    return Run(runs_root() / "toy" / "little")


def test_a_trained_net_is_explained_by_the_verb(trained: Run, dataset: Dataset) -> None:
    found = explain.run(explain.Args(run="toy/little", data=dataset.path, object="o5", class_name="blue"))
    p = load_network(trained).predict(dataset, np.array([5])).p[0]  # no companion: the net alone
    assert found["p"] == pytest.approx(p[dataset.classes.index("blue")], abs=1e-6)
    assert set(found["features"]) == {"image 1", "image 2", "image 3", "photometry 1"} and found["inputs"] == {}
    assert abs(found["delta"]) < 0.02 * max(1.0, abs(found["logit"] - found["baseline_logit"]))


def test_inputs_that_the_net_leaves_out_do_no_harm(dataset: Dataset) -> None:
    task = get_task("toy")

    def logits(batch: dict[str, torch.Tensor]) -> torch.Tensor:
        return torch.cat([batch["photometry"], -batch["photometry"]], dim=1)

    model = SimpleNamespace(logits=logits)
    net = SimpleNamespace(task=task, config=task.config.Config(), model=model, classes=dataset.classes)
    net.device = torch.device("cpu")
    found = explain_object(net, dataset, "o3", typical_numbers(net, dataset), "red")  # type: ignore[arg-type]
    assert found["features"]["image 1"] == 0 and found["features"]["photometry 1"] != 0


def test_what_the_net_attends_to_is_told_where_it_tells(network: SimpleNamespace) -> None:
    data = Few()
    typical = typical_numbers(network, data)  # type: ignore[arg-type]
    assert "attention" not in explain_object(network, data, "c", typical)  # type: ignore[arg-type]
    seen: list[int] = []

    def attention(batch: dict[str, torch.Tensor]) -> dict[str, torch.Tensor]:
        seen.append(len(batch["view"]))
        return {"view": batch["view"][:, None, :, 0], "x": torch.full((1, 1, 1), torch.nan)}

    network.model.attention = attention
    found = explain_object(network, data, "c", typical)["attention"]  # type: ignore[arg-type]
    assert list(found) == ["view"] and seen == [1]
    np.testing.assert_array_equal(found["view"], data.arrays["view"][2][None, :, 0])


def test_inputs_that_only_the_augmentation_reads_get_no_share(network: SimpleNamespace) -> None:
    data = Few()

    def more(table: pd.DataFrame, arrays: dict[str, np.ndarray], config: object) -> dict[str, np.ndarray]:
        return {"columns": np.ones((len(table), 7), np.float32), **prepare(table, arrays, config)}

    before = explain_object(network, data, "c", typical_numbers(network, data))  # type: ignore[arg-type]
    network.task.data.prepare = more
    network.model.AUGMENT_ONLY = ("columns",)
    found = explain_object(network, data, "c", typical_numbers(network, data))  # type: ignore[arg-type]
    assert set(found["features"]) == {"depth", "never"} and set(found["inputs"]) == {"view"}
    assert found["features"] == pytest.approx(before["features"])


def test_an_image_gets_a_share_a_pixel(network: SimpleNamespace) -> None:
    data = Few()
    image = np.random.default_rng(0).normal(size=(4, 2, 3, 2)).astype(np.float32)
    data.arrays["image"] = image

    def with_image(batch: dict[str, torch.Tensor]) -> torch.Tensor:
        light = batch["image"].sum((1, 2, 3))
        return torch.stack([light, -light], dim=1)

    network.model.logits = with_image
    found = explain_object(network, data, "c", typical_numbers(network, data), "yes")  # type: ignore[arg-type]
    np.testing.assert_allclose(found["inputs"]["image"], -image[2].sum(axis=-1), rtol=1e-4, atol=1e-6)
