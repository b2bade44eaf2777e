"""Folders of light-curve files: stars, rows, joined quarters, defects, searched signals."""

from __future__ import annotations

import gzip
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from astrocore.data.draft import Draft
from astrocore.errors import ConfigError, FileUnreadable, InputError, MissingColumns
from astrocore.tasks.exoplanets.data import read
from astrocore.tasks.exoplanets.folders import curve_files, holds_curve

from .conftest import source
from .curve_files import DEPTH, DURATION, EPOCH, PERIOD, flux_of, times, write_kepler, write_tess


def catalogue(folder: Path, **columns: list[object]) -> Path:
    file = folder.parent / "signals.csv"
    n = len(next(iter(columns.values())))
    usual = {"koi_period": [PERIOD] * n, "koi_time0bk": [EPOCH] * n, "koi_duration": [24 * DURATION] * n}
    pd.DataFrame({**usual, "koi_depth": [1e6 * DEPTH] * n, **columns}).to_csv(file, index=False)
    return file


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Curves of KIC 1001 (two quarters of unlike level), KIC 1002, and KIC 1003 in a folder below."""
    root = tmp_path / "curves"
    first, second = times(), times(165.0)
    write_kepler(root / "kplr000001001-q1_llc.fits", 1001, first, 8000 * flux_of(first))
    write_kepler(root / "kplr000001001-q2_llc.fits", 1001, second, 19_000 * flux_of(second, seed=1))
    write_kepler(root / "kplr000001002-q1_llc.fits", 1002, first, 500 * flux_of(first, seed=2))
    write_kepler(root / "more" / "kplr000001003-q1_llc.fits", 1003, first, 500 * flux_of(first, seed=3))
    return root


def depths(draft: Draft) -> np.ndarray:
    """Depth [ppm] in the middle of the local views."""
    middle = np.ma.array(draft.arrays["local_view"].astype(float), mask=~draft.arrays["local_mask"])[:, 27:34]
    return np.asarray(-middle.mean(axis=1).filled(np.nan) * draft.table["flux_scatter"])


def test_rows_get_the_curves_of_their_stars(folder: Path) -> None:
    table = catalogue(folder, kepid=[1001, 1002, 1002, 7], koi_period=[PERIOD, PERIOD, 2 * PERIOD, 9.0],
                      label=["CONFIRMED", "FALSE POSITIVE", "CANDIDATE", "CONFIRMED"])  # fmt: skip
    draft = read(folder, source(catalogue=table, search=False))
    assert draft.table["object_id"].tolist() == ["KIC 1001", "KIC 1002.01", "KIC 1002.02"]
    assert draft.table["label"].tolist() == [0, 2, 1] and draft.sources == ("curves", "signals.csv")
    np.testing.assert_allclose(depths(draft), 1e6 * DEPTH, rtol=0.1)
    # Two quarters of unlike level, 19 transits; half of them at twice the period; nothing of KIC 1003.
    assert draft.table["events"].tolist() == [18, 9, 5]
    assert {d.file: d.error for d in draft.defects} == {"more/kplr000001003-q1_llc.fits": "BadValue"}
    assert draft.origin == {"light_curve": "measured", "planet": "measured"}
    # The unfolded curve is kept for the card, in parts per thousand on an even grid.
    assert draft.arrays["flux"].shape[1] == pytest.approx((165 + 27 - 131.5) * 48, abs=2)
    assert np.nanmedian(draft.arrays["flux"][0]) == pytest.approx(0, abs=0.5)
    assert draft.table["time_start"].tolist() == [131.5] * 3


def test_all_rows_of_the_catalogue_if_asked(folder: Path) -> None:
    table = catalogue(folder, kepid=[1001, 7])
    draft = read(folder, source(catalogue=table, all_rows=True, search=False))
    assert draft.arrays["global_mask"].any(axis=1).tolist() == [True, False]
    assert draft.table["flux_scatter"].isna().tolist() == [False, True]


def test_stars_without_a_row_are_searched(folder: Path) -> None:
    draft = read(folder, source(catalogue=catalogue(folder, kepid=[1001], label=["CONFIRMED"])))
    assert draft.table["object_id"].tolist() == ["KIC 1001", "KIC 1002", "KIC 1003"]
    assert draft.table["label"].isna().tolist() == [False, True, True]
    np.testing.assert_allclose(draft.table["period"], PERIOD, rtol=2e-3)
    np.testing.assert_allclose(depths(draft), 1e6 * DEPTH, rtol=0.15)
    assert "2 of 3 rows were found by a search" in draft.notes[-1] and draft.table["snr"][1:].min() > 30


def test_files_alone(folder: Path) -> None:
    draft = read(folder, source())
    assert draft.table["group"].tolist() == ["KIC 1001", "KIC 1002", "KIC 1003"] and draft.table["label"].isna().all()
    one = read(folder / "kplr000001002-q1_llc.fits", source(classes=("PLANET", "STAR")))
    assert one.table["object_id"].tolist() == ["KIC 1002"] and one.classes == ("PLANET", "STAR")


def test_stars_are_known_from_headers_of_tess(tmp_path: Path) -> None:
    time = times(1325.3, 27, 30)
    card = {"TEFF": 5200.0, "RADIUS": 0.9, "LOGG": 4.5}
    write_tess(tmp_path / "in" / "a.fits", 99, time, 900 * flux_of(time, epoch=1326.0), **card)
    draft = read(tmp_path / "in", source())
    row = draft.table.iloc[0]
    assert row["group"] == "TIC 99" and (row["stellar_temp"], row["tmag"], row["stellar_logg"]) == (5200, 9.5, 4.5)
    assert row["planet_radius"] == pytest.approx(109.08 * 0.9 * np.sqrt(row["depth"] * 1e-6))
    # A table counts in full Julian dates, the file from 2457000.
    toi = pd.DataFrame({"toi": [5.01], "tid": [99], "pl_orbper": [PERIOD], "pl_tranmid": [2457000 + 1326.0],
                        "pl_trandurh": [24 * DURATION], "tfopwg_disp": ["CP"]})  # fmt: skip
    toi.to_csv(tmp_path / "toi.csv", index=False)
    draft = read(tmp_path / "in", source(catalogue=tmp_path / "toi.csv"))
    assert draft.table["object_id"].tolist() == ["TOI 5.01"] and draft.table["label"].tolist() == [0]
    assert depths(draft)[0] == pytest.approx(1e6 * DEPTH, rel=0.1)
    assert draft.table["time_start"][0] == pytest.approx(2457000 + 1325.3)


def test_transits_of_other_rows_are_left_out(tmp_path: Path) -> None:
    # The other signal keeps step with the first, a third of an orbit later: it would show as a dip of the same view.
    time, later = times(days=90), EPOCH + PERIOD / 3
    flux = flux_of(time) * flux_of(time, PERIOD, later, 0.02, 5)
    np.savez(tmp_path / "kic_55.npz", time=time, pdcsap_flux=flux.astype(np.float32))
    table = pd.DataFrame({"kepid": [55, 55], "object_id": ["b", "c"], "period": [PERIOD] * 2,
                          "epoch_time": [EPOCH, later], "duration": [24 * DURATION] * 2})  # fmt: skip
    table.to_csv(tmp_path / "t.csv", index=False)
    both = read(tmp_path / "kic_55.npz", source(catalogue="t.csv"))
    table.head(1).to_csv(tmp_path / "t.csv", index=False)
    alone = read(tmp_path / "kic_55.npz", source(catalogue="t.csv"))
    assert depths(both) == pytest.approx([4e3, 2e4], rel=0.1) and depths(alone) == pytest.approx([4e3], rel=0.1)
    lowest = [float(draft.arrays["global_view"][0].min() * draft.table["flux_scatter"][0]) for draft in (both, alone)]
    assert lowest[0] > -6e3 and lowest[1] < -1.5e4


def test_what_can_not_be_used_is_told_and_the_rest_is_read(folder: Path) -> None:
    time = times(days=5, minutes=1)
    write_kepler(folder / "short.fits", 1004, time, 700 * flux_of(time))
    cut = write_kepler(folder / "kplr000001005.fits", 1005, times(), flux_of(times()))
    cut.write_bytes(cut.read_bytes()[:9000])
    (folder / "kplr000001006.fits").write_bytes(b"")
    write_kepler(folder / "kplr000001007.fits", 1007, time, np.full(len(time), np.nan))
    (folder / "1008.csv").write_text("time,brightness\n1,2\n")
    table = catalogue(folder, kepid=list(range(1001, 1009)))
    draft = read(folder, source(catalogue=table))
    assert {defect.file: defect.error for defect in draft.defects} == {
        "1008.csv": "MissingColumns",
        "kplr000001005.fits": "FileUnreadable",
        "kplr000001006.fits": "FileUnreadable",
        "kplr000001007.fits": "BadValue",
        "short.fits": "ShortCadence",
    }
    assert len(draft.table) == 8
    assert draft.arrays["global_mask"].any(axis=1).tolist() == [True] * 4 + [False] * 4
    assert draft.table["cadence"][3] == pytest.approx(1 / 48, rel=0.06)
    refused = read(folder, source(catalogue=table, short_cadence="refuse"))
    assert refused.arrays["global_mask"].any(axis=1).tolist() == [True] * 3 + [False] * 5


def test_files_that_are_no_curves_are_counted_in_a_note(folder: Path) -> None:
    assert not any("no light curve" in note for note in read(folder, source()).notes)
    (folder / "more" / "plot.jpg").write_bytes(b"")
    (folder / ".hidden").write_bytes(b"")
    table = folder / "signals.parquet"
    pd.DataFrame({"kepid": [1001], "period": [PERIOD], "epoch_time": [EPOCH]}).to_parquet(table)
    draft = read(folder, source(catalogue=table))
    assert draft.notes[-1] == "1 file is no light curve and was left out: more/plot.jpg."
    for number in range(6):
        (folder / f"{number}.txt").write_text("")
    note = read(folder, source(catalogue=table)).notes[-1]
    assert note == "7 files are no light curves and were left out: 0.txt, 1.txt, 2.txt, 3.txt, 4.txt and 2 more."


def test_nothing_at_all_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "broken.fits").write_bytes(b"SIMPLE")
    with pytest.raises(FileUnreadable, match=r"broken\.fits can't be read as FITS"):
        read(tmp_path / "broken.fits", source())
    (tmp_path / "second.fits").write_bytes(b"")
    with pytest.raises(FileUnreadable, match=r"None of the 2 files of .* could be used; the first, broken\.fits"):
        read(tmp_path, source())
    (tmp_path / "empty").mkdir()
    with pytest.raises(FileUnreadable, match="and without light curves"):
        read(tmp_path / "empty", source())
    (tmp_path / "empty" / "curve.txt").write_text("time,flux\n")
    with pytest.raises(FileUnreadable, match=r"It holds curve\.txt\."):
        read(tmp_path / "empty", source())


def test_one_file_that_is_cut_off_is_told_as_such(tmp_path: Path) -> None:
    whole = write_kepler(tmp_path / "kplr000001001.fits", 1001, times(), flux_of(times())).read_bytes()
    packed = gzip.compress(whole)
    (tmp_path / "kplr000001001.fits.gz").write_bytes(packed[: len(packed) // 9])
    with pytest.raises(FileUnreadable, match=r"^kplr000001001\.fits\.gz is cut off before its table"):
        read(tmp_path / "kplr000001001.fits.gz", source())
    (tmp_path / "kplr000001001.fits.gz").write_bytes(packed)
    assert len(read(tmp_path / "kplr000001001.fits.gz", source()).table) == 1


def test_catalogues_that_do_not_fit(folder: Path) -> None:
    with pytest.raises(InputError, match=r"No row of signals\.csv is of a star that has a file"):
        read(folder, source(catalogue=catalogue(folder, kepid=[7]), search=False))
    with pytest.raises(MissingColumns, match="needs the column epoch_time"):
        file = catalogue(folder, kepid=[1001])
        pd.read_csv(file).drop(columns="koi_time0bk").to_csv(file, index=False)
        read(folder, source(catalogue=file))
    with pytest.raises(ConfigError, match="A catalogue goes with a folder of light curves"):
        read(file, source(catalogue=file))


def test_which_files_count_and_which_are_curves(folder: Path) -> None:
    (folder / ".hidden.fits").write_bytes(b"")
    (folder / "notes.txt").write_text("")
    table = folder / "signals.csv"
    table.write_text("kepid,period\n1,2\n")
    names = curve_files(folder, table)
    assert len(names) == 4 and names[-1] == "more/kplr000001003-q1_llc.fits"
    assert holds_curve(folder / names[0]) and not holds_curve(table)
    (folder / "c.csv").write_text("# made by hand\ntime,flux\n1,2\n")
    (folder / "rows.csv").write_text("time,flux,period\n1,2,3\n")
    assert holds_curve(folder / "c.csv") and not holds_curve(folder / "rows.csv")


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Path:
    time = times(days=6)
    return write_kepler(tmp_path_factory.mktemp("sound") / "a.fits", 5, time, 800 * flux_of(time))


@given(
    st.lists(st.tuples(st.integers(0, 2880 * 4), st.binary(min_size=1, max_size=9)), max_size=4),
    st.floats(0.05, 1),
    st.booleans(),
)
def test_a_damaged_file_is_a_defect_or_is_read(
    tmp_path_factory: pytest.TempPathFactory,
    sound: Path,
    changes: list[tuple[int, bytes]],
    part: float,
    by_search: bool,
) -> None:
    root = tmp_path_factory.mktemp("damaged") / "in"
    root.mkdir()
    content = bytearray(sound.read_bytes())
    for place, values in changes:
        content[place : place + len(values)] = values
    (root / "kplr5.fits").write_bytes(content[: int(part * len(content))])
    table = catalogue(root, kepid=[5, 6])
    try:
        draft = read(root, source(catalogue=None if by_search else table, all_rows=not by_search))
    except FileUnreadable as error:
        assert by_search and "kplr5.fits" in str(error)
        return
    assert len(draft.table) >= (1 if by_search else 2)
    masks = draft.arrays["global_mask"].any(axis=1)
    assert masks.any() or draft.defects
    assert all(np.isfinite(array).all() for name, array in draft.arrays.items() if name.endswith("_view"))
