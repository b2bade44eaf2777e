"""Augmentation: what changes together, and what must not change."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from torch import Tensor

from astrocore.tasks.sources.augment import augment, dimmed, kept_bands, moved, placed, smoothed
from astrocore.tasks.sources.config import Config
from astrocore.tasks.sources.features import base_columns, prepare
from tests.tasks.sources.toys import sources_draft

STILL = {"flips": False, "shift": 0.0, "sky_noise": 0.0, "band_dropout": 0.0}
SKY = torch.full((5,), 0.03)


def batch(config: Config, n: int = 40) -> dict[str, Tensor]:
    draft = sources_draft(n)
    inputs = prepare(draft.table, draft.arrays, config)
    return {name: torch.from_numpy(a) for name, a in inputs.items()} | {"label": torch.zeros(n, dtype=torch.long)}


def test_nothing_asked_for_changes_nothing() -> None:
    config = Config(**STILL)
    before = batch(config)
    after = augment(before, config, SKY)
    assert all(torch.equal(after[name].nan_to_num(), before[name].nan_to_num()) for name in before)


def test_turned_and_mirrored_images_are_the_same_pixels_in_one_of_eight_ways() -> None:
    image = torch.arange(2 * 8 * 8 * 1.0).reshape(2, 8, 8, 1).repeat(40, 1, 1, 1)
    mask = image > 5
    turned, masks = moved(image, mask, flips=True, shift=0.0)
    turned = turned.round(decimals=3)
    ways = {tuple(x.flatten().tolist()) for x in turned[::2]}
    eight = {
        tuple(torch.rot90(x, k).flatten().tolist()) for x in (image[0, ..., 0], image[0, ..., 0].T) for k in range(4)
    }
    assert ways <= eight and len(ways) >= 5
    assert torch.equal(masks, turned > 5)


def test_a_whole_pixel_of_shift_is_a_roll_and_the_edge_is_missing() -> None:
    torch.manual_seed(0)
    image, mask = torch.rand(3, 8, 8, 2), torch.ones(3, 8, 8, 2, dtype=torch.bool)
    mask[1, 4, 4, 0] = False
    step = torch.tensor([[1.0, 0.0], [0.0, -2.0], [0.0, 0.0]])
    found, there = placed(image, mask, torch.eye(2).expand(3, 2, 2), step)
    assert torch.allclose(found[0, :, 1:], image[0, :, :-1], atol=1e-5) and not there[0, :, 0].any()
    assert torch.allclose(found[1, :-2], image[1, 2:], atol=1e-5) and not there[1, -2:].any()
    assert not there[1, 2, 4, 0] and there[1, 2, 4, 1] and there[1, :-2].sum() == 6 * 8 * 2 - 1
    assert torch.allclose(found[2], image[2], atol=1e-5) and there[2].all()


def test_a_fraction_of_a_pixel_lies_between() -> None:
    image = torch.zeros(1, 8, 8, 1)
    image[0, 4, 4] = 1.0
    mask = torch.ones_like(image, dtype=torch.bool)
    found, _ = placed(image, mask, torch.eye(2)[None], torch.tensor([[0.25, 0.0]]))
    assert found[0, 4, 4, 0] == pytest.approx(0.75, abs=1e-5) and found[0, 4, 5, 0] == pytest.approx(0.25, abs=1e-5)


def test_a_fainter_image_lies_under_the_same_sky() -> None:
    torch.manual_seed(0)
    image = 0.03 * torch.randn(200, 16, 16, 5)
    image[:, 8, 8] += 100.0
    found = dimmed(image, SKY, torch.full((200,), 2.5), torch.zeros(200), "ugriz")
    assert found[:, 8, 8].mean() == pytest.approx(10.0, rel=1e-2)
    assert found[:, :6].std() == pytest.approx(0.03, rel=0.02)


def test_dust_dims_the_blue_more() -> None:
    image = torch.ones(1, 8, 8, 5)
    found = dimmed(image, torch.zeros(5), torch.zeros(1), torch.ones(1), "ugriz")[0, 0, 0]
    assert torch.allclose(-2.5 * found.log10(), torch.tensor([1.855, 1.446, 1.0, 0.743, 0.553]), atol=1e-4)


def test_image_and_photometry_get_fainter_together() -> None:
    config = Config(**STILL, faint=2.0, faint_share=1.0, faint_size=0.0)
    torch.manual_seed(0)
    before = batch(config)
    after = augment(before, config, 1e-6 * SKY)
    place = base_columns(config).index("modelMag_r")
    magnitude = after["photometry"][:, 8] + before["columns"][:, base_columns(config).index("extinction_r")]
    by = magnitude - before["columns"][:, place]
    flux = after["image"][..., 2].amax((1, 2)) / before["image"][..., 2].amax((1, 2))
    apart = (-2.5 * flux.log10() - by).abs()
    assert by.max() > 1.5 and apart.median() < 0.1 and apart.max() < 0.8  # photometry has noise of its own


def test_seeing_widens_image_and_psf_alike() -> None:
    y, x = np.indices((32, 32)) - 15.5
    spot = torch.from_numpy(np.exp(-(x**2 + y**2) / (2 * 2.0**2)).astype(np.float32))[None, ..., None]
    found = smoothed(spot, torch.ones_like(spot, dtype=torch.bool), torch.tensor([1.5]), 6)[0, ..., 0].numpy()
    width = np.sqrt((found * x**2).sum() / found.sum())
    assert width == pytest.approx(np.hypot(2.0, 1.5), rel=0.01)
    config = Config(**STILL, blur=2.0)
    before = batch(config)
    after = augment(before, config, SKY)
    assert (after["photometry"][:, 2] >= before["photometry"][:, 2]).all()
    assert torch.equal(after["photometry"][:, 0], before["photometry"][:, 0])


def test_a_missing_pixel_does_not_leak_into_its_neighbours() -> None:
    image, mask = torch.ones(1, 16, 16, 1), torch.ones(1, 16, 16, 1, dtype=torch.bool)
    image[0, 8, 8], mask[0, 8, 8] = 0.0, False
    assert torch.allclose(smoothed(image, mask, torch.tensor([1.0]), 6), torch.ones(()), atol=1e-4)


def test_hidden_bands_leave_one() -> None:
    torch.manual_seed(0)
    kept = kept_bands(500, 5, 0.9, torch.device("cpu"))
    assert kept.any(3).all() and kept.float().mean() < 0.35


def test_missing_photometry_stays_missing() -> None:
    config = Config(**STILL, faint=1.0, extinction=0.5, blur=1.0, photometry_noise=1.0)
    before = batch(config)
    before["columns"][:3] = torch.nan
    after = augment(before, config, SKY)
    assert torch.isnan(after["photometry"][:3]).all() and torch.isfinite(after["photometry"][3:]).all()
