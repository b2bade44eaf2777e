"""What an object's card shows: facts with units, the light curve folded on an editable period, links to archives."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import quote

import numpy as np
import pandas as pd

from astrocore.data.dataset import IDENTITY
from astrocore.errors import BadValue
from astrocore.tasks.card import Card, Fact
from astrocore.tasks.exoplanets.basis import SIMULATED_STARS
from astrocore.tasks.exoplanets.columns import COLUMNS, is_error_bar, unit_of
from astrocore.tasks.exoplanets.curves import NEEDED
from astrocore.tasks.exoplanets.derived import BY_NAME, LOGS, Derived, derive
from astrocore.tasks.exoplanets.panels import own, refolded
from astrocore.tasks.exoplanets.refolding import KeptFlux, kept_flux

SLICES: tuple[str, ...] = ("period", "planet_radius", "depth", "stellar_temp", "stellar_radius", "duration", "snr")
EDITABLE: Mapping[str, str] = {"period": "d"}

HIDDEN = (*IDENTITY, "time_start", "cadence", "drawn", "searched")
ORIGINS: Mapping[str, str] = {
    "drawn": "The light curve was drawn from the object's own numbers; it is not measured.",
    "searched": "Period and epoch were found by a search in the light curve.",
}
"""What columns that hold 1 say of an object."""

ONLY_VIEWS = "Only folded views are stored of this object, so it can't be folded on another period."
NO_CURVE = "There is no light curve of this object."
SHORTER = "Other periods, half and twice among them, can be folded from the kept flux only."


def card(
    row: pd.Series,
    arrays: Mapping[str, np.ndarray],
    edits: Mapping[str, float] | None = None,
    siblings: pd.DataFrame | None = None,
) -> Card:
    """One object's card.

    Parameters
    ----------
    row
        The object's row of a data set.
    arrays
        This object's row of each array, without the row axis; may be empty.
    edits
        A period [d] to fold on instead of the row's; without effect where only folded views are stored.
    siblings
        The other rows of the same star, whose transits are left out of what is folded here.

    Raises
    ------
    BadValue
        The edited period is not a positive number, or the kept flux can't be folded on it.
    """
    flux = kept_flux(row, arrays, siblings)
    period = _edited(edits, flux)
    part = flux is not None and flux.is_part(float(row.get("events", np.nan)))
    if flux is not None and (period is not None or not _has_views(arrays)):
        chosen = flux.signal.period if period is None else period
        curves, notes = refolded(flux, chosen), refolded_notes(flux, chosen, row, part)
    else:
        curves = own(row, arrays, flux, part)
        notes = own_notes(flux, row, part) if flux is not None else [ONLY_VIEWS if curves else NO_CURVE]
    simulated = str(row["group"]).startswith(SIMULATED_STARS)
    if simulated:
        notes.append("Simulated: light curve, planet and star are not measured.")
    notes.extend(text for name, text in ORIGINS.items() if row.get(name) == 1)
    title = f"{row['object_id']}{' (simulated)' if simulated else ''}"
    facts = (*_facts(row), *_derived(row, arrays))
    return Card(title, facts, tuple(curves), links(str(row["group"])), tuple(notes))


def own_notes(flux: KeptFlux, row: pd.Series, part: bool) -> list[str]:
    """What the panels on the row's own period show."""
    drawn = "Lines are the stored views, which the net is given: medians in bins, the band their points' scatter. "
    drawn += "Dots are the kept flux on the same period."
    found = [f"{_kept(flux, flux.signal.period)} {_whole(row)} {SHORTER}", drawn] if part else [drawn]
    return found + _left_out(flux)


def refolded_notes(flux: KeptFlux, period: float, row: pd.Series, part: bool) -> list[str]:
    """What the panels on an edited period show."""
    text = f"Folded on {period:.6g} d from the kept flux alone, lines too, which are medians in bins. "
    text += _kept(flux, period)
    if part:
        text += f" {_whole(row)}"
    return [text, f"The net is given the views on the row's own period, {flux.signal.period:.6g} d.", *_left_out(flux)]


def _kept(flux: KeptFlux, period: float) -> str:
    n = len(flux.transits(period))
    return f"{flux.span:.0f} d of the light curve are kept, with room for {n} transit{'' if n == 1 else 's'}."


def _whole(row: pd.Series) -> str:
    return f"The stored views were folded from all of it, {float(row['events']):.0f} transits."


def _left_out(flux: KeptFlux) -> list[str]:
    """Whose transits are not among the dots."""
    if not flux.others:
        return []
    periods = ", ".join(f"{other.period:.5g}" for other in flux.others)
    return [f"Transits of the star's other signals (period {periods} d) are left out of the folded panels."]


def _has_views(arrays: Mapping[str, np.ndarray]) -> bool:
    return any(np.asarray(arrays.get(f"{kind}_mask", False)).any() for kind in NEEDED)


def _edited(edits: Mapping[str, float] | None, flux: KeptFlux | None) -> float | None:
    """The period that a person chose, checked; None where nobody did."""
    if not edits or "period" not in edits:
        return None
    period = edits["period"]
    if not (np.isfinite(period) and period > 0):
        raise BadValue(f"The period must be a positive number of days, not {period}.")
    if flux is not None:
        flux.check(period)
    return period


def links(star: str) -> dict[str, str]:
    """Pages of the archives on a star named KIC, TIC or EPIC and a number; none for other names."""
    catalogue, _, number = star.partition(" ")
    page = {"KIC": "kepler/edit_target.php", "EPIC": "k2/edit_target.php", "TIC": "tess/target.php"}.get(catalogue)
    if page is None or not number.isdigit():
        return {}
    name = quote(star)
    return {
        "NASA Exoplanet Archive": f"https://exoplanetarchive.ipac.caltech.edu/overview/{name}",
        "ExoFOP": f"https://exofop.ipac.caltech.edu/{page}?id={number}",
        "MAST": f"https://mast.stsci.edu/portal/Mashup/Clients/Mast/Portal.html?searchQuery={name}",
    }


def _facts(row: pd.Series) -> tuple[Fact, ...]:
    """Known quantities in their order, then other numbers; error bars left out."""
    known = [column.name for column in COLUMNS if column.name in row]
    others = [str(name) for name in row.index if name not in known and not is_error_bar(str(name))]
    names = [
        name for name in (*known, *others) if name not in HIDDEN and isinstance(row[name], (int, float, np.number))
    ]
    return tuple(Fact(name, float(row[name]), unit_of(name)) for name in names)


def _derived(row: pd.Series, arrays: Mapping[str, np.ndarray]) -> tuple[Fact, ...]:
    """What is known of the derived features, on the scale on which a run is given them."""
    found = derive(row.to_frame().T, {name: np.asarray(array)[None] for name, array in arrays.items()})
    numbers = {name: float(values[0]) for name, values in found.items()}
    return tuple(
        Fact(name, value, _scale(BY_NAME[name]), derived=True) for name, value in numbers.items() if np.isfinite(value)
    )


def _scale(feature: Derived) -> str:
    """Unit of a derived feature on the scale on which it is given: a logarithm, or an inverse hyperbolic sine."""
    if feature.name.startswith("log_"):
        return feature.unit
    if feature.name.endswith(LOGS):
        return f"dex({feature.unit})" if feature.unit else "dex"
    return "asinh"
