"""Exoplanets: words, units, presets and settings."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, model_validator

from astrocore.config import Settings, Training
from astrocore.tasks.exoplanets.columns import COLUMNS
from astrocore.tasks.exoplanets.derived import NAMES as DERIVED_NAMES
from astrocore.tasks.exoplanets.quality import Quality

TITLE = "Exoplanet candidates: light curves, planet and star features"
CLASSES: tuple[str, ...] = ("CONFIRMED", "CANDIDATE", "FALSE POSITIVE")
UNITS: Mapping[str, str] = {column.name: column.unit for column in COLUMNS}
"""The five features of the original first, then what tables often bring besides."""
MODALITIES: tuple[str, ...] = ("light_curve", "planet", "star")
BRINGS = "Light curves, a table or folded views"
DRAWN = "curves"
STAGES: tuple[str, ...] = ("pretrain", "finetune")

Modality = Literal["light_curve", "planet", "star"]
Mission = Annotated[
    Literal["", "kepler", "k2", "tess"], BeforeValidator(lambda name: name.lower() if isinstance(name, str) else name)
]


class Config(Training):
    """The net, its losses and its augmentation, beside how it is trained."""

    epochs: int = Field(20, ge=0, le=10_000)
    """Passes over the labelled training rows."""
    pretrain_epochs: int = Field(15, ge=0, le=10_000)
    """Passes of contrastive pre-training (light curve against features) over all training rows before that."""
    keep: Literal["best", "last"] = "last"
    """Which epoch's weights a stage keeps: of the lowest validation loss, or the last."""

    modalities: tuple[Modality, ...] = Field(("light_curve", "planet", "star"), min_length=1)
    """What the net sees; a modality that an object lacks is masked."""
    planet_columns: tuple[str, ...] = Field(("period", "depth", "planet_radius"), min_length=1)
    """Measured columns of the planet."""
    star_columns: tuple[str, ...] = Field(("stellar_temp", "stellar_radius"), min_length=1)
    """Measured columns of the star."""
    derived_columns: tuple[str, ...] = DERIVED_NAMES
    """Physics among the features; what needs a column or modality that the net does not see is left out."""
    numeric_bins: int = Field(0, ge=0, le=256)
    """Quantile bins of the piecewise-linear code of each feature; 0 takes standardised values. Needs many objects."""
    global_bins: int = Field(201, ge=8, le=8192)
    """Bins of the view over the whole phase; stored views of another size are resampled."""
    local_bins: int = Field(61, ge=8, le=8192)
    """Bins of the view around the transit."""

    patch: int = Field(8, ge=1, le=256)
    """Bins of a view that make one token."""
    d_model: int = Field(32, ge=4, le=4096)
    """Width of a token; a multiple of `heads`."""
    heads: int = Field(4, ge=1, le=64)
    """Heads of the attention."""
    layers: int = Field(1, ge=1, le=48)
    """Layers of the Transformer."""
    dropout: float = Field(0.4, ge=0, lt=1)
    """Share of activations dropped in training."""
    projection_dim: int = Field(32, ge=2, le=4096)
    """Width of the space in which light curve and physics are aligned."""

    physics_pair: float = Field(1.0, ge=0, le=100)
    """Weight of the pair light curve and physics (planet and star together) in the alignment loss."""
    planet_pair: float = Field(0.5, ge=0, le=100)
    """Weight of the pair light curve and planet."""
    star_pair: float = Field(0.1, ge=0, le=100)
    """Weight of the pair light curve and star; folded views hold little of the star."""
    contrastive_weight: float = Field(0.1, ge=0, le=100)
    """Weight of the alignment loss (InfoNCE) beside the classification loss."""
    classification_weight: float = Field(1.0, ge=0, le=100)
    """Weight of the classification loss."""
    label_smoothing: float = Field(0.05, ge=0, lt=1)
    """Share of a label that is spread over all classes; the focal loss knows none."""

    modality_dropout: float = Field(0.4, ge=0, lt=1)
    """Chance that an object's modality is hidden in training; one always stays."""
    time_shift: float = Field(0.01, ge=0, le=0.5)
    """Augmentation: largest shift of a view, as a share of its bins."""
    noise: float = Field(0.05, ge=0, le=10)
    """Augmentation: scatter added to a view, in units of its own out-of-transit scatter."""
    scale: float = Field(0.05, ge=0, lt=1)
    """Augmentation: largest relative change of a view's amplitude."""

    @model_validator(mode="after")
    def _fits(self) -> Config:
        if self.d_model % self.heads:
            raise ValueError(f"d_model {self.d_model} must be a multiple of heads {self.heads}")
        if self.classification_weight == 0 and self.epochs > 0:
            raise ValueError("classification_weight 0 leaves nothing to fine-tune; set epochs to 0 or raise the weight")
        if self.mixup and self.contrastive_weight and len(self.modalities) > 1 and self.epochs:
            raise ValueError(
                "mixup makes objects that no alignment of light curve and physics should learn from; set "
                "contrastive_weight to 0 (pre-training, which does not mix, may align), or mixup to 0"
            )
        for names in (self.modalities, self.planet_columns + self.star_columns):
            if len(set(names)) < len(names):
                raise ValueError(f"{', '.join(names)} name one thing twice")
        if unknown := sorted(set(self.derived_columns) - set(DERIVED_NAMES)):
            raise ValueError(f"there is no derived feature {', '.join(unknown)}")
        return self


