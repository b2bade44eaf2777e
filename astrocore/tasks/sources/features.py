"""From rows of a data set to the net's inputs, to a table model's features, and to rows without a modality."""

from __future__ import annotations

import warnings
from collections.abc import Mapping

import numpy as np
import pandas as pd

from astrocore.errors import BadValue, ConfigError, MissingColumns
from astrocore.tasks.sources.bands import BANDS, band_of
from astrocore.tasks.sources.columns import ORIGINAL_24, is_magnitude, is_positive, refuse_leaks
from astrocore.tasks.sources.config import TEACHES, Config
from astrocore.tasks.sources.faint import fainter
from astrocore.tasks.sources.recipes import columns_of, parse

IMAGE = "image_"
"""How the arrays of images begin; the band follows."""
ERROR = "Err"
TYPICAL_DEPTH = 22.5
"""Magnitude with an error of 0.2 mag in a band that is not of SDSS."""


def prepare(
    table: pd.DataFrame, arrays: Mapping[str, np.ndarray], config: Config, numbers: pd.DataFrame | None = None
) -> dict[str, np.ndarray]:
    """Rows of a data set as the net takes them; the same keys and shapes whatever the data set holds.

    Parameters
    ----------
    table
        B rows with measured columns.
    arrays
        `image_<band>` (B, y, x) flux, NaN where missing; bands and all of them may be absent.
    config
        Features, bands, size.
    numbers
        What `features` gives for these rows; computed here where it is not given.

    Returns
    -------
    dict
        Where the net sees photometry: `photometry` (B, F) float32, NaN where missing, and `columns` (B, Q) float32,
        what the features are made of, for augmentation. Where it sees images: `image` (B, y, x, band) float32, zero
        where `image_mask` (B, y, x, band) bool is false.

    Raises
    ------
    LeakColumn, MissingColumns
        A configured feature gives the label away, or can't be made of the table's columns.
    """
    ready: dict[str, np.ndarray] = {}
    if "photometry" in config.modalities:
        numbers = features(table, arrays, config) if numbers is None else numbers
        ready["photometry"] = np.array(numbers, dtype=np.float32)
        columns = [_column(table, name) for name in base_columns(config)]
        ready["columns"] = np.stack(columns, axis=1).astype(np.float32)
    if "image" in config.modalities:
        pixels = np.stack([_plane(arrays, band, len(table), config.image_size) for band in config.bands], axis=-1)
        ready["image_mask"] = np.isfinite(pixels)
        ready["image"] = np.where(ready["image_mask"], pixels, np.float32(0))
    return ready


def features(table: pd.DataFrame, arrays: Mapping[str, np.ndarray], config: Config) -> pd.DataFrame:
    """The configured photometric features: (B, F) float64, NaN where missing; none where the net sees images only."""
    names = config.features if "photometry" in config.modalities else ()
    refuse_leaks(columns_of(names))
    _require(table, names)
    return pd.DataFrame(made_of({name: _column(table, name) for name in columns_of(names)}, names), index=table.index)


def made_of(columns: Mapping[str, np.ndarray], names: tuple[str, ...]) -> dict[str, np.ndarray]:
    """Features by name (B,), of columns by name; infinite ones (a ratio to zero) are missing."""
    with np.errstate(divide="ignore", invalid="ignore"):
        found = {name: np.asarray(parse(name).of(columns.__getitem__), float) for name in names}
    return {name: np.where(np.isfinite(values), values, np.nan) for name, values in found.items()}


def check_inputs(config: Config, inputs: Mapping[str, np.ndarray]) -> None:
    """Refuse a pre-training for which these inputs have no images, or no photometry where it needs that.

    Raises
    ------
    BadValue
        What is missing, and what to do.
    """
    if not config.pretrain_epochs:
        return
    pictured = int(inputs["image_mask"].reshape(len(inputs["image_mask"]), -1).any(axis=1).sum())
    if pictured < 2:
        raise BadValue(
            f"Pre-training tells images of objects apart, and {pictured} of these training objects have one; bring "
            "more, or set pretrain_epochs to 0."
        )
    if set(config.pretext) - {"image"} and not np.isfinite(inputs["photometry"]).any():
        raise BadValue("This data set has none of the run's photometric features: pre-train with the pretext image.")


def check_frozen(config: Config, before: Config) -> None:
    """Refuse a classifier on a frozen backbone that was only pre-trained, in part: some of it would be random.

    Raises
    ------
    ConfigError
        Which modalities the pre-training `before` has not taught.
    """
    taught = {name for pretext in before.pretext for name in TEACHES[pretext]}
    if "fused" not in taught and (random := set(config.modalities) - taught):
        raise ConfigError(
            f"That pre-training taught {' and '.join(sorted(taught))}, not {' and '.join(sorted(random))}: a "
            "classifier on its frozen backbone would stand on random numbers. Set --modalities "
            f"{','.join(sorted(taught))}, or leave the backbone free."
        )


def copies(config: Config) -> int:
    """Degraded copies of each row that the settings ask for: those of faint-making."""
    return config.faint_copies if config.faint > 0 else 0


