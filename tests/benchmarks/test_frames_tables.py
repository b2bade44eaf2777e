"""The tables of the frames benchmarks, on made-up outputs, and the header rules on made-up headers."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from astrocore.tasks.frames.config import CLASSES
from astrocore.tasks.frames.measuring.words import words
from astrocore.tasks.frames.reading import Card, Header
from benchmarks.frames_real import by_kind, report
from benchmarks.frames_rules import by_rules
from benchmarks.frames_sets import KIND_OF, KINDS, TYPES, single, summed
from benchmarks.frames_simulated import decided


def index() -> pd.DataFrame:
    """Six frames of three repositories; solar frames come from one of them alone."""
    kinds = ["bias", "bias", "arc", "arc", "solar", "solar"]
    return pd.DataFrame(
        {
            "kind": kinds,
            "type5": ["bias", "bias", "arc", "arc", "light", "light"],
            "repo": ["a", "b", "a", "b", "c", "c"],
            "group": ["a 1", "b 1", "a 1", "b 1", "c 1", "c 2"],
        }
    )


def sure(*names: str) -> np.ndarray:
    return np.eye(len(CLASSES))[[CLASSES.index(name) for name in names]]


def test_classes_are_summed_over_kinds_and_types() -> None:
    p = np.full((1, len(CLASSES)), 1 / len(CLASSES))
    assert dict(zip(KINDS, summed(p, "kind")[0] * 11, strict=True))["arc"] == pytest.approx(2)
    assert dict(zip(TYPES, summed(p, "type5")[0] * 11, strict=True))["light"] == pytest.approx(4)
    assert KIND_OF["flat_baches"] == KIND_OF["flat_dados"] == "spectral_flat"


def test_rows_are_judged_by_kind_and_told_apart() -> None:
    right = sure(
        "bias", "bias", "wavelength_calibration_dados", "wavelength_calibration_baches", "bias", "einsteinturm"
    )
    rules = np.array([("bias", "bias"), ("", ""), ("arc", "arc"), ("", ""), ("", ""), ("", "")], dtype=object)
    rows = {"ours": [right, right], "rules": [rules]}
    assert single(index()).tolist() == [False] * 4 + [True] * 2
    table = report(rows, index(), "kind")
    assert table.loc["ours", "accuracy"] == "0.833" and table.loc["ours", "kinds of several repositories"] == "1.000"
    assert table.loc["rules", "accuracy"] == "0.333" and table.loc["rules", "answered"] == "0.33"
    kinds = by_kind(rows, index())
    assert kinds.loc["ours", "solar, 2 (one repository)"] == "0.50" and kinds.loc["rules", "arc, 2"] == "0.50"


@pytest.mark.parametrize(
    ("cards", "plain", "with_object"),
    [
        ({"IMAGETYP": "Bias"}, ("bias", "bias"), ("bias", "bias")),
        ({"OBSTYPE": "DARK", "OBJECT": "bias"}, ("dark", "dark"), ("bias", "bias")),
        ({"OBSTYPE": "OBJECT", "OBJECT": "Arcs", "GRATING": "600"}, ("slit_spectrum", "light"), ("arc", "arc")),
        ({"IMAGETYP": "flat", "GRATING": "600"}, ("spectral_flat", "flat"), ("spectral_flat", "flat")),
        ({"OBJECT": "M 31"}, ("", ""), ("deep_sky", "light")),
        ({"EXPTIME": 3.0}, ("", ""), ("", "")),
    ],
    ids=str,
)
def test_header_rules(cards: dict[str, object], plain: tuple[str, str], with_object: tuple[str, str]) -> None:
    header = Header(tuple(Card(key, value, "") for key, value in cards.items()))  # type: ignore[arg-type]
    rows = words(header)[None]
    assert by_rules(rows, False) == [plain] and by_rules(rows, True) == [with_object]


def test_thresholds_come_from_validation_alone() -> None:
    rng = np.random.default_rng(0)
    val, test = rng.dirichlet(np.ones(3), 400), rng.dirichlet(np.ones(3), 400)
    found = {"val": val, "val label": val.argmax(1), "ours: verdict": test, "label": test.argmax(1)}
    for objective in ("max_f1", "coverage"):
        told = decided(found, objective)  # type: ignore[arg-type]
        assert told == decided(found | {"label": found["label"]}, objective)  # type: ignore[arg-type]
        other = decided(found | {"val": np.roll(val, 1, axis=1), "val label": val.argmax(1)}, objective)  # type: ignore[arg-type]
        assert objective == "coverage" or other != told
    assert decided(found, "coverage")["coverage"] == pytest.approx(0.985, abs=0.03)
