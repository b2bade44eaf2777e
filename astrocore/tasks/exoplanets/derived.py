"""Physics among the features: what planet, star and curve say of each other, with unit, source and what it needs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from astrocore.tasks.exoplanets.constants import EARTHS_IN_SUN, SUN_TEMP
from astrocore.tasks.exoplanets.folding import expected_duration
from astrocore.tasks.exoplanets.shape import Measures, measure


@dataclass(frozen=True)
class Derived:
    """A derived feature: unit ("" for a pure number), modalities and columns that it is made of, where it is from."""

    name: str
    unit: str
    needs: tuple[str, ...]
    source: str
    columns: tuple[str, ...] = ()


BOTH, ALL = ("planet", "star"), ("light_curve", "planet", "star")
VIEW_UNITS = {"w20": "share of view", "w50": "share of view", "w80": "share of view", "area": "share of view"}
VIEW_MEASURES = (
    *("w20", "w50", "w80", "shape", "area", "asymmetry", "curvature", "middle"),
    *("ends", "ends_sigma", "other_dip", "other_dip_sigma", "other_dip_place", "highest", "offset"),
    *("cos_one", "sin_one", "cos_two", "sin_two"),
    *("log_scatter", "lag1", "jumps", "bends", "kurtosis", "significance"),
)
SHAPE = tuple(
    Derived(f"{view}_{name}", VIEW_UNITS.get(name, ""), ("light_curve",), "shape of the folded view: shape.py")
    for view in ("global", "local")
    for name in VIEW_MEASURES
)
DERIVED: tuple[Derived, ...] = (
    Derived("log_k", "dex", BOTH, "k = R_p / R_s", ("planet_radius", "stellar_radius")),
    Derived(
        "log_k_over_depth",
        "dex",
        BOTH,
        "k / sqrt(depth): one without blend and limb darkening",
        ("planet_radius", "stellar_radius", "depth"),
    ),
    Derived(
        "log_expected_duration",
        "dex(h)",
        BOTH,
        "13 h (P / yr)^(1/3) (R_s / R_Sun)^(2/3): central transit of a dwarf (Winn 2010, eq. 19)",
        ("period", "stellar_radius"),
    ),
    Derived(
        "log_equilibrium_temp",
        "dex(K)",
        BOTH,
        "T sqrt(R_s) P^(-1/3), up to a constant",
        ("period", "stellar_temp", "stellar_radius"),
    ),
    Derived(
        "log_luminosity",
        "dex(L_Sun)",
        ("star",),
        "R^2 (T / 5772 K)^4 (Stefan, Boltzmann)",
        ("stellar_temp", "stellar_radius"),
    ),
    Derived(
        "log_duration_ratio",
        "dex",
        BOTH,
        "measured over expected duration: the star's density (Seager & Mallen-Ornelas 2003)",
        ("duration", "period", "stellar_radius"),
    ),
    Derived("log_curve_duration", "dex(h)", ("light_curve", "planet"), "width at half depth times period", ("period",)),
    Derived(
        "log_curve_duration_ratio", "dex", ALL, "the same over the expected duration", ("period", "stellar_radius")
    ),
    Derived("log_curve_depth", "dex(ppm)", ("light_curve",), "depth of the local view times its scale flux_scatter"),
    Derived("log_flux_scatter", "dex(ppm)", ("light_curve",), "scatter out of transit, the unit of the views"),
    Derived("log_area_duration_ratio", "dex", ALL, "area over depth, likewise", ("period", "stellar_radius")),
    *SHAPE,
    Derived("depth_ratio", "", ("light_curve",), "local over global depth: short dips are smeared in the global view"),
    *(
        Derived(name, "", ("light_curve",), source)
        for name, source in (
            ("odd_even", "difference of odd and even depth over their mean (Kepler DR25, Thompson et al. 2018)"),
            ("odd_even_sigma", "the same by its error"),
            ("secondary", "depth half a period later over that of the transit (Thompson et al. 2018)"),
            ("secondary_sigma", "the same by its error"),
        )
    ),
)
NAMES: tuple[str, ...] = tuple(d.name for d in DERIVED)
BY_NAME: Mapping[str, Derived] = {d.name: d for d in DERIVED}
LOGS = ("w20", "w50", "w80", "area", "depth_ratio", "significance", "kurtosis", "jumps", "bends")
"""Endings of measures of many orders of magnitude: given as log10, the others as asinh."""


def derive(table: pd.DataFrame, arrays: Mapping[str, np.ndarray]) -> Measures:
    """Every derived feature (B,) float64 of rows and their views; NaN where something that it needs is missing."""
    names = ("period", "depth", "planet_radius", "duration", "stellar_temp", "stellar_radius", "flux_scatter")
    c = {name: _column(table, name) for name in names}
    shape = measure(arrays, len(table))
    with np.errstate(invalid="ignore", divide="ignore"):
        log_k = np.log10(c["planet_radius"] / (EARTHS_IN_SUN * c["stellar_radius"]))
        radius = c["stellar_radius"]  # unknown stays unknown here, though folding takes the Sun for it
        expected = np.log10(np.where(radius > 0, expected_duration(c["period"], radius), np.nan))
        curve = np.log10(24 * c["period"] * shape["global_w50"])
        found = {
            "log_k": log_k,
            "log_k_over_depth": log_k - 0.5 * np.log10(1e-6 * c["depth"]),
            "log_expected_duration": expected,
            "log_equilibrium_temp": np.log10(c["stellar_temp"] * np.sqrt(c["stellar_radius"]) / np.cbrt(c["period"])),
            "log_luminosity": np.log10(c["stellar_radius"] ** 2 * (c["stellar_temp"] / SUN_TEMP) ** 4),
            "log_duration_ratio": np.log10(c["duration"]) - expected,
            "log_flux_scatter": np.log10(c["flux_scatter"]),
            "log_curve_depth": np.log10(c["flux_scatter"]) - shape["local_log_scatter"],
            "log_curve_duration": curve,
            "log_curve_duration_ratio": curve - expected,
            "log_area_duration_ratio": np.log10(24 * c["period"] * shape["global_area"]) - expected,
        }
        found |= {name: np.log10(v) if name.endswith(LOGS) else np.arcsinh(v) for name, v in shape.items()}
    return {name: np.where(np.isfinite(found[name]), found[name], np.nan) for name in NAMES}


def _column(table: pd.DataFrame, name: str) -> np.ndarray:
    return table[name].to_numpy(dtype=np.float64) if name in table else np.full(len(table), np.nan)


def usable(names: tuple[str, ...], columns: tuple[str, ...], modalities: tuple[str, ...]) -> tuple[Derived, ...]:
    """Those of the features `names` that are made of `columns` and `modalities` only.

    A derived feature must not bring in by the back door a column that the settings leave out.
    """
    chosen = (BY_NAME[name] for name in names)
    return tuple(d for d in chosen if set(d.columns) <= set(columns) and set(d.needs) <= set(modalities))
