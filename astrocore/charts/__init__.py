"""Figures: numbers in, a plotly Figure out; the only folder that imports plotly."""
