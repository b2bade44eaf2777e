"""Exoplanets: transit signals, told apart by their light curve, their planet and their star."""
