"""Losses against slow literal versions."""

import math

import pytest
import torch
from torch import Tensor

from astrocore.nn.losses import (
    cross_entropy,
    focal,
    info_nce,
    info_nce_floor,
    nt_xent,
    nt_xent_chance,
    nt_xent_floor,
    nt_xent_spread,
)


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


def literal_nt_xent(a: Tensor, b: Tensor, temperature: float) -> Tensor:
    """Equation 1 of SimCLR, term by term, with autograd through every term."""
    z = [v / v.norm() for v in (*a, *b)]
    n, total = len(a), torch.zeros((), dtype=a.dtype)
    for i in range(2 * n):
        below = sum(((z[i] @ z[k]) / temperature).exp() for k in range(2 * n) if k != i)
        total = total - (((z[i] @ z[(i + n) % (2 * n)]) / temperature).exp() / below).log()
    return total / (2 * n)


@pytest.mark.parametrize("precision", [torch.float32, torch.bfloat16])
@pytest.mark.parametrize("temperature", [0.1, 0.5])
def test_nt_xent_and_its_gradient_are_those_of_the_double_loop(precision: torch.dtype, temperature: float) -> None:
    """Under bf16 the projections come rounded to it; the loss on them is still exact to float32."""
    torch.manual_seed(3)
    a, b = (torch.randn(6, 9).to(precision).float().requires_grad_() for _ in range(2))
    literal_nt_xent(a.double(), b.double(), temperature).backward()
    expected, wanted = (
        [x.grad.clone() for x in (a, b) if x.grad is not None],
        literal_nt_xent(a, b, temperature).detach(),
    )
    a.grad = b.grad = None
    with torch.autocast("cpu", dtype=torch.bfloat16, enabled=precision is torch.bfloat16):
        found = nt_xent(a.to(precision), b.to(precision), temperature)
    found.backward()
    assert found.dtype == torch.float32 and float(found.detach()) == pytest.approx(float(wanted), rel=1e-5)
    loose = 1e-2 if precision is torch.bfloat16 else 1e-5  # the gradient is rounded on its way to bf16 projections
    for x, gradient in zip((a, b), expected, strict=True):
        assert x.grad is not None
        torch.testing.assert_close(x.grad, gradient.float(), rtol=loose, atol=loose * float(gradient.abs().max()))


@pytest.mark.parametrize(("b", "temperature"), [(2, 0.1), (5, 0.5), (9, 1.0), (33, 0.07)])
def test_nt_xent_reaches_its_floor_on_a_simplex_and_never_falls_below(b: int, temperature: float) -> None:
    simplex = torch.eye(b, dtype=torch.float64) - 1 / b
    floor = nt_xent_floor(b, temperature)
    assert float(nt_xent(simplex, simplex, temperature)) == pytest.approx(floor, rel=1e-4, abs=1e-6)
    torch.manual_seed(b)
    x = torch.randn(b, 3, requires_grad=True)
    for _ in range(60):  # three dimensions are too few for the simplex of five or more
        loss = nt_xent(x, x, temperature)
        x = (x - 0.5 * torch.autograd.grad(loss, x)[0]).detach().requires_grad_()
    assert float(nt_xent(x, x, temperature)) >= floor - 1e-6


def test_the_floor_of_info_nce_is_that_of_a_simplex() -> None:
    simplex, scale = torch.eye(7) - 1 / 7, torch.tensor(4.0)
    assert float(info_nce(simplex, simplex, scale)) == pytest.approx(float(info_nce_floor(7, scale)), rel=1e-5)
    assert nt_xent_floor(1, 0.1) == 0 and float(info_nce_floor(1, scale)) == 0


def test_points_spread_by_chance_have_the_loss_that_the_original_ended_at() -> None:
    """facts.md: 4.2642 for 256 objects, temperature 0.5, 128 dimensions; the original's run ended at 4.2648."""
    assert nt_xent_spread(256, 0.5, 128) == pytest.approx(4.2642, abs=5e-5)
    torch.manual_seed(0)
    drawn = torch.stack([nt_xent(x, x, 0.5) for x in torch.randn(20, 256, 128)])
    assert float(drawn.mean()) == pytest.approx(nt_xent_spread(256, 0.5, 128), abs=2e-4)
    cross = torch.cat([torch.eye(128), -torch.eye(128)])  # better placed than by chance, and still above the floor
    assert nt_xent_floor(256, 0.5) < float(nt_xent(cross, cross, 0.5)) < nt_xent_spread(256, 0.5, 128)


def test_at_chance_all_others_are_alike() -> None:
    assert float(nt_xent(torch.ones(8, 4), torch.ones(8, 4), 0.3)) == pytest.approx(nt_xent_chance(8))


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
