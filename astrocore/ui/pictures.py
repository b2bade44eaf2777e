"""The pictures of an object's card in a stretch that is chosen, and over them what speaks for a class."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

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


STRETCH = (
    "How measured values become brightness. Asinh and zscale show what is faint; linear shows the levels as they are."
)


def draw_pictures(pictures: Sequence[Picture], title: str, key: str, found: Why | None = None) -> None:
    """Draw the pictures; `found` lies over the first of them that shows an input that it knows of."""
    if not pictures:
        return
    known = overlays(pictures, found) if found else {}
    with st.container(horizontal=True, gap="medium"):
        pictures = stretched(pictures, _choice("Stretch", stretches(pictures), f"{key}:stretch", STRETCH))
        chosen = _choice("Over the image", [*known, NOTHING] if known else [], f"{key}:over", HELP)
    draw(picture_chart(pictures, known.get(chosen)), f"{key}:pictures", f"Images of {title}")
    if captions := list(dict.fromkeys(picture.caption for picture in pictures if picture.caption)):
        st.caption(" ".join(captions))


def stretches(pictures: Sequence[Picture]) -> list[str]:
    """Names of the stretches among which one can choose, the default first; empty where there is no choice."""
    names = list(dict.fromkeys(name for picture in pictures for name in picture.stretches))
    return names if len(names) > 1 else []


def stretched(pictures: Sequence[Picture], name: str) -> list[Picture]:
    """The pictures in that stretch; one that lacks it stays as it is."""
    return [replace(one, pixels=one.stretches[name]) if name in one.stretches else one for one in pictures]


def _choice(label: str, options: Sequence[str], key: str, text: str) -> str:
    """The control of several options, the first one to begin with; "" where there are none."""
    if not options:
        return ""
    if st.session_state.get(key, options[0]) not in options:
        del st.session_state[key]  # the picture before this one had it
    picked = st.segmented_control(
        label, options, default=options[0], required=True, key=key, help=text, persist_state="session"
    )
    return str(picked or options[0])


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
