"""Ranks against a double loop, chance against guessing, ties and groups."""

import numpy as np
import pytest

from astrocore.analysis import retrieval
from astrocore.analysis.retrieval import pairs, ranks
from astrocore.errors import InputError


def literal(query, answer, group):
    """Rank of every query with Python's own arithmetic."""
    found = []
    for i in range(len(query)):
        cosine = {
            j: float(query[i] @ answer[j] / np.linalg.norm(query[i]) / np.linalg.norm(answer[j]))
            for j in range(len(query))
            if j == i or group[j] != group[i]
        }
        found.append((1 + sum(c > cosine[i] for j, c in cosine.items() if j != i), len(cosine)))
    return np.array(found)


def related(n=90, seed=0):
    """Two noisy sides of the same objects, some in groups of two."""
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(n, 6))
    group = np.array([f"g{i // 2 if i < 40 else i}" for i in range(n)])
    return 3 * x + rng.normal(size=(n, 6)), x + rng.normal(size=(n, 6)), group


@pytest.mark.parametrize("chunk", [7, 512])
def test_ranks_are_those_of_a_double_loop(monkeypatch, chunk):
    monkeypatch.setattr(retrieval, "CHUNK", chunk)
    a, b, group = related()
    found, truth = ranks(a, b, group), literal(a, b, group)
    assert found.rank.tolist() == truth[:, 0].tolist()
    assert found.candidates.tolist() == truth[:, 1].tolist()
    numbers = found.numbers()
    assert numbers["r5"] == np.mean(truth[:, 0] <= 5) and numbers["median_rank"] == np.median(truth[:, 0])
    assert found.chance()["r10"] == pytest.approx(np.mean(10 / truth[:, 1]))
    assert found.chance()["median_rank"] == np.median((truth[:, 1] + 1) / 2)


def test_guessing_is_at_chance():
    rng = np.random.default_rng(1)
    found = ranks(rng.normal(size=(2000, 8)), rng.normal(size=(2000, 8)), np.arange(2000))
    assert found.numbers()["median_rank"] == pytest.approx(found.chance()["median_rank"], rel=0.08)
    assert found.numbers()["r10"] == pytest.approx(10 / 2000, abs=4 * np.sqrt(10 / 2000 / 2000))


def test_a_collapsed_embedding_is_no_better_than_chance():
    found = ranks(np.ones((11, 3)), np.ones((11, 3)), np.arange(11))
    assert found.rank.tolist() == [6.0] * 11 and found.numbers()["median_rank"] == found.chance()["median_rank"]


def test_rows_without_a_side_are_left_out():
    a, b, group = related()
    a[3], b[10] = np.nan, np.nan
    keep = np.setdiff1d(np.arange(len(a)), [3, 10])
    assert ranks(a, b, group).rank.tolist() == literal(a[keep], b[keep], group[keep])[:, 0].tolist()


def test_intervals_hold_the_numbers_and_resample_groups():
    a, b, group = related()
    found = ranks(a, b, group)
    for name, (low, high) in found.intervals(n=100).items():
        assert low <= found.numbers()[name] <= high
    alone = ranks(a, b, np.zeros(len(a)))  # one group: nothing is wrong, and nothing can be resampled
    assert alone.rank.tolist() == [1.0] * len(a) and np.isnan(alone.intervals(n=5)["r1"][0])


def test_what_can_not_be_compared():
    with pytest.raises(InputError, match="shape"):
        pairs(np.ones((3, 2)), np.ones((3, 4)))
    with pytest.raises(InputError, match="1 objects have both"):
        pairs(np.ones((3, 2)), np.array([[1.0, 1], [np.nan, 1], [np.nan, np.nan]]))
