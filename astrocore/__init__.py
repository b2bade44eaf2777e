"""astrocore: see what a classifier has learned and decide where it may say yes."""

__version__ = "0.1.0"
