"""Light curves from CSV, .npz and FITS, as archives and users write them."""

from __future__ import annotations

import gzip
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from astropy.io import fits
from hypothesis import given
from hypothesis import strategies as st

from astrocore.errors import AstrocoreError, BadValue, FileUnreadable, MissingColumns
from astrocore.tasks.exoplanets.lightcurves import LightCurve, epoch_on, read_light_curve

TIME = np.arange(200.0, 210.0, 0.1)
FLUX = 1000 + np.sin(TIME)


def write_fits(
    file: Path, keywords: dict[str, object] | None = None, unit: str | None = None, **columns: object
) -> Path:
    made = [
        fits.Column(name, "J" if name == "QUALITY" else "D", array=values, unit=unit if name == "TIME" else None)
        for name, values in columns.items()
    ]
    table = fits.BinTableHDU.from_columns(made)
    table.header.update(keywords or {})
    fits.HDUList([fits.PrimaryHDU(), table]).writeto(file)
    return file


@pytest.mark.parametrize("name", ["c.csv", "c.npz", "c.fits"])
def test_formats_give_one_curve_in_time_order(tmp_path: Path, name: str) -> None:
    file, flux = tmp_path / name, FLUX.copy()
    flux[4] = np.nan
    time, flux = TIME[::-1], flux[::-1]
    if name.endswith("csv"):
        pd.DataFrame({"Time": time, "flux": flux}).to_csv(file, index=False)
    elif name.endswith("npz"):
        np.savez(file, time=time, pdcsap_flux=flux.astype(np.float32), quarter=np.ones(len(time), dtype=int))
    else:
        write_fits(file, TIME=time, FLUX=flux)
    curve = read_light_curve(file)
    np.testing.assert_allclose(curve.time, TIME)
    np.testing.assert_allclose(curve.flux, flux[::-1], rtol=1e-6)


def test_pdcsap_is_preferred_and_flagged_points_go(tmp_path: Path) -> None:
    quality = np.zeros(len(TIME), dtype=int)
    quality[:3] = 128
    time = TIME.copy()
    time[5] = np.nan
    file = write_fits(tmp_path / "c.fits", TIME=time, SAP_FLUX=FLUX * 2, PDCSAP_FLUX=FLUX, QUALITY=quality)
    curve = read_light_curve(file)
    assert len(curve.time) == len(TIME) - 4 and curve.flux[0] == FLUX[3]
    assert curve.time.dtype.isnative


def test_what_times_count_from(tmp_path: Path) -> None:
    tess = {"BJDREFI": 2457000, "BJDREFF": 0.25}
    assert read_light_curve(write_fits(tmp_path / "a.fits", tess, TIME=TIME, FLUX=FLUX)).zero == 2457000.25
    assert read_light_curve(write_fits(tmp_path / "b.fits", None, "bkjd", TIME=TIME, FLUX=FLUX)).zero == 2454833
    assert np.isnan(read_light_curve(write_fits(tmp_path / "c.fits", TIME=TIME, FLUX=FLUX)).zero)


def test_epochs_on_the_scale_of_the_times() -> None:
    assert epoch_on(LightCurve(TIME, FLUX), 205.0) == 205.0
    assert epoch_on(LightCurve(TIME, FLUX, 2454833.0), 2455038.5) == 205.5
    assert epoch_on(LightCurve(TIME + 2454833, FLUX), 2455038.5) == 2455038.5
    with pytest.raises(BadValue, match="not counted from the same day"):
        epoch_on(LightCurve(TIME, FLUX), 2455038.5)
    with pytest.raises(BadValue, match="not counted from the same day"):
        epoch_on(LightCurve(TIME + 2454833, FLUX, 2454833.0), 205.0)


