"""Measured columns of a frame: names, units, where each comes from, and how a model is given it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Column:
    """A number of a frame.

    Attributes
    ----------
    unit
        "" for a pure number.
    knee
        Spans decades: models are given asinh(value / knee). Zero: they are given the value itself.
    """

    name: str
    unit: str
    about: str
    knee: float = 0.0


STATISTICS = (
    Column("mean", "ADU", "mean of the pixels", knee=1),
    Column("std", "ADU", "their standard deviation", knee=1),
    Column("median", "ADU", "their median", knee=1),
    Column("min", "ADU", "the faintest of the sampled pixels", knee=1),
    Column("max", "ADU", "the brightest of them", knee=1),
    Column("mad", "ADU", "median absolute deviation from the median", knee=1),
    Column("hist_mean", "", "mean of the histogram, 50 bins between percentiles .1 and 99.9, from 0 to 1"),
    Column("hist_std", "", "its standard deviation"),
    Column("hist_skew", "", "its skewness"),
    Column("hist_kurtosis", "", "its excess kurtosis", knee=1),
)
"""The image statistics of the original, from a sample of the pixels; its histogram ran from the minimum to the maximum,
where one hot pixel sets the scale."""
LEVELS = (
    Column("noise", "ADU", "noise of a pixel, from differences of neighbours", knee=1),
    Column("missing", "", "share of pixels without a value"),
    Column("fill", "", "median over the value at which the detector saturates"),
    Column("saturated", "", "share of pixels at 98 % of it or above"),
    Column("photon_share", "ADU", "square of the noise over the median: about 1 / gain where light was counted", 1),
    Column("spread", "", "percentile 99 minus percentile 1, in noises", knee=1),
    Column("tail_high", "", "percentile 99.9 minus median, in noises", knee=1),
    Column("tail_low", "", "median minus percentile .1, in noises", knee=1),
    Column("peak", "", "brightest pixel over the median, in noises", knee=1),
    Column("above", "", "share of pixels of the middle more than 6 noises over their surroundings", knee=1e-4),
    Column("spike_share", "", "how bright the neighbours of those pixels are: near 0 hot pixels, .6 stars"),
    Column("lag_x", "", "correlation of neighbours along a row"),
    Column("lag_y", "", "along a column"),
    Column("lag_x4", "", "correlation at four pixels along a row"),
    Column("lag_y4", "", "along a column"),
)
STRUCTURE = (
    Column("structure", "", "scatter of the block means, stretched"),
    Column("rank_1", "", "share of the structure that is one row profile times one column profile"),
    Column("rank_3", "", "that is the sum of three such products"),
    Column("rough_most", "", "fine structure of the profile along the axis that has more of it"),
    Column("rough_least", "", "along the other axis"),
    Column("smooth_most", "", "range of the smoothed profile along the axis with more fine structure"),
    Column("smooth_least", "", "along the other axis"),
    Column("lines_most", "", "bright lines in the profile along the axis that has more of them"),
    Column("lines_least", "", "along the other axis"),
    Column("dips_most", "", "dark lines in the profile along the axis that has more of them"),
    Column("dips_least", "", "along the other axis"),
    Column("straight_most", "", "how alike the fine structure of both halves is, along the axis where it is more so"),
    Column("straight_least", "", "along the other axis"),
    Column("tilt", "", "share of the structure's gradient that runs along the axis with more fine structure"),
    Column("filled", "", "share of the frame that is brighter than half of its bright parts"),
    Column("vignetting", "", "middle minus corners, in units of what the middle has over the faintest part"),
    Column("edge", "", "step from the outermost rows and columns to the next, in noises", knee=1),
    Column("blobs", "", "number of bright spots, one bin wide or more", knee=1),
)
HEADER = (
    Column("exposure_time", "s", "", knee=1e-3),
    Column("gain", "", "", knee=1),
    Column("temperature", "deg C", ""),
    Column("binning_x", "", ""),
    Column("binning_y", "", ""),
    Column("airmass", "", ""),
    Column("moon_phase", "", ""),
    Column("seeing", "arcsec", ""),
)
"""Numbers of the header; the original's first."""
LOOKED_AT = (
    Column("header_cards", "", "number of the header's cards"),
    Column("faint", "ADU", "where the histogram begins: percentile .1"),
    Column("bright", "ADU", "where it ends: percentile 99.9"),
    Column("width", "px", ""),
    Column("height", "px", ""),
    Column("is_tiff", "", "one for TIFF"),
)
"""Of the camera and the file, not of the frame: what a net learns of them does not carry over to other cameras."""
IMAGE: tuple[Column, ...] = (*STATISTICS, *LEVELS, *STRUCTURE)
COLUMNS: dict[str, Column] = {column.name: column for column in (*IMAGE, *HEADER, *LOOKED_AT)}
UNITS: dict[str, str] = {name: column.unit for name, column in COLUMNS.items()}
