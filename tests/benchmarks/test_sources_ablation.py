"""The ablation: every object is tested once, the literal net stands in for ours, and rows say what they are."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch

from astrocore.data.draft import Draft
from astrocore.tasks import get_task
from astrocore.tasks.sources.config import CLASSES, Config
from benchmarks import sources_sets
from benchmarks.literal_net import LiteralModel, literal
from benchmarks.sources_ablation import PAIRS, report
from benchmarks.sources_blobs import make
from benchmarks.sources_pair import made as batch_of
from benchmarks.sources_parts import ORDER, VARIANTS, filled, net_job, simple_job
from benchmarks.sources_sets import PLACE, made, third_of


@pytest.fixture
def blobs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def drawn(n: int) -> Draft:
        found = make(n, tmp_path / "blobs")
        table = found.table.drop(columns="split").assign(group=[f"SIM field {i // 8}" for i in range(n)])
        return Draft("sources", found.classes, table, dict(found.arrays), found.units, dict(found.origin))

    monkeypatch.setitem(sources_sets.SETS, "general", drawn)
    monkeypatch.setenv(PLACE, str(tmp_path / "sets"))


def test_three_seeds_test_every_object_once_and_no_field_is_torn(blobs: None) -> None:
    draft = made("general", 240)
    times = np.sum([third_of(draft, seed) for seed in range(3)], axis=0)
    assert (times == 1).all() and not np.array_equal(third_of(draft, 0), third_of(draft, 3))
    of_field = draft.table.assign(seen=third_of(draft, 1)).groupby("group")["seen"].nunique()
    assert (of_field == 1).all()


def test_a_set_is_made_once(blobs: None, monkeypatch: pytest.MonkeyPatch) -> None:
    first = made("general", 120)
    monkeypatch.setitem(sources_sets.SETS, "general", lambda n: pytest.fail("made again"))
    again = made("general", 120)
    assert again.table.equals(first.table) and "split" not in again.table
    np.testing.assert_array_equal(again.arrays["image_u"], first.arrays["image_u"])


def test_nets_and_simple_models_speak_of_the_tested_rows_alone(blobs: None, capsys: pytest.CaptureFixture[str]) -> None:
    draft = made("general", 240)
    test = third_of(draft, 0)
    nets = {t: [p] for v in ("photometry", "both") for t, p in net_job("general", 240, 0, v, True).items()}
    nets |= {t: [p] for t, p in net_job("general", 240, 0, "both, literal block", True).items()}
    simple = {t: [p] for t, p in simple_job("general", 240, 0, True).items()}
    for (p,) in (nets | simple).values():
        assert (np.isfinite(p).all(axis=1) == test).all()
        np.testing.assert_allclose(p[test].sum(1), 1, atol=1e-4)
    assert set(nets) == {
        title for title in ORDER if not title.startswith(("images:", "both, preset", "both, literal n"))
    }
    assert not np.allclose(nets["both: net"][0][test], nets["both, images shuffled: net"][0][test])
    assert not np.allclose(nets["both: net"][0][test], nets["both, literal block: net"][0][test])
    found = report("general", draft, nets, simple, 5)
    assert "both: net minus photometry: net" in found["differences"] and "both: net minus" in capsys.readouterr().out


def test_pairs_and_variants_name_rows_that_there_are() -> None:
    assert {title for pair in PAIRS for title in pair} <= set(ORDER)
    assert {f"{variant}: net" for variant in VARIANTS} <= set(ORDER)
    rows = filled(np.ones((2, 3)), np.array([False, True, True]))
    assert np.isnan(rows[0]).all() and (rows[1:] == 1).all()


def test_the_literal_net_in_the_form_of_a_model() -> None:
    config = Config(layers=2, numeric_bins=0)
    model = LiteralModel(config, CLASSES)
    batch = batch_of(6)
    model.fit_scale(batch)
    logits = model.eval().logits(batch)
    assert logits.shape == (6, 3) and torch.equal(model.head(model.embed(batch)["fused"]), logits)
    torch.manual_seed(0)
    out = model.forward(batch, "finetune")
    assert torch.allclose(out["logits"], logits) and out["loss"].ndim == 0
    # Scaled input: units of flux do not matter once the scales are taken anew.
    other = LiteralModel(config, CLASSES).eval()
    other.load_state_dict(model.state_dict())
    louder = {**batch, "image": 1000 * batch["image"]}
    other.fit_scale(louder)
    assert torch.allclose(other.logits(louder), logits, atol=1e-4)
    # Hidden modalities and missing values are zeros, not NaN.
    gone = {**batch, "photometry": torch.full_like(batch["photometry"], torch.nan)}
    assert torch.isfinite(model.logits(gone)).all() and not torch.allclose(model.logits(gone), logits)


def test_the_literal_net_goes_when_it_is_not_wanted() -> None:
    ours = get_task("sources").model.Model
    with literal():
        assert get_task("sources").model.Model is LiteralModel
    assert get_task("sources").model.Model is ours and ours is not LiteralModel
