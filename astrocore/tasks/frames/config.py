"""Frames: words, units, presets and settings."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from pydantic import Field, field_validator, model_validator

from astrocore.config import Settings, Training
from astrocore.tasks.frames.columns import UNITS as UNITS

TITLE = "Raw frames of an observatory: image and header"
CLASSES: tuple[str, ...] = (
    *("bias", "darks", "flats", "deep_sky"),
    *("flat_dados", "spectrum_dados", "wavelength_calibration_dados"),
    *("flat_baches", "spectrum_baches", "wavelength_calibration_baches"),
    "einsteinturm",
)
"""The original's: DADOS is a slit spectrograph, BACHES an echelle, Einsteinturm a solar tower."""
MODALITIES: tuple[str, ...] = ("image", "header")
BRINGS = "Frames: FITS or TIFF files"
TAKES: tuple[str, ...] = (
    *(end + packed for end in ("fits", "fit", "fts") for packed in ("", ".gz", ".bz2", ".fz")),
    *("tif", "tiff"),
)
DRAWN = "images"
STAGES: tuple[str, ...] = ("finetune",)
UNKNOWN = "unknown"
"""Frames in a folder of this name are not labelled; it can be no class, since it stands for no decision."""
SPECTRA: tuple[str, ...] = (*CLASSES[4:10], "einsteinturm")
TYPES = ("bias", "dark", "flat", "light", "flat", "light", "arc", "flat", "light", "arc", "light")
SPECTROGRAPHS = (*("none",) * 4, *("slit",) * 3, *("echelle",) * 3, "solar")
COARSE: Mapping[str, Mapping[str, str]] = {
    "type": dict(zip(CLASSES, TYPES, strict=True)),
    "spectrograph": dict(zip(CLASSES, SPECTROGRAPHS, strict=True)),
}
"""Coarser words, as the original's site keeps them apart: what was exposed, and through which spectrograph."""

Modality = Literal["image", "header"]


class Config(Training):
    """The net, its losses and its augmentation, beside how it is trained."""

    epochs: int = Field(24, ge=0, le=10_000)
    """Passes over the labelled training rows."""
    batch_size: int = Field(64, ge=1, le=65_536)
    """Objects a step, over all devices together."""
    lr: float = Field(2e-3, gt=0, le=1)
    """Peak learning rate of AdamW."""

    modalities: tuple[Modality, ...] = Field(("image", "header"), min_length=1)
    """What the net sees; a modality that a frame lacks is masked."""
    net: Literal["separable", "original"] = "separable"
    """Depthwise-separable convolutions, profiles, numbers and words; or the original's net, which sees one stretch of
    the image, its 22 features and four confidences."""
    width: int = Field(24, ge=4, le=1024)
    """Channels after the first convolution; later ones have two to five times as many."""
    d_model: int = Field(96, ge=4, le=4096)
    """Width of the embeddings of image, header and both."""
    numeric_bins: int = Field(12, ge=0, le=256)
    """Quantile bins of the piecewise-linear code of each number; 0 takes standardised values."""
    dropout: float = Field(0.2, ge=0, lt=1)
    """Share of activations dropped in training."""

    header_dropout: float = Field(0.3, ge=0, lt=1)
    """Chance that a frame's whole header is hidden in training, so that frames without one are judged as well."""
    image_dropout: float = Field(0.05, ge=0, lt=1)
    """Chance that a frame's image is hidden in training, where it has a header."""
    word_dropout: float = Field(0.1, ge=0, lt=1)
    """Chance that a number or word of the header is hidden in training."""
    feature_dropout: float = Field(0.1, ge=0, lt=1)
    """Chance that a number of the image is hidden in training."""
    apart_weight: float = Field(0.3, ge=0, le=100)
    """Weight of the losses of image alone and header alone, which keep a voice of their own, beside that of both."""

    augment_strength: float = Field(0.5, ge=0, le=1)
    """Augmentation of the image: flips, shifts, brightness, contrast, noise; 0 leaves it as it is."""
    conservative: tuple[str, ...] = SPECTRA
    """Classes with light augmentation: brightness and noise, never a flip or a shift, since their axes mean
    something."""
    randaugment_n: int = Field(1, ge=0, le=8)
    """Further operations on an image of the other classes, drawn at random; 0 for none."""
    randaugment_m: float = Field(4.0, ge=0, le=10)
    """How strong these are."""
    label_smoothing: float = Field(0.02, ge=0, lt=1)
    """Share of a label that is spread over all classes."""

    @model_validator(mode="after")
    def _fits(self) -> Config:
        if self.net == "original" and "image" not in self.modalities:
            raise ValueError("the original's net sees the image: add image to modalities, or take net separable")
        if len(set(self.modalities)) < len(self.modalities):
            raise ValueError(f"modalities has one twice: {', '.join(self.modalities)}; name each once")
        return self


PRESETS: Mapping[str, Mapping[str, Any]] = {
    "recommended": {},
    "original": {
        "net": "original",
        "epochs": 30,
        "batch_size": 24,
        "lr": 1e-3,
        "lr_batch": 32,
        "warmup_epochs": 5,
        "weight_decay": 0.0,
        "clip_norm": 0.0,
        "label_smoothing": 0.08,
        "class_weight_power": 0.3,
        "class_weight_cap": 4.0,
        "balance_cap": 4.0,
        "mixup": 0.1,
        "augment_strength": 0.3,
        "conservative": (
            *("flat_dados", "darks", "flats", "spectrum_dados"),
            *("wavelength_calibration_dados", "wavelength_calibration_baches"),
        ),
        "randaugment_n": 2,
        "randaugment_m": 5.0,
        "header_dropout": 0.0,
        "image_dropout": 0.0,
        "word_dropout": 0.0,
        "feature_dropout": 0.0,
        "apart_weight": 0.0,
        "numeric_bins": 0,
        "companion": False,
    },
    "base": {"width": 48, "d_model": 192, "epochs": 40},
}

KEPT: tuple[str, ...] = ("width", "height")
ALIKE: tuple[str, ...] = KEPT
"""Settings of Source by which other frames for the same run are measured too."""


class Source(Settings):
    """How to read a folder of frames, or one file."""

    width: int = Field(96, ge=8, le=2048)
    """Width at which images are kept, for training [pixel]; the aspect ratio is kept by padding."""
    height: int = Field(96, ge=8, le=2048)
    """Height at which images are kept [pixel]."""
    labels: Literal["auto", "folders", "none"] = "auto"
    """Whether the folders that frames lie in are their classes; auto: where one of them has the name of a class."""
    classes: tuple[str, ...] = ()
    """Classes in order; left empty: the original's eleven where a folder has such a name, else the folders' names."""
    workers: int = Field(0, ge=0, le=256)
    """Processes that read and measure; 0: as many as there are processors."""
    cache: bool = True
    """Keep what was measured, by the content of each file, below data/.frames, so that a build that was broken off
    goes on where it stood, and the next one is quick. Beyond 10 GiB what was not used for longest goes; all may be
    removed by hand when no build is under way."""

    @field_validator("classes")
    @classmethod
    def _named_once(cls, classes: tuple[str, ...]) -> tuple[str, ...]:
        if len(set(classes)) < len(classes):
            raise ValueError(f"{', '.join(classes)} name one class twice")
        if any(name.lower() == UNKNOWN for name in classes):
            raise ValueError(f"{UNKNOWN} can't be a class: it stands for frames that are not decided")
        return classes
