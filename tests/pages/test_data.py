"""The Data page: counts against the table, the object that is picked, its period halved and doubled."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from astrocore.data.dataset import Dataset
from astrocore.tasks import get_task
from astrocore.tasks.exoplanets.config import Config
from astrocore.ui import browse
from astrocore.ui.browse import UNLABELLED
from astrocore.ui.data import counts, missing, torn_groups
from astrocore.ui.objects import match
from tests.pages.test_pages import texts
from tests.pages.test_train import press
from tests.ui.fakes import open_dataset

Open = Callable[..., AppTest]


@pytest.fixture
def data(home: Path) -> Dataset:
    return open_dataset(home / "sample_data" / "exoplanets")


def heading(app: AppTest) -> str:
    return str(app.subheader[0].value)


def test_counts_are_those_of_the_table(data: Dataset) -> None:
    found, table = counts(data), data.table
    for code, name in enumerate(data.classes):
        for split in ("train", "val", "test"):
            assert found.loc[name, split] == ((table["label"] == code) & (table["split"] == split)).sum()
    assert found.loc[UNLABELLED, "all"] == table["label"].isna().sum() and found.loc["all", "all"] == len(table)


def test_missing_values_are_counted_with_units(data: Dataset) -> None:
    found = missing(data).set_index("column")
    assert found.loc["period", "unit"] == "d" and found.loc["period", "missing"] == 0
    assert found.loc["stellar_temp", "missing"] == data.table["stellar_temp"].isna().sum()
    assert found.loc["period", "median"] == np.median(data.table["period"])


def test_a_group_in_two_splits_is_found(data: Dataset) -> None:
    assert torn_groups(data) == []
    data.table.loc[0, "split"] = "val" if data.table.loc[0, "split"] == "train" else "train"
    data.table.loc[1, "group"] = data.table.loc[0, "group"]
    data.table.loc[1, "split"] = "test"
    assert torn_groups(data) == [data.table.loc[0, "group"]]


def test_filters_narrow_the_table(data: Dataset, page: Open) -> None:
    app = page("1_Data")
    assert len(app.dataframe[0].value) == len(data)
    app.pills(key="data:classes").set_value(["CANDIDATE"]).run()
    app.pills(key="data:splits").set_value(["val"]).run()
    truth = (data.table["label"] == 1) & (data.table["split"] == "val")
    assert app.dataframe[0].value["object_id"].tolist() == data.table.loc[truth, "object_id"].tolist()
    assert set(app.dataframe[0].value["class"]) == {"CANDIDATE"} and not app.exception


def test_many_classes_are_chosen_in_a_list(data: Dataset, page: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(browse, "IN_LINE", 2)
    app = page("1_Data")
    app.multiselect(key="data:classes").set_value(["CANDIDATE"]).run()
    assert set(app.dataframe[0].value["class"]) == {"CANDIDATE"} and not app.exception
    app.session_state["data:classes"] = ["a class of another data set"]
    app.run()
    assert not app.exception and len(app.dataframe[0].value) == len(data)


def test_the_first_object_is_shown_and_others_by_step_search_or_address(data: Dataset, page: Open) -> None:
    ids = data.table["object_id"].tolist()
    app = page("1_Data")
    assert heading(app) == ids[0]
    assert heading(press(app, "Next")) == ids[1]
    app.text_input(key="data:find").set_value(ids[5]).run()
    assert heading(app) == ids[5] and heading(press(app, "Previous")) == ids[4]
    assert heading(page("1_Data", object=ids[11])) == ids[11]


def test_the_period_is_halved_doubled_and_put_back(data: Dataset, page: Open) -> None:
    app = page("1_Data")
    period = float(data.table["period"].iloc[0])

    def shown() -> float:
        return float(next(widget for widget in app.number_input if widget.label == "period [d]").value)

    assert shown() == period
    press(app, "Half")
    assert shown() == period / 2 and not app.exception and not app.error
    press(press(app, "Double"), "Double")
    assert shown() == period * 2
    press(app, "Reset")
    assert shown() == period


def test_a_period_that_is_none_is_refused_in_words(data: Dataset, page: Open) -> None:
    app = page("1_Data")
    next(widget for widget in app.number_input if widget.label == "period [d]").set_value(-1.0).run()
    assert "period must be a positive number" in app.error[0].value and not app.exception


def test_a_period_that_can_not_be_folded_is_refused_and_the_card_stays(data: Dataset, page: Open) -> None:
    app = page("1_Data")
    whole = texts(app)
    next(widget for widget in app.number_input if widget.label == "period [d]").set_value(1e9).run()
    assert "twice the cadence of the kept flux" in app.error[0].value and not app.exception
    assert "Lines are the stored views" in whole and "Lines are the stored views" in texts(app)


def test_derived_features_and_missing_numbers(data: Dataset, page: Open) -> None:
    app = page("1_Data")
    measured = app.table[0].value.set_index("quantity")
    app.toggle(key="data:card:derived").set_value(True).run()
    derived = next(frame.value for frame in app.dataframe if "quantity" in frame.value).set_index("quantity")
    assert len(derived) > 50 and "period [d]" in measured.index and not set(derived.index) & set(measured.index)
    row = data.table.iloc[0]
    absent = [name for name in ("kepmag", "tmag") if np.isnan(row[name])]
    assert absent and f"Missing: {', '.join(absent)}." in texts(app)
    found = get_task("exoplanets").data.features(*data.rows(data.indices("train")), Config())
    label = data.table["label"].fillna(-1).to_numpy(int)[data.indices("train")]
    mine = get_task("exoplanets").data.features(*data.rows(np.array([0])), Config())["log_k"].iloc[0]
    for code, name in enumerate(data.classes):
        known = found["log_k"][label == code].dropna()
        share = (known < mine).mean() + (known == mine).mean() / 2
        assert derived.loc["log_k [dex]", name] == pytest.approx(100 * share)


def test_transits_of_the_star_s_other_rows_are_left_out(data: Dataset, page: Open) -> None:
    several = data.table[data.table.duplicated("group", keep=False)].iloc[0]
    other = data.table[(data.table["group"] == several["group"]) & (data.table["object_id"] != several["object_id"])]
    app = page("1_Data", object=several["object_id"])
    assert f"other signals (period {other['period'].iloc[0]:.5g} d" in texts(app)


@pytest.mark.parametrize(
    ("typed", "place"), [("KIC 12", 1), ("kic 1", 0), ("2", 1), ("12", 1), ("x", None), (" ", None)]
)
def test_a_search_takes_the_closest(typed: str, place: int | None) -> None:
    assert match(["KIC 11", "KIC 12", "KIC 123"], typed) == place
