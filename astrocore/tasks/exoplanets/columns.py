"""Column names: what archives call a quantity, its unit and scale, and which columns give the label away."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

import numpy as np

from astrocore.errors import LeakColumn


@dataclass(frozen=True)
class Column:
    """A quantity: our name, its unit, how the net sees it, and the names that archives give it, best first."""

    name: str
    unit: str
    scale: Literal["log", "asinh", "linear"]
    aliases: tuple[str, ...] = ()


def _column(name: str, unit: str, scale: Literal["log", "asinh", "linear"], aliases: str = "") -> Column:
    return Column(name, unit, scale, tuple(filter(None, aliases.split("|"))))


COLUMNS: tuple[Column, ...] = (
    _column(
        *("period", "d", "log"),
        "koi_period|pl_orbper|tce_period|orbital_period|period_days|period (days)|orbitalperioddays",
    ),
    _column(
        *("depth", "ppm", "log"),
        "koi_depth|depth_ppm|pl_trandep|tce_depth|depth (ppm)|depth ppm|transitdepthppm",
    ),
    _column(
        *("planet_radius", "R_Earth", "log"),
        "koi_prad|pl_rade|tce_prad|planet radius (r_earth)|planetradiusearthradii",
    ),
    _column("stellar_temp", "K", "log", "koi_steff|st_teff|tce_steff|teff|stellar eff temp (k)"),
    _column("stellar_radius", "R_Sun", "log", "koi_srad|st_rad|tce_sradius|stellar radius (r_sun)"),
    _column(
        *("epoch_time", "d", "linear"),
        "koi_time0bk|time0bk|tce_time0bk|tce_time0bt|koi_time0|tce_time0|pl_tranmid|epoch (bjd)|transit epoch (bjd)|"
        "transitepochbtjd|epoch|t0",
    ),
    _column(
        *("duration", "h", "log"),
        "koi_duration|duration_h|duration_hours|pl_trandurh|pl_trandur|tce_duration|duration (hours)|duration (hrs)|"
        "transitdurationhours",
    ),
    _column("impact", "", "asinh", "koi_impact|pl_imppar|tce_impact"),
    _column("snr", "", "asinh", "koi_model_snr|tce_model_snr|planet snr"),
    _column("radius_ratio", "", "log", "koi_ror|pl_ratror|tce_ror|rp_rs"),
    _column("axis_ratio", "", "log", "koi_dor|pl_ratdor|tce_dor|a_rs"),
    _column("equilibrium_temp", "K", "log", "koi_teq|pl_eqt|tce_eqt|planet equil temp (k)"),
    _column("insolation", "F_Earth", "log", "koi_insol|pl_insol|tce_insol|planet insolation (earth flux)"),
    _column("stellar_logg", "dex(cm/s2)", "linear", "koi_slogg|st_logg|tce_slogg|stellar log(g) (cm/s^2)"),
    _column("stellar_mass", "M_Sun", "log", "koi_smass|st_mass|stellar mass (m_sun)"),
    _column("metallicity", "dex", "linear", "koi_smet|st_met|tce_smet|stellar metallicity"),
    _column("stellar_distance", "pc", "log", "st_dist|sy_dist|stellar distance (pc)"),
    _column("kepmag", "mag", "linear", "koi_kepmag|sy_kepmag|k2_kepmag"),
    _column("tmag", "mag", "linear", "st_tmag|sy_tmag|tess_mag|tess mag"),
    _column("ra", "deg", "linear"),
    _column("dec", "deg", "linear"),
    _column("flux_scatter", "ppm", "log"),
    _column("events", "", "log"),
    _column("drawn", "", "linear"),
    _column("searched", "", "linear"),
    _column("time_start", "d", "linear"),
    _column("cadence", "d", "log"),
)
"""The default features first, then what tables often bring besides.

