"""What an object's card shows: magnitudes, cutouts with north up, energy distribution, place on the sky, links."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from astrocore.data.dataset import IDENTITY
from astrocore.errors import MissingColumns
from astrocore.tasks.card import Axis, Card, Curve, Fact
from astrocore.tasks.sources.archives import links
from astrocore.tasks.sources.bands import BANDS, PIXEL_ARCSEC, band_of, quantity_of
from astrocore.tasks.sources.basis import SIMULATED_FIELDS
from astrocore.tasks.sources.columns import ORIGINAL_24, QUANTITIES, is_positive, unit_of
from astrocore.tasks.sources.images import Cutouts, cutouts, pictures
from astrocore.tasks.sources.recipes import parse
from astrocore.tasks.sources.selections import blue_first, compactness

SLICES: tuple[str, ...] = (
    *(f"modelMag_{band}" for band in "rguiz"),
    *("psffwhm_r", "extinction_r", "deVRad_r"),
)
PLANE = ("dered_r", "deVRad_r")
EDITABLE: Mapping[str, str] = {}

HIDDEN = (*IDENTITY, "up_angle", "pixel_arcsec")
"""Columns that are told elsewhere on the card, or not at all."""
ERROR = "Err"
MAGNITUDES: Mapping[str, str] = {
    "modelMag": "model",
    "psfMag": "PSF",
    "petroMag": "Petrosian",
    "cModelMag": "cmodel",
    "dered": "dereddened",
}
"""Magnitudes of the energy distribution, and how they are called there."""
WAVELENGTH, MAGNITUDE = Axis("wavelength", "nm"), Axis("magnitude", "mag")
RA, DEC = Axis("RA", "deg"), Axis("Dec", "deg")
DRAWN = 800
"""Other objects of a field that are drawn at most; of more every k-th is."""
COMPACT = "compactness"
DERIVED = (
    *(name for name in ORIGINAL_24 if len(parse(name).columns) > 1),
    *(f"psfMag_{band}-modelMag_{band}" for band in BANDS),
    *(f"deVRad_{band}/psffwhm_{band}" for band in BANDS),
)
"""Recipes that a run may be given: the colours, and how extended an object is."""

NO_IMAGE = "There is no image of this object."
TURNED = "Images are turned north up for the card; the net is given them as they are stored."
NOT_TURNED = "It isn't known where north is: images are drawn as they are stored."
MADE = "Simulated: photometry and images are not measured."


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
        This object's image_<band> (y, x) each; may be empty.
    edits
        Nothing can be edited.
    siblings
        The other rows of the same field, drawn around its place on the sky.
    """
    simulated = str(row["group"]).startswith(SIMULATED_FIELDS)
    angle, arcsec = _number(row, "up_angle"), _number(row, "pixel_arcsec")
    found = cutouts(arrays, angle, arcsec if arcsec > 0 else PIXEL_ARCSEC)
    notes = _orientation(found)
    return Card(
        f"{row['object_id']}{' (simulated)' if simulated else ''}",
        (*_facts(row), *_derived(row)),
        (*_energies(row), *_sky(row, siblings)),
        {} if simulated else links(str(row["object_id"]), _number(row, "ra"), _number(row, "dec")),
        (*notes, *([MADE] if simulated else [])),
        () if found is None else pictures(found),
    )


def _orientation(found: Cutouts | None) -> list[str]:
    """What the images are, where they are not drawn as they are stored with north up."""
    if found is None:
        return [NO_IMAGE]
    if not np.isfinite(found.up_angle):
        return [NOT_TURNED]
    return [TURNED] if found.turned % 360 else []


def _facts(row: pd.Series) -> tuple[Fact, ...]:
    """Position, then the quantities band by band, how compact it is, then other numbers; error bars left out."""
    names = [str(name) for name in row.index if isinstance(row[name], (int, float, np.number))]
    names = [name for name in names if name not in HIDDEN and not quantity_of(name).endswith(ERROR)]
    place = [name for name in ("ra", "dec") if name in names]
    ranks = {name: rank for name in names if (rank := _rank(name)) is not None}
    bands = sorted(ranks, key=ranks.__getitem__)
    others = [name for name in names if name not in (*place, *bands)]
    compact = _compactness(row)
    measured = [Fact(name, _number(row, name), unit_of(name)) for name in (*place, *bands, *others)]
    known = [Fact(COMPACT, compact)] if np.isfinite(compact) else []
    at = len(place) + len(bands)
    return (*measured[:at], *known, *measured[at:])


