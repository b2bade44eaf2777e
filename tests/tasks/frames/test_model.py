"""The net: what it learns from, what it does without, and what image and header say alone."""

from __future__ import annotations

from itertools import product
from typing import Any

import pytest
import torch
from torch import Tensor

from astrocore.config import configure
from astrocore.nn.mixup import mixed
from astrocore.tasks.contract import Flips, JudgesApart
from astrocore.tasks.frames.config import CLASSES, MODALITIES, PRESETS, Config
from astrocore.tasks.frames.inputs import hide, prepare
from astrocore.tasks.frames.model import Model
from tests.tasks.frames.taken import batch, draft

SMALL = {"width": 4, "d_model": 16, "dropout": 0.0}
SIGHTS = (("image", "header"), ("image",), ("header",))
SEEN = [(preset, sight) for preset in PRESETS for sight in SIGHTS if preset != "original" or "image" in sight]
"""The original's net must see the image."""


def made(**settings: Any) -> tuple[Model, dict[str, Tensor]]:
    config = Config(**SMALL | settings)
    torch.manual_seed(0)
    model, rows = Model(config, CLASSES).eval(), batch(config)
    model.fit_scale(rows)
    return model, rows


def hidden(config: Config, modality: str) -> dict[str, Tensor]:
    """The same rows without a modality, as the data module hides it."""
    inputs = prepare(*hide(draft().table, draft().arrays, modality), config)
    return {name: torch.from_numpy(x.copy()) for name, x in inputs.items()}


def headers(rows: dict[str, Tensor]) -> Tensor:
    """(B,) which frames have a header."""
    return rows["header"].isfinite().any(1)


def close(a: Tensor, b: Tensor) -> bool:
    return torch.allclose(a, b, atol=1e-5, equal_nan=True)


def loss(model: Model, rows: dict[str, Tensor]) -> float:
    return float(model(rows, "finetune")["loss"].detach())


def test_the_frames_have_what_the_tests_speak_of() -> None:
    rows = batch(Config())
    assert set(rows["label"].tolist()) == set(range(11))
    assert 0 < headers(rows).sum() < len(rows["label"]) and not rows["frame_mask"].all()
    assert rows["frame_mask"].flatten(1).any(1).all() and rows["frame"].shape[1:] == (32, 40, 3)


@pytest.mark.parametrize(("preset", "modalities"), SEEN)
def test_every_preset_learns_from_whatever_it_sees(preset: str, modalities: tuple[str, ...]) -> None:
    config = configure(Config, PRESETS, preset, {"modalities": modalities, "width": 4, "d_model": 16})
    torch.manual_seed(0)
    model, rows = Model(config, CLASSES).train(), batch(config)
    model.fit_scale(rows)
    optimiser = torch.optim.SGD(model.parameters_of("finetune", freeze_backbone=False), lr=0.01)
    before = [p.detach().clone() for p in model.parameters()]
    given = model.augment(rows, "finetune")
    found = model(mixed(given, config.mixup) if config.mixup else given, "finetune")
    found["loss"].backward()
    optimiser.step()
    assert all(x.isfinite().all() for x in found.values())
    assert all(p.isfinite().all() for p in model.parameters())
    assert any(not torch.equal(a, b) for a, b in zip(before, model.parameters(), strict=True))
    model.eval()
    assert model.logits(rows).shape == (len(rows["label"]), 11) and model.logits(rows).isfinite().all()
    assert set(model.embed(rows)) == {"fused", *modalities}
    apart = model.apart(rows)
    assert set(apart) == (set(MODALITIES) if preset != "original" and len(modalities) == 2 else set())
    assert len(model.flips(rows)) == (3 if "image" in modalities else 0)


def test_the_net_is_what_the_contract_calls_it() -> None:
    model, _ = made()
    assert isinstance(model, Flips) and isinstance(model, JudgesApart)


def test_gradients_reach_every_parameter() -> None:
    for settings in ({"header_dropout": 0.5, "image_dropout": 0.5}, {"net": "original", "apart_weight": 0.0}):
        model, rows = made(**settings)
        model.train()
        torch.manual_seed(0)
        model(rows, "finetune")["loss"].backward()
        without = {name for name, p in model.named_parameters() if p.grad is None or not p.grad.any()}
        assert not without


def test_every_parameter_has_a_part_in_the_loss_of_every_batch() -> None:
    """Processes that train side by side wait for the gradient of each, whatever their rows lack."""
    keep = headers(batch(Config()))
    for modalities, some in product(SIGHTS, (keep, ~keep)):
        model, rows = made(modalities=modalities)
        model.train()({name: x[some] for name, x in rows.items()}, "finetune")["loss"].backward()
        assert not [name for name, p in model.named_parameters() if p.grad is None]


def test_a_frozen_backbone_trains_the_classifier_alone() -> None:
    model, _ = made()
    frozen = model.parameters_of("finetune", freeze_backbone=True)
    assert sum(p.numel() for p in frozen) == 11 * 16 + 11
    assert len(model.parameters_of("finetune", freeze_backbone=False)) == len(list(model.parameters()))