Names and units are those of the archive's column documentation: KOI (koi_), TCE (tce_), TOI and K2 planets and
candidates (pl_, st_, sy_; depths of the latter are in percent, see catalogue.FORMS), and of ExoFOP's TOI download.
"""

BY_NAME = {name: column for column in COLUMNS for name in (column.name, *column.aliases)}

OBJECT_COLUMNS = ("object_id", "kepoi_name", "toi", "epic_candname", "id")
STAR_COLUMNS = {
    "group": "",
    "kepid": "KIC",
    "kic": "KIC",
    "epic_hostname": "EPIC",
    "epic_name": "EPIC",
    "tic": "TIC",
    "tic_id": "TIC",
    "ticid": "TIC",
    "tid": "TIC",
    "tic id": "TIC",
    "epicid": "EPIC",
    "epic": "EPIC",
    "epic_id": "EPIC",
    "star": "",
    "star_id": "",
    "host": "",
    "hostname": "",
}
"""Columns that name the star, best first, and the catalogue that their numbers count in."""
CATALOGUES = {"kepler": "KIC", "k2": "EPIC", "tess": "TIC"}
LABEL_COLUMNS = ("label", "koi_disposition", "tfopwg_disp", "tfopwg disposition", "disposition", "k2c_disp")

LEAKS: tuple[tuple[str, str], ...] = (
    (r"label|class|target", "it is the label"),
    (r".*dispos.*|.*_disp", "it is a verdict, this one or an earlier one"),
    (r"tfop.*", "it is the verdict of the follow-up observers"),
    (r"koi_score", "it is the vetting robot's confidence in its own verdict"),
    (r"koi_fpflag_.*", "it is the reason that was given for a verdict of false positive"),
    (r"koi_vet_.*|koi_comment", "it records how the verdict was made"),
    (r"koi_tce_.*", "it names the pipeline run and the rank of the signal from which the verdict was made"),
    (r"kepler_name|k2_name|pl_name|planet_name", "a planet gets this name when it is confirmed"),
    (r"disc_.*|discoverymethod|pl_controv_flag", "only a confirmed planet has a discovery"),
    (r"pl_[bc]?mass.*|pl_msini.*|pl_dens.*|pl_rvamp.*", "a measured mass is what confirms a planet"),
    (r"(rv|pul|ptv|ast|obm|micro|etv|ima|dkin)_flag", "it tells by which other method a planet was confirmed"),
    (r"av_training_set|av_pred_class", "it is the label, or the answer, of another classifier"),
)
"""Names (regular expressions, any case) that are never stored as measured columns nor taken as features, and why."""


def leak(name: str) -> str:
    """Why the column gives the label away; "" when it does not."""
    return next((reason for pattern, reason in LEAKS if re.fullmatch(pattern, name.strip().lower())), "")


def refuse_leaks(names: Iterable[str]) -> None:
    """Raise LeakColumn for the first of `names` that gives the label away."""
    for name in names:
        if reason := leak(name):
            raise LeakColumn(f"The column {name} can't be a feature: {reason}. Leave it out of the columns.")


def canonical(name: str) -> str:
    """Our name of a column that an archive may call otherwise."""
    found = BY_NAME.get(name.strip().lower())
    return found.name if found else name


def unit_of(name: str) -> str:
    """Unit of a column; an error bar has the unit of its quantity, an unknown column none."""
    found = BY_NAME.get(_quantity(name))
    return found.unit if found else ""


def is_error_bar(name: str) -> bool:
    """Whether a column is the error of another, such as koi_depth_err1."""
    return _quantity(name) != name.strip().lower()


def is_positive(name: str) -> bool:
    """Whether a value of zero or less is impossible."""
    return name in BY_NAME and BY_NAME[name].scale == "log"


def scaled(name: str, values: np.ndarray) -> np.ndarray:
    """Values (N,) as the net sees them, NaN kept: log10 of positive quantities and errors, asinh of unknown ones."""
    values = np.asarray(values, dtype=np.float64)
    if is_error_bar(name):
        values = np.abs(values)
    elif not is_positive(name):
        return values if name in BY_NAME and BY_NAME[name].scale == "linear" else np.asarray(np.arcsinh(values))
    return np.asarray(np.log10(values, out=np.full(values.shape, np.nan), where=values > 0))


def _quantity(name: str) -> str:
    """The quantity that an error bar belongs to, else the name itself."""
    return re.sub(r"_?err(or)?[12]?$", "", name.strip().lower())
