"""One simulated field: its sky, its objects and their neighbours, photographed with noise, measured and tabulated."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from threadpoolctl import threadpool_limits

from astrocore.tasks.sources.appearance import NUMBER, R
from astrocore.tasks.sources.bands import BANDS, ZERO_POINT
from astrocore.tasks.sources.drawing import ELECTRONS, MIDDLE, Optics, draw, optics_of, psf_transforms
from astrocore.tasks.sources.measuring import measure
from astrocore.tasks.sources.population import Limits, Neighbours, draw_neighbours, draw_objects
from astrocore.tasks.sources.skies import Sky, draw_sky, place

MOST = 100
"""Objects of a field at most, for their names."""
DEBLENDED = 0.06
"""Scatter of the share of a neighbour's light that the catalogue's deblender takes away, about one."""
SKY_LEFT = 0.06
"""Scatter of the light that the sky's subtraction and objects too faint to see leave, in units of a pixel's noise."""
SEEDS_APART = 100_000
"""Fields of seed 1 are numbered from here on, of seed 2 from twice here: no name comes twice among seeds."""
QUANTITIES = ("modelMag", "modelMagErr", "dered", "psfMag", "psfMagErr", "deVRad", "psffwhm", "extinction")
COLUMNS = ["ra", "dec", "up_angle", *(f"{quantity}_{band}" for quantity in QUANTITIES for band in BANDS)]


@dataclass(frozen=True)
class Exposed:
    """Objects of a field: rows of a data set's table, and their cutouts (N, 5, y, x) float16 [nmgy]."""

    table: pd.DataFrame
    images: np.ndarray


def expose(seed: int, limits: Limits, number: int) -> Exposed:
    """Field `number` of a seed."""
    rng = np.random.default_rng((seed, number))
    sky = draw_sky(rng)
    label, r, seen = draw_objects(rng, limits)
    there = optics_of(sky)
    centre = MIDDLE + rng.uniform(-0.5, 0.5, (len(r), NUMBER, 2))
    light = draw(seen, flux(r, seen.relative, sky), there, centre)
    others = neighbours_light(draw_neighbours(rng, len(r)), sky, there, centre)
    taken = others * (1 + DEBLENDED * rng.standard_normal((len(r), 1, 1, 1), dtype=np.float32))
    images = photographed(rng, light + others, there)
    believed = Optics(psf_transforms(sky.said_fwhm, sky.shear), there.noise)
    # The products are small: threads would cost more than they save, and fields go to several processes anyway.
    with threadpool_limits(limits=1):
        measured = measure(images - taken, believed, centre - centre[:, [R]])
    return Exposed(_table(rng, seed, number, label, sky, measured), images.astype(np.float16))


def flux(r: np.ndarray, relative: np.ndarray, sky: Sky) -> np.ndarray:
    """Fluxes (N, 5) [nmgy] of objects that have magnitudes r (N,) behind the field's dust."""
    reddened = r[:, None] + relative + sky.extinction - sky.extinction[R]
    return np.asarray(10 ** (0.4 * (ZERO_POINT - reddened)))


def neighbours_light(found: Neighbours, sky: Sky, optics: Optics, centre: np.ndarray) -> np.ndarray:
    """Light of the neighbours in the cutouts of objects at centres (N, 5, 2), (N, 5, y, x) [nmgy]."""
    light = draw(found.seen, flux(found.r, found.seen.relative, sky), optics, centre[found.host] + found.away[:, None])
    cutouts = np.zeros((len(centre), *light.shape[1:]), dtype=np.float32)
    np.add.at(cutouts, found.host, light)
    return cutouts


def photographed(rng: np.random.Generator, light: np.ndarray, optics: Optics) -> np.ndarray:
    """Images (N, 5, y, x) float32 [nmgy] of light, with the noise of the sky and of its own photons."""
    noise, electrons = (values[:, None, None].astype(np.float32) for values in (optics.noise, ELECTRONS))
    left = SKY_LEFT * noise * rng.standard_normal((*light.shape[:2], 1, 1), dtype=np.float32)
    deviation = np.sqrt(noise**2 + np.maximum(light, 0) / electrons)
    return np.asarray(light + left + deviation * rng.standard_normal(light.shape, dtype=np.float32))


def _table(
    rng: np.random.Generator, seed: int, number: int, label: np.ndarray, sky: Sky, measured: dict[str, np.ndarray]
) -> pd.DataFrame:
    """Rows of the data set's table."""
    field = seed * SEEDS_APART + number
    ra, dec = place(rng, sky, len(label))
    one = np.ones((len(label), 1))
    values = {
        **measured,
        "dered": measured["modelMag"] - sky.extinction,
        "psffwhm": sky.said_fwhm * one,
        "extinction": sky.extinction * one,
    }
    columns = {f"{name}_{band}": values[name][:, i] for name in QUANTITIES for i, band in enumerate(BANDS)}
    return pd.DataFrame(
        {
            "object_id": [f"SIM {field * MOST + i:07d}" for i in range(len(label))],
            "group": f"SIM field {field:05d}",
            "label": pd.array(label, dtype="Int64"),
            **{"ra": ra, "dec": dec, "up_angle": 0.0},
            **columns,
        }
    )
