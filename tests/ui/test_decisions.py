"""Decisions: profiles that keep all they were given."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from astrocore.analysis.thresholds import outcome
from astrocore.errors import ForeignProfile
from astrocore.runs import Predictions, Profile, Run, profiles
from astrocore.ui.decisions import Desk
from astrocore.ui.profiles import about, make_profile, parse


@pytest.fixture
def run(home: Path) -> Run:
    return Run(home / "checkpoints" / "exoplanets" / "full")


@pytest.fixture
def some(run: Run) -> Predictions:
    return run.predictions().split("val").labelled()


@pytest.mark.parametrize(
    "text", ["0.3", "0.3, 0.3,0.3", "[0.3, 0.3, 0.3]", '{"CONFIRMED": 0.3, "CANDIDATE": 0.3, "FALSE POSITIVE": 0.3}']
)
def test_every_form_of_the_original_is_read(text: str, run: Run) -> None:
    desk = Desk(run, run.read_info().classes)
    assert list(parse(text, desk).thresholds.values()) == [0.3, 0.3, 0.3]


def test_thresholds_of_other_classes_are_refused(run: Run) -> None:
    with pytest.raises(ForeignProfile, match="no threshold for CONFIRMED"):
        parse('{"star": 0.5, "galaxy": 0.5}', Desk(run, run.read_info().classes))


def test_a_profile_keeps_what_it_does_not_know(run: Run, some: Predictions) -> None:
    desk = Desk(run, some.classes)
    thresholds = dict(zip(some.classes, (0.2, 0.4, 0.6), strict=True))
    given = Profile(
        name="theirs", task="exoplanets", classes=some.classes, thresholds=thresholds, prior={"CONFIRMED": 0.1}
    )
    text = json.dumps(
        {
            **given.model_dump(),
            "observer": "M. Wolf",
            "calibration": {"kind": "temperature", "parameters": {"temperature": 2.0}},
        }
    )
    read = parse(text, desk)
    assert read.model_extra == {"observer": "M. Wolf"} and read.prior == {"CONFIRMED": 0.1}
    assert read.calibration.parameters == {"temperature": 2.0} and read.thresholds == thresholds
    assert "CONFIRMED 0.200" in about(read) and "not abstaining" in about(read)
    decided = outcome(some.label, desk.decide(some), some.classes)
    made = make_profile(desk, some, "val", decided, "mine")
    assert made.fitted_on.split == "val" and made.fitted_on.n == len(some) and not profiles(run)
    assert made.metrics["val"]["coverage"]["value"] == 1
    accuracy = made.metrics["val"]["accuracy"]
    assert accuracy["low"] < accuracy["value"] < accuracy["high"]
    assert made.voice == "verdict" == read.voice and "voice" not in about(made)


def test_each_voice_has_a_decision_of_its_own_and_its_profile_says_so(run: Run, some: Predictions) -> None:
    verdict, net = Desk(run, some.classes), Desk(run, some.classes, "net")
    assert verdict.slider("CONFIRMED") != net.slider("CONFIRMED")
    made = make_profile(net, some, "val", outcome(some.label, net.decide(some), some.classes), "mine")
    assert made.voice == "net" and "to the voice net" in about(made)
    assert Profile.model_validate_json(made.model_dump_json()).voice == "net"
