"""The pages and the links between them, which carry along what was picked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import streamlit as st
from streamlit.errors import StreamlitPageNotFoundError

CARRIED = ("task", "data", "run")
"""Query parameters that every link carries."""


@dataclass(frozen=True)
class Page:
    """A page as links show it."""

    file: str
    title: str
    icon: str
    says: str
    heading: str = ""
    """Above the page, where it is not the title."""


HOME = Page("app.py", "Home", ":material/home:", "What is here and where to go next.", "astrocore")
DATA = Page("pages/1_Data.py", "Data", ":material/table_view:", "Objects, classes, splits, one object at a time.")
TRAIN = Page("pages/2_Train.py", "Train", ":material/model_training:", "Start a run, watch it, come back to it.")
EMBEDDINGS = Page(
    "pages/3_Embeddings.py", "Embeddings", ":material/scatter_plot:", "What a model has learned, as a map."
)
EVALUATE = Page("pages/4_Evaluate.py", "Evaluate", ":material/monitoring:", "Scores with intervals, confusion, curves.")
THRESHOLDS = Page("pages/5_Thresholds.py", "Thresholds", ":material/tune:", "A threshold a class, kept as a profile.")
CLASSIFY = Page("pages/6_Classify.py", "Classify", ":material/move_to_inbox:", "From files of your own to a verdict.")
PAGES = (HOME, DATA, TRAIN, EMBEDDINGS, EVALUATE, THRESHOLDS, CLASSIFY)


def remember(**picks: str | None) -> None:
    """Keep what was picked for the links and for pages that do not ask for it."""
    st.session_state["picks"] = {**st.session_state.get("picks", {}), **picks}


def remembered() -> dict[str, str]:
    """What was picked, on this page, on another one, or in the address."""
    picks = st.session_state.get("picks", {})
    found = {name: picks.get(name) or st.query_params.get(name) for name in CARRIED}
    return {name: value for name, value in found.items() if value}


def link(page: Page, label: str | None = None, width: str = "content", **query: str) -> None:
    """A link to a page with what was picked; nothing where the page is shown without the others (in tests)."""
    target: Mapping[str, str] = {**remembered(), **query}
    try:
        st.page_link(
            page.file,
            label=label or page.title,
            icon=page.icon,
            query_params=dict(target),
            width="stretch" if width == "stretch" else "content",
        )
    except StreamlitPageNotFoundError:
        return
