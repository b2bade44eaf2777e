"""Losses against slow literal versions."""

import math

import pytest
import torch
from torch import Tensor

from astrocore.nn.losses import cross_entropy, focal, info_nce, nt_xent


def unit(v: Tensor) -> Tensor:
    return v / math.sqrt(sum(float(x) ** 2 for x in v))


def softmax_nll(logits: list[float], target: int) -> float:
    top = max(logits)
    return math.log(sum(math.exp(x - top) for x in logits)) + top - logits[target]


@pytest.fixture
def views() -> tuple[Tensor, Tensor]:
    torch.manual_seed(1)
    return torch.randn(7, 5, dtype=torch.float64), torch.randn(7, 5, dtype=torch.float64)


def test_info_nce_is_the_mean_of_both_directions(views: tuple[Tensor, Tensor]) -> None:
    a, b = views
    scale, total = 3.7, 0.0
    for i in range(7):
        rows = [scale * float(unit(a[i]) @ unit(b[j])) for j in range(7)]
        columns = [scale * float(unit(a[j]) @ unit(b[i])) for j in range(7)]
        total += (softmax_nll(rows, i) + softmax_nll(columns, i)) / 2
    assert float(info_nce(a, b, torch.tensor(scale))) == pytest.approx(total / 7, rel=1e-5)


def test_info_nce_leaves_out_mates_of_the_same_group(views: tuple[Tensor, Tensor]) -> None:
    a, b = views
    group, scale, total = [0, 1, 0, 2, 3, 3, 3], 2.2, 0.0
    for i in range(7):
        others = [j for j in range(7) if j == i or group[j] != group[i]]
        rows = [scale * float(unit(a[i]) @ unit(b[j])) for j in others]
        columns = [scale * float(unit(a[j]) @ unit(b[i])) for j in others]
        total += (softmax_nll(rows, others.index(i)) + softmax_nll(columns, others.index(i))) / 2
    found = info_nce(a, b, torch.tensor(scale), torch.tensor(group))
    assert float(found) == pytest.approx(total / 7, rel=1e-5)
    assert float(found) < float(info_nce(a, b, torch.tensor(scale)))


def test_info_nce_scale_learns(views: tuple[Tensor, Tensor]) -> None:
    scale = torch.tensor(3.0, requires_grad=True)
    info_nce(*views, scale).backward()
    assert scale.grad is not None and scale.grad != 0


def test_info_nce_knows_its_ends() -> None:
    eye = torch.eye(8)
    assert float(info_nce(torch.ones(8, 4), torch.ones(8, 4), torch.tensor(5.0))) == pytest.approx(math.log(8))
    assert float(info_nce(eye, eye, torch.tensor(100.0))) < 1e-6
    assert float(info_nce(eye[:1], eye[:1], torch.tensor(5.0))) == 0


def test_nt_xent_holds_every_view_against_all_others(views: tuple[Tensor, Tensor]) -> None:
    a, b = views
    z, total, temperature = [unit(v) for v in [*a, *b]], 0.0, 0.3
    for i in range(14):
        others = [k for k in range(14) if k != i]
        positive = (i + 7) % 14
        logits = [float(z[i] @ z[k]) / temperature for k in others]
        total += softmax_nll(logits, others.index(positive))
    assert float(nt_xent(a, b, temperature)) == pytest.approx(total / 14, rel=1e-5)


@pytest.mark.parametrize("smoothing", [0.0, 0.1])
@pytest.mark.parametrize("weighted", [False, True])
def test_cross_entropy_weights_smooths_and_skips_the_unlabelled(smoothing: float, weighted: bool) -> None:
    torch.manual_seed(2)
    logits, label = torch.randn(9, 3), torch.tensor([0, 1, 2, -1, 0, 0, 2, -1, 1])
    w = [0.5, 2.0, 1.5] if weighted else [1.0] * 3
    total = norm = 0.0
    for row, y in zip(logits.tolist(), label.tolist(), strict=True):
        if y < 0:
            continue
        nll = [softmax_nll(row, c) for c in range(3)]
        total += (1 - smoothing) * w[y] * nll[y] + smoothing / 3 * sum(w[c] * nll[c] for c in range(3))
        norm += w[y]
    found = cross_entropy(logits, label, torch.tensor(w) if weighted else None, smoothing)
    assert float(found) == pytest.approx(total / norm, rel=1e-5)


@pytest.mark.parametrize("gamma", [0.0, 1.5, 2.0])
def test_focal_is_alpha_times_the_modulated_nll(gamma: float) -> None:
    torch.manual_seed(3)
    logits, label, w = torch.randn(8, 3), torch.tensor([0, 1, 2, -1, 0, 0, 2, 1]), [0.5, 2.0, 1.5]
    total = norm = 0.0
    for row, y in zip(logits.tolist(), label.tolist(), strict=True):
        if y >= 0:
            nll = softmax_nll(row, y)
            total += w[y] * 0.25 * (1 - math.exp(-nll)) ** gamma * nll
            norm += w[y]
    assert float(focal(logits, label, torch.tensor(w), 0.25, gamma)) == pytest.approx(total / norm, rel=1e-5)


@pytest.mark.parametrize("loss", [cross_entropy, focal])
def test_no_label_gives_zero_and_a_gradient_of_zero(loss: object) -> None:
    logits = torch.randn(4, 3, requires_grad=True)
    found = loss(logits, torch.full((4,), -1))  # type: ignore[operator]
    found.backward()
    assert float(found.detach()) == 0 and logits.grad is not None and not logits.grad.any()
