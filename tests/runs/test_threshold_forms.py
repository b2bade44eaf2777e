"""All forms of thresholds that the original frame classifier knew, and nothing else."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from astrocore.errors import ForeignProfile
from astrocore.runs import Profile, Run, load_profile, read_thresholds, save_profile

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

JSON_FINITE = st.none() | st.booleans() | st.integers() | st.text() | st.lists(st.floats(0, 1), max_size=3)
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


def test_a_list_may_be_longer_than_a_files_name() -> None:
    classes = [f"class {c}" for c in range(60)]
    assert read_thresholds(",".join(["0.123456"] * 60), classes) == dict.fromkeys(classes, 0.123456)


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
        ("[0.5, 0.5", "no JSON that is whole"),
        ("0.5;0.5;0.5", "neither a file"),
        ("[" * 100_000, "no JSON that is whole"),
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


def test_files_as_editors_leave_them(tmp_path: Path) -> None:
    (tmp_path / "t.json").write_bytes(b"\xef\xbb\xbf[0.1, 0.2, 0.3]\n")
    (tmp_path / "t.txt").write_text("0.1, 0.2, 0.3,\n")
    for name in ("t.json", "t.txt"):
        assert list(read_thresholds(str(tmp_path / name), CLASSES).values()) == [0.1, 0.2, 0.3]
    (tmp_path / "broken.json").write_text('{"bias": 0.1,')
    with pytest.raises(ForeignProfile, match="its JSON is broken"):
        read_thresholds(str(tmp_path / "broken.json"), CLASSES)


def test_a_class_may_be_called_thresholds() -> None:
    assert read_thresholds('{"thresholds": 0.2, "b": 0.3}', ("thresholds", "b")) == {"thresholds": 0.2, "b": 0.3}


PRECISION = (0.990, 0.880, 0.969, 0.240, 0.061, 0.822, 0.352, 0.762, 0.170, 0.807, 0.219)
"""The original's ready profile for precision; that for recall differs in three classes."""
RECALL = {"darks": 0.716, "deep_sky": 0.270, "spectrum_baches": 0.120}


@pytest.mark.parametrize("form", ["comma list", "json list", "json object", "suggestion file", "profile"])
@pytest.mark.parametrize("changed", [{}, RECALL], ids=["precision", "recall"])
def test_the_originals_ready_profiles(form: str, changed: dict[str, float], tmp_path: Path) -> None:
    wanted = dict(zip(FRAMES, PRECISION, strict=True)) | changed
    texts = {
        "comma list": ",".join(f"{value:.3f}" for value in wanted.values()),
        "json list": json.dumps(list(wanted.values())),
        "json object": json.dumps(wanted),
        "suggestion file": json.dumps(suggested(wanted)),
        "profile": Profile(name="x", task="frames", classes=FRAMES, thresholds=wanted).model_dump_json(),
    }
    (tmp_path / "thresholds.json").write_text(texts[form])
    for text in (texts[form], str(tmp_path / "thresholds.json")):
        assert list(read_thresholds(text, FRAMES).items()) == list(wanted.items())


def suggested(thresholds: dict[str, float]) -> dict[str, dict[str, float]]:
    """The suggestion file's form."""
    more = {"best_f1": 0.9, "precision_at_best": 0.95, "recall_at_best": 0.8}
    return {name: {"best_f1_threshold": value, **more} for name, value in thresholds.items()}


@given(
    st.lists(st.floats(0, 1), min_size=3, max_size=3),
    st.booleans(),
    st.floats(0.05, 20),
    st.dictionaries(st.text(min_size=1).filter(lambda name: name not in Profile.model_fields), JSON_FINITE, max_size=3),
)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_a_profile_round_trips_as_profile_and_as_thresholds(
    run: Run, values: list[float], abstain: bool, temperature: float, unknown: dict[str, object]
) -> None:
    classes = ("star", "galaxy", "quasar")
    own = {"name": "mine", "task": "toy", "classes": classes, "abstain": abstain}
    own |= {"thresholds": dict(zip(classes, values, strict=True)), "objective": "target_precision 0.9"}
    own["calibration"] = {"kind": "temperature", "parameters": {"temperature": temperature}, "observer": "x"}
    profile = Profile.model_validate({**unknown, **own})
    file = save_profile(run, profile)
    assert load_profile(file) == profile
    content = json.loads(file.read_text(encoding="utf-8"))
    assert {name: content[name] for name in unknown} == unknown and content["calibration"]["observer"] == "x"
    assert read_thresholds(str(file), classes) == own["thresholds"]
    assert read_thresholds(file.read_text(encoding="utf-8"), classes) == own["thresholds"]
