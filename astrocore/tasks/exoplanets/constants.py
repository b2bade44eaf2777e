"""Nominal values of the Sun and the Earth, and the year."""

EARTHS_IN_SUN = 109.08
"""Solar radius over the Earth's equatorial radius (IAU 2015 nominal values)."""
SUN_TEMP = 5772.0
"""Effective temperature of the Sun [K] (IAU 2015)."""
YEAR = 365.25
"""Days."""
