"""What the analysis pages begin with: the picked run's predictions, or why there are none."""

from __future__ import annotations

import streamlit as st

from astrocore.runs.info import UNTAUGHT
from astrocore.runs.predictions import Predictions
from astrocore.tasks import Task
from astrocore.ui import cache
from astrocore.ui.data import no_data
from astrocore.ui.navigation import TRAIN, link
from astrocore.ui.notices import empty, simulated_badge
from astrocore.ui.picks import Picks, datasets

FOLDS = (
    "Nets that were each trained without one part of train and val. On val an object is judged by the net that never "
    "saw its group, on test by the mean of all."
)


def opened_predictions(picks: Picks) -> Predictions | None:
    """The predictions of the picked run, with the badge beside the title; None after saying why there are none.

    Raises
    ------
    AstrocoreError
        The run or its predictions can't be read.
    """
    if picks.run is None:
        no_run(picks.task)
        return None
    info = picks.run.read_info()
    with picks.badges:
        simulated_badge(info.data.simulated, info.data.origin)
        if info.folds:
            st.badge(f"{len(info.folds)} folds", color="gray", help=FOLDS)
        elif info.status == "imported":
            st.badge("imported", color="gray", help="Predictions of another model, taken over as a table.")
    if info.untaught:
        st.warning(UNTAUGHT, icon=":material/school:")
    if picks.run.predictions_file.is_file():
        return cache.predictions(picks.run)
    empty(
        f"The run {picks.run.name} has no predictions yet.",
        f"Its status is {picks.run.status()}; predictions are written when training ends.",
    )
    link(TRAIN, "Watch it on the Train page")
    return None


def no_run(task: Task) -> None:
    """Say that there is no run yet, or not even data, and how one is made."""
    found = list(datasets(task.name))
    if not found:
        no_data(task)
        return
    empty("No run yet.", "Train one; a small run takes minutes on a laptop.", f"python -m astrocore train {found[0]}")
    link(TRAIN, "Train a run")
