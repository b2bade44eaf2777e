"""What an object's card shows: the frame in several stretches, histogram, profiles, and its header's cards."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd
from astropy.visualization import ZScaleInterval

from astrocore.tasks.card import Axis, Card, Covered, Curve, Fact, HeaderCard, Picture, Shown
from astrocore.tasks.frames.columns import HEADER, LEVELS, LOOKED_AT, STATISTICS, STRUCTURE
from astrocore.tasks.frames.grouping import SIMULATED
from astrocore.tasks.frames.measuring.channels import CHANNELS, unstretched
from astrocore.tasks.frames.measuring.header_text import unpacked
from astrocore.tasks.frames.measuring.profiles import AXES, CURVES
from astrocore.tasks.frames.measuring.words import WORDS
from astrocore.tasks.frames.reading import Header

SLICES: tuple[str, ...] = (
    "exposure_time",
    "median",
    "noise",
    "spread",
    "width",
    "height",
    "temperature",
    "header_cards",
)
PLANE = ("spread", "rough_most")
EDITABLE: Mapping[str, str] = {}

ADU, COUNT = "ADU", Axis("share of pixels")
SMALL = (
    "Drawn at the size at which the net sees it, {x} x {y} of {width} x {height} pixels; brightest: by the brightest "
    "pixel of each block, so that stars and hot pixels stay."
)
NO_HEADER = "The header tells nothing that a run could read: only the image counts."
NO_IMAGE = "There is no image of this object."
MADE = "Simulated: frame and header are not measured."
TOLD = {"faint": "percentile 10", "mean": "mean", "bright": "percentile 90"}
"""What the curves of a profile are, of the brightness across it."""
FAINT, BRIGHT = 0.5, 99.7
"""Percentiles between which the asinh stretch runs."""
SOFT = 0.1


def card(
    row: pd.Series,
    arrays: Mapping[str, np.ndarray],
    edits: Mapping[str, float] | None = None,
    siblings: pd.DataFrame | None = None,
) -> Card:
    """One frame's card.

    Parameters
    ----------
    row
        The frame's row of a data set.
    arrays
        Its frame, profile, histogram, words and header.
    edits, siblings
        Nothing can be edited, and nothing is drawn of the other frames of the night.
    """
    header = unpacked(arrays["header"]) if "header" in arrays else Header(())
    pictures = _pictures(row, arrays)
    simulated = str(row["group"]).startswith(SIMULATED)
    notes = [
        *([] if pictures else [NO_IMAGE]),
        *([NO_HEADER] if "words" in arrays and (np.asarray(arrays["words"]) < 0).all() else []),
        *([MADE] if simulated else []),
    ]
    return Card(
        f"{row['object_id']}{' (simulated)' if simulated else ''}",
        _facts(row),
        (*_profiles(row, arrays), *_histogram(row, arrays)),
        notes=tuple(notes),
        pictures=pictures,
        header=header_cards(header),
    )


def header_cards(header: Header) -> tuple[HeaderCard, ...]:
    """A header's cards, each with the features that were read from it."""
    read: dict[int, list[str]] = {}
    quantities = dict.fromkeys([*(column.name for column in HEADER), *(word.quantity for word in WORDS)])
    for quantity in quantities:
        names = [quantity] if any(column.name == quantity for column in HEADER) else []
        names += [word.name for word in WORDS if word.quantity == quantity]
        for source in ("ra", "dec") if quantity == "position" else (quantity,):
            card = header.card_of(source)
            if card is not None:
                read.setdefault(_place(header, card), []).extend(names)
    return tuple(
        HeaderCard(card.keyword, _written(card.value), card.comment, tuple(read.get(i, ())))
        for i, card in enumerate(header.cards)
    )


def _place(header: Header, card: object) -> int:
    return next(i for i, one in enumerate(header.cards) if one is card)


def _written(value: object) -> str:
    """A card's value as a person reads it."""
    if isinstance(value, bool):
        return "T" if value else "F"
    return "" if value is None else f"{value:.15g}" if isinstance(value, float) else str(value)


