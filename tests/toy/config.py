"""Words and settings of the toy."""

from __future__ import annotations

from pydantic import Field

from astrocore.config import Settings, Training

TITLE = "Toy"
CLASSES = ("red", "blue")
UNITS = {"magnitude": "mag"}
MODALITIES = ("image", "photometry")
BRINGS = "A table"
DRAWN = "curves"
STAGES = ("finetune",)
PRESETS = {"small": {}, "wide": {"width": 64}}


class Config(Training):
    """The toy's net."""

    width: int = Field(default=8, ge=1, le=512)
    """Width of the net."""
    bands: tuple[str, ...] = ("g", "r")
    """Bands of the image."""


class Source(Settings):
    """How to read the toy's table."""

    id_column: str = "id"
    """Column with the identifiers."""
    faint: float | None = Field(default=None, ge=0)
    """Leave out what is fainter [mag]."""
    keep_split: bool = False
    """Keep the table's own split."""
