"""The files of one star: copies, overlaps, short cadences, and what is told of each file once."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from astrocore.tasks.exoplanets.data import read
from astrocore.tasks.exoplanets.lightcurves import LightCurve
from astrocore.tasks.exoplanets.star_files import read_star, same_cadences

from .conftest import source
from .curve_files import flux_of, times, write_kepler

TIMES = times(days=20)


def told(folder: Path, *files: str, **settings: object) -> dict[str, list[str]]:
    """The defects of a folder, by file."""
    found: dict[str, list[str]] = {name: [] for name in files}
    for defect in read(folder, source(**settings)).defects:
        found.setdefault(defect.file, []).append(f"{defect.error}: {defect.message}")
    return found


def test_a_copy_counts_once_and_is_named(tmp_path: Path) -> None:
    file = write_kepler(tmp_path / "10797460.fits", 10797460, TIMES, 700 * flux_of(TIMES))
    alone = read(tmp_path, source())
    shutil.copy(file, tmp_path / "copy_of_10797460.fits")
    both = read(tmp_path, source())
    (defect,) = both.defects
    assert (defect.file, defect.error) == ("copy_of_10797460.fits", "DuplicateFile")
    assert "the same cadences of the star as 10797460.fits and was left out" in defect.message
    for name, values in alone.arrays.items():
        np.testing.assert_array_equal(values, both.arrays[name])
    assert alone.table.equals(both.table)


def test_another_star_at_the_same_times_is_no_copy(tmp_path: Path) -> None:
    for star in (10797460, 10797461):
        write_kepler(tmp_path / f"{star}.fits", star, TIMES, 700 * flux_of(TIMES))
    draft = read(tmp_path, source())
    assert len(draft.table) == 2 and draft.defects == ()


def test_of_files_that_overlap_each_cadence_is_taken_once(tmp_path: Path) -> None:
    write_kepler(tmp_path / "a.fits", 5, TIMES, 700 * flux_of(TIMES))
    long = times(days=50)
    write_kepler(tmp_path / "b.fits", 5, long, 700 * flux_of(long))
    found = read_star(tmp_path, ("a.fits", "b.fits"), source())
    assert found.curve is not None and len(found.curve.time) == len(long) == len(np.unique(found.curve.time))
    assert found.files == ["a.fits", "b.fits"] and found.refused == []
    assert found.changed[0].message.startswith(f"{len(TIMES)} of its {len(long)} cadences are those of a.fits")


@given(
    st.lists(st.integers(0, 60), min_size=2, max_size=40, unique=True),
    st.lists(st.integers(0, 60), min_size=2, max_size=40, unique=True),
    st.sampled_from([0.0, 3e-5]),
    st.sampled_from([0.0, 2457000.0]),
)
@example([1, 2], [0, 1], 0.0, 2457000.0)
def test_same_cadences_against_a_literal_comparison(
    ours: list[int], theirs: list[int], off: float, zero: float
) -> None:
    one, other = np.sort(ours) / 48, np.sort(theirs) / 48
    curve = LightCurve(one + off + zero, one, zero=10.0)
    wanted = np.array([any(abs(a - b) < 1e-4 for b in other) for a in one + off])
    wanted &= wanted.sum() >= min(len(one), len(other)) / 2
    found = same_cadences(curve, LightCurve(other, other, zero=10.0 + zero))
    np.testing.assert_array_equal(found, wanted)


def test_a_file_is_told_of_once(tmp_path: Path) -> None:
    flat = np.random.default_rng(0).normal(1, 1e-3, 30)
    write_kepler(tmp_path / "a.fits", 7, TIMES[:30], flat)
    (tmp_path / "b_7.csv").write_text("time,brightness\n1,2\n")
    write_kepler(tmp_path / "kplr7.fits", 7, TIMES, np.full(len(TIMES), np.nan))
    fine = times(start=400, days=0.03, minutes=1)
    write_kepler(tmp_path / "short7.fits", 7, fine, 1 + 1e-3 * np.sin(fine * 500))
    write_kepler(tmp_path / "sound.fits", 8888, TIMES, 700 * flux_of(TIMES))
    found = told(tmp_path)
    assert {name: [line.split(":")[0] for line in lines] for name, lines in found.items()} == {
        "a.fits": ["BadValue"], "b_7.csv": ["MissingColumns"], "kplr7.fits": ["BadValue"], "short7.fits": ["BadValue"],
    }  # fmt: skip
    assert "No periodic dip" in found["a.fits"][0] and "No periodic dip" in found["short7.fits"][0]
    assert "no good point" in found["kplr7.fits"][0]


@pytest.mark.parametrize("cadence", ["average", "refuse"])
def test_times_that_are_all_equal_are_named(tmp_path: Path, cadence: str) -> None:
    write_kepler(tmp_path / "kplr000001001.fits", 1001, np.full(50, 131.5), 7 + np.arange(50.0))
    write_kepler(tmp_path / "kplr000001002.fits", 1002, TIMES, 700 * flux_of(TIMES))
    (line,) = told(tmp_path, short_cadence=cadence)["kplr000001001.fits"]
    assert line == (
        "TimesEqual: All 50 points of kplr000001001.fits have the time 131.5; give each the day on which it was taken."
    )
