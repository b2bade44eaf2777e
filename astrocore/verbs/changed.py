"""Data sets that are changed on their way to a net: a modality hidden, dealt to others, or columns set."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd

from astrocore.data.dataset import Dataset
from astrocore.tasks.contract import DataModule

Rows = tuple[pd.DataFrame, dict[str, np.ndarray]]
Change = Callable[[pd.DataFrame, dict[str, np.ndarray]], Rows]


@dataclass(frozen=True, eq=False)
class Changed(Dataset):
    """The same objects; what a net reads of them goes through `change` first."""

    change: Change

    def rows(self, index: np.ndarray) -> Rows:
        """Rows at `index`, changed."""
        return self.change(*super().rows(index))


@dataclass(frozen=True, eq=False)
class Repeated(Dataset):
    """Rows of a data set, each as often as asked for, with some columns set."""

    base: Dataset
    row: np.ndarray
    """(M,) row numbers in the base."""
    values: Mapping[str, np.ndarray]
    """Column -> (M,) values in place of the measured ones."""

    @cached_property
    def table(self) -> pd.DataFrame:
        """(M,) rows."""
        return self.base.table.iloc[self.row].reset_index(drop=True).assign(**self.values)

    def __len__(self) -> int:
        return len(self.row)

    def rows(self, index: np.ndarray) -> Rows:
        """Rows at `index`; an array is read at the base's rows."""
        arrays = {name: np.asarray(array[self.row[index]]) for name, array in self.base.arrays.items()}
        return self.table.iloc[index], arrays


def changed(dataset: Dataset, change: Change) -> Changed:
    """The data set behind a change."""
    return Changed(**_parts(dataset), change=change)


def repeated(dataset: Dataset, row: np.ndarray, values: Mapping[str, np.ndarray]) -> Repeated:
    """Rows of a data set with some columns set; `row` and each of `values` are (M,)."""
    return Repeated(**_parts(dataset), base=dataset, row=row, values=values)


def hiding(data: DataModule, modalities: tuple[str, ...]) -> Change:
    """The change that hides modalities."""

    def hide(table: pd.DataFrame, arrays: dict[str, np.ndarray]) -> Rows:
        for modality in modalities:
            table, arrays = data.hide(table, arrays, modality)
        return table, arrays

    return hide


def dealing(data: DataModule, modality: str, seed: int = 0) -> Change:
    """The change that deals a modality to other objects of the same batch: its columns and arrays, rows shuffled.

    What belongs to the modality is what changes when it is hidden.
    """
    rng = np.random.default_rng(seed)

    def deal(table: pd.DataFrame, arrays: dict[str, np.ndarray]) -> Rows:
        order = rng.permutation(len(table))
        bare, empty = data.hide(table, arrays, modality)
        own = {str(name): table[name].to_numpy()[order] for name in table if not bare[name].equals(table[name])}
        moved = {name: array[order] if _differs(array, empty.get(name)) else array for name, array in arrays.items()}
        return table.assign(**own), moved

    return deal


def _differs(one: np.ndarray, other: np.ndarray | None) -> bool:
    return other is None or not np.array_equal(one, other, equal_nan=one.dtype.kind == "f")


def _parts(dataset: Dataset) -> dict[str, Any]:
    return {field.name: getattr(dataset, field.name) for field in fields(Dataset)}
