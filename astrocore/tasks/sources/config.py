"""Sources: words, units, presets and settings."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import combinations
from pathlib import Path
from typing import Any, Literal

from pydantic import Field, model_validator

from astrocore.config import Settings, Training
from astrocore.tasks.sources.columns import ORIGINAL_24, unit_of
from astrocore.tasks.sources.recipes import columns_of, parse

TITLE = "Stars, galaxies and quasars: photometry and images"
CLASSES: tuple[str, ...] = ("STAR", "GALAXY", "QSO")
UNITS: Mapping[str, str] = {name: unit_of(name) for name in columns_of(ORIGINAL_24)}
"""The columns that the 24 features of the original are made of."""
MODALITIES: tuple[str, ...] = ("photometry", "image")
BRINGS = "A table of magnitudes, an SDSS catalogue, images or the original's arrays"
DRAWN = "images"
STAGES: tuple[str, ...] = ("pretrain", "finetune")

Modality = Literal["photometry", "image"]
Pretext = Literal["image", "perturbed", "cross"]
TEACHES: Mapping[str, tuple[str, ...]] = {
    "image": ("image",),
    "perturbed": ("fused",),
    "cross": ("photometry", "image"),
}
"""Pretext -> embeddings that it compares, and so trains."""
LEAST_NOISE, LEAST_DROPOUT = 0.5, 0.05
"""Of the pretext perturbed: with less, views can be told by their photometry alone."""
VIEWS = (
    *("shift", "sky_noise", "blur", "brightness", "extinction"),
    *("band_dropout", "photometry_noise", "feature_dropout"),
)
"""Augmentation that pre-training has settings of its own for, called view_<name>."""


class Config(Training):
    """The net, its loss and its augmentation, beside how it is trained."""

    epochs: int = Field(30, ge=0, le=10_000)
    """Passes over the labelled training rows."""
    batch_size: int = Field(256, ge=1, le=65_536)
    """Objects a step, over all devices together."""
    lr: float = Field(2e-3, gt=0, le=1)
    """Peak learning rate of AdamW."""
    keep: Literal["best", "last"] = "best"
    """Which epoch's weights a stage keeps: of the lowest validation loss, or the last."""

    modalities: tuple[Modality, ...] = Field(("photometry", "image"), min_length=1)
    """What the net sees; a modality that an object lacks is masked."""
    photometry_columns: tuple[str, ...] = ()
    """Photometric features: measured columns (dered_u), differences (psfMag_r-modelMag_r), ratios
    (deVRad_r/psffwhm_r); u-g is short for modelMag_u-modelMag_g. Left empty: the 24 of the original where the data
    set has their columns, else magnitudes, radii and colours that it has."""
    bands: str = Field("ugriz", min_length=1, max_length=16, pattern="^[a-z]+$")
    """Bands of the image, one letter each; a band that a data set or an object lacks is masked."""
    image_size: int = Field(32, ge=8, le=512)
    """Pixels along a side; larger images are cut around their centre, smaller ones are padded with masked pixels."""

    patch: int = Field(4, ge=1, le=128)
    """Pixels along a side of a patch; a divisor of `image_size`."""
    d_model: int = Field(64, ge=4, le=4096)
    """Width of a token; a multiple of `heads`."""
    heads: int = Field(8, ge=1, le=64)
    """Heads of the cross-attention."""
    layers: int = Field(4, ge=1, le=96)
    """Layers in which the photometry's token queries the patches."""
    photometry_widths: tuple[int, ...] = (256, 128)
    """Hidden widths of the photometry's MLP, which makes the query token."""
    photometry_dropout: float = Field(0.1, ge=0, lt=1)
    """Share of activations dropped in that MLP."""
    dropout: float = Field(0.1, ge=0, lt=1)
    """Share of activations dropped in the layers, in training."""
    numeric_bins: int = Field(16, ge=0, le=256)
    """Quantile bins of the piecewise-linear code of each feature; 0 takes standardised values. Needs many objects."""

    classifier_width: int = Field(0, ge=0, le=65_536)
    """Hidden width of the classifier; 0 takes a linear one. On a frozen backbone: an MLP probe, or a linear one."""

    pretext: tuple[Pretext, ...] = Field(("image",), min_length=1)
    """What pre-training asks: image, to know an object's image again in another one of it; perturbed, the same of
    image and photometry together, where each view has other errors and lacks other features; cross, to find an
    object's image by its photometry and its photometry by its image. Losses of several are averaged."""
    pretrain_temperature: float = Field(0.1, ge=0.01, le=10)
    """Divides the cosines of two views; of cross it is the start of a scale that is learned."""
    projector: tuple[int, ...] = Field((128, 128), min_length=1)
    """Widths of the layers in which views are compared; only pre-training has them."""
    view_shift: float = Field(2.0, ge=0, le=64)
    """Largest shift of a view's image along each axis [pixel]."""
    view_sky_noise: float = Field(1.0, ge=0, le=10)
    """Noise added to a view's image, in units of each band's sky noise."""
    view_blur: float = Field(1.0, ge=0, le=10)
    """Largest width (Gaussian sigma) by which a view's image is blurred [pixel]."""
    view_brightness: float = Field(1.0, ge=0, le=10)
    """Largest change of a view's brightness, up or down, in image and photometry alike [mag]; colours stay. Else two
    views are known by their flux."""
    view_extinction: float = Field(0.3, ge=0, le=5)
    """Largest extinction in r added to a view's image and photometry alike [mag]."""
    view_band_dropout: float = Field(0.1, ge=0, lt=1)
    """Chance that a band of a view's image is hidden."""
    view_photometry_noise: float = Field(1.0, ge=0, le=10)
    """Noise added to a view's magnitudes and radii, in units of their errors."""
    view_feature_dropout: float = Field(0.3, ge=0, lt=1)
    """Chance that a feature of a view is hidden."""

    label_smoothing: float = Field(0.02, ge=0, lt=1)
    """Share of a label that is spread over all classes; the focal loss knows none."""

    modality_dropout: float = Field(0.15, ge=0, lt=1)
    """Chance that an object's modality is hidden in training; one always stays."""
    band_dropout: float = Field(0.02, ge=0, lt=1)
    """Chance that a band of the image is hidden in training."""
    flips: bool = True
    """Augmentation: mirror the image and turn it by quarter turns."""
    shift: float = Field(1.0, ge=0, le=64)
    """Augmentation: largest shift of the image along each axis [pixel], fractions included."""
    sky_noise: float = Field(0.1, ge=0, le=10)
    """Augmentation: noise added to the image, in units of each band's sky noise."""
    blur: float = Field(0.0, ge=0, le=10)
    """Augmentation: largest width (Gaussian sigma) by which the image is blurred [pixel]; psffwhm follows."""
    brightness: float = Field(0.0, ge=0, le=10)
    """Augmentation: largest change of brightness, up or down, in image and photometry alike [mag]; colours stay, and
    the noise changes with the flux."""
    extinction: float = Field(0.0, ge=0, le=5)
    """Augmentation: largest extinction in r added to image and photometry alike [mag]."""
    photometry_noise: float = Field(0.0, ge=0, le=10)
    """Augmentation: noise added to each magnitude, in units of its error (of the error that `depth` tells, where the
    data has none)."""
    feature_dropout: float = Field(0.0, ge=0, lt=1)
    """Augmentation: chance that a photometric feature is hidden, for tables that lack some."""
    faint: float = Field(0.0, ge=0, le=10)
    """Faint-making: an object is made fainter by up to so many magnitudes, in image and photometry alike, with the
    noise that a fainter object has. For a model that is to judge fainter objects than it was trained on."""
    faint_size: float = Field(0.2, ge=0, le=2)
    """Faint-making: scatter of a measured radius, in units of the PSF's width at a magnitude error of 0.1 mag."""
    faint_share: float = Field(0.75, ge=0, le=1)
    """Faint-making: share of the objects that are degraded in an epoch."""
    faint_copies: int = Field(3, ge=1, le=20)
    """Faint-making: degraded copies of each object that the companion learns from beside the object itself."""
    depth: tuple[float, ...] = ()
    """Magnitude with an error of 0.2 mag in each of `bands`, of the survey that the data is from; left empty: that of
    SDSS (22.15, 23.13, 22.70, 22.20, 20.71 in ugriz; 22.5 in other bands)."""

    @property
    def features(self) -> tuple[str, ...]:
        """The photometric features; those of the original where none are set."""
        return self.photometry_columns or ORIGINAL_24

    def of_views(self) -> Config:
        """These settings with the augmentation of pre-training in the place of the common one."""
        return self.model_copy(update={name: getattr(self, f"view_{name}") for name in VIEWS})

    @model_validator(mode="after")
    def _fits(self) -> Config:
        refuse_pretext(self)
        if self.d_model % self.heads:
            raise ValueError(f"d_model {self.d_model} must be a multiple of heads {self.heads}")
        if self.image_size % self.patch:
            raise ValueError(f"image_size {self.image_size} must be a multiple of patch {self.patch}")
        if self.depth and len(self.depth) != len(self.bands):
            raise ValueError(f"depth has {len(self.depth)} values and bands has {len(self.bands)}; give one a band")
        if any(width < 1 for width in (*self.photometry_widths, *self.projector)):
            raise ValueError("photometry_widths and projector must be positive")
        for names in (self.modalities, self.pretext, self.photometry_columns, tuple(self.bands)):
            if len(set(names)) < len(names):
                raise ValueError(f"{', '.join(names)} name one thing twice")
        for name in self.photometry_columns:
            parse(name)
        return self


