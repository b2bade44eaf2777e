"""A decision in the making: thresholds, abstaining, temperature; kept in the session, applied to predictions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast

import numpy as np
import streamlit as st

from astrocore.analysis.bootstrap import Interval, intervals_of_outcome
from astrocore.analysis.calibration import apply_temperature
from astrocore.analysis.thresholds import Objective, gate, suggest
from astrocore.runs.predictions import Predictions
from astrocore.runs.profiles import VERDICT, Profile
from astrocore.runs.run import Run

START = 0.5
BY_HAND = "by hand"


@dataclass(frozen=True)
class Desk:
    """Where the session keeps the decision for one run; each name is a widget's key or a plain entry."""

    run: Run
    classes: tuple[str, ...]
    voice: str = VERDICT
    """Whose probabilities are decided on; each voice has thresholds of its own."""

    def key(self, name: str) -> str:
        """The session's key of a part of the decision."""
        own = "" if self.voice == VERDICT else f"{self.voice}:"
        return f"thresholds:{self.run.path}:{own}{name}"

    def slider(self, name: str) -> str:
        """The key of a class's slider."""
        return self.key(f"class {name}")

    def thresholds(self) -> np.ndarray:
        """Thresholds as they stand, (C,)."""
        return np.array([float(st.session_state.get(self.slider(name), START)) for name in self.classes])

    def put(self, thresholds: np.ndarray, objective: str) -> None:
        """Set all sliders, and remember what for."""
        for name, value in zip(self.classes, thresholds, strict=True):
            st.session_state[self.slider(name)] = float(value)
        st.session_state[self.key("objective")] = (objective, tuple(float(value) for value in thresholds))

    @property
    def abstain(self) -> bool:
        """Whether an object that reaches no threshold is unknown."""
        return bool(st.session_state.get(self.key("abstain"), False))

    @property
    def objective(self) -> str:
        """What the thresholds were set for; by hand once one was moved."""
        objective, values = st.session_state.get(self.key("objective"), (BY_HAND, ()))
        return str(objective) if values == tuple(self.thresholds().tolist()) else BY_HAND

    @property
    def loaded(self) -> Profile | None:
        """The profile that was loaded last."""
        return cast("Profile | None", st.session_state.get(self.key("loaded")))

    @property
    def temperature(self) -> float:
        """Temperature of the loaded profile; 1 changes nothing."""
        found = self.loaded
        kept = found is not None and found.calibration.kind == "temperature"
        return float(found.calibration.parameters.get("temperature", 1.0)) if found is not None and kept else 1.0

    def take(self, profile: Profile) -> None:
        """Load a profile of the same classes."""
        self.put(np.array([profile.thresholds[name] for name in self.classes]), profile.objective or "profile")
        st.session_state[self.key("abstain")] = profile.abstain
        st.session_state[self.key("loaded")] = profile

    def suggest(self, some: Predictions, objective: Objective, target: float) -> None:
        """Set the sliders to what suits an aim on some labelled objects."""
        said = objective if objective == "max_f1" else f"{objective} {target:g}"
        self.put(suggest(some.label, self.probabilities(some), objective, target), said)

    def probabilities(self, some: Predictions) -> np.ndarray:
        """Probabilities after the profile's calibration, (N, C)."""
        return some.p if self.temperature == 1 else apply_temperature(some.p, self.temperature)

    def decide(self, some: Predictions) -> np.ndarray:
        """The class of each object, C for unknown, (N,)."""
        return gate(self.probabilities(some), self.thresholds(), self.abstain)

    def intervals(self, some: Predictions) -> dict[str, Interval]:
        """Bootstrap intervals by group of what the decision is worth on some labelled objects."""
        return intervals_of_outcome(some.label, self.decide(some), len(some.classes), some.group)
