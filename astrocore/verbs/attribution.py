"""What a verdict rests on: integrated gradients over all that the net sees of an object."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import torch
from captum.attr import IntegratedGradients
from torch import Tensor

from astrocore.data.dataset import Dataset, open_dataset
from astrocore.errors import AstrocoreError, ConfigError
from astrocore.runs import Run
from astrocore.verbs.network import Network

STEPS = (64, 256)
"""Points on the way from the baseline to the object; more where fewer leave too much of the difference unexplained."""
CLOSE = 0.02
"""Share of the difference, or of one logit where that is more, that may stay so."""
REFERENCE = 256
"""Training rows whose mean is the baseline of the numbers."""


def reference_rows(run: Run, dataset: Dataset) -> Dataset:
    """Where the typical object is taken from: the run's own data set where that is still here, else this one."""
    for reference in run.read_info().data.places:
        with suppress(AstrocoreError):
            own = open_dataset(reference.folder)
            if own.fingerprint == reference.fingerprint:
                return own
    return dataset


def typical_numbers(network: Network, reference: Dataset) -> dict[str, np.ndarray]:
    """Mean of each input of numbers over some training rows (all rows, where none is for training), NaN for none."""
    index = reference.indices("train")
    index = index if len(index) else reference.indices("all")
    some = np.sort(np.random.default_rng(0).permutation(index)[:REFERENCE])
    means = {}
    for name, array in _prepared(network, reference, some).items():
        if _is_float(array) and array.ndim == 2:
            count = np.isfinite(array).sum(axis=0)
            total = np.where(np.isfinite(array), array, 0).sum(axis=0)
            means[name] = np.divide(total, count, out=np.full(total.shape, np.nan), where=count > 0)
    return means


def explain_object(
    network: Network,
    dataset: Dataset,
    object_id: str,
    typical: Mapping[str, np.ndarray],
    class_name: str | None = None,
) -> dict[str, Any]:
    """Integrated gradients (Sundararajan et al. 2017, arXiv:1703.01365) of a class's logit.

    The way leads from an object of which nothing special is known, its views flat and its numbers those of the mean
    training object, to this one. What is masked or missing stays so all the way and gets no share.

    Parameters
    ----------
    typical
        The mean training object, as `typical_numbers` gives it.

    Returns
    -------
    dict
        `inputs`: of each view or image the share of each bin, summed over channels; `features`: of each number by
        name; all in units of the logit, and together the difference `logit - baseline_logit` up to `delta`.
        `attention`, where the model tells it: of each such input (y, x) what the net attends to.

    Raises
    ------
    ConfigError
        There is no such object or class.
    """
    row = np.flatnonzero((dataset.table["object_id"].astype(str) == object_id).to_numpy())
    if len(row) == 0:
        raise ConfigError(
            f"There is no object {object_id!r} in the data; see its column object_id, or the files' names."
        )
    arrays = _prepared(network, dataset, row[:1])
    batch = {name: torch.from_numpy(np.ascontiguousarray(a)).to(network.device) for name, a in arrays.items()}
    told = {name: array for name, array in arrays.items() if name not in _augment_only(network)}
    start = {name: torch.from_numpy(a).to(network.device) for name, a in _baseline(typical, told).items()}
    with torch.inference_mode():
        p = network.model.logits(batch).softmax(1)[0].cpu().numpy()
    target = _target(network.classes, p, class_name)
    found = _integrated(network, batch, start, target)
    return {
        "object_id": object_id,
        "class": network.classes[target],
        "p": float(p[target]),
        "logit": found.logit,
        "baseline_logit": found.base,
        "delta": found.delta,
        "steps": found.steps,
        **_told(found.shares, _names(network, dataset, row[:1], told)),
        **_attention(network, batch),
    }


def _augment_only(network: Network) -> tuple[str, ...]:
    """Inputs that only the augmentation reads: they have no part in the logits."""
    names: tuple[str, ...] = getattr(network.model, "AUGMENT_ONLY", ())
    return names


def _attention(network: Network, batch: Mapping[str, Tensor]) -> dict[str, Any]:
    """What the net attends to in each input, (y, x) each, under "attention"; nothing where the model does not tell."""
    attend = getattr(network.model, "attention", None)
    if attend is None:
        return {}
    with torch.inference_mode():
        found = {name: x[0].cpu().numpy().astype(float) for name, x in attend(batch).items()}
    return {"attention": {name: x for name, x in found.items() if np.isfinite(x).all()}}


@dataclass(frozen=True)
class _Integrated:
    """Shares of each input with a gradient, (1, ...) each; the class's logit at the object and at the baseline."""

    shares: dict[str, np.ndarray]
    logit: float
    base: float
    steps: int

    @property
    def delta(self) -> float:
        """What the shares leave unexplained of the difference of both."""
        return self.logit - self.base - float(sum(share.sum() for share in self.shares.values()))


