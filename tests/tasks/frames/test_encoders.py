"""Encoders: what they may see, what does not matter to them, and the size of the original's."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor, nn

from astrocore.tasks.frames.encoders import FrameEncoder, NumbersEncoder, Original, ProfileEncoder, Separable


def made(encoder: nn.Module) -> nn.Module:
    """With scales of its norms that let no term vanish by chance."""
    torch.manual_seed(0)
    for parameter in encoder.parameters():
        nn.init.uniform_(parameter, -0.5, 0.5)
    return encoder.eval()


@pytest.mark.parametrize(("channels", "out", "stride"), [(4, 4, 1), (4, 6, 1), (4, 4, 2)])
def test_a_separable_convolution_is_each_channel_by_itself_and_then_a_mix(channels: int, out: int, stride: int) -> None:
    layer = made(Separable(channels, out, stride))
    x = torch.randn(2, channels, 7, 5)
    each = torch.cat(
        [
            nn.functional.conv2d(x[:, i : i + 1], layer.depth.weight[i : i + 1], None, stride, 1)
            for i in range(channels)
        ],
        dim=1,
    )
    mixed = torch.einsum("bcyx,oc->boyx", each, layer.mix.weight[:, :, 0, 0])
    expected = layer.norm(mixed).clamp(min=0) + (x if channels == out and stride == 1 else 0)
    assert torch.allclose(layer(x), expected, atol=1e-5)


def frames(b: int = 3, y: int = 24, x: int = 32) -> tuple[Tensor, Tensor]:
    frame, mask = torch.randn(b, y, x, 3), torch.zeros(b, y, x, dtype=torch.bool)
    mask[:, 4:20] = True
    return torch.where(mask[..., None], frame, 0.0), mask


def test_one_net_takes_images_of_any_size() -> None:
    encoder = made(FrameEncoder(3, 6, 10))
    for y, x in ((96, 96), (17, 40), (8, 8), (1, 1)):
        found = encoder(torch.randn(2, y, x, 3), torch.ones(2, y, x, dtype=torch.bool))
        assert found.shape == (2, 10) and found.isfinite().all()


def test_a_frame_is_pooled_over_its_own_pixels() -> None:
    encoder = made(FrameEncoder(3, 6, 10))
    encoder.blocks, encoder.out = nn.Identity(), nn.Identity()
    frame, mask = frames()
    wider = nn.functional.pad(frame, (0, 0, 0, 0, 0, 16)), nn.functional.pad(mask, (0, 0, 0, 16))
    assert torch.allclose(encoder(*wider), encoder(frame, mask), atol=1e-5)


def test_the_net_sees_every_channel_and_where_the_frame_is() -> None:
    encoder = made(FrameEncoder(3, 6, 10))
    frame, mask = frames()
    whole = encoder(frame, mask)
    for channel in range(3):
        other = frame.clone()
        other[..., channel] *= -1
        assert not torch.allclose(encoder(other, mask), whole, atol=1e-4)
    assert not torch.allclose(encoder(frame, torch.ones_like(mask)), whole, atol=1e-4)


def test_a_frame_that_is_nowhere_is_no_harm() -> None:
    encoder = made(FrameEncoder(3, 6, 10))
    frame, mask = frames()
    mask[0], frame[0] = False, 0.0
    found = encoder(frame, mask)
    assert found.isfinite().all() and torch.allclose(found[1:], encoder(frame[1:], mask[1:]), atol=1e-5)


def test_it_does_not_matter_which_way_a_camera_is_mounted() -> None:
    encoder = made(ProfileEncoder(3, 6, 10))
    y, x = torch.randn(2, 4, 64, 3)
    assert torch.allclose(encoder(y, x), encoder(x, y), atol=1e-5)
    assert not torch.allclose(encoder(y, x), encoder(y, y), atol=1e-3)
    moved = torch.stack([x[..., 1], x[..., 0], x[..., 2]], dim=-1)
    assert not torch.allclose(encoder(y, x), encoder(y, moved), atol=1e-3)  # curves are told apart


def test_profiles_that_are_missing_are_no_harm() -> None:
    encoder = made(ProfileEncoder(3, 6, 10))
    y, x = torch.randn(2, 4, 64, 3)
    y[0], x[0] = torch.nan, torch.nan
    found = encoder(y, x)
    assert found.isfinite().all() and torch.equal(found[0], encoder(torch.zeros_like(y), torch.zeros_like(x))[0])


@pytest.mark.parametrize("bins", [0, 5])
def test_numbers_may_be_missing(bins: int) -> None:
    encoder = NumbersEncoder(4, 8, 0.0, bins)
    x = torch.randn(50, 4)
    encoder.fit(x)
    x[0], x[1, 2] = torch.nan, torch.inf
    assert encoder(x).shape == (50, 8) and encoder(x).isfinite().all()


def test_the_original_has_its_number_of_parameters() -> None:
    """269,731 with eleven classes, as Keras counts: weights, and running means and variances, but no counter."""
    net, classifier = Original(), nn.Linear(Original.WIDTH, 11)
    weights = sum(p.numel() for p in (*net.parameters(), *classifier.parameters()))
    running = sum(x.numel() for name, x in net.named_buffers() if name.endswith(("running_mean", "running_var")))
    assert weights + running == 269_731 and running == 2 * (32 + 64 + 128 + 22) == 492
    image, numbers = net.eval().parts(torch.randn(2, 1, 56, 48), torch.randn(2, 22), torch.rand(2, 4))
    assert image.shape == (2, 256) and numbers.shape == (2, 64)
    assert classifier(net(image, numbers)).shape == (2, 11)
