"""Tables that people take away: predictions as rows, and their download as CSV."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd
import streamlit as st

from astrocore.runs.predictions import Predictions
from astrocore.ui.numbers import with_unit


def prediction_table(predictions: Predictions) -> pd.DataFrame:
    """One row an object: identity, truth, prediction, confidence, probabilities, measured columns with units."""
    table = predictions.table
    names = np.array([*predictions.classes, "unknown"], object)
    left = pd.DataFrame(
        {
            "object_id": table["object_id"],
            "group": table["group"],
            "split": table["split"],
            "truth": names[predictions.label],
            "prediction": names[predictions.predicted],
            "confidence": predictions.confidence,
        }
    )
    p = pd.DataFrame(predictions.p, columns=[f"p_{name}" for name in predictions.classes])
    units = {name: with_unit(name, predictions.units.get(name)) for name in predictions.measured}
    measured = table[list(units)].rename(columns=units)
    return pd.concat([left, p, measured], axis=1)


def csv_download(make: Callable[[], pd.DataFrame], file: str, label: str) -> None:
    """A button that hands a table out as CSV; it is made when the button is clicked."""
    st.download_button(
        label,
        lambda: make().to_csv(index=False).encode(),
        file_name=file,
        mime="text/csv",
        icon=":material/download:",
        on_click="ignore",
        key=f"csv:{file}",
    )
