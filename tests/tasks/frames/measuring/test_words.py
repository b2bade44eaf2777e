"""What headers of many observatories say, as words."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pytest
from hypothesis import given as drawn
from hypothesis import strategies as st

from astrocore.tasks.frames.measuring.words import NAMES, UNKNOWN, WORDS, given, words
from tests.tasks.frames.drawn import header_of


def said(cards: Mapping[str, object]) -> set[str]:
    """The words that are said; each of the others must be a clear no."""
    found = words(header_of(cards))
    assert found.shape == (len(WORDS),) and found.dtype == np.int8 and set(found.tolist()) <= {0, 1}
    return {name for name, yes in zip(NAMES, found, strict=True) if yes}


@pytest.mark.parametrize(
    ("cards", "yes", "no"),
    [
        ({"IMAGETYP": "Bias Frame"}, {"frame_type: bias", "frame_type: given"}, {"frame_type: light"}),
        ({"IMAGETYP": "zero"}, {"frame_type: bias"}, {"frame_type: dark"}),
        ({"IMAGETYP": "Dark Frame", "EXPTIME": 300.0}, {"frame_type: dark", "exposure_time: given"}, set()),
        ({"IMAGETYP": "Flat Field", "FILTER": "V"}, {"frame_type: flat", "filter: given"}, {"object: flat"}),
        ({"IMAGETYP": "Light Frame", "OBJECT": "M 31"}, {"frame_type: light", "object: nebula_galaxy"}, set()),
        ({"IMAGETYP": "LIGHT", "OBJECT": "NGC7000"}, {"frame_type: light", "object: nebula_galaxy"}, {"object: star"}),
        ({"OBSTYPE": "COMPARISON", "LAMPS": "ThAr"}, {"frame_type: arc", "lamp: given"}, {"frame_type: flat"}),
        ({"IMAGETYP": "object", "OBJECT": "HD 189733"}, {"frame_type: light", "object: star"}, {"frame_type: arc"}),
        ({"OBJECT": "NeonLamp"}, {"object: arc", "object: lamp"}, {"object: flat"}),
        ({"OBJECT": "dome_flat"}, {"object: flat"}, {"object: star"}),
        ({"OBJECT": "SkyFlat"}, {"object: flat", "object: twilight"}, {"object: arc"}),
        ({"OBJECT": "WASP-12"}, {"object: survey_name"}, {"object: nebula_galaxy"}),
        ({"OBJECT": "HAT-P-32"}, {"object: survey_name"}, {"object: star"}),
        ({"OBJECT": "HD12345"}, {"object: star"}, {"object: nebula_galaxy"}),
        ({"OBJECT": "zero01"}, {"object: bias"}, {"object: dark"}),
        ({"OBJECT": "Sonne"}, {"object: sun"}, {"object: star"}),
        ({"OBJECT": "focus test"}, {"object: setting_up"}, {"object: light"}),
        ({"INSTRUME": "Echelle spectrograph"}, {"instrument: spectrum"}, {"instrument: sun"}),
        ({"FRAMETYP": "Dunkelbild"}, {"frame_type: dark"}, {"frame_type: light"}),
        ({"GRATING": "600/7500"}, {"disperser: given"}, {"lamp: given"}),
        ({"RA": 10.0, "DEC": 41.0}, {"position: given"}, {"airmass: given"}),
        ({"RA": 0.0, "DEC": 0.0, "GAIN": 1.5}, set(), {"position: given"}),
    ],
    ids=lambda value: " ".join(map(str, value.values())) if isinstance(value, dict) else "",
)
def test_dialects(cards: dict[str, object], yes: set[str], no: set[str]) -> None:
    found = said(cards)
    assert yes <= found and not no & found


@pytest.mark.parametrize(
    "text", ["ThAr", "th-ar", "TH_AR", "Thar lamp", "comp", "Arc", "arcs", "HeNeAr", "CuAr", "wavecal"]
)
def test_arcs_by_many_names(text: str) -> None:
    assert "object: arc" in said({"OBJECT": text})


@pytest.mark.parametrize("text", ["Arcturus", "March 7", "Harp star", "cdelt", "hegel", "NGC 1023", "alp Lyr"])
def test_these_are_no_arcs(text: str) -> None:
    assert "object: arc" not in said({"OBJECT": text})


@pytest.mark.parametrize("cards", [{}, {"COMMENT": "nothing"}, {"NAXIS": 2, "BITPIX": 16}, {"EXPTIME": "unknown"}])
def test_a_header_that_tells_nothing_is_unknown_and_not_a_no(cards: dict[str, object]) -> None:
    assert (words(header_of(cards)) == UNKNOWN).all()


def test_words_that_are_only_given() -> None:
    header = header_of({"EXPTIME": 0.0, "FILTER": "none", "AIRMASS": 1.2})
    assert given(header, "exposure_time") and given(header, "airmass")
    assert not given(header, "filter") and not given(header, "lamp") and not given(header, "position")


def test_a_continuum_lamp_called_by_its_colour() -> None:
    assert "lamp: flat" in said({"LAMPSTA1": "on", "LAMPNAM1": "Blue"})
    assert "lamp: flat" not in said({"LAMPSTA1": "off", "LAMPNAM1": "Blue", "EXPTIME": 1})


def test_names_are_unique() -> None:
    assert len(set(NAMES)) == len(NAMES) == len(WORDS)


@drawn(
    st.dictionaries(
        st.sampled_from(["OBJECT", "IMAGETYP", "FILTER", "LAMP", "EXPTIME", "RA", "DEC", "INSTRUME", "X"]),
        st.none()
        | st.booleans()
        | st.integers()
        | st.floats()
        | st.text(st.characters(min_codepoint=32, max_codepoint=126), max_size=30),
    )
)
def test_no_header_is_too_odd(cards: dict[str, object]) -> None:
    found = words(header_of(cards))
    assert (found == UNKNOWN).all() or set(found.tolist()) <= {0, 1}
