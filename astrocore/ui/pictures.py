"""The pictures of an object's card, and over them what a net attends to or what speaks for a class."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from astrocore.charts.overlay import Overlay
from astrocore.charts.pictures import picture_chart
from astrocore.tasks.card import Picture
from astrocore.ui.plots import draw
from astrocore.ui.why import Why

ATTENTION, SHARE, NOTHING = "attention", "share in the score", "nothing"
OF_ATTENTION = "attention of the query (1: the same to all patches)"
HELP = (
    "Attention: how much of the query's attention, the mean over layers and heads, each patch of the image gets. "
    "Share in the score: how much each pixel speaks for the class (integrated gradients)."
)


def draw_pictures(pictures: Sequence[Picture], title: str, key: str, found: Why | None = None) -> None:
    """Draw the pictures; `found` lies over the first of them that shows an input that it knows of."""
    if not pictures:
        return
    known = overlays(pictures, found) if found else {}
    chosen = None
    if known:
        chosen = st.segmented_control(
            "Over the image",
            [*known, NOTHING],
            default=next(iter(known)),
            required=True,
            key=f"{key}:over",
            help=HELP,
            persist_state="session",
        )
    draw(picture_chart(pictures, known.get(str(chosen))), f"{key}:pictures", f"Images of {title}")
    if captions := list(dict.fromkeys(picture.caption for picture in pictures if picture.caption)):
        st.caption(" ".join(captions))


def overlays(pictures: Sequence[Picture], found: Why) -> dict[str, Overlay]:
    """What can lie over the pictures, by what it is called."""
    shown = {picture.shows.input for picture in pictures if picture.shows}
    known = {}
    for name, share in found.inputs.items():
        if name not in shown or share.ndim != 2:
            continue
        size = share.shape[0], share.shape[1]
        if name in found.attention:
            attention = found.attention[name]
            known[ATTENTION] = Overlay(name, attention * attention.size, size, OF_ATTENTION)
        known[SHARE] = Overlay(name, share, size, found.axis, signed=True)
    return known