def test_frames_without_a_header_are_judged_by_their_image() -> None:
    model, rows = made()
    lack = ~headers(rows)
    found = model.embed(rows)
    assert found["header"][lack].isnan().all() and found["header"][~lack].isfinite().all()
    assert all(found[name].isfinite().all() for name in ("fused", "image"))
    apart = model.apart(rows)
    assert apart["header"][lack].isnan().all() and apart["header"][~lack].isfinite().all()
    assert close(apart["image"][lack], model.logits(rows)[lack])


def test_frames_without_an_image_are_judged_by_their_header() -> None:
    model, rows = made()
    blind = rows | hidden(model.config, "image")
    found, apart = model.embed(blind), model.apart(blind)
    assert found["image"].isnan().all() and apart["image"].isnan().all()
    given = headers(rows)
    assert close(apart["header"][given], model.logits(blind)[given])
    other = rows | {name: torch.full_like(rows[name], torch.nan) for name in ("profile_y", "profile_x", "numbers")}
    other |= {"frame": rows["frame"] + 7, "frame_mask": torch.zeros_like(rows["frame_mask"])}
    assert close(model.logits(other), model.logits(blind))


@pytest.mark.parametrize("net", ["separable", "original"])
def test_frames_of_which_nothing_is_there_get_an_answer(net: str) -> None:
    model, rows = made(net=net)
    nothing = rows | hidden(model.config, "image") | {"header": torch.full_like(rows["header"], torch.nan)}
    found = model.logits(nothing)
    assert found.isfinite().all() and close(found, found[:1].expand_as(found))
    assert model.embed(nothing)["fused"].isfinite().all() and model.embed(nothing)["image"].isnan().all()
    assert all(x.isnan().all() for x in model.apart(nothing).values())


@pytest.mark.parametrize("net", ["separable", "original"])
def test_numbers_that_are_missing_do_no_harm(net: str) -> None:
    model, rows = made(net=net)
    torch.manual_seed(1)
    holes = {
        name: torch.where(torch.rand(rows[name].shape) < 0.5, torch.nan, rows[name]) for name in ("numbers", "header")
    }
    model.train()
    found = model(rows | holes, "finetune")
    found["loss"].backward()
    assert found["loss"].isfinite() and all(p.grad is None or p.grad.isfinite().all() for p in model.parameters())


@pytest.mark.parametrize(("alone", "other"), [("image", "header"), ("header", "image")])
def test_a_part_alone_says_what_the_net_says_without_the_other(alone: str, other: str) -> None:
    model, rows = made()
    told, without = model.apart(rows)[alone], model.logits(rows | hidden(model.config, other))
    there = told.isfinite().all(1)
    assert there.sum() == (headers(rows).sum() if alone == "header" else len(rows["label"]))
    assert close(told[there], without[there])


def test_a_net_that_was_not_taught_to_speak_apart_does_not() -> None:
    for settings in ({"apart_weight": 0.0}, {"modalities": ("image",)}, {"modalities": ("header",)}):
        model, rows = made(**settings)
        assert model.apart(rows) == {}
        assert set(model(rows, "finetune")) == {"loss", "logits", "label"}


def test_losses_of_the_parts_add_to_the_loss_by_their_weight() -> None:
    model, rows = made(apart_weight=0.5)
    found = model(rows, "finetune")
    heavier, _ = made(apart_weight=2.0)
    more = heavier(rows, "finetune")["loss"]
    voices = found["image_alone"] + found["header_alone"]
    assert voices > 0 and torch.isclose(more - found["loss"], 1.5 * voices, atol=1e-4)


def test_whole_headers_and_images_are_hidden_in_training_at_their_rates() -> None:
    model, _ = made(header_dropout=0.3, image_dropout=0.1)
    both, image = torch.ones(4000, 2, dtype=torch.bool), torch.zeros(4000, 2, dtype=torch.bool)
    image[:, 0] = True
    torch.manual_seed(0)
    kept = model._kept(both)
    assert kept.any(1).all() and torch.equal(model._kept(image), image)  # what a frame has alone stays
    assert (~kept[:, 1]).float().mean() == pytest.approx(0.3 * 0.9, abs=0.03)
    assert (~kept[:, 0]).float().mean() == pytest.approx(0.1 * 0.7, abs=0.02)


def test_only_training_hides_anything() -> None:
    model, rows = made(header_dropout=0.9, apart_weight=0.0)
    assert close(model(rows, "finetune")["logits"], model.logits(rows))
    assert close(model(rows, "finetune")["logits"], model(rows, "finetune")["logits"])
    model.train()
    assert not close(model(rows, "finetune")["logits"], model(rows, "finetune")["logits"])


def test_rows_without_a_label_teach_nothing() -> None:
    model, rows = made()
    known = rows["label"] % 2 == 0
    found = model(rows | {"label": torch.where(known, rows["label"], -1)}, "finetune")
    some = model({name: x[known] for name, x in rows.items()}, "finetune")
    assert torch.isclose(found["loss"], some["loss"], atol=1e-5)
    none = model(rows | {"label": torch.full_like(rows["label"], -1)}, "finetune")
    assert none["loss"] == 0 and none["logits"].isfinite().all()


