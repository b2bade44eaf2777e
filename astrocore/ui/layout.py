"""Pieces of layout that several pages share."""

from __future__ import annotations

import streamlit as st
from streamlit.delta_generator import DeltaGenerator


def halves(narrowest: int = 400) -> tuple[DeltaGenerator, DeltaGenerator]:
    """Two cells beside each other, one below the other where they would be narrower than `narrowest` pixels."""
    grid = st.grid(2, min_column_width=narrowest, gap="medium")
    return grid.cell(), grid.cell()
