"""What is wrong with a page, in sentences: errors, overflow, axes without a unit, numbers without n and split.

The rule about numbers: every metric, every chart of results and every sentence with a score says on how many objects
("n = 123", "123 objects") and on which split (train, val, test, all) it was measured. It says so in its own text or in
the caption, heading or chart title right before or right after the block that it stands in.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from playwright.sync_api import Page

LOOK = Path(__file__).with_name("look.js").read_text()
RESULTS = (
    "precision (purity)",
    "recall (completeness)",
    "false positive rate",
    "true positive rate (completeness)",
    "true class",
    "decided class",
    "confidence (probability of the decided class)",
    "probability",
    "accuracy",
    "accuracy, macro-F1",
    "macro-F1",
    "modalities given",
    "model",
    "share of objects found",
    "nearest candidates looked at",
    "labelled training objects",
    "loss",
    "epoch",
    "objects",
    "missing",
)
"""Axes that count or share and have no unit; a chart that has one of them shows results of many objects."""
COMPONENT = re.compile(r"(PCA|t-SNE|UMAP) [123]( \((no unit|\d+ ?% of the variance)\))?")
"""Axes of a map; it shows many objects too."""
PURE = ("phase", "part of the local window", "feature", "distance, uniformity", "pixels", "share of pixels")
"""Other axes that are pure numbers."""
UNIT = re.compile(r"\[[^\[\]]+\]$")
SAMPLE = re.compile(r"\bn = [\d,]+|\b[\d,]+ objects\b")
SPLIT = re.compile(r"\b(train|val|test|all|validation)\b")
SCORE = re.compile(
    r"\b(accuracy|precision|recall|purity|completeness|F1|AUC|coverage|NLL|ECE)\b[ :=]{1,3}[01]?\.\d", re.IGNORECASE
)


def complaints(page: Page, expected: Sequence[str] = (), pure: Sequence[str] = ()) -> list[str]:
    """All that is wrong with what a settled page shows now.

    Parameters
    ----------
    expected
        Parts of error messages that belong to the page.
    pure
        Axes without a unit that this page may show besides the usual ones: measured columns that are pure numbers.
    """
    seen = page.evaluate(LOOK)
    return list(
        dict.fromkeys(
            (
                *_errors(seen, expected),
                *_overflow(seen),
                *(found for chart in seen["charts"] for found in _chart(chart, pure)),
                *_numbers(seen),
                *(f"A text is cut off: {text!r}." for text in seen["cut"]),
            )
        )
    )


def shows_results(titles: Sequence[str]) -> bool:
    """Whether a chart with these axes shows results of many objects, and not one object's curve."""
    return any(title in RESULTS or COMPONENT.fullmatch(title) for title in titles)


def says_sample(text: str) -> bool:
    """Whether a text says n and split."""
    return bool(SAMPLE.search(text) and SPLIT.search(text))


def _errors(seen: dict[str, Any], expected: Sequence[str]) -> Iterator[str]:
    for text in seen["exceptions"]:
        yield f"An exception is shown: {text[:300]}"
    for text in seen["errors"]:
        if not any(part in text for part in expected):
            yield f"An error is shown: {text[:300]}"


def _overflow(seen: dict[str, Any]) -> Iterator[str]:
    for part in seen["widths"]:
        if part["wide"] > part["room"] + 1:
            yield f"Horizontal overflow: {part['name']} is {part['wide']} px wide and has room for {part['room']}."


def _chart(chart: dict[str, Any], pure: Sequence[str]) -> Iterator[str]:
    name = f"Chart {chart['title']!r}"
    for axis in chart["axes"]:
        title = axis["title"]
        if not title:
            yield f"{name}: {axis['name']} has no title."
        elif not (UNIT.search(title) or COMPONENT.fullmatch(title) or title in (*RESULTS, *PURE, *pure)):
            yield f"{name}: the axis {title!r} has no unit in square brackets and is no known pure number."
    for text in chart["outside"]:
        yield f"{name}: the text {text!r} reaches beyond the chart."
    if shows_results([axis["title"] for axis in chart["axes"]]) and not says_sample(
        f"{chart['title']} {chart['near']}"
    ):
        yield f"{name} shows results without n and split."


def _numbers(seen: dict[str, Any]) -> Iterator[str]:
    for metric in seen["metrics"]:
        if not says_sample(f"{metric['text']} {metric['near']}"):
            yield f"The metric {metric['text']!r} stands without n and split."
    for sentence in seen["texts"]:
        if SCORE.search(sentence["text"]) and not says_sample(f"{sentence['text']} {sentence['near']}"):
            yield f"The text {sentence['text'][:120]!r} has a score without n and split."
