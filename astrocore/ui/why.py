"""Why a run says what it says of an object: asked of its worker on demand, drawn over curves and images and as bars."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import streamlit as st

from astrocore.charts.objects import share_bars
from astrocore.data.dataset import Dataset
from astrocore.runs.run import Run
from astrocore.ui.cache import stamp
from astrocore.ui.plots import draw
from astrocore.ui.worker import ask

PATIENCE_S = 120.0
HELP = "Ask the run's net how much each bin and each number speaks for a class (integrated gradients)."
CAPTION = (
    "Orange speaks for {name}, blue against it, compared with {what} and the mean training object. "
    "Integrated gradients of the net's score (logit) before the softmax; the companion has no part in it."
)


@dataclass(frozen=True)
class Why:
    """Shares of what a net saw in the score of a class: by input and bin, and by feature."""

    name: str
    p: float
    inputs: Mapping[str, np.ndarray]
    features: Mapping[str, float]
    delta: float
    attention: Mapping[str, np.ndarray] = field(default_factory=dict)
    """Input -> what the net attends to in it, (y, x) patches of an image."""

    @property
    def bins(self) -> dict[str, np.ndarray]:
        """The shares of inputs that are curves."""
        return {name: share for name, share in self.inputs.items() if share.ndim == 1}

    @property
    def compared(self) -> str:
        """What the inputs are compared with, in words."""
        images = any(share.ndim == 2 for share in self.inputs.values())
        return "an empty image" if images else "a flat curve"

    @property
    def axis(self) -> str:
        """What the shares are, as an axis says it."""
        return f"share in the score of {self.name} [logit]"


def why(run: Run, data: Dataset, object_id: str, key: str) -> Why | None:
    """Draw the button and the choice of a class; what the run's worker answers, None before it was asked.

    Raises
    ------
    AstrocoreError
        The worker could not answer.
    """
    if not run.weights_file.is_file():
        return None
    asked = f"{key}:why"
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        st.toggle("Why?", key=asked, help=HELP, persist_state="session")
        if not st.session_state.get(asked):
            return None
        classes = run.read_info().classes
        name = st.selectbox(
            "Score of",
            [None, *classes],
            key=f"{key}:class",
            format_func=lambda c: c or "the net's first choice",
            width=220,
        )
    with st.spinner("Asking the net …"):
        return _why(str(run.path), stamp(run.weights_file), str(data.path), data.fingerprint, object_id, name)


def _called(name: str | None) -> str:
    return name or "the net's first choice"


def draw_features(found: Why, key: str) -> None:
    """The bars of the features, and how to read all of it."""
    if found.features:
        title = f"Numbers: share in the score of {found.name}"
        draw(share_bars(found.features, found.axis, title), f"{key}:shares", title)
    st.caption(CAPTION.format(name=found.name, what=found.compared))


@st.cache_resource(max_entries=64, show_spinner=False)
def _why(run: str, when: tuple[int, ...], data: str, fingerprint: str, object_id: str, name: str | None) -> Why:
    found = ask(Run(Path(run)), "explain", PATIENCE_S, data=data, object_id=object_id, class_name=name)
    return Why(
        name=str(found["class"]),
        p=float(found["p"]),
        inputs={name: np.array(share, float) for name, share in found["inputs"].items()},
        features={name: float(share) for name, share in found["features"].items()},
        delta=float(found["delta"]),
        attention={name: np.array(part, float) for name, part in found.get("attention", {}).items()},
    )