@pytest.mark.parametrize(
    ("content", "error", "says"),
    [
        ("time,brightness\n1,2\n", MissingColumns, "needs the columns time and flux; it has time, brightness"),
        ("time,flux\n1,2\n2,2\n", BadValue, "constant flux"),
        ("time,flux\n1,\n2,\n", BadValue, "one of each per row|no good point"),
        ("time,flux\n1,bright\n2,3\n", BadValue, "must be numbers"),
        ("", FileUnreadable, "is empty"),
    ],
)
def test_curves_that_can_not_be_used(tmp_path: Path, content: str, error: type[AstrocoreError], says: str) -> None:
    (tmp_path / "c.csv").write_text(content)
    with pytest.raises(error, match=says):
        read_light_curve(tmp_path / "c.csv")


def test_files_that_are_no_curves(tmp_path: Path) -> None:
    (tmp_path / "c.fits").write_text("SIMPLE  = no")
    (tmp_path / "c.txt.zip").write_text("")
    fits.PrimaryHDU(np.zeros((3, 3))).writeto(tmp_path / "image.fits")
    np.savez(tmp_path / "two.npz", time=TIME, flux=FLUX[:5])
    for name, error, says in (
        ("c.fits", FileUnreadable, "can't be read as FITS"),
        ("c.txt.zip", FileUnreadable, "not a light curve"),
        ("none.fits", FileUnreadable, "no file none.fits"),
        ("image.fits", MissingColumns, "no binary table"),
        ("two.npz", BadValue, "one of each per row"),
    ):
        with pytest.raises(error, match=says):
            read_light_curve(tmp_path / name)


def test_what_libraries_say_to_programmers_is_not_repeated(tmp_path: Path) -> None:
    whole = write_fits(tmp_path / "whole.fits", TIME=TIME, FLUX=FLUX).read_bytes()
    packed = gzip.compress(whole)
    np.savez(tmp_path / "objects.npz", time=np.array([1, None], dtype=object), flux=FLUX)
    np.savez(tmp_path / "sound.npz", time=TIME, flux=FLUX)
    content = {
        "text.fits": b"hello" * 1000,
        "half.fits": whole[:6000],
        "header.fits": whole[:4000],
        "half.fits.gz": packed[: len(packed) // 2],
        "text.npz": b"hello" * 1000,
        "half.npz": (tmp_path / "sound.npz").read_bytes()[:500],
    }
    for name, sent in content.items():
        (tmp_path / name).write_bytes(sent)
    for name, says in {
        "text.fits": "does not begin like a FITS file",
        "half.fits": "ends too early",
        "header.fits": "is cut off before its table",
        "half.fits.gz": "is cut off before its table",
        "text.npz": "it is no .npz",
        "half.npz": "it is cut off or no .npz",
        "objects.npz": "Python objects, which are never loaded",
    }.items():
        with pytest.raises(FileUnreadable, match=says) as found:
            read_light_curve(tmp_path / name)
        told = str(found.value)
        assert told.startswith(name) and not any(word in told for word in ("pickle", "ignore_missing", "reshape"))


def test_times_count_once_for_the_cadence() -> None:
    twice = np.repeat(TIME, 2)
    assert LightCurve(twice, twice).cadence == pytest.approx(0.1)
    assert np.isnan(LightCurve(twice[:2], twice[:2]).cadence)


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    file = write_fits(tmp_path_factory.mktemp("fits") / "c.fits", TIME=TIME, FLUX=FLUX, QUALITY=np.zeros(len(TIME)))
    return file.read_bytes()


@pytest.mark.filterwarnings("ignore")
@given(st.lists(st.tuples(st.integers(0, 2880 + 24 * 80), st.integers(0, 255)), max_size=4), st.floats(0.1, 1))
def test_a_damaged_fits_file_is_read_or_refused(
    tmp_path_factory: pytest.TempPathFactory, sound: bytes, changes: list[tuple[int, int]], part: float
) -> None:
    content = bytearray(sound)
    for place, value in changes:
        content[place] = value
    file = tmp_path_factory.mktemp("fits") / "c.fits"
    file.write_bytes(content[: int(part * len(content))])
    try:
        assert len(read_light_curve(file).time) > 0
    except AstrocoreError as error:
        assert "c.fits" in str(error)
