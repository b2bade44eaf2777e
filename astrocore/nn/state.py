"""Nested weights as one flat dictionary of arrays, and back: safetensors holds no more than that."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import torch
from torch import Tensor, nn

from astrocore.errors import WrongTask

SEPARATOR = "|"


def pack(parts: Mapping[str, Mapping[str, Tensor]]) -> dict[str, np.ndarray]:
    """{part: {name: tensor}} -> {"part|name": array}."""
    return {
        f"{part}{SEPARATOR}{name}": x.detach().cpu().contiguous().numpy()
        for part, tensors in parts.items()
        for name, x in tensors.items()
    }


def unpack(arrays: Mapping[str, np.ndarray]) -> dict[str, dict[str, Tensor]]:
    """The inverse of `pack`; the tensors own their memory."""
    parts: dict[str, dict[str, Tensor]] = {}
    for key, array in arrays.items():
        part, name = key.split(SEPARATOR, 1)
        parts.setdefault(part, {})[name] = torch.from_numpy(np.array(array))
    return parts


def weights(module: nn.Module) -> dict[str, np.ndarray]:
    """All parameters and buffers as arrays."""
    return {name: x.detach().cpu().contiguous().numpy() for name, x in module.state_dict().items()}


def copied(module: nn.Module) -> dict[str, Tensor]:
    """A copy of all parameters and buffers on the CPU, not a reference."""
    return {name: x.detach().to("cpu", copy=True) for name, x in module.state_dict().items()}


def fits(module: nn.Module, arrays: Mapping[str, np.ndarray], names: tuple[str, ...]) -> bool:
    """Whether `arrays` have all of the module's weights whose names begin with one of `names`, in its shapes."""
    wanted = {name: tuple(x.shape) for name, x in module.state_dict().items() if name.startswith(names)}
    return all(name in arrays and tuple(arrays[name].shape) == shape for name, shape in wanted.items())


def load_weights(module: nn.Module, arrays: Mapping[str, np.ndarray], but: tuple[str, ...] = ()) -> None:
    """Put `arrays` into `module`, all but the names that begin with one of `but`, which keep what they have.

    Raises
    ------
    WrongTask
        A name or a shape does not fit: the weights are of another net or of other settings.
    """
    own = module.state_dict()
    wanted = [name for name in own if not (but and name.startswith(but))]
    for name in wanted:
        if name not in arrays or tuple(arrays[name].shape) != tuple(own[name].shape):
            found = f"has shape {tuple(arrays[name].shape)}" if name in arrays else "is absent"
            raise WrongTask(
                f"The weights do not fit this net: {name} {found}, {tuple(own[name].shape)} is needed. "
                "They are of other settings, such as widths, or of an older astrocore: use the settings that they were "
                "trained with, or train the run again."
            )
    module.load_state_dict({name: torch.from_numpy(np.array(arrays[name])) for name in wanted}, strict=False)
