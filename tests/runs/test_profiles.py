"""Profiles keep what they say, and what they do not understand."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from astrocore.errors import ConfigError, ForeignProfile, RunNotWritable, WrongTask
from astrocore.runs import Profile, Run, load_profile, profiles, save_profile

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=6,
)


@pytest.fixture
def profile() -> Profile:
    return Profile(
        name="precise",
        task="toy",
        classes=("star", "galaxy", "quasar"),
        thresholds={"star": 0.9, "galaxy": 0.0, "quasar": 1.0},
        abstain=True,
    )


def test_round_trip(run: Run, profile: Profile) -> None:
    file = save_profile(run, profile)
    assert file == run.path / "thresholds" / "precise.json"
    assert load_profile(file) == profile


@given(st.dictionaries(st.text(min_size=1).filter(lambda name: name not in Profile.model_fields), JSON, max_size=4))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_unknown_keys_survive_a_round_trip(run: Run, profile: Profile, unknown: dict[str, object]) -> None:
    content = profile.model_dump(mode="json") | unknown
    content["fitted_on"] |= {"observer": "x"}
    file = run.path / "foreign.json"
    file.write_text(json.dumps(content))
    again = json.loads(save_profile(run, load_profile(file)).read_text(encoding="utf-8"))
    assert again == content


def test_saving_under_the_same_name_replaces(run: Run, profile: Profile) -> None:
    save_profile(run, profile)
    save_profile(run, profile.model_copy(update={"abstain": False}))
    assert [item.abstain for item in profiles(run)] == [False]


def test_profiles_newest_first_without_foreign_files(run: Run, profile: Profile) -> None:
    assert profiles(run) == []
    for name, created in [("a", "2025"), ("b", "2027"), ("c", "2026")]:
        save_profile(run, profile.model_copy(update={"name": name, "created": created}))
    (run.path / "thresholds" / "broken.json").write_text("{")
    assert [item.name for item in profiles(run)] == ["b", "c", "a"]


@pytest.mark.parametrize("change", [{"task": "frames"}, {"classes": ("galaxy", "star", "quasar")}])
def test_a_profile_of_other_classes_is_not_saved(run: Run, profile: Profile, change: dict[str, object]) -> None:
    with pytest.raises(WrongTask, match="precise"):
        save_profile(run, profile.model_copy(update=change))


@pytest.mark.parametrize("name", ["../x", "a/b", ".x", ""])
def test_a_profile_can_not_leave_its_folder(run: Run, profile: Profile, name: str) -> None:
    with pytest.raises(ConfigError):
        save_profile(run, profile.model_copy(update={"name": name}))


def test_an_unwritable_folder_is_a_readable_error(run: Run, profile: Profile) -> None:
    (run.path / "thresholds").write_text("")
    with pytest.raises(RunNotWritable):
        save_profile(run, profile)


@pytest.mark.parametrize(
    "change",
    [
        {"thresholds": {"star": 0.5, "galaxy": 0.5}},
        {"thresholds": {"star": 0.5, "galaxy": 0.5, "quasar": 0.5, "moon": 0.5}},
        {"thresholds": {"star": 0.5, "galaxy": 0.5, "quasar": 1.5}},
        {"thresholds": {"star": 0.5, "galaxy": 0.5, "quasar": None}},
        {"thresholds": [0.5, 0.5, 0.5]},
        {"rule": "oracle"},
        {"calibration": {"kind": "isotonic"}},
        {"name": None},
    ],
)
def test_what_is_not_a_profile_is_refused(run: Run, profile: Profile, change: dict[str, object]) -> None:
    file = run.path / "x.json"
    file.write_text(json.dumps(profile.model_dump(mode="json") | change))
    with pytest.raises(ForeignProfile):
        load_profile(file)


@pytest.mark.parametrize("text", ["", "{", "[]", "null", "0.5", "[" * 100_000, "{}", "\xff"])
def test_what_is_not_json_is_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / "x.json").write_text(text, encoding="latin-1")
    with pytest.raises(ForeignProfile, match=r"x\.json"):
        load_profile(tmp_path / "x.json")
    with pytest.raises(ForeignProfile, match="can't be read"):
        load_profile(tmp_path / "missing.json")
