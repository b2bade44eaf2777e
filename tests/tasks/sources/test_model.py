"""The net: its size, its attention, what it may see, and what it does without."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
import torch
from torch import Tensor

from astrocore.config import configure
from astrocore.tasks.sources.config import CLASSES, PRESETS, Config
from astrocore.tasks.sources.encoders import PatchEncoder, QueryLayer, arcsinh, sky_noise
from astrocore.tasks.sources.features import prepare
from astrocore.tasks.sources.model import Model
from tests.tasks.sources.original_block import OriginalNet
from tests.tasks.sources.toys import sources_draft


def batch(config: Config, n: int = 9, images: bool = True) -> dict[str, Tensor]:
    draft = sources_draft(n, seed=1, images=images)
    inputs = prepare(draft.table, draft.arrays, config)
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


def test_the_literal_original_has_its_size_and_runs() -> None:
    """facts.md: 1,405,475 parameters with three classes and k = 64."""
    net = OriginalNet()
    assert size(net.parameters()) == 1_405_475
    assert net(torch.randn(2, 24), torch.randn(2, 32, 32, 5)).shape == (2, 3)


def test_the_original_preset_has_the_originals_measures() -> None:
    model = Model(configure(Config, PRESETS, "original", {}), CLASSES)
    assert len(model.layers) == 12 and model.patches.side == 8
    linear = [m for m in model.photometry.layers if isinstance(m, torch.nn.Linear)]
    assert [m.out_features for m in linear] == [1024, 512, 256, 64]
    assert 1_200_000 < size(model.parameters()) < 1_405_475


def test_a_layer_is_ordinary_cross_attention_of_one_query() -> None:
    """Against keys and values made for each patch, head by head, as attention is usually written."""
    torch.manual_seed(0)
    b, n, d, heads = 3, 10, 16, 4
    layer, x, tokens = QueryLayer(d, heads, 0.0).eval(), torch.randn(3, 16), torch.randn(3, 10, 16)
    mask, seen = torch.rand(3, 10) > 0.3, torch.tensor([True, True, False])
    mask[:, 0] = True
    found = layer(x, tokens, mask, seen)
    for i in range(b):
        q = layer.query(layer.norm_1(x[i]))
        parts = []
        for h in range(heads):
            keys = torch.stack([layer.key[h] @ tokens[i, j] for j in range(n)])  # (n, d / heads)
            values = torch.stack([tokens[i, j] @ layer.value[h] for j in range(n)])
            dots = keys @ q[h * 4 : h * 4 + 4] / math.sqrt(d // heads)
            parts.append(dots.masked_fill(~mask[i], float("-inf")).softmax(0) @ values)
        y = x[i] + layer.out(torch.cat(parts)) * float(seen[i])
        y = y + layer.feed(layer.norm_2(y))
        assert torch.allclose(found[i], y, atol=1e-5)


def test_patches_are_cut_row_by_row() -> None:
    encoder = PatchEncoder(bands=2, size=8, patch=4, width=6).eval()
    encoder.embed.weight.data.zero_()
    encoder.position.data.zero_()
    encoder.embed.weight.data[0, 0] = 1.0  # the first pixel of the first band
    image = torch.zeros(1, 8, 8, 2)
    image[0, 4, 0, 0] = 3.0  # the third patch's first pixel
    tokens, there = encoder(image, torch.ones(1, 8, 8, 2, dtype=torch.bool))
    moved = (tokens - tokens[:, :1]).abs().sum(2)[0] > 1e-3
    assert moved.tolist() == [False, False, True, False] and there.all()


def test_sky_noise_is_the_scatter_of_the_borders() -> None:
    torch.manual_seed(0)
    image = torch.randn(300, 16, 16, 2) * torch.tensor([0.5, 2.0])
    image[:, 4:12, 4:12] += 1000.0
    mask = torch.ones_like(image, dtype=torch.bool)
    mask[0], image[0] = False, 0.0
    assert torch.allclose(sky_noise(image, mask), torch.tensor([0.5, 2.0]), rtol=0.05)


def test_arcsinh_is_arcsinh() -> None:
    x = torch.cat([torch.linspace(-50, 50, 999), torch.tensor([0.0, 1e-4, -1e4])])
    assert torch.allclose(arcsinh(x), torch.asinh(x), atol=2e-6)


@pytest.mark.parametrize("preset", PRESETS)
@pytest.mark.parametrize("modalities", [("photometry", "image"), ("photometry",), ("image",)])
def test_every_preset_learns_from_whatever_it_sees(preset: str, modalities: tuple[str, ...]) -> None:
    few = {"modalities": modalities, "dropout": 0.0, "layers": 2, "pretrain_epochs": 0}
    config = configure(Config, PRESETS, preset, few)
    model, rows = Model(config, CLASSES), batch(config, 8)
    model.fit_scale(rows)
    found = model(model.augment(rows, "finetune"), "finetune")
    found["loss"].backward()
    assert torch.isfinite(found["loss"])
    trained = model.parameters_of("finetune", freeze_backbone=False)
    assert all(p.grad is None or torch.isfinite(p.grad).all() for p in trained)
    unused = {name for name, p in model.named_parameters() if p.grad is None}
    assert unused <= {"missing.instead"}


def test_an_image_can_be_missing_and_then_does_not_count() -> None:
    model, rows = made()
    rows["image_mask"][:4] = False
    found = model.embed(rows)
    assert torch.isnan(found["image"][:4]).all() and torch.isfinite(found["image"][4:]).all()
    assert torch.allclose(found["fused"][:4], found["photometry"][:4])
    other = rows | {"image": torch.where(rows["image_mask"], rows["image"], 1e6)}
    assert torch.equal(model.logits(other)[:4], model.logits(rows)[:4])


def test_photometry_can_be_missing_in_whole_and_in_part() -> None:
    model, rows = made()
    rows["photometry"][:3] = torch.nan
    rows["photometry"][3:6, 4] = torch.nan
    found = model.embed(rows)
    assert torch.isnan(found["photometry"][:3]).all() and torch.isfinite(found["photometry"][3:]).all()
    assert torch.allclose(found["fused"][:3], found["image"][:3]) and torch.isfinite(model.logits(rows)).all()


def test_an_object_of_which_nothing_is_there_gets_an_answer() -> None:
    model, rows = made()
    rows["image_mask"][0], rows["photometry"][0] = False, torch.nan
    assert torch.isfinite(model.logits(rows)).all() and torch.isfinite(model.embed(rows)["fused"]).all()


def test_attention_goes_to_patches_that_are_there() -> None:
    model, rows = made()
    rows["image_mask"][0, :16], rows["image_mask"][1] = False, False
    found = model.attention(rows)["image"].detach()
    assert found.shape == (9, 8, 8) and torch.allclose(found[2:].sum((1, 2)), torch.ones(7), atol=1e-5)
    assert found[0, :4].sum() == 0 and found[0].sum() == pytest.approx(1, abs=1e-5) and found[1].sum() == 0
    assert Model(Config(modalities=("photometry",)), CLASSES).attention(rows) == {}


def test_the_augmented_columns_are_no_input_of_the_net() -> None:
    model, rows = made()
    assert torch.equal(model.logits(rows), model.logits(rows | {"columns": rows["columns"] * torch.nan}))


def test_a_frozen_backbone_trains_the_classifier_alone() -> None:
    model, _ = made()
    assert size(model.parameters_of("finetune", freeze_backbone=True)) == 3 * 64 + 3


def test_scales_come_from_training_rows_and_are_kept() -> None:
    model, _ = made()
    state = model.state_dict()
    assert state["patches.scale"].shape == (5,) and (state["patches.scale"] > 0.02).all()
    assert not torch.allclose(state["photometry.standardise.mean"], torch.zeros(24))


@pytest.mark.parametrize("modalities", [("photometry", "image"), ("photometry",), ("image",)])
def test_no_rows_are_no_harm(modalities: tuple[str, ...]) -> None:
    model, rows = made(modalities=modalities)
    none = {name: x[:0] for name, x in rows.items()}
    assert model.logits(none).shape == (0, 3) and model.embed(none)["fused"].shape == (0, 64)
    assert all(x.shape == (0, 8, 8) for x in model.attention(none).values())


def test_images_are_mirrored_and_nothing_else() -> None:
    model, rows = made(d_model=8, heads=2, layers=1)
    left, top, both = model.flips(rows)
    for name in ("image", "image_mask"):
        whole = rows[name].numpy()
        assert np.array_equal(top[name].numpy(), whole[:, :, ::-1])
        assert np.array_equal(left[name].numpy(), whole[:, ::-1])
        assert np.array_equal(both[name].numpy(), whole[:, ::-1, ::-1])
    assert all(found["photometry"] is rows["photometry"] for found in (left, top, both))
    blind, numbers = made(d_model=8, heads=2, layers=1, modalities=("photometry",))
    assert blind.flips(numbers) == []