def refuse_pretext(config: Config) -> None:
    """Refuse, with a ValueError, a pre-training on what the net does not see, or that photometry gives away."""
    if not config.pretrain_epochs:
        return
    if "image" not in config.modalities:
        raise ValueError("pre-training learns from images: add image to modalities, or set pretrain_epochs to 0")
    if set(config.pretext) - {"image"} and "photometry" not in config.modalities:
        raise ValueError("pretext perturbed and cross need photometry among modalities; take image alone")
    if (config.pretrain_batch_size or config.batch_size) < 2:
        raise ValueError("pre-training holds an object against the others of its batch: take batches of two or more")
    still = config.view_photometry_noise < LEAST_NOISE or config.view_feature_dropout < LEAST_DROPOUT
    if "perturbed" in config.pretext and still:
        raise ValueError(
            f"with view_photometry_noise below {LEAST_NOISE} or view_feature_dropout below {LEAST_DROPOUT} both views "
            "carry (nearly) the same photometry. That is a fingerprint of the object: the net matches views by it, the "
            "loss falls to its floor within an epoch, and nothing is learned from the images. Raise both, or take the "
            "pretext image or cross"
        )


PRESETS: Mapping[str, Mapping[str, Any]] = {
    "small": {},
    "original": {
        "photometry_columns": ORIGINAL_24,
        "layers": 12,
        "d_model": 64,
        "heads": 8,
        "patch": 4,
        "photometry_widths": (1024, 512, 256),
        "photometry_dropout": 0.25,
        "dropout": 0.1,
        "numeric_bins": 0,
        "batch_size": 512,
        "lr": 1e-3,
        "warmup": 0.0,
        "weight_decay": 0.0,
        "epochs": 300,
        "patience": 30,
        "label_smoothing": 0.0,
        "class_weights": "none",
        "modality_dropout": 0.0,
        "band_dropout": 0.0,
        "shift": 3.2,
        "sky_noise": 0.0,
        "companion": False,
    },
    "simclr": {"pretrain_epochs": 60, "pretrain_batch_size": 256, "pretrain_lr": 3e-3},
    "base": {"d_model": 128, "heads": 8, "layers": 8, "photometry_widths": (512, 256), "epochs": 50},
    "faint": {
        "photometry_columns": (
            *(f"{a}-{b}" for a, b in combinations("ugriz", 2)),
            *(f"deVRad_{band}" for band in "ugriz"),
        ),
        "faint": 1.8,
    },
}