PRESETS: Mapping[str, Mapping[str, Any]] = {
    "small": {},
    "original": {
        "d_model": 32,
        "heads": 2,
        "layers": 1,
        "patch": 1,
        "dropout": 0.1,
        "lr": 1e-4,
        "warmup": 0.0,
        "weight_decay": 0.05,
        "batch_size": 16,
        "contrastive_weight": 0.1,
        "classification_weight": 1.0,
        "loss": "focal",
        "label_smoothing": 0.0,
        "class_weights": "none",
        "derived_columns": (),
        "planet_pair": 0.0,
        "star_pair": 0.0,
        "companion": False,
        "pretrain_epochs": 0,
        "epochs": 50,
    },
    "base": {"d_model": 128, "heads": 8, "layers": 4, "projection_dim": 64},
}


class Source(Settings):
    """How to read what a user has: a table, a folder of light-curve files, folded views."""

    catalogue: Path | None = None
    """For a folder of light-curve files, or one: a table whose rows bring star, period, epoch and other columns."""
    all_rows: bool = False
    """Keep the catalogue's rows of stars that have no file too."""
    search: bool = True
    """Search a signal in the light curves of stars without a row; else these are left out."""
    quality: Quality = "default"
    """Cadences to leave out by their quality flags: those that are useless (default), also doubtful ones, or none."""
    short_cadence: Literal["average", "refuse"] = "average"
    """Curves of short cadence (under 10 minutes; TESS: under one) are averaged to 30 minutes, or left out."""
    draw_curves: bool = False
    """Draw a light curve from the numbers of each row that has none; the data set's curves then count as simulated."""
    views: Path | None = None
    """An .npz of folded views (global_view, local_view, an array of ids, masks if you like), rows as in the table."""
    mission: Mission = ""
    """Kepler, K2 or TESS; left empty it is guessed from the columns. It decides which archive the ids belong to."""
    classes: tuple[str, ...] = ()
    """Classes in order; left empty: the default classes when a label is among them, else those of the data."""
    label_column: str = ""
    """Column with the labels; left empty: label, koi_disposition, tfopwg_disp or disposition, the first there."""
    columns: tuple[str, ...] = ()
    """Measured columns that must be there; every numeric column that gives no label away is kept anyway."""
    depth_unit: Literal["", "ppm", "percent", "fraction", "radius_ratio"] = ""
    """What the column depth holds; left empty: ppm. A radius ratio R_p/R_s is stored as the column radius_ratio."""
    duration_unit: Literal["", "h", "d"] = ""
    """What the column duration holds; left empty: hours."""
    light_curve_column: str = "light_curve_path"
    """Column that names each row's light curve file (.csv, .npz, .fits; time and flux), below the table's folder."""
    flux_prefix: str = "flux"
    """Flux columns of the table are this and a number: flux_0, flux_1, ..."""
    flux_kind: Literal["folded", "series"] = "folded"
    """Flux columns are folded (phase -0.5 to 0.5, the transit in the middle) or an evenly sampled series."""
    cadence_minutes: float | None = Field(None, gt=0, le=10_000)
    """Series only: time from one flux column to the next [min]."""
    time_start: float = 0.0
    """Series only: time of the first flux column [d], on the scale of the column epoch_time."""
