"""What is learned with labels, against slow literal versions of the original's formulas."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import Tensor

from astrocore.config import Training
from astrocore.nn.layers import class_weights
from astrocore.nn.objective import class_weights_by, classified

LABEL = torch.tensor([0] * 60 + [1] * 25 + [2] * 4 + [3] * 1 + [-1] * 7)


def original_weights(counts: list[int], power: float, cap: float) -> np.ndarray:
    """The frame classifier's: n / (C n_c) to a power, cut at cap times the median, rescaled to the old mean."""
    n = sum(counts)
    w = [(n / (len(counts) * c)) ** power for c in counts]
    middle = sorted(w)
    median = (middle[(len(w) - 1) // 2] + middle[len(w) // 2]) / 2
    cut = [min(x, cap * median) for x in w] if cap else w
    scale = (sum(w) / len(w)) / (sum(cut) / len(cut))
    return np.array([x * scale for x in cut])


@given(
    counts=st.lists(st.integers(1, 200), min_size=1, max_size=6),
    power=st.floats(0, 1.5),
    cap=st.one_of(st.just(0.0), st.floats(0.5, 10)),
)
def test_weights_with_power_and_cap_are_the_original_s(counts: list[int], power: float, cap: float) -> None:
    label = torch.tensor([c for c, n in enumerate(counts) for _ in range(n)])
    found, expected = class_weights(label, len(counts), power, cap).numpy(), original_weights(counts, power, cap)
    np.testing.assert_allclose(found / found.mean(), expected / expected.mean(), rtol=1e-5)
    np.testing.assert_allclose(found.mean(), class_weights(label, len(counts), power).numpy().mean(), rtol=1e-5)


def test_a_class_without_rows_has_no_part_in_median_and_mean() -> None:
    found = class_weights(torch.tensor([0] * 16 + [1] * 4 + [3]), 5, 1.0, cap=1.0)
    expected = original_weights([16, 4, 1], 1.0, 1.0)
    np.testing.assert_allclose(found[[0, 1, 3]] / found.sum(), expected / expected.sum(), rtol=1e-6)
    assert found[2] == found[4] == 0


@pytest.mark.parametrize(
    ("settings", "power"),
    [
        ({"class_weights": "none"}, 0.0),
        ({"class_weights": "balanced"}, 1.0),
        ({"class_weights": "balanced", "class_weight_power": 0.3}, 0.3),
        ({"class_weight_power": 0.0}, 0.0),
        ({"loss": "focal"}, 0.5),
        ({"loss": "focal", "focal_alpha": 0.0, "class_weights": "none"}, 1.0),
        ({"loss": "focal", "focal_alpha": 0.0, "balance_cap": 4.0}, 0.0),
        ({"balance_cap": 4.0, "class_weight_power": 1.0}, 0.0),
    ],
)
def test_which_power_the_settings_mean(settings: dict[str, Any], power: float) -> None:
    found = class_weights_by(Training(**settings), LABEL, 4)
    torch.testing.assert_close(found, class_weights(LABEL, 4, power))
    torch.testing.assert_close(found[2] / found[0], torch.tensor((60 / 4) ** power))


def literal(logits: Tensor, label: Tensor, share: Tensor, w: Tensor, settings: Training) -> float:
    """Row by row and class by class."""
    total = norm = 0.0
    for row, y, s in zip(logits.tolist(), label.tolist(), share.tolist(), strict=True):
        if y < 0:
            continue
        nll = [math.log(sum(math.exp(v) for v in row)) - v for v in row]
        if settings.loss == "focal":
            alpha = settings.focal_alpha or 1.0
            total += s * float(w[y]) * alpha * (1 - math.exp(-nll[y])) ** settings.focal_gamma * nll[y]
        else:
            e, c = settings.label_smoothing, len(row)
            total += s * ((1 - e) * float(w[y]) * nll[y] + e / c * sum(float(w[k]) * nll[k] for k in range(c)))
        norm += s * float(w[y])
    return total / norm


@pytest.mark.parametrize(
    "settings",
    [
        Training(label_smoothing=0.08),
        Training(loss="focal", focal_gamma=1.5),
        Training(loss="focal", focal_alpha=0.0, focal_gamma=1.0, class_weights="none"),
    ],
)
@pytest.mark.parametrize("mixed", [False, True])
def test_the_loss_is_the_literal_sum(settings: Training, mixed: bool) -> None:
    torch.manual_seed(4)
    label, weight = LABEL[torch.randperm(len(LABEL))], class_weights_by(settings, LABEL, 4)
    logits, share = torch.randn(len(label), 4), torch.rand(len(label))
    batch = {"label": label}
    expected = literal(logits, label, torch.ones(len(label)), weight, settings)
    if mixed:
        other = torch.where(label >= 0, label.roll(3), -1)
        batch |= {"label_b": other, "label_share": share}
        both = torch.cat([label, other]), torch.cat([share, 1 - share])
        expected = literal(torch.cat([logits, logits]), *both, weight, settings)
    found = classified(logits, batch, weight, settings)
    assert float(found["loss"]) == pytest.approx(expected, rel=1e-5)
    assert torch.equal(found["logits"], logits) and torch.equal(found["label"], label)


def test_without_weights_a_mixed_row_has_share_times_one_loss_and_the_rest_of_the_other() -> None:
    logits, share = torch.randn(6, 3), torch.rand(6)
    a, b = torch.tensor([0, 1, 2, 0, 1, 2]), torch.tensor([1, 1, 0, 2, 2, 0])
    settings = Training(class_weights="none", label_smoothing=0.1)
    found = classified(logits, {"label": a, "label_b": b, "label_share": share}, torch.ones(3), settings)
    one, two = (torch.nn.functional.cross_entropy(logits, y, reduction="none", label_smoothing=0.1) for y in (a, b))
    torch.testing.assert_close(found["loss"], (share * one + (1 - share) * two).mean())


def test_focal_with_alpha_from_frequency_counts_every_class_alike() -> None:
    """At equal logits each class adds the same to the loss, however many rows it has."""
    settings = Training(loss="focal", focal_alpha=0.0, focal_gamma=1.0)
    weight, known = class_weights_by(settings, LABEL, 4), LABEL[LABEL >= 0]
    torch.testing.assert_close(torch.bincount(known) * weight, torch.full((4,), len(known) / 4))
    loss = classified(torch.zeros(len(LABEL), 4), {"label": LABEL}, weight, settings)["loss"]
    assert float(loss) == pytest.approx(0.75 * math.log(4), rel=1e-6)
