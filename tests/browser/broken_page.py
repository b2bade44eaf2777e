"""A page with one defect, named by the query parameter `defect`: each must be found by complaints.py."""

from __future__ import annotations

import plotly.graph_objects as go
import streamlit as st


def chart(x: str | None, y: str | None, title: str = "test, n = 12", **more: object) -> None:
    """A chart with two axis titles."""
    figure = go.Figure(go.Scatter(x=[0, 1, 2], y=[0, 1, 4]))
    figure.update_layout(title_text=title, xaxis_title_text=x, yaxis_title_text=y, **more)
    st.plotly_chart(figure)


def space() -> None:
    """A chart in space with one axis that says nothing."""
    figure = go.Figure(go.Scatter3d(x=[0, 1], y=[0, 1], z=[0, 1]))
    axes = {"xaxis_title_text": "x [pc]", "yaxis_title_text": "y [pc]", "zaxis_title_text": ""}
    st.plotly_chart(figure.update_layout(title_text="An object", scene=axes))


def healthy() -> None:
    """Nothing wrong."""
    st.caption("test, n = 12 objects")
    columns = st.columns(2)
    columns[0].metric("Accuracy", "0.812")
    columns[1].metric("Coverage", "0.912")
    chart("time [d]", "flux [ppm]", "One object")
    chart("recall (completeness)", "precision (purity)")
    st.error("This one is known.")


def far_caption() -> None:
    """N and split are on the page, but not beside the number."""
    st.caption("test, n = 12 objects")
    st.text("Something else stands between.")
    st.metric("Accuracy", "0.812")


def cut() -> None:
    """A number that has no room."""
    st.caption("test, n = 12 objects")
    st.metric("A score with a long name", "0.123456789 to 0.987654321", width=100)


DEFECTS = {
    "none": healthy,
    "exception": lambda: 1 / 0,
    "error": lambda: st.error("It broke."),
    "overflow": lambda: st.html("<div style='width: 3000px; height: 9px; background: red'></div>"),
    "no title": lambda: chart("time [d]", None, "One object"),
    "no unit": lambda: chart("time [d]", "flux", "One object"),
    "empty unit": lambda: chart("time [d]", "flux []", "One object"),
    "space": space,
    "outside": lambda: chart("time [d]", "flux [ppm]", "A long title " * 30),
    "chart without n": lambda: chart("recall (completeness)", "precision (purity)", "Curve on test"),
    "chart without split": lambda: chart("recall (completeness)", "precision (purity)", "n = 12"),
    "metric": lambda: st.metric("Accuracy", "0.812"),
    "far caption": far_caption,
    "score in a text": lambda: st.markdown("The accuracy 0.812 is high."),
    "cut": cut,
}

DEFECTS[st.query_params.get("defect", "none")]()
