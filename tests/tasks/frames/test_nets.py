"""The two nets: parts and what joins them; the original's 22 features and four confidences."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor

from astrocore.config import configure
from astrocore.tasks.frames.columns import HEADER, IMAGE
from astrocore.tasks.frames.config import PRESETS, Config
from astrocore.tasks.frames.measuring.words import NAMES
from astrocore.tasks.frames.nets import LIGHT_SPREAD, NUMBERS, STATISTICS, OriginalNet, Separate, confidences
from tests.tasks.frames.taken import batch, draft

ORIGINAL = configure(Config, PRESETS, "original", {})


def original() -> tuple[OriginalNet, dict[str, Tensor]]:
    torch.manual_seed(0)
    net, rows = OriginalNet(ORIGINAL).eval(), batch(ORIGINAL)
    net.fit(rows)
    return net, rows


def test_the_original_s_features_lead_their_columns_in_its_order() -> None:
    assert [column.name for column in IMAGE[:STATISTICS]] == [
        *("mean", "std", "median", "min", "max", "mad", "hist_mean", "hist_std", "hist_skew", "hist_kurtosis")
    ]
    assert [column.name for column in HEADER[:NUMBERS]] == [
        *("exposure_time", "gain", "temperature", "binning_x", "binning_y", "airmass", "moon_phase", "seeing")
    ]


def test_the_original_sees_one_stretch_and_its_features_alone() -> None:
    net, rows = original()
    net.train()  # its batch norm knows nothing of the frames yet
    torch.manual_seed(1)
    before = net.parts(rows)
    other = rows | {"profile_y": rows["profile_y"] + 1, "frame": rows["frame"].clone()}
    other["frame"][..., 1:] = 0.0
    other["numbers"] = rows["numbers"].clone()
    other["numbers"][:, [i for i in range(STATISTICS, len(IMAGE)) if IMAGE[i].name != "spread"]] = 0.0
    torch.manual_seed(1)
    assert torch.equal(net.parts(other), before)
    other["frame"][..., 0] = 0.0
    torch.manual_seed(1)
    assert not torch.allclose(net.parts(other)[:, 0], before[:, 0])


@pytest.mark.parametrize("part", [0, 1])
def test_a_missing_part_of_the_original_counts_as_zeros(part: int) -> None:
    net, rows = original()
    parts, present = net.parts(rows), torch.ones(len(rows["label"]), 2, dtype=torch.bool)
    present[:, part] = False
    other = parts.clone()
    other[:, part] = torch.nan
    assert net.fuse(parts, present).isfinite().all()
    assert torch.equal(net.fuse(other.nan_to_num(), present), net.fuse(parts, present))


def telling(**said: float) -> dict[str, Tensor]:
    """A frame without much light and a header that tells nothing but `said`."""
    numbers = torch.zeros(1, len(IMAGE))
    numbers[:, [column.name for column in IMAGE].index("spread")] = said.pop("spread", 0.0)
    names = [*(column.name for column in HEADER), *NAMES]
    header = torch.tensor([[said.get(name, 0.0) for name in names]])
    return {"numbers": numbers, "header": header}


def test_confidences_are_high_where_header_and_light_agree() -> None:
    bias = {"frame_type: given": 1.0, "frame_type: bias": 1.0, "object: given": 1.0, "object: dark": 1.0}
    dark = confidences(telling(**bias))[0]
    assert dark.tolist() == [1.0, 1.0, 1.0, 0.5]  # no time, both words say dark; the filter is not told
    lit = confidences(telling(**bias, spread=2 * LIGHT_SPREAD, **{"filter: given": 1.0}))[0]
    assert lit.tolist() == [0.0, 0.0, 0.0, 1.0]
    sky = {"frame_type: given": 1.0, "frame_type: light": 1.0, "exposure_time": 20.0}
    assert confidences(telling(**sky, spread=2 * LIGHT_SPREAD))[0].tolist() == [1.0, 0.5, 1.0, 0.5]


def test_confidences_without_a_header_or_without_light_tell_nothing() -> None:
    alone = {"numbers": telling()["numbers"]}
    assert confidences(alone).tolist() == [[0.5] * 4]
    unknown = telling()
    unknown["header"][:] = torch.nan
    assert confidences(unknown).tolist() == [[0.5] * 4]
    rows = batch(ORIGINAL)
    found = confidences(rows)
    assert found.isfinite().all() and (found >= 0).all() and (found <= 1).all()
    assert not torch.equal(found, torch.full_like(found, 0.5))


@pytest.mark.parametrize("modalities", [("image", "header"), ("image",), ("header",)])
def test_the_separate_net_gives_a_part_for_each_modality(modalities: tuple[str, ...]) -> None:
    config = Config(modalities=modalities, width=4, d_model=16)
    torch.manual_seed(0)
    net, rows = Separate(config).eval(), batch(config)
    net.fit(rows)
    parts = net.parts(rows)
    assert parts.shape == (len(draft().table), 2, 16) and parts.isfinite().all()
    for i, name in enumerate(("image", "header")):
        assert bool((parts[:, i] != 0).any()) == (name in modalities)


def test_what_is_missing_does_not_count_in_what_both_say() -> None:
    config = Config(width=4, d_model=16)
    net, rows = Separate(config).eval(), batch(config)
    net.fit(rows)
    parts = net.parts(rows)
    present = torch.ones(len(parts), 2, dtype=torch.bool)
    present[:, 1] = False
    other = torch.where(present[..., None], parts, torch.nan)
    assert torch.equal(net.fuse(other, present), net.fuse(parts, present))
    assert not torch.allclose(net.fuse(parts, torch.ones_like(present)), net.fuse(parts, present), atol=1e-4)
