"""The net: its size, what it may see, what it does without."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch
from torch import Tensor

from astrocore.config import configure
from astrocore.tasks import get_task
from astrocore.tasks.exoplanets.config import CLASSES, PRESETS, Config
from astrocore.tasks.exoplanets.model import Model
from tests.synthetic import exoplanets_draft


def batch(config: Config, n: int = 9, curves: bool = True) -> dict[str, Tensor]:
    draft = exoplanets_draft(n, seed=1, curves=curves)
    inputs = get_task("exoplanets").data.prepare(draft.table, draft.arrays, config)
    label = torch.from_numpy(draft.table["label"].to_numpy(np.int64))
    return {name: torch.from_numpy(a) for name, a in inputs.items()} | {"label": label, "group": torch.arange(n)}


def made(**settings: Any) -> tuple[Model, dict[str, Tensor]]:
    config = Config(**settings)
    torch.manual_seed(0)
    model, rows = Model(config, CLASSES).eval(), batch(config)
    model.fit_scale(rows)
    return model, rows


def size(parameters: Any) -> int:
    return sum(p.numel() for p in parameters)


def test_the_original_preset_has_the_originals_size() -> None:
    """facts.md: about 40 K parameters, about 10 K with a frozen backbone."""
    model = Model(configure(Config, PRESETS, "original", {}), CLASSES)
    assert 35_000 < size(model.parameters()) < 45_000
    assert 8_000 < size(model.parameters_of("finetune", freeze_backbone=True)) < 15_000


@pytest.mark.parametrize("preset", PRESETS)
def test_every_preset_learns_in_both_stages(preset: str) -> None:
    config = configure(Config, PRESETS, preset, {"dropout": 0.0})
    model, rows = Model(config, CLASSES), batch(config, 6)
    model.fit_scale(rows)
    for stage in ("pretrain", "finetune"):
        assert model.parameters_of(stage, freeze_backbone=False)
        found = model(model.augment(rows, stage), stage)
        model.zero_grad()
        found["loss"].backward()
        assert torch.isfinite(found["loss"])
        for p in model.parameters_of(stage, freeze_backbone=False):
            assert p.grad is not None and torch.isfinite(p.grad).all()


def test_the_frozen_backbone_leaves_out_the_encoders() -> None:
    model, _ = made()
    frozen = {id(p) for p in model.parameters_of("finetune", freeze_backbone=True)}
    assert not frozen & {
        id(p)
        for part in (model.light_curve, model.features["planet"], model.features["star"])
        for p in part.parameters()
    }
    assert {id(p) for p in model.classifier.parameters()} <= frozen


def test_embeddings_of_a_missing_modality_are_nan_and_probabilities_are_not() -> None:
    model, rows = made()
    for view in model.light_curve.views:
        rows[f"{view}_mask"][0] = False
    rows["star"][1] = torch.nan
    found = model.embed(rows)
    assert torch.isnan(found["light_curve"][0]).all() and torch.isfinite(found["light_curve"][1:]).all()
    assert torch.isnan(found["star"][1]).all() and torch.isfinite(found["star"][2:]).all()
    assert torch.isfinite(found["planet"]).all() and torch.isfinite(found["fused"]).all()
    assert torch.isfinite(model.logits(rows)).all()
    assert all(torch.isfinite(x).all() for x in model(rows, "finetune").values())


def test_one_missing_feature_is_not_a_missing_modality() -> None:
    model, rows = made()
    rows["planet"][0, 1] = torch.nan
    assert torch.isfinite(model.embed(rows)["planet"]).all()


@pytest.mark.parametrize(("hidden", "keys"), [("star", ["star"]), ("light_curve", ["global_view", "local_view"])])
def test_a_modality_that_the_config_leaves_out_has_no_effect(hidden: str, keys: list[str]) -> None:
    kept = tuple(name for name in ("light_curve", "planet", "star") if name != hidden)
    for modalities in (kept, ("light_curve", "planet", "star")):
        model, rows = made(modalities=modalities)
        changed = rows | {key: rows[key] + 3.0 for key in keys}
        assert torch.equal(model.logits(rows), model.logits(changed)) == (modalities == kept)


def test_masked_bins_have_no_effect() -> None:
    model, rows = made()
    patch = model.config.patch
    rows["global_mask"][:, :patch] = False
    rows["global_view"][:, :patch] = 0
    changed = rows | {"global_view": rows["global_view"].clone()}
    changed["global_view"][:, :patch] = 50.0
    torch.testing.assert_close(model.logits(rows), model.logits(changed))


def test_leaving_out_a_view_that_nobody_has_is_exact() -> None:
    model, rows = made()
    rows["global_mask"][:] = False
    rows["global_view"][:] = 0
    both = batch(model.config) | {"global_mask": rows["global_mask"].clone(), "global_view": rows["global_view"]}
    both["global_mask"][-1] = True
    torch.testing.assert_close(model.logits(rows)[:-1], model.logits(both)[:-1])


def test_augmentation_keeps_masks_with_their_bins() -> None:
    model, rows = made(time_shift=0.2, noise=0.0, scale=0.0)
    rows["global_view"] = torch.where(rows["global_mask"][..., None], rows["global_view"], 0.0)
    changed = model.augment(rows, "finetune")
    assert not changed["global_view"][~changed["global_mask"]].any()
    for i in range(len(rows["label"])):
        np.testing.assert_allclose(
            np.sort(changed["global_view"][i, :, 0]), np.sort(rows["global_view"][i, :, 0]), rtol=1e-6
        )
    assert not torch.equal(changed["global_view"], rows["global_view"])
    assert torch.equal(changed["planet"], rows["planet"])


def test_the_logit_scale_learns_and_is_clamped() -> None:
    model, rows = made()
    model(rows, "pretrain")["loss"].backward()
    assert model.logit_scale.grad is not None and model.logit_scale.grad != 0
    with torch.no_grad():
        model.logit_scale.fill_(50.0)
    assert torch.isfinite(model(rows, "pretrain")["loss"])


def test_rows_without_a_curve_leave_nothing_to_pre_train() -> None:
    model = Model(Config(), CLASSES)
    model.fit_scale(batch(Config(), curves=False))
    assert model.parameters_of("pretrain", freeze_backbone=False) == []


def test_without_two_sides_there_is_nothing_to_align() -> None:
    model, rows = made(modalities=("planet", "star"))
    assert float(model(rows, "finetune")["contrastive"].detach()) == 0
    assert not {id(model.logit_scale)} & {id(p) for p in model.parameters_of("finetune", freeze_backbone=False)}


def test_stars_of_one_system_are_not_negatives_and_pairs_have_weights() -> None:
    model, rows = made(dropout=0.0, physics_pair=0.0, planet_pair=2.0, star_pair=0.0)
    rows["group"] = torch.zeros_like(rows["group"])  # one star: nothing to tell apart
    assert float(model(rows, "pretrain")["loss"].detach()) == pytest.approx(0, abs=1e-6)
    assert set(model.embed(rows)) == {"light_curve", "planet", "star", "fused", "aligned light_curve", "aligned planet"}


def test_aligned_projections_have_unit_length_and_are_nan_where_missing() -> None:
    model, rows = made()
    rows["star"][1], rows["planet"][1] = torch.nan, torch.nan
    found = model.embed(rows)
    for name in ("light_curve", "planet", "star", "physics"):
        length = found[f"aligned {name}"].norm(dim=1)
        torch.testing.assert_close(length[2:], torch.ones_like(length[2:]))
    assert torch.isnan(found["aligned physics"][1]).all() and torch.isnan(found["aligned star"][1]).all()


def test_a_hidden_modality_hides_what_is_derived_of_it() -> None:
    """Relations tell of all three: they must not be left when one is dropped in training."""
    model, rows = made(modality_dropout=0.9)
    torch.manual_seed(0)
    present = model._present(rows)
    dropped = model._dropped(present)
    lost = (dropped[:, :3] != present[:, :3]).any(1)
    assert lost.any() and not dropped[lost, 3].any()


def test_measures_of_the_view_change_the_verdict_only_through_the_curve() -> None:
    model, rows = made()
    changed = rows | {"shape": rows["shape"] + 1}
    assert not torch.equal(model.logits(rows), model.logits(changed))
    plain, few = made(derived_columns=())
    assert plain.light_curve.shape is None and torch.isnan(few["shape"]).all() and "relation" not in plain.parts


def test_numeric_bins_add_a_code() -> None:
    model, rows = made(numeric_bins=4)
    assert torch.isfinite(model.logits(rows)).all()
    assert model.features["planet"].code.edges.shape[1] == 5  # type: ignore[union-attr]