def test_mixed_batches_count_both_labels() -> None:
    model, rows = made(class_weights="none")
    share = torch.full((len(rows["label"]),), 0.75)
    second = rows["label"].flip(0)
    found = loss(model, rows | {"label_b": second, "label_share": share})
    first, other = (loss(model, rows | {"label": label}) for label in (rows["label"], second))
    assert found == pytest.approx(0.75 * first + 0.25 * other, rel=1e-4) and found != pytest.approx(first, rel=1e-3)


def test_mixing_knows_the_padding_and_what_is_missing() -> None:
    rows = batch(Config())
    rows["frame_mask"][:5], rows["frame"][:5] = False, 0.0
    rows["profile_y"][:5], rows["profile_x"][:5] = torch.nan, torch.nan
    rows["numbers"][:5] = torch.nan
    torch.manual_seed(0)
    found = mixed(rows, 1.0)
    assert (found["frame"][~rows["frame_mask"]] == 0).all()
    assert not torch.equal(found["frame"], rows["frame"])
    assert found["profile_y"][:5].isnan().all() and torch.equal(headers(found), headers(rows))
    nothing = ~headers(rows)
    nothing[5:] = False
    assert (found["label_share"][nothing] == 1).all()


def test_half_precision_on_a_processor_is_near_to_full() -> None:
    model, rows = made()
    full = model.logits(rows)
    with torch.autocast("cpu", dtype=torch.bfloat16):
        half, found = model.logits(rows), model.train()(rows, "finetune")
        embedded = model.embed(rows)
    assert half.isfinite().all() and (half.float() - full).abs().max() < 0.1 * full.abs().max()
    assert found["loss"].isfinite() and all(x.shape[1] == 16 for x in embedded.values())


def test_one_net_judges_images_of_two_sizes() -> None:
    model, rows = made()
    larger = batch(model.config, (48, 48))
    assert larger["frame"].shape[1:] == (48, 48, 3) and torch.equal(larger["numbers"].isnan(), rows["numbers"].isnan())
    assert model.logits(larger).isfinite().all()
    assert not close(model.logits(larger), model.logits(rows))


def test_frames_are_mirrored_with_their_profiles_and_nothing_else() -> None:
    model, rows = made()
    y, x, both = model.flips(rows)
    assert torch.equal(y["frame"], rows["frame"].flip(1)) and torch.equal(x["frame"], rows["frame"].flip(2))
    assert torch.equal(both["frame"], rows["frame"].flip((1, 2)))
    assert torch.equal(both["profile_y"], rows["profile_y"].flip(1))
    assert torch.equal(y["profile_x"], rows["profile_x"]) and torch.equal(x["profile_y"], rows["profile_y"])
    assert all(one["header"] is rows["header"] and one["numbers"] is rows["numbers"] for one in (y, x, both))


def test_scales_and_weights_come_from_training_rows_and_are_kept() -> None:
    model, rows = made(class_weights="balanced")
    state = model.state_dict()
    counts = torch.bincount(rows["label"], minlength=11)
    assert torch.allclose(state["class_weight"] * counts, (state["class_weight"] * counts)[:1].expand(11), rtol=1e-4)
    assert not torch.allclose(state["net.numbers.standardise.mean"], torch.zeros(43))
    assert "conservative" not in state  # the settings say it
    assert all(name.startswith(("net.", *Model.OF_CLASSES, *Model.OF_DATA)) for name in state)


@pytest.mark.parametrize("modalities", SIGHTS, ids="+".join)
def test_no_rows_are_no_harm(modalities: tuple[str, ...]) -> None:
    model, rows = made(modalities=modalities)
    none = {name: x[:0] for name, x in rows.items()}
    assert model.logits(none).shape == (0, 11) and model.embed(none)["fused"].shape == (0, 16)
    assert all(x.shape == (0, 11) for x in model.apart(none).values())


def test_classes_of_one_s_own_are_free() -> None:
    config = Config(**SMALL)
    model = Model(config, ("bias", "flat_dados", "moon"))
    assert model.conservative.tolist() == [False, True, False]
    assert model.logits(batch(config)).shape[1] == 3


@pytest.mark.parametrize("preset", ["recommended", "original"])
def test_scales_need_the_inputs_that_the_net_says_and_no_images(preset: str) -> None:
    config = configure(Config, PRESETS, preset, {})
    rows = batch(config)
    whole, few = Model(config, CLASSES), Model(config, CLASSES)
    whole.fit_scale(rows)
    few.fit_scale({name: rows[name] for name in Model.SCALED})
    buffers, fresh = dict(few.named_buffers()), dict(Model(config, CLASSES).named_buffers())
    assert all(close(x, buffers[name]) for name, x in whole.named_buffers())
    assert not all(close(x, fresh[name]) for name, x in whole.named_buffers())
