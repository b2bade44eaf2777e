"""From a CSV file to a draft."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pandas as pd

from astrocore.data.dataset import Draft
from astrocore.errors import FileUnreadable
from tests.toy.config import CLASSES, Config, Source


def read(path: Path, source: Source) -> Draft:
    """Columns id, label (a class name or nothing), magnitude, group."""
    if not path.is_file():
        raise FileUnreadable(f"{path} does not exist.")
    table = pd.read_csv(path, dtype={source.id_column: str, "group": str})
    if source.faint is not None:
        table = table[~(table["magnitude"] > source.faint)].reset_index(drop=True)
    columns = {
        "object_id": table[source.id_column],
        "group": table["group"],
        "label": table["label"].map({name: i for i, name in enumerate(CLASSES)}).astype("Int64"),
        "magnitude": table["magnitude"],
    }
    if source.keep_split:
        columns["split"] = table["split"]
    image = np.random.default_rng(0).normal(size=(len(table), 3)).astype(np.float32)
    image[::4] = np.nan
    image[1::4, 0] = np.nan
    draft = Draft("toy", CLASSES, pd.DataFrame(columns), {"image": image}, {"magnitude": "mag"})
    draft.origin = {"image": "simulated", "photometry": "measured"}
    return draft


def prepare(
    table: pd.DataFrame, arrays: Mapping[str, np.ndarray], config: Config, numbers: pd.DataFrame | None = None
) -> dict[str, np.ndarray]:
    """The image as it is, (B, 3), and the magnitude, (B, 1)."""
    return {"image": arrays["image"], "photometry": table[["magnitude"]].to_numpy(np.float32)}


def features(table: pd.DataFrame, arrays: Mapping[str, np.ndarray], config: Config) -> pd.DataFrame:
    """The magnitude and the image's mean."""
    image = arrays["image"].astype(float)
    mean = np.where(np.isfinite(image), image, 0).sum(axis=1) / np.maximum(np.isfinite(image).sum(axis=1), 1)
    return pd.DataFrame({"magnitude": table["magnitude"].to_numpy(float), "mean": mean})


def basis(table: pd.DataFrame, arrays: Mapping[str, np.ndarray]) -> pd.DataFrame:
    """Whether there is an image."""
    return pd.DataFrame({"image": np.where(np.isfinite(arrays["image"]).any(axis=1), "measured", "none")})


def hide(
    table: pd.DataFrame, arrays: Mapping[str, np.ndarray], modality: str
) -> tuple[pd.DataFrame, dict[str, np.ndarray]]:
    """NaN in place of the image or the magnitude."""
    if modality == "photometry":
        return table.assign(magnitude=np.nan), dict(arrays)
    return table, {**arrays, "image": np.full_like(arrays["image"], np.nan)}
