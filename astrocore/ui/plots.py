"""Showing a figure: the same options on every page."""

from __future__ import annotations

from typing import Any

import streamlit as st

from astrocore.charts.style import CONFIG


def draw(figure: Any, key: str, alt: str, height: int | None = None, **more: Any) -> Any:
    """Show a figure of astrocore.charts as wide as its place; `alt` says in words what it shows.

    `more` goes to st.plotly_chart; with on_select its state comes back.
    """
    if height:
        figure.update_layout(height=height)
    return st.plotly_chart(figure, config=CONFIG, key=key, alt=alt, **more)