def _facts(row: pd.Series) -> tuple[Fact, ...]:
    """Numbers of the header first, then those of the image, last of the camera, which no net is given."""
    columns = (*HEADER, *LEVELS, *STRUCTURE, *STATISTICS, *LOOKED_AT)
    return tuple(Fact(one.name, float(row[one.name]), one.unit) for one in columns if one.name in row)


def _pictures(row: pd.Series, arrays: Mapping[str, np.ndarray]) -> tuple[Picture, ...]:
    """The frame in three stretches, and by the brightest pixel of each block."""
    if "frame" not in arrays or not np.isfinite(arrays["frame"]).any():
        return ()
    places, planes = _inside(np.asarray(arrays["frame"], float))
    image = dict(zip(CHANNELS, planes, strict=True))
    adu = unstretched(image["asinh"], float(row["median"]), float(row["noise"]))
    stretches = {"asinh": _asinh(adu), "zscale": _zscale(adu), "linear": np.clip(image["linear"], 0, 1)}
    stretches["brightest"] = _unit(image["peak"])
    y, x = adu.shape
    caption = SMALL.format(x=x, y=y, width=int(row["width"]), height=int(row["height"]))
    return (
        Picture(
            "Frame",
            stretches["asinh"],
            values=adu,
            shows=Covered("frame", places),
            caption=caption,
            stretches=stretches,
        ),
    )


def _inside(frame: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Where the pixels of a frame (channel, y, x) lie, from its middle: (y, x, 2); and the frame without padding."""
    known = np.isfinite(frame).any(axis=0)
    y, x = (np.flatnonzero(known.any(axis=axis)) for axis in (1, 0))
    at = np.meshgrid(y + 0.5 - known.shape[0] / 2, x + 0.5 - known.shape[1] / 2, indexing="ij")
    return np.stack(at, axis=-1), frame[:, y[0] : y[-1] + 1, x[0] : x[-1] + 1]


def _asinh(adu: np.ndarray) -> np.ndarray:
    low, high = np.percentile(adu, (FAINT, BRIGHT))
    z = np.clip((adu - low) / max(high - low, 1e-9), 0, 1)
    return np.asarray(np.arcsinh(z / SOFT) / np.arcsinh(1 / SOFT))


def _zscale(adu: np.ndarray) -> np.ndarray:
    low, high = ZScaleInterval().get_limits(adu)
    return np.asarray(np.clip((adu - low) / max(high - low, 1e-9), 0, 1))


def _unit(image: np.ndarray) -> np.ndarray:
    low, high = np.percentile(image, (FAINT, BRIGHT))
    return np.asarray(np.clip((image - low) / max(high - low, 1e-9), 0, 1))


def _histogram(row: pd.Series, arrays: Mapping[str, np.ndarray]) -> list[Curve]:
    """Shares of the pixels over brightness."""
    if "histogram" not in arrays or not np.isfinite(row["faint"]):
        return []
    shares = np.asarray(arrays["histogram"], float)
    edges = np.linspace(float(row["faint"]), float(row["bright"]), len(shares) + 1)
    middle = (edges[1:] + edges[:-1]) / 2
    return [Curve("Histogram", middle, shares, Axis("brightness", ADU), COUNT, line=True)]


def _profiles(row: pd.Series, arrays: Mapping[str, np.ndarray]) -> list[Curve]:
    """Mean and percentiles of each row, and of each column, in a panel each."""
    if "profile" not in arrays or not np.isfinite(arrays["profile"]).any():
        return []
    curves = []
    for place, (axis, side) in enumerate(zip(AXES, ("height", "width"), strict=True)):
        adu = unstretched(np.asarray(arrays["profile"][place], float), float(row["median"]), float(row["noise"]))
        pixel = (np.arange(adu.shape[1]) + 0.5) * float(row[side]) / adu.shape[1]
        for number, (name, values) in enumerate(zip(CURVES, adu, strict=True)):
            curves.append(
                Curve(
                    f"Profile along {axis}",
                    pixel,
                    values,
                    Axis(axis, "px"),
                    Axis("brightness", ADU),
                    line=True,
                    name=TOLD[name],
                    over=number > 0,
                    shows=Shown(f"profile_{axis}", 0.0, float(row[side])) if name == "mean" else None,
                )
            )
    return curves