def _integrated(network: Network, batch: Mapping[str, Tensor], start: Mapping[str, Tensor], target: int) -> _Integrated:
    names = list(start)
    fixed = {name: x for name, x in batch.items() if name not in start}
    forward = _forward(network, names, fixed)
    ends = tuple(batch[name] for name in names)
    starts = tuple(start[name] for name in names)
    gradients = IntegratedGradients(forward)
    with torch.inference_mode():
        logit, base = (float(forward(*way)[0, target]) for way in (ends, starts))
    for steps in STEPS:
        shares = gradients.attribute(ends, starts, target=target, n_steps=steps, internal_batch_size=STEPS[0])
        by_name = {name: np.nan_to_num(x.detach().cpu().numpy()) for name, x in zip(names, shares, strict=True)}
        found = _Integrated(by_name, logit, base, steps)
        if abs(found.delta) <= CLOSE * max(1.0, abs(logit - base)):
            break
    return found


def _forward(network: Network, names: list[str], fixed: Mapping[str, Tensor]) -> Callable[..., Tensor]:
    """The logits as a function of the inputs `names`; `fixed` ones (masks) are repeated for each point of the way."""

    def forward(*inputs: Tensor) -> Tensor:
        b = len(inputs[0])
        repeated = {name: x.expand(b, *x.shape[1:]) for name, x in fixed.items()}
        out: Tensor = network.model.logits({**repeated, **dict(zip(names, inputs, strict=True))})
        # a net may leave out what the object lacks; captum wants every input to have a part in the result
        return out + 0 * torch.stack([x.nan_to_num().sum() for x in inputs]).sum()

    return forward


def _prepared(network: Network, dataset: Dataset, index: np.ndarray) -> dict[str, np.ndarray]:
    return network.task.data.prepare(*dataset.rows(index), network.config)


def _baseline(mean: Mapping[str, np.ndarray], arrays: Mapping[str, np.ndarray]) -> dict[str, np.ndarray]:
    """Where the way begins, for each input of floats: zero for views and images, else the mean training object.

    A number that is missing, of the object or of all training objects, does not change on the way.
    """
    start = {}
    for name, array in arrays.items():
        if not _is_float(array):
            continue
        if array.ndim > 2:
            start[name] = np.zeros_like(array)
        else:
            known = np.isfinite(array) & np.isfinite(mean[name])
            start[name] = np.where(known, mean[name], array).astype(array.dtype)
    return start


def _target(classes: tuple[str, ...], p: np.ndarray, name: str | None) -> int:
    if name is None:
        return int(p.argmax())
    if name not in classes:
        raise ConfigError(f"The run has no class {name!r}; it has {', '.join(classes)}.")
    return classes.index(name)


def _told(shares: Mapping[str, np.ndarray], names: Mapping[str, list[str]]) -> dict[str, Any]:
    """Shares by input and bin, and by feature."""
    inputs = {name: share[0].sum(axis=-1) for name, share in shares.items() if share.ndim > 2}
    features = {
        feature: float(value)
        for name, share in shares.items()
        if share.ndim == 2
        for feature, value in zip(names[name], share[0], strict=True)
    }
    return {"inputs": inputs, "features": features}


def _names(
    network: Network, dataset: Dataset, row: np.ndarray, arrays: Mapping[str, np.ndarray]
) -> dict[str, list[str]]:
    """Names of the numbers of each input: those of the task's features, where these are the very same numbers.

    An input without features is one column of NaN, which no feature stands for.
    """
    numbers = {name: array for name, array in arrays.items() if _is_float(array) and array.ndim == 2}
    names = {name: [f"{name} {i + 1}" for i in range(array.shape[1])] for name, array in numbers.items()}
    known = network.task.data.features(*dataset.rows(row), network.config) if numbers else pd.DataFrame()
    empty = sum(array.shape[1] for array in numbers.values()) - known.shape[1]
    left = list(known)
    for name, array in numbers.items():
        if empty and array.shape[1] == 1 and np.isnan(array).all():
            empty -= 1
            continue
        mine, left = left[: array.shape[1]], left[array.shape[1] :]
        same = known[mine].to_numpy(float)[:1] if len(mine) == array.shape[1] else np.empty((0, 0))
        if same.shape != array.shape or not np.allclose(same, array, rtol=1e-4, equal_nan=True):
            return {name: [f"{name} {i + 1}" for i in range(array.shape[1])] for name, array in numbers.items()}
        names[name] = [str(column) for column in mine]
    return names


def _is_float(array: np.ndarray) -> bool:
    return bool(np.issubdtype(array.dtype, np.floating))
