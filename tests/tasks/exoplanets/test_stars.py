"""Stars from headers, ids and file names."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from astrocore.tasks.exoplanets.stars import Star, star_of, star_of_cards, star_of_name, star_of_text

from .curve_files import flux_of, times, write_kepler


@pytest.mark.parametrize(
    ("name", "star"),
    [
        ("kplr010797460-2009166043257_llc.fits", Star("KIC", "10797460")),
        ("ktwo201367065-c01_llc.fits", Star("EPIC", "201367065")),
        ("tess2018206045859-s0001-0000000025155310-0120-s_lc.fits", Star("TIC", "25155310")),
        ("hlsp_qlp_tess_ffi_s0019-0000000012345678_tess_v01_llc.fits", Star("TIC", "12345678")),
        ("kepler_raw_kic11442793.npz", Star("KIC", "11442793")),
        ("TIC_25155310.csv", Star("TIC", "25155310")),
        ("10419211.fits", Star("", "10419211")),
        ("hat_p_7.csv", Star("", "hat_p_7")),
    ],
)
def test_names_as_archives_write_them(name: str, star: Star) -> None:
    assert star_of_name(name) == star


def test_a_bare_number_counts_in_the_missions_catalogue() -> None:
    assert star_of_name("10419211.fits.gz", "k2") == Star("EPIC", "10419211")


def test_headers() -> None:
    assert star_of_cards({"KEPLERID": 5, "MISSION": "Kepler"}) == Star("KIC", "5")
    assert star_of_cards({"KEPLERID": 5, "MISSION": "K2"}) == Star("EPIC", "5")
    assert star_of_cards({"TICID": 5, "OBJECT": "TIC 5"}) == Star("TIC", "5")
    assert star_of_cards({"OBJECT": "EPIC 201367065"}) == Star("EPIC", "201367065")
    assert star_of_cards({"OBJECT": "201367065", "TELESCOP": "TESS"}) == Star("TIC", "201367065")
    assert star_of_cards({"OBJECT": "HAT-P-7"}) == Star("", "HAT-P-7") and star_of_cards({"KEPLERID": True}) is None


def test_the_header_goes_before_the_name_and_the_name_is_left_of_a_broken_file(tmp_path: Path) -> None:
    time = times()
    file = write_kepler(tmp_path / "kplr000000002.fits", 12345, time, flux_of(time))
    assert star_of(file) == Star("KIC", "12345")
    file.write_bytes(file.read_bytes()[:100])
    assert star_of(file) == Star("KIC", "2")
    np.savez(tmp_path / "a.npz", time=time, flux=time, tic=np.full(len(time), 77))
    assert star_of(tmp_path / "a.npz") == Star("TIC", "77")


def test_an_unknown_catalogue_fits_any() -> None:
    assert star_of_text("KIC 0012") == Star("KIC", "12") and str(star_of_text("tic-7")) == "TIC 7"
    assert Star("", "12").fits(Star("KIC", "12")) and not Star("TIC", "12").fits(Star("KIC", "12"))
    assert not Star("KIC", "13").fits(Star("KIC", "12"))
