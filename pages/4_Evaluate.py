"""Evaluate: how good a run is, with intervals by group, confusion, and curves of each class."""

from astrocore.ui.evaluate import evaluate_page

evaluate_page()
