"""What a model is given of frames: prepared rows, the same in training and in serving."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from astrocore.errors import ConfigError
from astrocore.tasks.frames.columns import HEADER, IMAGE, Column
from astrocore.tasks.frames.config import CLASSES, Config
from astrocore.tasks.frames.measuring.profiles import AXES
from astrocore.tasks.frames.measuring.words import NAMES, UNKNOWN

Arrays = Mapping[str, np.ndarray]
PIXELS = ("frame", "profile")


def prepare(
    table: pd.DataFrame, arrays: Arrays, config: Config, numbers: pd.DataFrame | None = None
) -> dict[str, np.ndarray]:
    """Inputs of the net.

    Returns
    -------
    dict
        Of the modalities that the net sees. image: frame (B, y, x, channel) with zeros around it, frame_mask (B, y, x)
        bool, profile_y and profile_x (B, bin, curve), numbers (B, F). header: header (B, H), numbers and then words.
        NaN is a missing number, and all of a profile without an image.
    """
    found: dict[str, np.ndarray] = {}
    if "image" in config.modalities:
        frame = np.asarray(arrays["frame"], np.float32)
        found["frame_mask"] = np.isfinite(frame[:, 0])
        found["frame"] = np.moveaxis(np.where(np.isfinite(frame), frame, np.float32(0)), 1, -1)
        for place, axis in enumerate(AXES):
            found[f"profile_{axis}"] = np.moveaxis(np.asarray(arrays["profile"][:, place], np.float32), 1, -1)
        found["numbers"] = np.array(image_numbers(table), np.float32)
    if "header" in config.modalities:
        found["header"] = np.array(header_numbers(table, arrays), np.float32)
    return found


def features(table: pd.DataFrame, arrays: Arrays, config: Config) -> pd.DataFrame:
    """Numbers of image and header and the header's words, of the modalities that the net sees; (B, F), NaN missing."""
    parts = []
    if "image" in config.modalities:
        parts.append(image_numbers(table))
    if "header" in config.modalities:
        parts.append(header_numbers(table, arrays))
    return pd.concat(parts, axis=1)


def check_classes(config: Config, classes: Sequence[str]) -> None:
    """Raise ConfigError where `conservative` names what is a class neither here nor of the original."""
    if foreign := [name for name in config.conservative if name not in (*classes, *CLASSES)]:
        raise ConfigError(
            f"The setting conservative names {', '.join(foreign)}, which is no class; choose from {', '.join(classes)}."
        )


def image_numbers(table: pd.DataFrame) -> pd.DataFrame:
    """(B, F) numbers of the image."""
    return _given(table, IMAGE)


def header_numbers(table: pd.DataFrame, arrays: Arrays) -> pd.DataFrame:
    """(B, H) numbers of the header, then its words as 0 and 1."""
    said = np.asarray(arrays["words"]).astype(np.float64)
    said[said == UNKNOWN] = np.nan
    words = pd.DataFrame(said, columns=list(NAMES), index=range(len(table)))
    return pd.concat([_given(table, HEADER), words], axis=1)


def hide(table: pd.DataFrame, arrays: Arrays, modality: str) -> tuple[pd.DataFrame, dict[str, np.ndarray]]:
    """The same rows as if `modality` had not been measured."""
    hidden = dict(arrays)
    if modality == "header":
        hidden["words"] = np.full_like(np.asarray(arrays["words"]), UNKNOWN)
        return table.assign(**{column.name: np.nan for column in HEADER}), hidden
    for name in PIXELS:
        hidden[name] = np.full_like(np.asarray(arrays[name]), np.nan)
    return table.assign(**{column.name: np.nan for column in IMAGE}), hidden


def basis(table: pd.DataFrame, arrays: Arrays) -> pd.DataFrame:
    """Whether there is an image, and whether its header tells anything."""
    image = np.isfinite(table["median"].to_numpy(float))
    header = (np.asarray(arrays["words"]) != UNKNOWN).any(axis=1)
    return pd.DataFrame({"image": np.where(image, "measured", "none"), "header": np.where(header, "given", "none")})


def scaled(values: np.ndarray, column: Column) -> np.ndarray:
    """Values of a column as models are given them."""
    return np.arcsinh(values / column.knee) if column.knee else values


def _given(table: pd.DataFrame, columns: tuple[Column, ...]) -> pd.DataFrame:
    nowhere = np.full(len(table), np.nan)
    return pd.DataFrame(
        {
            column.name: scaled(table[column.name].to_numpy(np.float64) if column.name in table else nowhere, column)
            for column in columns
        }
    )
