"""MixUp against the literal mix, and what it leaves alone."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from torch import Tensor

from astrocore.nn.mixup import mixed

B = 64


def batch(seed: int = 0) -> dict[str, Tensor]:
    """Numbers with gaps, an image with a mask of its own shape, a view with a mask of its first axes, whole numbers."""
    rng = torch.Generator().manual_seed(seed)
    numbers = torch.randn(B, 5, generator=rng)
    numbers[torch.rand(B, 5, generator=rng) < 0.2] = torch.nan
    numbers[3] = torch.nan
    return {
        "numbers": numbers,
        "image": torch.randn(B, 4, 4, generator=rng),
        "image_mask": torch.rand(B, 4, 4, generator=rng) < 0.7,
        "fine_view": torch.randn(B, 6, 2, generator=rng),
        "fine_mask": torch.rand(B, 6, generator=rng) < 0.7,
        "kind": torch.randint(0, 3, (B, 2), generator=rng),
        "label": torch.arange(B) % 3,
        "group": torch.arange(B),
    }


def parts(x: dict[str, Tensor], alpha: float, seed: int = 1) -> tuple[dict[str, Tensor], list[int]]:
    """The mixed batch, and for each row the number of the other one, which `label_b` tells where labels are unique."""
    unique = {**x, "label": torch.arange(B)}
    torch.manual_seed(seed)
    other = mixed(unique, alpha)["label_b"].tolist()
    torch.manual_seed(seed)
    return mixed(x, alpha), other


def test_it_is_the_literal_mix() -> None:
    x = batch()
    found, other = parts(x, 0.4)
    for i, j in enumerate(other):
        s = float(found["label_share"][i])
        assert found["label_b"][i] == x["label"][j]
        for f in range(5):
            a, b = float(x["numbers"][i, f]), float(x["numbers"][j, f])
            expected = s * a + (1 - s) * b if np.isfinite(a) and np.isfinite(b) else a
            assert float(found["numbers"][i, f]) == pytest.approx(expected, rel=1e-4, abs=1e-5, nan_ok=True)
        for at in np.ndindex(4, 4):
            a, b = float(x["image"][i][at]), float(x["image"][j][at])
            both = bool(x["image_mask"][i][at] & x["image_mask"][j][at])
            assert float(found["image"][i][at]) == pytest.approx(s * a + (1 - s) * b if both else a, rel=1e-4, abs=1e-5)
        for t in range(6):
            both = bool(x["fine_mask"][i, t] & x["fine_mask"][j, t])
            expected = s * x["fine_view"][i, t] + (1 - s) * x["fine_view"][j, t] if both else x["fine_view"][i, t]
            torch.testing.assert_close(found["fine_view"][i, t], expected)


def test_what_is_no_float_and_what_is_named_stays() -> None:
    x = batch()
    torch.manual_seed(1)
    found = mixed(x, 1.0, left=("numbers",))
    for name in ("image_mask", "fine_mask", "kind", "label", "group"):
        assert torch.equal(found[name], x[name])
    assert torch.equal(found["numbers"].nan_to_num(), x["numbers"].nan_to_num())
    assert not torch.equal(found["image"], x["image"])


def test_shares_follow_the_beta_distribution_folded_at_a_half() -> None:
    x = {"x": torch.randn(20_000, 1), "label": torch.zeros(20_000, dtype=torch.long)}
    torch.manual_seed(0)
    share = mixed(x, 1.0)["label_share"].numpy()
    assert share.min() >= 0.5
    np.testing.assert_allclose(np.quantile(share, [0.25, 0.5, 0.75]), [0.625, 0.75, 0.875], atol=0.01)
    torch.manual_seed(0)
    little = mixed(x, 0.01)["label_share"]
    assert torch.isfinite(little).all() and float((little > 0.99).float().mean()) > 0.93


def test_rows_without_a_label_or_with_nothing_in_common_do_not_mix() -> None:
    x = {name: value for name, value in batch().items() if name in ("numbers", "label")}
    x["label"] = torch.where(torch.arange(B) % 4 == 0, -1, x["label"])
    found, other = parts(x, 1.0)
    for i, j in enumerate(other):
        common = bool((torch.isfinite(x["numbers"][i]) & torch.isfinite(x["numbers"][j])).any())
        alone = x["label"][i] < 0 or x["label"][j] < 0
        assert (found["label_share"][i] == 1) == bool(alone or not common) or i == j
        if alone:
            assert torch.equal(found["numbers"][i].nan_to_num(), x["numbers"][i].nan_to_num())
    assert found["label_share"][3] == 1  # it has no number at all


def test_a_batch_of_one_or_none_is_legal() -> None:
    for n in (0, 1):
        found = mixed({"x": torch.ones(n, 2), "label": torch.zeros(n, dtype=torch.long)}, 0.2)
        assert found["x"].shape == (n, 2) and len(found["label_b"]) == len(found["label_share"]) == n