def degraded(
    table: pd.DataFrame, arrays: Mapping[str, np.ndarray], config: Config, seed: int
) -> tuple[pd.DataFrame, dict[str, np.ndarray]]:
    """The same rows as if each object were 0 to `config.faint` magnitudes fainter; as the net's augmentation does.

    Photometry has the noise of the fainter object, images the same sky as before.
    """
    rng, n = np.random.default_rng(seed), len(table)
    by = rng.uniform(0, config.faint, n)
    columns = {name: _column(table, name) for name in base_columns(config) if name in table}
    worse = fainter(columns, by, depths(config), config.faint_size, lambda: rng.normal(size=n), np)
    dim = 10 ** (-0.4 * by).astype(np.float32)[:, None, None]
    images = {
        name: (array * dim + _sky(array) * np.sqrt(1 - dim**2) * rng.normal(size=array.shape)).astype(array.dtype)
        for name, array in arrays.items()
        if name.startswith(IMAGE)
    }
    return table.assign(**worse), {**arrays, **images}


def _sky(image: np.ndarray, width: int = 2) -> np.ndarray:
    """(B, 1, 1) noise of the sky of each image (B, y, x): the MAD of its border, as a sigma; 0 where all is missing."""
    inner = image[:, width:-width]
    parts = (image[:, :width], image[:, -width:], inner[:, :, :width], inner[:, :, -width:])
    edge = np.concatenate([part.reshape(len(image), -1) for part in parts], axis=1).astype(np.float32)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)  # a border all missing
        spread = 1.4826 * np.nanmedian(np.abs(edge - np.nanmedian(edge, axis=1, keepdims=True)), axis=1)
    return np.asarray(np.nan_to_num(spread)[:, None, None])


def base_columns(config: Config) -> tuple[str, ...]:
    """All columns that the features are made of, and what augmentation has to know besides.

    That is for each band with a magnitude or radius its magnitude (for the noise), extinction and PSF width, and the
    errors of the magnitudes.
    """
    used = columns_of(config.features)
    bands = [band for band in config.bands if any(band_of(name) == band for name in used)]
    more = [f"{quantity}_{band}" for band in bands for quantity in ("modelMag", "extinction", "psffwhm")]
    errors = [f"{name.rsplit('_', 1)[0]}{ERROR}_{band_of(name)}" for name in (*used, *more) if is_magnitude(name)]
    return tuple(dict.fromkeys((*used, *more, *errors)))


def depths(config: Config) -> dict[str, float]:
    """Band -> magnitude with an error of 0.2 mag: as set, else that of SDSS."""
    if config.depth:
        return dict(zip(config.bands, config.depth, strict=True))
    return {band: BANDS[band].depth if band in BANDS else TYPICAL_DEPTH for band in config.bands}


def hide(
    table: pd.DataFrame, arrays: Mapping[str, np.ndarray], modality: str
) -> tuple[pd.DataFrame, dict[str, np.ndarray]]:
    """The same rows without their images, or with no number of a band."""
    if modality == "image":
        return table, {name: array for name, array in arrays.items() if not name.startswith(IMAGE)}
    hidden = {str(name): np.nan for name in table if band_of(str(name))}
    return table.assign(**hidden), dict(arrays)


def _require(table: pd.DataFrame, names: tuple[str, ...]) -> None:
    """Raise MissingColumns for the first feature that can't be made, unless it is one of the default ones."""
    for name in names:
        absent = [column for column in parse(name).columns if column not in table]
        if absent and name not in ORIGINAL_24:
            there = [str(column) for column in table if band_of(str(column))]
            raise MissingColumns(
                f"The feature {name} needs the column {absent[0]}, which the data set does not have. It has "
                f"{', '.join(there) or 'no photometry'}; bring it, or train with photometry_columns made of these."
            )


def _column(table: pd.DataFrame, name: str) -> np.ndarray:
    """(B,) float64; NaN where the table does not have it, and where it is an impossible value."""
    if name not in table:
        return np.full(len(table), np.nan)
    values = table[name].to_numpy(dtype=np.float64)
    return np.where(values < 0, np.nan, values) if is_positive(name) else values


def _plane(arrays: Mapping[str, np.ndarray], band: str, rows: int, size: int) -> np.ndarray:
    """(rows, size, size) float32 of a band, around the centre; NaN beyond its edge and where there is no such band."""
    if f"{IMAGE}{band}" not in arrays:
        return np.full((rows, size, size), np.nan, np.float32)
    stored = np.asarray(arrays[f"{IMAGE}{band}"], dtype=np.float32)
    have = stored.shape[1:]
    if have == (size, size):
        return stored
    plane = np.full((rows, size, size), np.nan, np.float32)
    ours, theirs = zip(*(_overlap(size, n) for n in have), strict=True)
    plane[:, ours[0], ours[1]] = stored[:, theirs[0], theirs[1]]
    return plane


def _overlap(size: int, stored: int) -> tuple[slice, slice]:
    """Where the middle of `stored` pixels lies among `size` pixels, and the other way round."""
    n = min(size, stored)
    ours, theirs = (size - n) // 2, (stored - n) // 2
    return slice(ours, ours + n), slice(theirs, theirs + n)
