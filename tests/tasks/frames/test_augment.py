"""Augmentation: what changes together, what a conservative class keeps, and what must not change."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor

from astrocore.tasks.frames.augment import OPERATIONS, augment, flipped, shifted
from astrocore.tasks.frames.config import CLASSES, SPECTRA, Config
from tests.tasks.frames.taken import batch

STILL = {"augment_strength": 0.0, "word_dropout": 0.0, "feature_dropout": 0.0}
PLAIN = {"word_dropout": 0.0, "feature_dropout": 0.0}
LIGHT = torch.tensor([name in SPECTRA for name in CLASSES])
PIXELS = ("frame", "frame_mask", "profile_y", "profile_x")


def ramp(b: int = 64, label: int = 0) -> dict[str, Tensor]:
    """Frames whose brightness grows along both axes, with two empty rows above and below; profiles likewise."""
    y, x = torch.meshgrid(torch.arange(12.0), torch.arange(16.0), indexing="ij")
    mask = (y >= 2) & (y < 10)
    frame = torch.where(mask, y / 12 + x / 3, 0.0)
    along = torch.arange(8.0)[:, None].repeat(1, 3)
    return {
        "frame": frame[None, ..., None].repeat(b, 1, 1, 3),
        "frame_mask": mask.repeat(b, 1, 1),
        "profile_y": along.repeat(b, 1, 1),
        "profile_x": 10 * along.repeat(b, 1, 1),
        "label": torch.full((b,), label),
    }


def same(a: Tensor, b: Tensor) -> bool:
    return torch.equal(a.nan_to_num(nan=-99), b.nan_to_num(nan=-99))


def slopes(frame: Tensor, along: int) -> Tensor:
    """(B,) whether the middle of each frame still grows along an axis."""
    middle = frame[:, 2:10, :, 0]
    return middle.diff(dim=along).mean((1, 2)) > 0


def test_nothing_asked_for_changes_nothing() -> None:
    config = Config(**STILL, randaugment_n=8, randaugment_m=10)
    before = batch(config)
    after = augment(before, config, LIGHT)
    assert list(after) == list(before) and all(same(after[name], before[name]) for name in before)


def test_what_is_given_is_not_written_into() -> None:
    config = Config(augment_strength=1.0, randaugment_n=8)
    before = batch(config)
    kept = {name: x.clone() for name, x in before.items()}
    augment(before, config, LIGHT)
    assert all(same(before[name], kept[name]) for name in kept)


def test_a_frame_is_turned_over_with_its_mask_and_the_profile_of_that_axis() -> None:
    before = ramp(3)
    before["frame_mask"][:, 3] = False
    y, x = torch.tensor([True, False, True]), torch.tensor([False, True, True])
    after = flipped(before, y, x)
    for name in ("frame", "frame_mask"):
        assert torch.equal(after[name][0], before[name][0].flip(0))
        assert torch.equal(after[name][1], before[name][1].flip(1))
        assert torch.equal(after[name][2], before[name][2].flip((0, 1)))
    assert torch.equal(after["profile_y"][0], before["profile_y"][0].flip(0))
    assert torch.equal(after["profile_x"][0], before["profile_x"][0])
    assert torch.equal(after["profile_y"][1], before["profile_y"][1])
    assert torch.equal(after["profile_x"][1], before["profile_x"][1].flip(0))


def test_profiles_are_turned_over_with_their_image() -> None:
    torch.manual_seed(0)
    config = Config(**PLAIN, augment_strength=0.05, randaugment_n=0)
    after = augment(ramp(), config, LIGHT)
    for axis, along in (("y", 1), ("x", 2)):
        grows = slopes(after["frame"], along)
        assert 10 < grows.sum() < 54
        assert torch.equal(after[f"profile_{axis}"].diff(dim=1).mean((1, 2)) > 0, grows)


@pytest.mark.parametrize("label", [0, CLASSES.index("einsteinturm")])
def test_conservative_classes_are_never_turned_or_moved(label: int) -> None:
    """Brightness and contrast are one straight line for a whole frame; only noise lies about it."""
    torch.manual_seed(0)
    config = Config(**PLAIN, augment_strength=1.0, randaugment_n=8, randaugment_m=10)
    before = ramp(label=label)
    after = augment(before, config, LIGHT)
    old, new = (one["frame"][:, 2:10, :, 0].flatten(1) for one in (before, after))
    straight = [bool(torch.corrcoef(torch.stack(pair))[0, 1] > 0.99) for pair in zip(old, new, strict=True)]
    assert all(straight) if LIGHT[label] else sum(straight) < 32


def test_unlabelled_frames_are_free_and_classes_of_one_s_own_too() -> None:
    torch.manual_seed(0)
    config = Config(**PLAIN, augment_strength=0.05, randaugment_n=0)
    after = augment(ramp(label=-1), config, torch.ones(11, dtype=torch.bool))
    assert 10 < slopes(after["frame"], 2).sum() < 54


def test_padding_stays_zero() -> None:
    torch.manual_seed(0)
    config = Config(**PLAIN, augment_strength=1.0, randaugment_n=8, randaugment_m=10)
    for before in (ramp(), batch(config)):
        after = augment(before, config, torch.zeros(11, dtype=torch.bool))
        outside = after["frame"][~after["frame_mask"]]
        assert len(outside) and (outside == 0).all() and after["frame"].isfinite().all()


def test_frames_are_moved_no_farther_than_asked_for() -> None:
    torch.manual_seed(0)
    frame = torch.zeros(1, 40, 20, 1)
    frame[0, 20, 10] = 1
    places = torch.stack([shifted(frame, 0.1)[0, ..., 0].nonzero()[0] for _ in range(300)])
    assert places[:, 0].unique().tolist() == list(range(16, 25)) and places[:, 1].unique().tolist() == [
        8,
        9,
        10,
        11,
        12,
    ]
    assert torch.equal(shifted(frame, 0.0), frame)


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda f: f.__name__)
def test_operations_keep_the_shape_and_grow_with_their_strength(operation) -> None:  # type: ignore[no-untyped-def]
    frame = ramp(8)["frame"]
    changes = []
    for m in (0.0, 0.3, 1.0):
        torch.manual_seed(3)
        found = operation(frame, m)
        assert found.shape == frame.shape and found.isfinite().all()
        changes.append(float((found - frame).abs().mean()))
    assert changes[0] < 0.02 and changes[2] > changes[0] and changes[2] > 0.005


def test_numbers_and_words_are_hidden_at_their_rate_and_what_is_missing_stays_missing() -> None:
    torch.manual_seed(0)
    config = Config(augment_strength=0.0, word_dropout=0.25, feature_dropout=0.1)
    numbers, header = torch.zeros(400, 43), torch.zeros(400, 53)
    header[:100] = torch.nan
    after = augment({"numbers": numbers, "header": header, "label": torch.zeros(400, dtype=torch.long)}, config, LIGHT)
    assert after["numbers"].isnan().float().mean() == pytest.approx(0.1, abs=0.01)
    assert after["header"][:100].isnan().all()
    assert after["header"][100:].isnan().float().mean() == pytest.approx(0.25, abs=0.015)


def test_an_image_that_is_missing_stays_missing() -> None:
    before = ramp(4)
    before["frame_mask"][0], before["frame"][0], before["profile_y"][0] = False, 0.0, torch.nan
    after = augment(before, Config(**PLAIN, augment_strength=1.0), LIGHT)
    assert not after["frame_mask"][0].any() and (after["frame"][0] == 0).all() and after["profile_y"][0].isnan().all()
