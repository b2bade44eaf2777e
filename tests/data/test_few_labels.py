"""Which labels are left when only a share of them is known."""

import numpy as np
import pandas as pd
import pytest

from astrocore.data.dataset import Dataset, write_dataset
from astrocore.data.few_labels import few_labels
from tests.tasks.sources.toys import sources_draft


@pytest.fixture(scope="module")
def dataset(tmp_path_factory: pytest.TempPathFactory) -> Dataset:
    draft = sources_draft(300, images=False)
    draft.table.loc[:9, "label"] = pd.NA
    return write_dataset(draft, tmp_path_factory.mktemp("few") / "set")


def known(dataset: Dataset, split: str) -> pd.Series:
    return dataset.table.loc[dataset.table["split"] == split, "label"].dropna()


@pytest.mark.parametrize("share", [0.001, 0.05, 0.3])
def test_a_share_of_every_class_is_kept_and_at_least_one(dataset: Dataset, share: float) -> None:
    some = known(few_labels(dataset, share, 3), "train")
    whole = known(dataset, "train").value_counts()
    assert some.value_counts().to_dict() == {c: max(1, round(share * n)) for c, n in whole.items()}
    assert (some == known(dataset, "train")[some.index]).all()


def test_other_splits_and_the_data_set_itself_keep_their_labels(dataset: Dataset) -> None:
    before = dataset.table.copy()
    few = few_labels(dataset, 0.1, 0)
    for split in ("val", "test"):
        pd.testing.assert_series_equal(known(few, split), known(dataset, split))
    pd.testing.assert_frame_equal(dataset.table, before)
    assert few.path == dataset.path and few.arrays == dataset.arrays


def test_a_larger_share_holds_a_smaller_one_and_another_seed_draws_others(dataset: Dataset) -> None:
    small, large = (set(known(few_labels(dataset, share, 1), "train").index) for share in (0.1, 0.4))
    assert small < large
    assert small != set(known(few_labels(dataset, 0.1, 2), "train").index)


def test_all_labels_are_the_data_set_as_it_is(dataset: Dataset) -> None:
    assert few_labels(dataset, 1.0, 0) is dataset
    assert np.isin(known(dataset, "train").unique().astype(int), [0, 1, 2]).all()
