"""Pages of archives on an object: SkyServer by its SDSS objID or its place, SIMBAD by its place; links only."""

from __future__ import annotations

import math
from urllib.parse import urlencode

from astrocore.tasks.sources.groups import field_of

SKYSERVER = "https://skyserver.sdss.org/dr18/VisualTools"
SIMBAD = "https://simbad.cds.unistra.fr/simbad/sim-coo"
RADIUS_ARCSEC = 5
"""How far from the object SIMBAD looks."""
SKY_VERSION = 2
"""In the highest bits of an objID: of the releases since DR8."""


def links(object_id: str, ra: float, dec: float) -> dict[str, str]:
    """Pages by name; `ra` and `dec` [deg], NaN where unknown."""
    known = math.isfinite(ra) and math.isfinite(dec)
    place = {"ra": f"{ra:.6f}", "dec": f"{dec:.6f}"}
    found = {}
    if is_objid(object_id):
        found["SDSS Explore"] = f"{SKYSERVER}/explore/summary?{urlencode({'objId': object_id})}"
    elif known:
        found["SDSS Explore"] = f"{SKYSERVER}/explore/summary?{urlencode(place)}"
    if known:
        found["SDSS Navigate"] = f"{SKYSERVER}/navi?{urlencode({**place, 'scale': 0.2})}"
        near = {"Coord": f"{ra:.6f} {dec:+.6f}", "CooFrame": "ICRS", "Radius": RADIUS_ARCSEC, "Radius.unit": "arcsec"}
        found["SIMBAD"] = f"{SIMBAD}?{urlencode(near)}"
    return found


def is_objid(text: str) -> bool:
    """Whether a text is an objID as SkyServer has known them since DR8; those of before name other detections."""
    return field_of(text) is not None and int(text) >> 59 == SKY_VERSION
