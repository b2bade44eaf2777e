"""Thresholds: where each class may say yes, what that costs, and the profile that keeps the decision."""

from astrocore.ui.thresholds import thresholds_page

thresholds_page()