KEPT: tuple[str, ...] = ("mapping", "bands", "id_column", "label_column")
"""Settings of Source that tell of the form of a table: other tables for the same run are read by them too."""


class Source(Settings):
    """How to read what a user has: the original's arrays, an SDSS catalogue, a table, images, survey frames."""

    mapping: tuple[str, ...] = ()
    """Columns of the table by what they hold, each as name=column, such as modelMag_r=my_r; the other columns are
    known by the names that surveys give them."""
    bands: str = Field("ugriz", min_length=1, max_length=16, pattern="^[a-z]+$")
    """Bands, one letter each, in the order of an image's planes."""
    images: Path | None = None
    """For a table: a folder of images, one multi-band FITS file an object, named after its object_id; or an array
    (N, y, x, band) as .npy, rows as in the table."""
    frames: Path | None = None
    """For a table with ra and dec: a folder of survey frames (FITS with WCS), out of which a cutout is cut for each
    object and band."""
    image_size: int = Field(32, ge=8, le=512)
    """Pixels along a side of a cutout."""
    compact: float | None = Field(None, gt=0)
    """Keep objects whose mean of deVRad/psffwhm over the bands is at most this; the compact sets have 0.5."""
    faint: float | None = None
    """Keep objects whose mean magnitude over the bands (not dereddened) is fainter than this; the faint sets have
    20."""
    classes: tuple[str, ...] = ()
    """Classes in order; left empty: of STAR, GALAXY and QSO those that the data has, else those of the data."""
    leave_out: tuple[str, ...] = ()
    """Classes whose objects are left out, such as QSO for star and galaxy alone."""
    label_column: str = ""
    """Column with the labels; left empty: label or class, the first there."""
    id_column: str = ""
    """Column with the identifiers; left empty: object_id, objid, specobjid and the like, the first whose values are
    unique."""
    columns: tuple[str, ...] = ()
    """Measured columns that must be there; every numeric column that gives no label away is kept anyway."""

    @model_validator(mode="after")
    def _fits(self) -> Source:
        if len(set(self.bands)) < len(self.bands):
            raise ValueError(f"bands {self.bands} name one band twice")
        return self
