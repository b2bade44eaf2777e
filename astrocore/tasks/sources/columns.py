"""Column names: what surveys call a quantity in a band, its unit, and which columns give the label away."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from astrocore.errors import LeakColumn
from astrocore.tasks.sources.bands import BANDS, quantity_of


@dataclass(frozen=True)
class Quantity:
    """A quantity that has a value in each band: our name, unit, and other names of its columns, {b} for the band."""

    name: str
    unit: str
    aliases: tuple[str, ...] = ()
    positive: bool = False


def _quantity(name: str, unit: str, aliases: str = "", positive: bool = False) -> Quantity:
    return Quantity(name, unit, tuple(aliases.split()), positive)


QUANTITIES: tuple[Quantity, ...] = (
    _quantity("modelMag", "mag", "{b} mag_{b} {b}_mag {b}mag mag{b} model_mag_{b} {b}_modelmag"),
    _quantity(
        "modelMagErr", "mag", "err_{b} {b}_err {b}err e_{b}mag magerr_{b} {b}_magerr modelmagerr_{b} mag_err_{b}", True
    ),
    _quantity("dered", "mag", "dered_{b} dered{b} {b}_dered mag_dered_{b}"),
    _quantity("psfMag", "mag", "psf_mag_{b} {b}_psfmag mag_psf_{b} psfmag{b} {b}psfmag {b}_psf"),
    _quantity("psfMagErr", "mag", "psf_mag_err_{b} {b}_psfmagerr psfmagerr{b} {b}_psfmag_err", True),
    _quantity("petroMag", "mag", "petro_mag_{b} {b}_petromag mag_petro_{b} petromag{b} {b}_petro"),
    _quantity("petroMagErr", "mag", "petro_mag_err_{b} {b}_petromagerr petromagerr{b}", True),
    _quantity("cModelMag", "mag", "cmodel_mag_{b} {b}_cmodelmag mag_cmodel_{b} cmodelmag{b} {b}_cmodel"),
    _quantity("cModelMagErr", "mag", "cmodel_mag_err_{b} {b}_cmodelmagerr", True),
    _quantity("extinction", "mag", "a_{b} {b}_extinction extinction{b} ext_{b}"),
    _quantity("deVRad", "arcsec", "dev_rad_{b} {b}_devrad devrad{b} theta_dev_{b}", True),
    _quantity("expRad", "arcsec", "exp_rad_{b} {b}_exprad theta_exp_{b}", True),
    _quantity("petroRad", "arcsec", "petro_rad_{b} {b}_petrorad petrotheta_{b}", True),
    _quantity("petroR50", "arcsec", "petro_r50_{b} {b}_petror50 petroth50_{b}", True),
    _quantity("petroR90", "arcsec", "petro_r90_{b} {b}_petror90 petroth90_{b}", True),
    _quantity("psffwhm", "arcsec", "psf_fwhm_{b} {b}_psffwhm psfwidth_{b} fwhm_{b} seeing_{b} {b}_fwhm", True),
)
"""Names are those of SDSS's PhotoObj and of the original's features."""

UNITS_OF = {quantity.name: quantity.unit for quantity in QUANTITIES}
PLAIN = {"ra": "deg", "dec": "deg", "up_angle": "deg", "pixel_arcsec": "arcsec"}
"""Columns of no band, with units: position; position angle of an image's +y, north through east; size of its pixels."""

POSITIONS = {
    **dict.fromkeys(("raj2000", "_raj2000", "ra_icrs", "ra_j2000", "ra_deg", "right_ascension"), "ra"),
    **dict.fromkeys(("dej2000", "_dej2000", "de_icrs", "decj2000", "dec_j2000", "dec_deg", "declination"), "dec"),
}
"""Other names of the position."""

ORIGINAL_24: tuple[str, ...] = (
    *(f"{quantity}_{band}" for band in BANDS for quantity in ("dered", "deVRad", "psffwhm", "extinction")),
    *("u-g", "g-r", "r-i", "i-z"),
)
"""The 24 photometric features of the original, in its order; magnitudes are dereddened, colours are not."""

LEAKS: tuple[tuple[str, str], ...] = (
    (r"label|class|subclass|target|spec_?class|source_?class", "it is the label"),
    (r"(spec)?_?z(_?(spec|err|warning|noqso))?(?<!^z)|redshift.*|.*_redshift|zerr|zwarning", "stars have none"),
    (r"plate(id)?|mjd|fiber(id)?|fibre(id)?|specobj_?id|run2d|run1d", "targets of a kind share plates and dates"),
    (r"(is_)?(star|galaxy|qso|quasar)(_?(prob|probability|score|flag))?", "it is a verdict on the class"),
    (
        r"(primtarget|sectarget|(boss|eboss|legacy|ancillary|special)_?target.*|sourcetype|programname|survey)",
        "objects were chosen for spectroscopy by what they were thought to be",
    ),
    (r"(elodie|sn_median|vel_?disp|vdisp|velocity|wavemin|wavemax).*", "it was measured in the spectrum"),
    (r"(z_?phot|photo_?z|phot_?z|zphoto).*", "stars have none, and it is the answer of another model"),
    (r"class_?star.*|(objc_?)?prob_?psf.*|p_?(star|gal|galaxy|qso)", "it is the answer of another classifier"),
    (r"(objc_?|obj_?|photo_?|morph_?)?type(_[a-z])?", "it is the answer of another classifier"),
)
"""Names (regular expressions, any case) that are never stored as measured columns nor taken as features, and why."""

NAMES = {quantity.name.lower(): quantity.name for quantity in QUANTITIES}


def leak(name: str) -> str:
    """Why the column gives the label away; "" when it does not. The band z is a magnitude, not a redshift."""
    plain = name.strip().lower()
    return "" if plain == "z" else next((reason for pattern, reason in LEAKS if re.fullmatch(pattern, plain)), "")


def refuse_leaks(names: Iterable[str]) -> None:
    """Raise LeakColumn for the first of `names` that gives the label away."""
    for name in names:
        if reason := leak(name):
            raise LeakColumn(f"The column {name} can't be a feature: {reason}. Leave it out of the columns.")


def canonical(name: str, bands: str = "ugriz") -> str:
    """Our name of a column that a survey may call otherwise; the name itself where it is not known."""
    plain = name.strip().lower()
    if plain in PLAIN:
        return plain
    if plain in POSITIONS:
        return POSITIONS[plain]
    for quantity in QUANTITIES:
        for form in (f"{quantity.name.lower()}_{{b}}", *quantity.aliases):
            for band in bands:
                if plain == form.format(b=band):
                    return f"{quantity.name}_{band}"
    return name.strip()


def unit_of(name: str) -> str:
    """Unit of a column; of a colour magnitudes, of an unknown column none."""
    if name in PLAIN:
        return PLAIN[name]
    if "-" in name:
        return "mag"
    return UNITS_OF.get(quantity_of(name), "")


def is_magnitude(name: str) -> bool:
    """Whether a column holds magnitudes, not their errors."""
    quantity = quantity_of(name)
    return quantity in ("dered", "modelMag", "psfMag", "petroMag", "cModelMag")


def is_positive(name: str) -> bool:
    """Whether a value below zero is impossible."""
    return any(quantity.name == quantity_of(name) and quantity.positive for quantity in QUANTITIES)
