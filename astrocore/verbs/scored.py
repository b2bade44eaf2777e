"""The scores that a run keeps of itself, split by split."""

from __future__ import annotations

from astrocore.analysis.metrics import scores
from astrocore.data.dataset import SPLITS
from astrocore.runs import Predictions


def scores_by_split(predictions: Predictions) -> dict[str, dict[str, float]]:
    """Split -> scores of its labelled objects and their number n; a split without any is left out."""
    parts = {split: predictions.split(split).labelled() for split in SPLITS}
    return {
        split: {"n": float(len(part)), **scores(part.label, part.predicted, part.p)}
        for split, part in parts.items()
        if len(part)
    }
