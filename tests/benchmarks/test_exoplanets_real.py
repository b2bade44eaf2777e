"""The benchmark runs in its quick form, and its paired difference is what it says."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import f1_score

from astrocore.data.draft import Draft
from benchmarks.exoplanets_real import kept
from benchmarks.tables import difference, markdown, measured, verdicts

ROOT = Path(__file__).resolve().parents[2]
REAL = Path(os.environ.get("ASTROCORE_REAL_DATA") or ROOT.parent / "shared" / "data") / "exoplanets"


@pytest.fixture
def draft() -> Draft:
    rng = np.random.default_rng(0)
    label = pd.array(rng.integers(0, 3, 120), dtype="Int64")
    table = pd.DataFrame(
        {"object_id": map(str, range(120)), "group": [f"s{i // 2}" for i in range(120)], "label": label}
    )
    return Draft("exoplanets", ("CONFIRMED", "CANDIDATE", "FALSE POSITIVE"), table)


def guess(draft: Draft, skill: float, seed: int) -> np.ndarray:
    noise = np.random.default_rng(seed).random((len(draft.table), 3))
    p = noise + skill * np.eye(3)[draft.table["label"].to_numpy(int)]
    return np.asarray(p / p.sum(1, keepdims=True))


def test_a_model_is_even_with_itself_and_ahead_of_a_worse_one(draft: Draft) -> None:
    good, bad = [guess(draft, 2, s) for s in (1, 2)], [guess(draft, 0.1, s) for s in (1, 2)]
    assert difference(good, good, draft, 20) == [[0, 0, 0], [0, 0, 0]]
    assert {v["word"] for v in verdicts(good, {"bad": bad}, draft, 40).values()} == {"ahead"}
    found = verdicts(bad, {"bad": bad, "good": good}, draft, 40)
    assert {v["word"] for v in found.values()} == {"falls SHORT"} and found["macro-F1"]["best"] == "good"


def test_the_point_of_a_difference_is_the_mean_over_seeds(draft: Draft) -> None:
    a, b = [guess(draft, 1, s) for s in (1, 2)], [guess(draft, 0.5, s) for s in (3, 4)]
    label = draft.table["label"].to_numpy(int)
    each = [f1_score(label, p.argmax(1), average="macro") for p in (*a, *b)]
    assert difference(a, b, draft, 5)[0][0] == pytest.approx((each[0] + each[1] - each[2] - each[3]) / 2)


def test_a_table_has_the_figures_that_the_issue_names(draft: Draft) -> None:
    names = list(measured(guess(draft, 1, 0), draft))
    assert (
        names[:2] == ["accuracy", "macro-F1"]
        and names[-2:] == ["ECE", "NLL"]
        and "AUC CONFIRMED / FALSE POSITIVE" in names
    )
    lines = markdown(pd.DataFrame({"a": ["1"], "bb": ["22"]}, index=["row"])).splitlines()
    assert len({len(line) for line in lines}) == 1 and lines[2].startswith("| row ")


@pytest.mark.real
@pytest.mark.skipif(not REAL.is_dir(), reason="the measured data is not there; set ASTROCORE_REAL_DATA to its folder")
def test_quick_ends_well_and_writes_its_rows(tmp_path: Path) -> None:
    words = [sys.executable, "benchmarks/exoplanets_real.py", "--quick", "--json", str(tmp_path / "rows.json")]
    done = subprocess.run(words, cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr[-2000:]
    found = json.loads((tmp_path / "rows.json").read_text())["problems"][0]
    ours = {"verdict", "net alone", "from scratch", "pretrained, frozen", "features only", "flux only"}
    assert {f"model: {name}" for name in ours} <= set(found["rows"])
    assert any("dealt" in row for row in found["rows"]) and "macro-F1" in done.stdout
    assert any("derived" in row for row in found["rows"]) and any("simulated" in row for row in found["rows"])


def counted(name: str, seed: int) -> dict[str, np.ndarray]:
    CALLS.append((name, seed))
    return {"model: a (b), c": np.full((2, 3), seed / 7)}


CALLS: list[tuple[str, int]] = []


def test_what_was_kept_is_not_done_again(tmp_path: Path) -> None:
    first = kept(tmp_path / "new", counted, "tess", 1)
    again = kept(tmp_path / "new", counted, "tess", 1)
    assert CALLS == [("tess", 1)] and list(again) == ["model: a (b), c"]
    np.testing.assert_array_equal(first["model: a (b), c"], again["model: a (b), c"])
    kept(tmp_path / "new", counted, "tess", 2), kept(None, counted, "tess", 2)
    assert CALLS[1:] == [("tess", 2)] * 2
