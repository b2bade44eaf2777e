"""Pre-training: which views are compared, what they may not carry, and what is trained by them."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch
from torch import Tensor

from astrocore.config import configure
from astrocore.errors import BadValue, ConfigError
from astrocore.tasks.sources.augment import augment
from astrocore.tasks.sources.config import CLASSES, PRESETS, Config
from astrocore.tasks.sources.faint import LEAST_RADIUS
from astrocore.tasks.sources.features import check_frozen, check_inputs
from astrocore.tasks.sources.model import Model
from tests.tasks.sources.test_model import batch

SMALL: dict[str, Any] = {"pretrain_epochs": 1, "d_model": 16, "heads": 2, "layers": 1, "numeric_bins": 0}


def made(**settings: Any) -> tuple[Model, dict[str, Tensor]]:
    config = Config(**SMALL, **settings)
    torch.manual_seed(0)
    model, rows = Model(config, CLASSES), batch(config, 24)
    model.fit_scale(rows)
    return model, rows


def loss_of(model: Model, rows: dict[str, Tensor], seed: int = 1) -> dict[str, Tensor]:
    torch.manual_seed(seed)
    return model(rows, "pretrain")


@pytest.mark.parametrize("pretext", [("image",), ("perturbed",), ("cross",), ("image", "cross")])
def test_the_loss_lies_above_its_floor_and_near_chance_at_first(pretext: tuple[str, ...]) -> None:
    model, rows = made(pretext=pretext)
    parts = loss_of(model, rows)
    assert float(parts["floor"]) < float(parts["loss"]) < 2 * float(parts["chance"])
    assert set(pretext) <= set(parts) and 0 <= float(parts["view_distance"]) <= 4 and float(parts["uniformity"]) <= 0
    mean = np.mean([float(parts[name]) for name in pretext])
    assert float(parts["loss"]) == pytest.approx(float(mean), rel=1e-5)


def test_views_of_images_alone_carry_no_photometry() -> None:
    model, rows = made(pretext=("image",))
    other = rows | {"photometry": rows["photometry"].flip(0), "columns": rows["columns"].flip(0) + 1}
    assert float(loss_of(model, rows)["loss"]) == float(loss_of(model, other)["loss"])


def test_two_views_of_photometry_differ_in_every_object() -> None:
    config = Config(**SMALL, pretext=("perturbed",)).of_views()
    rows = batch(config, 40)
    torch.manual_seed(0)
    one, other = (augment(rows, config, torch.full((5,), 0.03))["photometry"] for _ in range(2))
    same = torch.isfinite(one) & torch.isfinite(other)
    alike = one[(one == other) & same]  # radii that a fit set to its least value, which many objects share
    assert torch.equal(alike, torch.full_like(alike, LEAST_RADIUS)) and len(alike) < 0.2 * int(same.sum())
    assert (torch.isfinite(one) != torch.isfinite(other)).any(1).all()
    assert torch.isfinite(one).any(1).all()


def test_brightness_changes_image_and_magnitudes_alike_and_no_colour() -> None:
    config = Config(brightness=1.5, flips=False, shift=0, sky_noise=0, band_dropout=0)
    rows = batch(config, 12)
    torch.manual_seed(2)
    changed = augment(rows, config, torch.zeros(5))
    step = changed["photometry"][:, 0] - rows["photometry"][:, 0]
    assert step.abs().max() <= 1.5 and step.std() > 0.3
    for band in range(5):
        torch.testing.assert_close(changed["photometry"][:, 4 * band], rows["photometry"][:, 4 * band] + step)
    torch.testing.assert_close(changed["photometry"][:, 20:], rows["photometry"][:, 20:], rtol=1e-4, atol=1e-5)
    factor = 10 ** (-0.4 * step)[:, None, None, None]
    torch.testing.assert_close(changed["image"], rows["image"] * factor, rtol=1e-3, atol=1e-5)


def test_each_stage_trains_its_own_parts() -> None:
    def names(model: Model, stage: str) -> set[str]:
        wanted = {id(p) for p in model.parameters_of(stage, freeze_backbone=False)}
        return {name.split(".")[0] for name, p in model.named_parameters() if id(p) in wanted}

    both, image = made(pretext=("image", "cross"))[0], made(pretext=("image",))[0]
    common = {"patches", "layers", "missing", "norm"}
    assert names(both, "pretrain") == common | {"photometry", "pretext"}
    assert names(image, "pretrain") == common | {"pretext"}
    assert names(both, "finetune") == common | {"photometry", "classifier"}


def test_objects_without_an_image_do_not_count() -> None:
    model, rows = made(pretext=("image", "cross"))
    rows["image_mask"][:20] = False
    few = loss_of(model, rows)
    assert float(few["chance"]) == pytest.approx(0.5 * (np.log(7) + np.log(4)), rel=1e-5)
    rows["image_mask"][:23] = False
    assert float(loss_of(model, rows)["loss"]) == 0


def test_embeddings_of_cross_lie_in_one_space() -> None:
    model, rows = made(pretext=("image", "cross"))
    found = model.eval().embed(rows)
    assert found["aligned image"].shape == found["aligned photometry"].shape == (24, 128)
    torch.testing.assert_close(found["aligned image"].norm(dim=1), torch.ones(24))
    assert "embedding" in model(rows, "pretrain") and "embedding" not in model.train()(rows, "pretrain")


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"modalities": ("photometry",)}, "learns from images"),
        ({"modalities": ("image",), "pretext": ("cross",)}, "need photometry"),
        ({"pretext": ("perturbed",), "view_feature_dropout": 0}, "fingerprint"),
        ({"pretext": ("perturbed",), "view_photometry_noise": 1e-6}, "fingerprint"),
        ({"pretrain_batch_size": 1}, "two or more"),
        ({"pretext": ("image", "image")}, "twice"),
    ],
)
def test_what_teaches_nothing_is_refused(settings: dict[str, Any], words: str) -> None:
    with pytest.raises(ConfigError, match=words):
        configure(Config, PRESETS, "simclr", settings)


def test_a_data_set_without_what_is_compared_is_refused() -> None:
    config = Config(**SMALL, pretext=("cross",))
    inputs = {name: x.numpy() for name, x in batch(config).items()}
    check_inputs(config, inputs)
    with pytest.raises(BadValue, match="0 of these training objects"):
        check_inputs(config, inputs | {"image_mask": np.zeros_like(inputs["image_mask"])})
    alone = np.zeros_like(inputs["image_mask"])
    alone[0] = True
    with pytest.raises(BadValue, match="1 of these training objects"):
        check_inputs(config, inputs | {"image_mask": alone})
    with pytest.raises(BadValue, match="pretext image"):
        check_inputs(config, inputs | {"photometry": np.full_like(inputs["photometry"], np.nan)})
    check_inputs(Config(), inputs | {"image_mask": np.zeros_like(inputs["image_mask"])})


def test_a_head_on_a_frozen_backbone_needs_all_of_it_taught() -> None:
    before = {name: Config(**SMALL, pretext=name) for name in (("image",), ("cross",), ("perturbed",))}
    with pytest.raises(ConfigError, match="--modalities image"):
        check_frozen(Config(), before[("image",)])
    check_frozen(Config(modalities=("image",)), before[("image",)])
    for pretext in (("cross",), ("perturbed",)):
        check_frozen(Config(), before[pretext])


def test_objects_without_what_is_compared_are_not_judged_by_their_neighbours() -> None:
    model, rows = made()
    rows["image_mask"][:6] = False
    found = model.eval()(rows, "pretrain")
    assert (found["label"][:6] == -1).all() and (found["label"][6:] == rows["label"][6:]).all()
