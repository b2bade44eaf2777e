"""The three experiments on compact and on faint and compact objects, and what was published on them.

Set-up and figures: MargNet (Chaini et al. 2023), MargFormer and SimCLR with MargFormer, on SDSS DR16.
"""

from __future__ import annotations

from pathlib import Path

from pydantic import Field

from astrocore.config import Settings
from astrocore.tasks.sources.config import PRESETS
from astrocore.tasks.trials import Experiment, Row, Trials


class Sets(Settings):
    """Data sets of the experiments: stars, galaxies and quasars, compact ones and faint and compact ones."""

    compact: Path = Field(kw_only=True)
    """Folder of the compact objects' data set (mean of deVRad/psffwhm over the bands at most 0.5), or of the original's
    arrays or anything else that build reads."""
    faint: Path = Field(kw_only=True)
    """Folder of the faint and compact objects' data set (mean magnitude above 20 besides)."""


def _accuracy(**percent: float) -> dict[str, dict[str, float]]:
    return {name: {"accuracy": value / 100} for name, value in percent.items()}


TRIALS = Trials(
    sets=Sets,
    experiments=(
        Experiment("Experiment 1", "compact", "compact"),
        Experiment("Experiment 2", "faint", "faint"),
        Experiment("Experiment 3", "compact", "faint"),
    ),
    labels={"SG": ("QSO",), "SGQ": ()},
    few=("SGQ",),
    rows={
        "margformer": Row("MargFormer"),
        "finetuned": Row("SimCLR, fine-tuned", changes={"lr": 1e-3}, pretrained=True, counterpart="margformer"),
        "probe": Row("SimCLR, linear probe", "probe"),
        "photometry": Row("photometry only", changes={"modalities": ("photometry",)}),
        "images": Row("images only", changes={"modalities": ("image",)}),
        "images-finetuned": Row(
            "images only, SimCLR, fine-tuned",
            changes={"modalities": ("image",), "lr": 1e-3},
            pretrained=True,
            counterpart="images",
        ),
        "simple": Row("best simple model", "simple"),
    },
    pretraining=PRESETS["simclr"],
    reference="margformer",
    column="modelMag_r",
    edges=(14.0, 17.0, 18.0, 19.0, 20.0, 20.5, 21.0, 21.5, 22.0, 23.5),
    authors={"margnet": "MargNet", "margformer": "MargFormer", "simclr": "SimCLR + MargFormer"},
    published={
        ("Experiment 1", "SG"): _accuracy(margnet=98.13, margformer=98.1)
        | {"simclr": {"accuracy": 0.977, "precision": 0.977, "recall": 0.977}},
        ("Experiment 1", "SGQ"): _accuracy(margnet=93.33, margformer=93.2, simclr=90.0),
        ("Experiment 2", "SG"): _accuracy(margnet=96.93, margformer=97.1),
        ("Experiment 2", "SGQ"): _accuracy(margnet=86.67, margformer=86.7),
        ("Experiment 3", "SG"): _accuracy(margnet=91.95)
        | {
            "margformer": {"accuracy": 0.927, "precision": 0.932, "recall": 0.927},
            "simclr": {"accuracy": 0.911, "precision": 0.920, "recall": 0.911},
        },
        ("Experiment 3", "SGQ"): _accuracy(margnet=73.35, margformer=75.2),
    },
)
