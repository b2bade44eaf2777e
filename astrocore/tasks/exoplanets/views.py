"""What an object's card shows: facts with units, the light curve folded on an editable period, links to archives."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import quote

import numpy as np
import pandas as pd

from astrocore.data.dataset import IDENTITY
from astrocore.errors import BadValue
from astrocore.tasks.card import Card, Fact
from astrocore.tasks.exoplanets.columns import COLUMNS, is_error_bar, unit_of
from astrocore.tasks.exoplanets.panels import folded, stored

SLICES: tuple[str, ...] = ("period", "depth", "planet_radius", "stellar_temp", "stellar_radius", "duration", "snr")
EDITABLE: Mapping[str, str] = {"period": "d"}

HIDDEN = (*IDENTITY, "time_start", "cadence")


def card(row: pd.Series, arrays: Mapping[str, np.ndarray], edits: Mapping[str, float] | None = None) -> Card:
    """One object's card.

    Parameters
    ----------
    row
        The object's row of a data set.
    arrays
        This object's row of each array, without the row axis; may be empty.
    edits
        A period [d] to fold on instead of the row's; without effect where only folded views are stored.

    Raises
    ------
    BadValue
        The edited period is not a positive number.
    """
    period = float(row.get("period", np.nan))
    if edits and "period" in edits:
        period = edits["period"]
        if not (np.isfinite(period) and period > 0):
            raise BadValue(f"The period must be a positive number of days, not {period}.")
    notes = []
    if "flux" in arrays and np.isfinite(arrays["flux"]).any() and np.isfinite(period):
        curves = folded(row, np.asarray(arrays["flux"], dtype=np.float64), period)
    else:
        curves = stored(row, arrays)
        notes.append(
            "Only folded views are stored of this object, so it can't be folded on another period."
            if curves
            else "There is no light curve of this object."
        )
    simulated = str(row["group"]).startswith("SIM ")
    if simulated:
        notes.append("Simulated: light curve, planet and star are not measured.")
    title = f"{row['object_id']}{' (simulated)' if simulated else ''}"
    return Card(title, _facts(row), tuple(curves), links(str(row["group"])), tuple(notes))


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
