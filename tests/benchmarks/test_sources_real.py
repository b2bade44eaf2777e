"""The sources benchmark: its figures against slow truths, its rows, and its quick form on the measured data."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import f1_score, log_loss, roc_auc_score

from astrocore.data.draft import Draft
from benchmarks import sources_tables as tables
from benchmarks.sources_problems import FAINT, VARIANTS, cut, features, settings
from benchmarks.sources_simple import with_copies

ROOT = Path(__file__).resolve().parents[2]
REAL = Path(os.environ.get("ASTROCORE_REAL_DATA") or ROOT.parent / "shared" / "data") / "sources"


@pytest.fixture
def draft() -> Draft:
    rng = np.random.default_rng(0)
    n = 240
    table = pd.DataFrame({"object_id": map(str, range(n)), "group": [f"field {i // 3}" for i in range(n)]})
    table["label"] = pd.array(rng.integers(0, 2, n), dtype="Int64")
    r = rng.uniform(20, 22.5, n)
    for place, band in enumerate("ugriz"):
        table[f"modelMag_{band}"] = r + 0.4 * (2 - place)
        table[f"extinction_{band}"] = 0.1
        table[f"deVRad_{band}"] = rng.uniform(0.05, 0.8, n)
        table[f"psffwhm_{band}"] = 1.3
    return Draft("sources", ("STAR", "GALAXY"), table)


def guess(draft: Draft, skill: float, seed: int) -> np.ndarray:
    noise = np.random.default_rng(seed).random((len(draft.table), 2))
    p = noise + skill * np.eye(2)[draft.table["label"].to_numpy(int)]
    return np.asarray(p / p.sum(1, keepdims=True))


def test_weighted_figures_are_those_of_scikit_learn() -> None:
    rng = np.random.default_rng(1)
    label, weight = rng.integers(0, 3, 200), rng.integers(0, 4, 200).astype(float)
    p = rng.dirichlet(np.ones(3), 200)
    said = p.argmax(1)
    assert tables.accuracy(label, p, weight) == pytest.approx(np.sum(weight * (said == label)) / weight.sum())
    assert tables.macro_f1(label, p, weight) == pytest.approx(
        f1_score(label, said, average="macro", sample_weight=weight)
    )
    assert tables.nll(label, p, weight) == pytest.approx(log_loss(label, p, sample_weight=weight))
    each = [roc_auc_score(label == c, p[:, c], sample_weight=weight) for c in range(3)]
    assert tables.auc(label, p, weight) == pytest.approx(np.mean(each))
    two, q = (label > 0).astype(int), p[:, :1]
    both = np.hstack([q, 1 - q])
    assert tables.auc(two, both, weight) == pytest.approx(roc_auc_score(two == 0, q[:, 0], sample_weight=weight))


def test_at_the_prior_half_are_called_the_first_class(draft: Draft) -> None:
    label, p = draft.table["label"].to_numpy(int), guess(draft, 0.4, 3)
    biased = p * [1, 5] / (p * [1, 5]).sum(1, keepdims=True)  # a threshold of .5 is wrong now, the order is as it was
    even = np.ones(len(p))
    truth = np.mean((p[:, 0] > np.median(p[:, 0])) == (label == 0))
    assert tables.accuracy_at_prior(label, p, even) == pytest.approx(truth)
    assert tables.accuracy_at_prior(label, biased, even) == pytest.approx(truth)
    assert tables.accuracy(label, biased, even) < truth - 0.05
    # An object of weight two counts as two objects.
    twice = np.concatenate([np.arange(len(p)), [0]])
    weight = even + (np.arange(len(p)) == 0)
    assert tables.accuracy_at_prior(label, p, weight) == pytest.approx(
        tables.accuracy_at_prior(label[twice], p[twice], np.ones(len(twice))), abs=1.01 / len(twice)
    )


def test_a_model_is_even_with_itself_and_ahead_of_a_worse_one(draft: Draft) -> None:
    good, bad = [guess(draft, 2, s) for s in (1, 2)], [guess(draft, 0.1, s) for s in (1, 2)]
    same = tables.difference(tables.accuracy, good, good, draft, 20)
    assert (same.minus, same.low, same.high, same.word()) == (0, 0, 0, "even")
    found = tables.verdicts(good, {"bad": bad}, draft, 40)
    assert {v["word"] for v in found.values()} == {"ahead"} and found["NLL"]["minus"] < 0 < found["AUC"]["minus"]
    found = tables.verdicts(bad, {"bad": bad, "good": good}, draft, 40)
    assert {(v["word"], v["best"]) for v in found.values()} == {("falls SHORT", "good")}


def test_rows_that_a_seed_did_not_test_do_not_count(draft: Draft) -> None:
    whole, other = guess(draft, 1, 1), guess(draft, 0.3, 2)
    half = np.arange(len(whole)) < 120
    part, rest = (np.where(half[:, None], p, np.nan) for p in (whole, other))
    label = draft.table["label"].to_numpy(int)
    assert tables.measured(part, draft)["accuracy"] == pytest.approx(np.mean((whole.argmax(1) == label)[half]))
    apart = tables.difference(tables.accuracy, [part], [rest], draft, 5)
    truth = np.mean((whole.argmax(1) == label)[half]) - np.mean((other.argmax(1) == label)[half])
    assert apart.minus == pytest.approx(truth) and apart.low <= apart.minus + 0.1


def test_bins_of_magnitude_hold_every_object_once(draft: Draft) -> None:
    found = tables.by_magnitude({"a": [guess(draft, 1, 1)]}, draft, "modelMag_r", (20.0, 21.0, 22.0, 23.0))
    assert sum(int(name.split("n = ")[1]) for name in found) == len(draft.table)
    right = guess(draft, 1, 1).argmax(1) == draft.table["label"].to_numpy(int)
    first = draft.table["modelMag_r"].to_numpy() < 21
    assert found.iloc[0, 0].startswith(f"{right[first].mean():.3f} (")


def test_no_field_is_in_training_and_test(draft: Draft) -> None:
    rows = cut(draft, 20.8, (21.3, np.inf))
    r, group = draft.table["modelMag_r"].to_numpy(), draft.table["group"]
    assert r[rows.train].max() < 20.8 and r[rows.test].min() > 21.3 and (rows.test == (r > 21.3)).all()
    assert not set(group[rows.train]) & set(group[rows.test])
    assert rows.left_out == (r < 20.8).sum() - rows.train.sum() > 0


def test_faint_made_copies_stand_below_the_rows_themselves(draft: Draft) -> None:
    x, label = with_copies(draft, 0.2, 0, FAINT)
    n = len(draft.table)
    assert x.shape == (4 * n, len(FAINT)) and (label == np.tile(label[:n], 4)).all()
    np.testing.assert_array_equal(x[:n], features(draft, FAINT))
    colour = FAINT.index("u-g")
    assert np.std(x[n:, colour]) > 0.05 > np.std(x[:n, colour])  # noise of fainter objects
    again, other = with_copies(draft, 0.2, 0, FAINT)[0], with_copies(draft, 0.2, 1, FAINT)[0]
    np.testing.assert_array_equal(x, again)
    assert not np.array_equal(x, other)


def test_only_the_faint_made_variant_is_given_a_size() -> None:
    sizes = {v: settings("transfer", 1, v, 0.3, False)[1].get("faint_size") for v in VARIANTS}
    assert sizes.pop("faint-made") == 0.3 and set(sizes.values()) == {None}
    assert settings("transfer", 1, "same features, not faint-made", 0.3, False)[1]["faint"] == 0


@pytest.mark.real
@pytest.mark.skipif(not REAL.is_dir(), reason="the measured data is not there; set ASTROCORE_REAL_DATA to its folder")
def test_quick_ends_well_and_writes_its_rows(tmp_path: Path) -> None:
    words = [sys.executable, "benchmarks/sources_real.py", "--quick", "--only", "transfer", "--jobs", "1"]
    done = subprocess.run([*words, "--json", str(tmp_path / "rows.json")], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr[-2000:]
    found = json.loads((tmp_path / "rows.json").read_text())["problems"][0]
    voices = {"verdict", "verdict, not calibrated", "net alone", "companion alone"}
    assert {f"model: {name}" for name in voices} <= set(found["rows"]) and len(found["inner"]) == 5
    assert found["faint_size"] == float(min(found["inner"], key=lambda size: found["inner"][size]["log loss"]))
    assert {"accuracy at a prior of 0.5", "AUC", "NLL"} <= set(found["verdicts"])
    assert "Chosen" in done.stdout and "left out of training" in done.stdout and "21.3 to 21.55" in done.stdout