def _rank(name: str) -> tuple[tuple[int, str], int] | None:
    """Where a quantity of a band stands: by band, then as surveys list the quantities; None for other columns."""
    quantities = [quantity.name for quantity in QUANTITIES]
    band, quantity = band_of(name), quantity_of(name)
    return (blue_first(band), quantities.index(quantity)) if band and quantity in quantities else None


def _derived(row: pd.Series) -> tuple[Fact, ...]:
    """What is known of the features that are made of columns and are none themselves."""
    found = {name: _of_recipe(row, name) for name in DERIVED if name not in row}
    return tuple(Fact(name, value, _unit(name), derived=True) for name, value in found.items() if np.isfinite(value))


def _compactness(row: pd.Series) -> float:
    """As the compact sets are selected; NaN where it isn't known."""
    try:
        return float(compactness(row.to_frame().T)[0])
    except MissingColumns:
        return float("nan")


def _of_recipe(row: pd.Series, name: str) -> float:
    with np.errstate(divide="ignore", invalid="ignore"):
        value = parse(name).of(lambda column: np.float64(_number(row, column)))
    return float(value) if np.isfinite(value) else float("nan")


def _unit(name: str) -> str:
    """A ratio is a pure number; a difference has the unit of its parts."""
    recipe = parse(name)
    return "" if recipe.op == "/" else unit_of(recipe.a)


def _energies(row: pd.Series) -> list[Curve]:
    """Magnitudes against wavelength, one line a kind of magnitude; those that no band has are left out.

    Dereddened ones are drawn only where there are no others.
    """
    kinds = [kind for kind in MAGNITUDES if any(np.isfinite(_number(row, f"{kind}_{band}")) for band in BANDS)]
    kinds = [kind for kind in kinds if kind != "dered"] or kinds
    return [_energy(row, kind, over=place > 0) for place, kind in enumerate(kinds)]


def _energy(row: pd.Series, kind: str, over: bool) -> Curve:
    bands = [band for band in BANDS if f"{kind}_{band}" in row]
    return Curve(
        "Magnitudes",
        np.array([BANDS[band].wavelength_nm for band in bands]),
        np.array([_number(row, f"{kind}_{band}") for band in bands]),
        WAVELENGTH,
        MAGNITUDE,
        line=True,
        name=MAGNITUDES[kind],
        over=over,
        column=1,
        errors=np.array([_number(row, f"{kind}{ERROR}_{band}") for band in bands]),
    )


def _sky(row: pd.Series, siblings: pd.DataFrame | None) -> list[Curve]:
    """The object among the others of its field; nothing where it would stand alone."""
    here = np.array([_number(row, "ra")]), np.array([_number(row, "dec")])
    if siblings is None or not {"ra", "dec"} <= set(siblings) or not np.isfinite(here).all():
        return []
    ra, dec = (siblings[name].to_numpy(np.float64) for name in ("ra", "dec"))
    if not (np.isfinite(ra) & np.isfinite(dec)).any():
        return []
    ra = here[0] + (ra - here[0] + 180) % 360 - 180  # a field may lie on both sides of 0 deg
    step = -(-len(ra) // DRAWN)
    name = f"{len(ra):,} others" if step == 1 else f"1 of {step} others"
    field = Curve("Field", ra[::step], dec[::step], RA, DEC, faint=True, name=name, column=2)
    return [field, Curve("Field", *here, RA, DEC, name="this", over=True)]


def _number(row: pd.Series, name: str) -> float:
    """A column's value; NaN where it is not there, or impossible."""
    value = float(row[name]) if name in row and row[name] is not None else float("nan")
    return float("nan") if value < 0 and is_positive(name) else value
