"""Batches are the same from memory as from disk, and every row comes once an epoch."""

import numpy as np
import torch
from hypothesis import given
from hypothesis import strategies as st

from astrocore.nn.rows import Rows, balanced, balanced_shares, in_order, shuffled

DATA = {"x": np.arange(300, dtype=np.float32).reshape(100, 3), "label": np.arange(100)}


def fetch(index: np.ndarray) -> dict[str, np.ndarray]:
    return {name: a[index] for name, a in DATA.items()}


def test_resident_rows_and_rows_read_as_asked_are_the_same() -> None:
    index, cpu = np.array([5, 90, 3, 41, 7]), torch.device("cpu")
    resident, lazy = Rows(fetch, index, cpu, 10**6), Rows(fetch, index, cpu, 0)
    assert resident.resident is not None and lazy.resident is None and len(lazy) == 5
    for rows in (resident, lazy):
        batch = rows.batch(np.array([4, 0]))
        np.testing.assert_array_equal(batch["x"], DATA["x"][[7, 5]])
        np.testing.assert_array_equal(batch["label"], [7, 5])


def test_an_empty_set_of_rows_is_legal() -> None:
    assert len(Rows(fetch, np.array([], dtype=int), torch.device("cpu"), 10**6)) == 0


@given(n=st.integers(1, 200), size=st.integers(1, 64), seed=st.integers(0, 9))
def test_every_row_comes_once_and_no_batch_is_too_long(n: int, size: int, seed: int) -> None:
    for batches in (in_order(n, size), shuffled(n, size, (seed, 0, 1))):
        assert sorted(np.concatenate(batches)) == list(range(n))
        assert max(map(len, batches)) <= size and max(map(len, batches)) - min(map(len, batches)) <= 1


def test_the_order_depends_on_the_seed_alone() -> None:
    first, again, other = (np.concatenate(shuffled(50, 8, seed)) for seed in ((1, 0, 2), (1, 0, 2), (1, 0, 3)))
    assert (first == again).all() and (first != other).any()


@given(
    counts=st.lists(st.integers(1, 500), min_size=1, max_size=6),
    cap=st.floats(1, 50),
)
def test_balanced_shares_are_as_even_as_the_cap_allows(counts: list[int], cap: float) -> None:
    """Held against a bisection for the level at which min(level, cap x natural share) adds up to one."""
    count = np.array(counts)
    most = cap * count / count.sum()
    low, high = 0.0, float(most.max())
    for _ in range(200):
        level = (low + high) / 2
        low, high = (level, high) if np.minimum(level, most).sum() < 1 else (low, level)
    found = balanced_shares(count, cap)
    np.testing.assert_allclose(found, np.minimum(high, most), atol=1e-9)
    np.testing.assert_allclose(found.sum(), 1)


def test_balanced_shares_by_hand() -> None:
    np.testing.assert_allclose(balanced_shares(np.array([80, 19, 1]), 4), [0.48, 0.48, 0.04])
    np.testing.assert_allclose(balanced_shares(np.array([80, 19, 1]), 100), [1 / 3] * 3)
    np.testing.assert_allclose(balanced_shares(np.array([80, 19, 1]), 1), [0.8, 0.19, 0.01])


def test_balanced_batches_have_the_expected_classes_and_no_more_steps() -> None:
    label = np.repeat([0, 1, 2], [800, 190, 10])
    epochs = [balanced(label, 64, (0, 1, epoch), 4) for epoch in range(50)]
    assert all([len(b) for b in batches] == [len(b) for b in shuffled(1000, 64, (0,))] for batches in epochs)
    drawn = np.concatenate([np.concatenate(batches) for batches in epochs])
    np.testing.assert_allclose(np.bincount(label[drawn]) / len(drawn), [0.48, 0.48, 0.04], atol=0.01)
    each = np.bincount(drawn, minlength=1000)  # within a class all rows alike
    assert each[990:].min() > 0.7 * each[990:].mean() and each.min() > 0


def test_the_balanced_order_depends_on_the_seed_alone() -> None:
    label = np.arange(60) % 3
    first, again, other = (np.concatenate(balanced(label, 8, seed, 3)) for seed in ((1, 2), (1, 2), (1, 3)))
    assert (first == again).all() and (first != other).any()
