"""Splits keep groups whole, classes spread and what the user brought."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from astrocore.data.splits import known_splits, parts_by_group, split_by_group
from astrocore.errors import BadValue, ConfigError, GroupLeak


def table(groups: list[int], labels: list[int | None]) -> pd.DataFrame:
    return pd.DataFrame({"group": [f"g{g}" for g in groups], "label": pd.array(labels, dtype="Int64")})


ROWS = st.lists(st.tuples(st.integers(0, 15), st.sampled_from([0, 1, 2, None])), min_size=1, max_size=60)
SHARES = st.sampled_from([(0.7, 0.15, 0.15), (1.0, 0.0, 0.0), (0.0, 0.5, 0.5), (0.6, 0.4, 0.0), (0.0, 0.0, 1.0)])


@given(ROWS, SHARES, st.integers(0, 5))
def test_groups_stay_whole_and_splits_of_no_share_stay_empty(
    rows: list[tuple[int, int | None]], shares: tuple[float, float, float], seed: int
) -> None:
    objects = table([g for g, _ in rows], [label for _, label in rows])
    split = split_by_group(objects, shares, seed)
    assert split.index.equals(objects.index) and split.isin(("train", "val", "test")).all()
    assert (objects.assign(split=split).groupby("group")["split"].nunique() == 1).all()
    for name, share in zip(("train", "val", "test"), shares, strict=True):
        assert share > 0 or not (split == name).any()


def test_shares_hold_in_every_class() -> None:
    rng = np.random.default_rng(0)
    label = rng.choice(3, 3000, p=(0.8, 0.15, 0.05))
    objects = table(list(range(3000)), [int(c) for c in label])
    split = split_by_group(objects)
    for c in range(3):
        counts = split[label == c].value_counts(normalize=True)
        assert abs(counts["train"] - 0.7) < 0.02 and abs(counts["val"] - 0.15) < 0.02


@pytest.mark.parametrize("nights", [1, 2, 3, 4, 6])
def test_classes_of_few_groups_share_the_splits(nights: int) -> None:
    """Each alone would leave the smallest split without any."""
    groups = [g for g in range(11 * nights) for _ in range(10)]
    objects = table([*groups, *range(900, 905)], [*[g // nights for g in groups], *[None] * 5])
    split = split_by_group(objects)
    counts = split[objects["label"].notna()].value_counts(normalize=True)
    assert counts["train"] == pytest.approx(0.7, abs=0.1)
    assert counts["val"] == pytest.approx(0.15, abs=0.06) == counts["test"]


def test_the_seed_decides() -> None:
    objects = table(list(range(100)), [i % 3 for i in range(100)])
    first, again, other = (split_by_group(objects, seed=seed) for seed in (1, 1, 2))
    assert first.equals(again) and not first.equals(other)


def test_a_split_that_the_table_brings_is_kept() -> None:
    objects = table([0, 1, 2, 2], [0, 1, 0, 1]).assign(split=["Train", " validation ", "TEST", "test"])
    assert split_by_group(objects).tolist() == ["train", "val", "test", "test"]


def test_train_and_test_only_gives_val_out_of_train() -> None:
    objects = table([i // 2 for i in range(400)], [i % 2 for i in range(400)])
    objects["split"] = ["test" if i < 100 else "train" for i in range(400)]
    split = split_by_group(objects)
    assert (split[:100] == "test").all() and not (split[100:] == "test").any()
    assert abs((split[100:] == "val").mean() - 0.15 / 0.85) < 0.02
    assert (objects.assign(split=split).groupby("group")["split"].nunique() == 1).all()
    assert split_by_group(objects, (0.85, 0.0, 0.15)).tolist() == objects["split"].tolist()
    assert split_by_group(objects[:100]).tolist() == ["test"] * 100


def test_a_split_that_tears_a_group_apart_is_refused() -> None:
    with pytest.raises(GroupLeak, match="g0"):
        split_by_group(table([0, 0], [0, 1]).assign(split=["train", "test"]))


def test_names_and_shares_that_do_not_fit() -> None:
    with pytest.raises(BadValue, match="Row 2 has the split 'later'"):
        known_splits(pd.Series(["train", "later"]))
    for shares in ((0.5, 0.5, 0.5), (1.2, -0.1, -0.1)):
        with pytest.raises(ConfigError, match="add up to one"):
            split_by_group(table([0], [0]), shares)


@given(ROWS, st.integers(1, 6), st.integers(0, 5))
def test_parts_keep_groups_whole_and_none_is_empty(rows: list[tuple[int, int | None]], k: int, seed: int) -> None:
    objects = table([g for g, _ in rows], [label for _, label in rows])
    if objects["group"].nunique() < k:
        with pytest.raises(ConfigError, match=f"into {k} parts"):
            parts_by_group(objects, k, seed)
        return
    part = parts_by_group(objects, k, seed)
    assert set(part) == set(range(k))
    assert (objects.assign(part=part).groupby("group")["part"].nunique() == 1).all()


def test_parts_are_alike_in_every_class_and_drawn_by_the_seed() -> None:
    rng = np.random.default_rng(0)
    label = rng.choice(3, 3000, p=(0.8, 0.15, 0.05))
    objects = table(list(range(3000)), [int(c) for c in label])
    part = parts_by_group(objects, 5, 3)
    for c in range(3):
        counts = np.bincount(part[label == c], minlength=5)
        assert counts.max() - counts.min() <= 1
    assert (part == parts_by_group(objects, 5, 3)).all() and (part != parts_by_group(objects, 5, 4)).any()
