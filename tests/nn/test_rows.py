"""Batches are the same from memory as from disk, and every row comes once an epoch."""

import numpy as np
import torch
from hypothesis import given
from hypothesis import strategies as st

from astrocore.nn.rows import Rows, in_order, shuffled

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
