"""Light curves beside a table: folded views, flux columns, a file for each row; and what the net gets of all."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from astrocore.config import validated
from astrocore.data.dataset import Draft, write_dataset
from astrocore.data.splits import split_by_group
from astrocore.errors import (
    AstrocoreError,
    BadValue,
    ConfigError,
    FileUnreadable,
    LeakColumn,
    Misaligned,
    MissingColumns,
)
from astrocore.tasks.exoplanets.config import Config
from astrocore.tasks.exoplanets.data import prepare, read
from astrocore.tasks.exoplanets.folding import phase_of

from .conftest import FIVE, Write, folded, source, views

# ------------------------------------------------------------------------------------------------------- views


def test_views_beside_the_table(write: Write, tmp_path: Path) -> None:
    made = views()
    made["local_view"][2, 5] = np.nan
    np.savez(tmp_path / "v.npz", tic=[4, 3, 2, 1], **made)
    draft = read(write(TIC=[4, 3, 2, 1]), source(views="v.npz"))
    assert {k: (v.shape, v.dtype.name) for k, v in draft.arrays.items()} == {
        "global_view": ((4, 201), "float16"),
        "global_mask": ((4, 201), "bool"),
        "local_view": ((4, 61), "float32"),
        "local_mask": ((4, 61), "bool"),
    }
    np.testing.assert_array_equal(draft.arrays["global_view"], made["global_view"])
    assert np.argwhere(~draft.arrays["local_mask"]).tolist() == [[2, 5]] and draft.arrays["local_view"][2, 5] == 0
    assert draft.origin["light_curve"] == "measured" and draft.sources == ("planets.csv", "v.npz")


def test_odd_even_and_scatter_are_read_where_they_are(write: Write, tmp_path: Path) -> None:
    made = views() | {"odd_view": views()["local_view"].copy(), "global_scatter": np.full((4, 201), 0.5)}
    made["odd_view"][1] = np.nan  # one event only: no odd one
    np.savez(tmp_path / "v.npz", tic=[4, 3, 2, 1], **made)
    draft = read(write(tic=[4, 3, 2, 1]), source(views="v.npz"))
    assert draft.arrays["odd_mask"].any(axis=1).tolist() == [True, False, True, True]
    assert draft.arrays["global_scatter"].dtype == np.float16 and "even_view" not in draft.arrays


def test_an_object_without_a_view_stays(write: Write, tmp_path: Path) -> None:
    mask = np.ones((4, 201), dtype=bool)
    mask[1] = False
    np.savez(tmp_path / "v.npz", tic=[4, 3, 2, 1], global_view=views()["global_view"], global_mask=mask)
    draft = read(write(tic=[4, 3, 2, 1]), source(views=tmp_path / "v.npz"))
    assert len(draft.table) == 4 and draft.arrays["global_mask"].any(axis=1).tolist() == [True, False, True, True]


def test_views_alone_bring_their_own_columns(tmp_path: Path) -> None:
    columns = {name: np.array(values) for name, values in FIVE.items()}
    np.savez(tmp_path / "v.npz", tic=np.array([4, 3, 2, 1]), **columns, **views())
    draft = read(tmp_path / "v.npz", source())
    assert draft.table["group"].tolist() == ["TIC 4", "TIC 3", "TIC 2", "TIC 1"] and len(draft.arrays) == 4
    assert draft.table["label"].tolist() == [0, 1, 2, 0] and draft.sources == ("v.npz",)


@pytest.mark.parametrize(
    ("change", "error", "says"),
    [
        ({"tic": [4, 3, 9, 1]}, Misaligned, r"Row 3 is tic 2 in the table and 9 in v\.npz"),
        ({"tic": [4, 3, 2]}, Misaligned, r"v\.npz has 3 rows and the table 4"),
        ({"tic": None}, Misaligned, "share no column of ids"),
        ({"global_view": np.zeros((4, 201))}, BadValue, r"Row 1 \(TIC 4\) has a constant global view"),
        ({"global_view": np.full((4, 201), np.nan)}, BadValue, r"Row 1 \(TIC 4\) has no number in its global view"),
        ({"global_view": np.ones((3, 201))}, Misaligned, r"global_view \(3, 201\)"),
        ({"local_mask": np.ones((4, 60), dtype=bool)}, Misaligned, r"its mask \(4, 60\)"),
        ({"global_view": None, "local_view": None}, MissingColumns, "no global_view and no local_view"),
    ],
)
def test_views_that_do_not_fit(
    write: Write, tmp_path: Path, change: dict[str, object], error: type[AstrocoreError], says: str
) -> None:
    held = {"tic": [4, 3, 2, 1], **views(), **change}
    np.savez(tmp_path / "v.npz", **{name: np.asarray(values) for name, values in held.items() if values is not None})
    with pytest.raises(error, match=says):
        read(write(tic=[4, 3, 2, 1]), source(views="v.npz"))


# ------------------------------------------------------------------------------------------------ flux columns


@pytest.mark.parametrize(("level", "bins"), [(1.0, 400), (0.0, 400), (25_000.0, 1000), (1.0, 100)])
def test_folded_flux_columns(write: Write, level: float, bins: int) -> None:
    columns = folded(bins=bins, level=level or 1.0)
    if level == 0:
        columns = {name: [v - 1 for v in values] for name, values in columns.items()}
    draft = read(write(**columns), source())
    assert list(draft.table.columns[3:]) == [*list(FIVE)[:5], "flux_scatter"]
    np.testing.assert_allclose(draft.table["flux_scatter"], 1000, rtol=0.2)
    assert draft.arrays["secondary_mask"].all() and not draft.arrays["odd_mask"].any()
    np.testing.assert_array_less(np.abs(draft.arrays["secondary_view"]), 6)
    assert draft.arrays["global_mask"].all() and draft.arrays["local_mask"].all()
    depth = -draft.arrays["global_view"][:, 99:102].mean(axis=1)
    np.testing.assert_allclose(depth, [10, 20, 30, 40], rtol=0.25)
    np.testing.assert_array_less(draft.arrays["global_view"][:, :80], 6)


def test_flux_columns_are_taken_by_number(write: Write) -> None:
    columns = folded(bins=20)
    shuffled = {name: columns[name] for name in sorted(columns)}
    first, second = read(write(**columns), source()), read(write("b.csv", **shuffled), source())
    np.testing.assert_array_equal(first.arrays["global_view"], second.arrays["global_view"])


def test_constant_missing_and_infinite_flux(write: Write) -> None:
    columns = folded(bins=30)
    for row, value, says in ((1, 1.0, "Row 2 .* has a constant flux"), (2, None, "Row 3 .* has no flux in any column")):
        spoilt = {name: [value if i == row else v for i, v in enumerate(values)] for name, values in columns.items()}
        with pytest.raises(BadValue, match=says):
            read(write(**spoilt), source())
    with pytest.raises(BadValue, match=r"Row 1 .* has an infinite flux_3"):
        read(write(**columns | {"flux_3": [np.inf, 1, 1, 1]}), source())
    with pytest.raises(BadValue, match=r"Row 2 .* has 'bright' in the column flux_3"):
        read(write(**columns | {"flux_3": [1, "bright", 1, 1]}), source())


def series(periods: list[float], epoch: float, n: int = 1300, start: float = 50.0) -> dict[str, list[float | None]]:
    time = start + np.arange(n) / 48
    rng = np.random.default_rng(0)
    flux = np.stack(
        [9000 * (1 - 0.01 * (np.abs(phase_of(time, p, epoch)) * p < 0.06) + 3e-4 * rng.normal(size=n)) for p in periods]
    )
    flux[:, 300:350] = np.nan
    return {f"flux_{i}": [None if np.isnan(v) else v for v in flux[:, i]] for i in range(n)}


def test_a_series_is_folded_on_period_and_epoch(write: Write) -> None:
    extra = {"epoch_time": [51.3] * 4, "duration": [2.9] * 4, "period": [3.5, 5.0, 1.2, 7.0]}
    file = write(**series([3.5, 5.0, 1.2, 7.0], 51.3), **extra)
    draft = read(file, source(flux_kind="series", cadence_minutes=30, time_start=50.0))
    assert draft.arrays["flux"].shape == (4, 1300) and draft.arrays["flux"].dtype == np.float16
    assert np.isnan(draft.arrays["flux"][:, 300:350]).all()
    np.testing.assert_allclose(draft.table["flux_scatter"], 300, rtol=0.1)
    assert draft.table["events"].tolist() == [8, 5, 23, 4] and draft.units["flux_scatter"] == "ppm"
    assert draft.table["cadence"].unique() == pytest.approx([1 / 48]) and (draft.table["time_start"] == 50).all()
    middle = draft.arrays["local_view"][:, 28:33][draft.arrays["local_mask"][:, 28:33]]
    assert middle.mean() == pytest.approx(-0.01 / 3e-4, rel=0.15)
    np.testing.assert_allclose(np.nanmin(draft.arrays["flux"], axis=1), -11, atol=0.8)
    with pytest.raises(ConfigError, match="cadence_minutes"):
        read(file, source(flux_kind="series"))
    with pytest.raises(MissingColumns, match="epoch_time"):
        read(write(**series([1.0] * 4, 0.0, 100)), source(flux_kind="series", cadence_minutes=30))


# ------------------------------------------------------------------------------------------- a file for each row


def curve_file(file: Path, period: float, epoch: float) -> None:
    time = 50 + np.arange(1300) / 48
    inside = np.abs(phase_of(time, period, epoch)) * period < 0.06
    flux = 9000 * (1 - 0.01 * inside + 3e-4 * np.random.default_rng(0).normal(size=1300))
    pd.DataFrame({"time": time, "flux": flux}).to_csv(file, index=False)


def test_a_light_curve_file_for_each_row(write: Write, tmp_path: Path) -> None:
    (tmp_path / "curves").mkdir()
    for i, period in enumerate(FIVE["period"][:3]):
        curve_file(tmp_path / "curves" / f"{i}.csv", float(period), 51.3)
    paths = ["curves/0.csv", "curves/1.csv", "curves/2.csv", ""]
    draft = read(write(light_curve_path=paths, epoch_time=[51.3, 51.3, 51.3, None], duration=[2.9] * 4), source())
    assert draft.arrays["global_mask"].any(axis=1).tolist() == [True, True, True, False]
    assert np.isfinite(draft.arrays["flux"]).any(axis=1).tolist() == [True, True, True, False]
    assert draft.table["time_start"][:3].tolist() == [50] * 3 and "light_curve_path" not in draft.table
    assert draft.table["events"].tolist()[:3] == [8, 3, 23] and draft.defects == ()
    middle = np.ma.array(draft.arrays["local_view"], mask=~draft.arrays["local_mask"])[:3, 27:34]
    np.testing.assert_allclose(middle.mean(axis=1), -0.01 / 3e-4, rtol=0.15)


@pytest.mark.parametrize("path", ["../secret.csv", "/etc/hostname", "link.csv"])
def test_light_curves_outside_the_folder_are_refused(tmp_path: Path, path: str) -> None:
    (tmp_path / "in").mkdir()
    curve_file(tmp_path / "secret.csv", 2.0, 51.0)
    (tmp_path / "in" / "link.csv").symlink_to(tmp_path / "secret.csv")
    table = pd.DataFrame({"period": [2.0], "epoch_time": [51.0], "light_curve_path": [path], "label": ["CANDIDATE"]})
    table.to_csv(tmp_path / "in" / "t.csv", index=False)
    with pytest.raises(FileUnreadable, match="outside the table's folder"):
        read(tmp_path / "in" / "t.csv", source())


def test_rows_with_unusable_light_curves_stay_and_are_told(write: Write, tmp_path: Path) -> None:
    (tmp_path / "flat.csv").write_text("time,flux\n1,2\n2,2\n")
    (tmp_path / "short.csv").write_text("time,flux\n1,2\n2,3\n")
    for path, error, says in (
        ("flat.csv", "BadValue", r"flat\.csv has a constant flux"),
        ("short.csv", "BadValue", r"planets-000002 has no stretch"),
        ("none.csv", "FileUnreadable", "There is no file"),
    ):
        draft = read(write(light_curve_path=["", path, "", ""], epoch_time=[1.0] * 4), source())
        (defect,) = draft.defects
        assert (defect.file, defect.error) == (path, error) and re.search(says, defect.message)
        assert len(draft.table) == 4 and not draft.arrays["global_mask"].any()
    curve_file(tmp_path / "sound.csv", 10.0, 51.3)
    draft = read(write(light_curve_path=["", "sound.csv", "", ""], epoch_time=[1.0, None, 1.0, 1.0]), source())
    assert "planets-000002 has no epoch_time" in draft.defects[0].message
    with pytest.raises(MissingColumns, match="needs the column epoch_time"):
        read(write(light_curve_path=["", "sound.csv", "", ""]), source())


# ----------------------------------------------------------------------------------------------------- prepare


def inputs(draft: Draft, **settings: object) -> dict[str, np.ndarray]:
    return prepare(draft.table, draft.arrays, validated(Config, settings))


def test_inputs_have_the_same_keys_and_shapes_whatever_is_there(write: Write, tmp_path: Path) -> None:
    np.savez(tmp_path / "v.npz", tic=[4, 3, 2, 1], local_view=views()["local_view"])
    drafts = [
        read(write(), source()),
        read(write(**folded()), source()),
        read(write(tic=[4, 3, 2, 1], stellar_temp=None, stellar_radius=None), source(views="v.npz")),
    ]
    first = None
    for draft in drafts:
        ready = inputs(draft, global_bins=128, local_bins=32)
        shapes = {name: (values.shape, values.dtype.name) for name, values in ready.items()}
        assert first is None or shapes == first
        first = shapes
        for kind, bins in (("global", 128), ("local", 32)):
            assert shapes[f"{kind}_view"][0][:2] == shapes[f"{kind}_mask"][0] == (4, bins)
        assert np.isfinite(ready["global_view"]).all() and np.isfinite(ready["local_view"]).all()
        assert ready["global_mask"].any() == ("global_view" in draft.arrays)
        assert ready["local_mask"].any() == ("local_view" in draft.arrays)
        assert np.isnan(ready["star"]).all() == ("stellar_temp" not in draft.table)


def test_features_are_logarithms_and_missing_stays_missing(write: Write) -> None:
    ready = inputs(read(write(depth=[100.0, None, 1e4, 1e5]), source()))
    np.testing.assert_allclose(ready["planet"][:, 1], [2, np.nan, 4, 5])
    np.testing.assert_allclose(ready["planet"][:, 0], np.log10(FIVE["period"]), rtol=1e-6)


def test_a_data_set_gives_the_inputs_of_its_draft(write: Write, tmp_path: Path) -> None:
    draft = read(write(**folded()), source())
    draft.table["split"] = split_by_group(draft.table)
    found = write_dataset(draft, tmp_path / "set")
    table, arrays = found.rows(np.array([3, 1]))
    ready, whole = prepare(table, arrays, Config()), inputs(draft)
    for name, values in ready.items():
        np.testing.assert_array_equal(values, whole[name][[3, 1]])


def test_configured_columns(write: Write) -> None:
    draft = read(write(duration=[2.0, 3.0, 4.0, 5.0]), source())
    assert inputs(draft, planet_columns=("period", "koi_duration"))["planet"].shape == (4, 2)
    assert np.isnan(inputs(read(write(depth=None), source()))["planet"][:, 1]).all()
    with pytest.raises(MissingColumns, match="no column impact"):
        inputs(draft, planet_columns=("period", "impact"))
    with pytest.raises(LeakColumn, match="koi_score"):
        inputs(draft, planet_columns=("period", "koi_score"))
    with pytest.raises(LeakColumn, match="kepler_name"):
        inputs(draft, star_columns=("kepler_name",))
