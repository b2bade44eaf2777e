"""All forms of thresholds that the original frame classifier knew, and nothing else."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from astrocore.errors import ForeignProfile
from astrocore.runs import Profile, Run, read_thresholds, save_profile

CLASSES = ("bias", "darks", "flats")
WANTED = {"bias": 0.99, "darks": 0.88, "flats": 0.969}
FRAMES = (
    "bias",
    "darks",
    "flats",
    "deep_sky",
    "flat_dados",
    "spectrum_dados",
    "wavelength_calibration_dados",
    "flat_baches",
    "spectrum_baches",
    "wavelength_calibration_baches",
    "einsteinturm",
)
EXAMPLE = "0.904,0.951,0.759,0.04,0.297,0.938,0.95,0.038,0.77,0.775,0.973"

JSON = st.recursive(st.none() | st.floats() | st.text(), lambda x: st.lists(x) | st.dictionaries(st.text(), x))

FORMS = {
    "comma list": "0.99,0.88,0.969",
    "comma list with spaces": " .99 , 0.880, 0.969 ",
    "json list": "[0.99, 0.88, 0.969]",
    "json object": json.dumps(WANTED),
    "json object in another order": json.dumps(dict(reversed(WANTED.items()))),
    "suggestion file": json.dumps(
        {name: {"best_f1_threshold": t, "best_f1": 1, "precision_at_best": 1} for name, t in WANTED.items()}
    ),
    "profile": json.dumps({"format": "astrocore-thresholds-1", "name": "x", "thresholds": WANTED}),
}


@pytest.mark.parametrize("form", FORMS)
def test_every_form_as_text_and_as_file(form: str, tmp_path: Path) -> None:
    assert read_thresholds(FORMS[form], CLASSES) == WANTED
    (tmp_path / "t.json").write_text(FORMS[form])
    assert read_thresholds(str(tmp_path / "t.json"), CLASSES) == WANTED


@pytest.mark.parametrize("text", ["0.5", ".5", "5e-1", " 0.5\n"])
def test_a_number_is_for_every_class(text: str) -> None:
    assert read_thresholds(text, CLASSES) == dict.fromkeys(CLASSES, 0.5)


def test_the_originals_own_example() -> None:
    found = read_thresholds(EXAMPLE, FRAMES)
    assert tuple(found) == FRAMES and found["deep_sky"] == 0.04 and found["einsteinturm"] == 0.973


def test_a_saved_profile(run: Run, tmp_path: Path) -> None:
    thresholds = {"star": 0.1, "galaxy": 0.2, "quasar": 1.0}
    profile = Profile(name="mine", task="toy", classes=("star", "galaxy", "quasar"), thresholds=thresholds)
    assert read_thresholds(str(save_profile(run, profile)), profile.classes) == thresholds
    with pytest.raises(ForeignProfile, match="bias"):
        read_thresholds(str(run.path / "thresholds" / "mine.json"), CLASSES)


@given(st.lists(st.floats(0, 1), min_size=3, max_size=3))
def test_numbers_survive_every_form(values: list[float]) -> None:
    wanted = dict(zip(CLASSES, values, strict=True))
    for text in (",".join(map(repr, values)), json.dumps(values), json.dumps(wanted)):
        assert read_thresholds(text, CLASSES) == wanted


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("0.5,0.5", "2 thresholds were given for 3 classes"),
        ("[0.5, 0.5, 0.5, 0.5]", "4 thresholds"),
        ('{"bias": 0.5, "darks": 0.5}', "no threshold for flats"),
        ('{"bias": 0.5, "darks": 0.5, "flats": 0.5, "moon": 0.5}', "moon is none of the classes"),
        ("nan", "threshold of bias is nan"),
        ("[0.5, NaN, 0.5]", "threshold of darks is nan"),
        ("0.5,1.01,0.5", "threshold of darks is 1.01"),
        ("-0.1", "threshold of bias is -0.1"),
        ("inf", "from 0 to 1"),
        ('["0.5", 0.5, 0.5]', "threshold of bias is '0.5'"),
        ("[true, 0.5, 0.5]", "threshold of bias is True"),
        ('{"bias": {"best_f1": 1}, "darks": 0.5, "flats": 0.5}', "threshold of bias is None"),
        ("null", "threshold of bias is None"),
        ("", "neither a file that exists nor thresholds"),
        ("missing.json", "neither a file that exists nor thresholds"),
        ("[0.5, 0.5", "neither a file"),
        ("0.5;0.5;0.5", "neither a file"),
        ("[" * 100_000, "neither a file"),
    ],
)
def test_anything_else_says_what_is_wrong(text: str, message: str) -> None:
    with pytest.raises(ForeignProfile, match=message):
        read_thresholds(text, CLASSES)


@given(st.text() | JSON.map(json.dumps))
def test_any_text_gives_thresholds_or_the_named_error(text: str) -> None:
    try:
        found = read_thresholds(text, CLASSES)
    except ForeignProfile:
        return
    assert tuple(found) == CLASSES and all(0 <= t <= 1 for t in found.values())


def test_a_binary_file_is_a_readable_error(tmp_path: Path) -> None:
    (tmp_path / "t.json").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(ForeignProfile, match="can't be read"):
        read_thresholds(str(tmp_path / "t.json"), CLASSES)


def test_a_class_may_be_called_thresholds() -> None:
    assert read_thresholds('{"thresholds": 0.2, "b": 0.3}', ("thresholds", "b")) == {"thresholds": 0.2, "b": 0.3}
