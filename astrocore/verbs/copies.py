"""Rows as they might have been measured instead: degraded copies, where a task's settings ask for such.

A model that is to work on fainter objects than it learned from has to be judged on such: companion, rounds, epochs,
verdict and temperature would otherwise be chosen by the bright objects that it was given.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import cast

import numpy as np
import pandas as pd

from astrocore.config import Training
from astrocore.data.dataset import Dataset
from astrocore.tasks import Task
from astrocore.tasks.contract import MakesCopies


@dataclass(frozen=True)
class Copies:
    """A data set's rows and, numbered on behind them, `n` times as many copies: row r of copy k is k N + r."""

    task: Task
    dataset: Dataset
    config: Training

    @property
    def _rows(self) -> int:
        """Rows of the data set; by the table that is kept, for len reads a file each time."""
        return max(1, len(self.dataset.table))

    @property
    def n(self) -> int:
        """Copies of each row that the settings ask for; most tasks know of none."""
        data = self.task.data
        return data.copies(self.config) if isinstance(data, MakesCopies) else 0

    def index(self, rows: np.ndarray) -> np.ndarray:
        """The numbers `rows` (n,) of the data set, then those of their copies."""
        return np.concatenate([rows + k * self._rows for k in range(1 + self.n)])

    def labels(self, index: np.ndarray) -> np.ndarray:
        """Labels (n,) int of the rows and copies `index`, -1 where unknown."""
        label = self.dataset.table["label"].iloc[index % self._rows]
        return np.asarray(label.fillna(-1).to_numpy(np.int64))

    def rows(self, index: np.ndarray) -> tuple[pd.DataFrame, Mapping[str, np.ndarray]]:
        """Table and array rows at `index` in that order, as Dataset.rows gives them; copies are drawn by the seed."""
        copy, row = np.divmod(index, self._rows)
        table, arrays = self.dataset.rows(row)
        worse = copy > 0
        if not worse.any():
            return table, arrays
        seed = int(np.random.SeedSequence([self.config.seed, *index[worse][:1]]).generate_state(1)[0])
        some = {name: array[worse] for name, array in arrays.items()}
        changed, new = cast(MakesCopies, self.task.data).degraded(table[worse], some, self.config, seed)
        order = np.argsort(np.concatenate([np.flatnonzero(~worse), np.flatnonzero(worse)]))
        both = {name: np.concatenate([array[~worse], new[name]])[order] for name, array in arrays.items()}
        return pd.concat([table[~worse], changed]).iloc[order], both
