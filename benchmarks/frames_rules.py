"""Header rules: what a pipeline without a model does, by the frame's type, else by its object."""

from __future__ import annotations

import numpy as np

from astrocore.tasks.frames.measuring.words import NAMES

TYPE_OF = {"bias": "bias", "dark": "dark", "flat": "flat", "twilight": "flat", "arc": "arc", "light": "light"}
"""What a word means, in the order in which words are believed."""
OBJECTS = ("star", "nebula_galaxy", "survey_name", "sun")
"""Words of an object that is observed."""


def by_rules(words: np.ndarray, with_object: bool) -> list[tuple[str, str]]:
    """(kind, type) of each frame by its header's words (N, W), "" where they do not tell.

    Parameters
    ----------
    with_object
        Believe what stands under OBJECT where it names a calibration, as observers do; else the type's keyword alone.
    """
    found = []
    for row in words:
        said = {name for name, yes in zip(NAMES, row, strict=True) if yes == 1}
        found.append(_one(said, with_object))
    return found


def _one(said: set[str], with_object: bool) -> tuple[str, str]:
    named = _type("object", said) if with_object else ""
    kind = named if named not in ("", "light") else _type("frame_type", said) or named
    if with_object and not kind and any(f"object: {name}" in said for name in OBJECTS):
        kind = "light"
    spectrograph = "disperser: given" in said or "frame_type: spectrum" in said
    names = {"flat": "spectral_flat", "light": "slit_spectrum"} if spectrograph else {"light": "deep_sky"}
    return names.get(kind, kind), kind


def _type(quantity: str, said: set[str]) -> str:
    return next((kind for word, kind in TYPE_OF.items() if f"{quantity}: {word}" in said), "")
