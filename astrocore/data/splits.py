"""Splits by group: what must not be torn apart stays in one of train, val, test."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pandas as pd

from astrocore.data.checks import SPLITS, check_groups, check_splits
from astrocore.errors import ConfigError

SPELLINGS = {"validation": "val", "valid": "val", "dev": "val", "training": "train"}


def split_by_group(
    table: pd.DataFrame, fractions: tuple[float, float, float] = (0.7, 0.15, 0.15), seed: int = 0
) -> pd.Series:
    """A split for every row, no group torn apart, classes spread evenly.

    Groups are dealt out within the rarest class that they hold, in an order drawn from `seed`, each to
    the split that is furthest below its share. Classes of so few groups that none would be left for the smallest split
    are dealt out together. A split that the table brings is kept and checked; one of
    train and test only has its val dealt out of train.

    Parameters
    ----------
    table
        Columns group and label (null allowed); split, where the user brings one.
    fractions
        Shares of train, val and test; they add up to one.

    Raises
    ------
    GroupLeak, BadValue
        The split that the table brings tears a group apart, or has another name than train, val, test.
    ConfigError
        The fractions are negative or do not add up to one.
    """
    if min(fractions) < 0 or abs(sum(fractions) - 1) > 1e-6:
        raise ConfigError(f"Split fractions {fractions} must not be negative and must add up to one.")
    if "split" not in table:
        return _dealt(table, np.asarray(fractions), seed)
    split = known_splits(table["split"])
    check_groups(table.assign(split=split))
    train = split == "train"
    if train.any() and not (split == "val").any() and fractions[1] > 0:
        shares = np.array([fractions[0], fractions[1], 0.0]) / (fractions[0] + fractions[1])
        split[train] = _dealt(table[train], shares, seed)
    return split


def parts_by_group(table: pd.DataFrame, k: int, seed: int = 0) -> np.ndarray:
    """One of `k` parts of nearly one size, 0 to k-1, for every row of `table` (columns group and label).

    As in `split_by_group`, groups are dealt out within the rarest class that they hold, in an order drawn from `seed`:
    each to the part that has least of that class, and of several such to the smallest. No part stays empty.

    Raises
    ------
    ConfigError
        There are fewer groups than parts.
    """
    sizes = table["group"].value_counts()
    if len(sizes) < k:
        raise ConfigError(f"{len(sizes)} groups can't be dealt into {k} parts without tearing one; take fewer parts.")
    rng, total, of_group = np.random.default_rng(seed), np.zeros(k), pd.Series(0, index=sizes.index)
    for members in _strata(table).values():
        have = np.zeros(k)
        for group in rng.permutation(np.array(members, dtype=object)):
            chosen = int(np.lexsort((total, have))[0])
            have[chosen] += sizes[group]
            total[chosen] += sizes[group]
            of_group[group] = chosen
    return table["group"].map(of_group).to_numpy(int)


def known_splits(split: pd.Series) -> pd.Series:
    """Split names as users spell them -> train, val, test; BadValue for any other."""
    tidy = split.astype(str).str.strip().str.lower().replace(SPELLINGS)
    check_splits(tidy)
    return tidy


def _dealt(table: pd.DataFrame, fractions: np.ndarray, seed: int) -> pd.Series:
    """A split for every row of `table`, by group within classes."""
    rng = np.random.default_rng(seed)
    of_group = pd.Series("", index=pd.Index(table["group"].unique()), dtype=object)
    counts, together, least = table["group"].value_counts(), list[str](), 1 / fractions[fractions > 0].min()
    for label, members in _strata(table).items():
        sizes = counts.loc[members]
        order = sizes.index[rng.permutation(len(sizes))]
        if label >= 0 and len(members) < least:
            together += order.tolist()
        else:
            _deal(order, counts, fractions, of_group)
    _deal(together, counts, fractions, of_group)
    return table["group"].map(of_group).rename("split")


def _strata(table: pd.DataFrame) -> dict[float, list[str]]:
    """Groups by the rarest label that each holds; -1 for groups without one."""
    label = table["label"].astype("Float64").fillna(-1).astype(float)
    counts = label.value_counts()
    rarest = pd.DataFrame({"group": table["group"], "label": label, "count": label.map(counts)})
    first = rarest.sort_values(["count", "label"], kind="stable").drop_duplicates("group").set_index("group")["label"]
    first = first.reindex(table["group"].unique())
    return {key: first.index[first == key].tolist() for key in sorted(first.unique())}


def _deal(order: Iterable[str], sizes: pd.Series, fractions: np.ndarray, of_group: pd.Series) -> None:
    """Give each group to the split that lacks most of its share so far."""
    have = np.zeros(len(SPLITS))
    for group in order:
        size = float(sizes[group])
        lack = fractions * (have.sum() + size) - have
        chosen = int(np.argmax(lack))
        have[chosen] += size
        of_group[group] = SPLITS[chosen]
