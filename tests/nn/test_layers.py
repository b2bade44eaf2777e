"""Layers: masks hide, statistics are the data's, weights are as written."""

import math
from itertools import pairwise

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from astrocore.nn.layers import (
    Block,
    Coded,
    Missing,
    PiecewiseLinear,
    Standardise,
    class_weights,
    drop_modalities,
    sinusoids,
)


def test_standardise_is_the_z_score_of_what_is_known() -> None:
    rng = np.random.default_rng(0)
    x = rng.normal(3, 2, (50, 4)).astype(np.float32)
    x[::3, 1], x[:, 2], x[:, 3] = np.nan, 7.0, np.nan
    layer = Standardise(4)
    layer.fit(torch.from_numpy(x))
    z, flags = layer(torch.from_numpy(x)).split(4, dim=1)
    known = np.isfinite(x)
    for j in (0, 1):
        column = x[known[:, j], j]
        np.testing.assert_allclose(z[known[:, j], j], (column - column.mean()) / column.std(), atol=1e-5)
    assert not z[:, 2:].any() and not z[~known].any()
    np.testing.assert_array_equal(flags.numpy(), ~known)


def test_standardise_limits_the_outlier() -> None:
    layer = Standardise(1, limit=5)
    assert float(layer(torch.tensor([[1e9]]))[0, 0]) == 5


def test_what_is_masked_changes_nothing() -> None:
    torch.manual_seed(0)
    block, x = Block(8, 2, 0.5).eval(), torch.randn(3, 6, 8)
    mask = torch.tensor([[1, 1, 0, 1, 0, 0]] * 3, dtype=torch.bool)
    changed = torch.where(mask[..., None], x, torch.randn_like(x) * 100)
    seen = mask[0]
    torch.testing.assert_close(block(x, mask)[:, seen], block(changed, mask)[:, seen])
    torch.testing.assert_close(block(x, mask)[:, seen], block(x[:, seen], mask[:, seen]))
    torch.testing.assert_close(block(x, mask, first=1), block(x, mask)[:, :1])


def test_attention_is_the_softmax_of_scaled_products() -> None:
    torch.manual_seed(0)
    layer, x = Block(4, 2, 0.0).attention, torch.randn(1, 3, 4)
    q, (k, v) = layer.query(x)[0], layer.key_value(x)[0].split(4, dim=1)
    rows = []
    for i in range(3):
        parts = []
        for h in (slice(0, 2), slice(2, 4)):
            a = torch.softmax(torch.stack([q[i, h] @ k[j, h] / math.sqrt(2) for j in range(3)]), 0)
            parts.append(sum(a[j] * v[j, h] for j in range(3)))
        rows.append(torch.cat(parts))
    torch.testing.assert_close(layer(x, x, torch.ones(1, 3, dtype=torch.bool))[0], layer.out(torch.stack(rows)))


@pytest.mark.parametrize("width", [6, 7])
def test_sinusoids_are_those_of_the_paper(width: int) -> None:
    found = sinusoids(5, width)
    for position in range(5):
        for i in range(width):
            angle = position / 10_000 ** ((i - i % 2) / width)
            assert float(found[position, i]) == pytest.approx(math.cos(angle) if i % 2 else math.sin(angle), abs=1e-6)


def test_missing_takes_its_place_whatever_stood_there() -> None:
    layer = Missing(2, 3)
    x = torch.randn(4, 2, 3)
    x[:, 1] = torch.nan
    out = layer(x, torch.tensor([[True, False]] * 4))
    torch.testing.assert_close(out[:, 0], x[:, 0])
    torch.testing.assert_close(out[:, 1], layer.instead[1].expand(4, 3))


@given(rate=st.floats(0, 1), seed=st.integers(0, 99))
def test_modality_dropout_never_takes_the_last(rate: float, seed: int) -> None:
    torch.manual_seed(seed)
    present = torch.rand(40, 3) > 0.4
    kept = drop_modalities(present, rate)
    assert not (kept & ~present).any()
    assert torch.equal(kept.any(1), present.any(1))


@pytest.mark.parametrize("power", [0.0, 0.5, 1.0])
def test_class_weights_are_a_power_of_the_frequency(power: float) -> None:
    label = torch.tensor([0] * 8 + [1] * 2 + [-1] * 5)
    found = class_weights(label, 3, power)
    raw = [8**-power, 2**-power]
    mean = (8 * raw[0] + 2 * raw[1]) / 10
    np.testing.assert_allclose(found, [raw[0] / mean, raw[1] / mean, 0], rtol=1e-6)


def test_piecewise_linear_is_the_literal_code() -> None:
    rng = np.random.default_rng(1)
    x = rng.normal(size=(41, 2)).astype(np.float32)
    x[3, 0], x[:, 1] = np.nan, np.nan
    layer = PiecewiseLinear(2, 4)
    layer.fit(torch.from_numpy(x))
    known = np.sort(x[np.isfinite(x[:, 0]), 0])
    edges = [known[round(share * (len(known) - 1))] for share in (0, 0.25, 0.5, 0.75, 1)]
    code = layer(torch.from_numpy(x)).numpy()
    for row, value in enumerate(x[:, 0]):
        for t, (low, high) in enumerate(pairwise(edges)):
            expected = 0.0 if np.isnan(value) else min(max((value - low) / (high - low), 0.0), 1.0)
            assert code[row, t] == pytest.approx(expected, abs=1e-5)
    assert not code[:, 4:].any()


def test_no_bin_of_the_code_is_without_width() -> None:
    """Words are 0 or 1, and many numbers take few values: between equal edges the code would jump."""
    x = torch.tensor([[0.0, 7.0, 1.0], [0.0, 7.0, 1.0], [0.0, 7.0, 2.0], [1.0, 7.0, 4.0], [0.0, 7.0, torch.nan]])
    layer = PiecewiseLinear(3, 4)
    layer.fit(x)
    expected = torch.tensor([[0, 0.25, 0.5, 0.75, 1], [6, 6.5, 7, 7.5, 8], [1, 1.5, 2, 3, 4]])
    assert torch.allclose(layer.edges, expected)
    near, far = (layer(x[:1] + step) for step in (1e-4, -1e-4))
    assert (near - far).abs().max() < 1e-3


@pytest.mark.parametrize("bins", [0, 4])
def test_coded_numbers_are_both_codes_side_by_side(bins: int) -> None:
    torch.manual_seed(0)
    x = torch.randn(50, 3)
    x[::5, 1] = torch.nan
    coded = Coded(3, bins)
    coded.fit(x)
    z = Standardise(3)
    z.fit(x)
    parts = [z(x)]
    if bins:
        code = PiecewiseLinear(3, bins)
        code.fit(x)
        parts.append(code(x))
    assert torch.equal(coded.coded(x), torch.cat(parts, dim=1)) and coded.coded(x).shape == (50, coded.coded_width)
