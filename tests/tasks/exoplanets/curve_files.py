"""Light-curve files as missions and packages write them, with transits that are known."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from astropy.io import fits

from astrocore.tasks.exoplanets.folding import phase_of

PERIOD, EPOCH, DURATION, DEPTH = 3.1, 131.9, 0.14, 4e-3
"""The transits of every file, unless it is asked for others."""


def flux_of(
    time: np.ndarray, period: float = PERIOD, epoch: float = EPOCH, depth: float = DEPTH, seed: int = 0
) -> np.ndarray:
    """Relative flux with box-shaped transits, white noise and a slow trend."""
    inside = np.abs(phase_of(time, period, epoch)) * period < DURATION / 2
    noise = 3e-4 * np.random.default_rng(seed).normal(size=time.shape)
    return (1 - depth * inside + noise) * (1 + 0.01 * np.sin(time / 4))


def times(start: float = 131.5, days: float = 27.0, minutes: float = 30.0) -> np.ndarray:
    return np.arange(start, start + days, minutes / 1440)


def write_kepler(file: Path, kepid: int, time: np.ndarray, flux: np.ndarray, **cards: object) -> Path:
    """As the Kepler pipeline writes them: PDCSAP flux and SAP quality, the star in the primary header."""
    quality = np.zeros(len(time), dtype=np.int32)
    quality[::50] = 8192  # a cosmic ray in the collateral data: no reason to leave a cadence out
    return _write(
        file,
        {"TELESCOP": "Kepler", "MISSION": "Kepler", "KEPLERID": kepid, "OBJECT": f"KIC {kepid}", **cards},
        {"EXTNAME": "LIGHTCURVE", "BJDREFI": 2454833, "BJDREFF": 0.0},
        {"TIME": time, "SAP_FLUX": 0.9 * flux, "PDCSAP_FLUX": flux, "SAP_QUALITY": quality},
    )


def write_tess(file: Path, tic: int, time: np.ndarray, flux: np.ndarray, **cards: object) -> Path:
    """As the TESS pipeline writes them."""
    return _write(
        file,
        {"TELESCOP": "TESS", "TICID": tic, "OBJECT": f"TIC {tic}", "TESSMAG": 9.5, **cards},
        {"EXTNAME": "LIGHTCURVE", "BJDREFI": 2457000, "BJDREFF": 0.0},
        {"TIME": time, "PDCSAP_FLUX": flux, "QUALITY": np.zeros(len(time), dtype=np.int32)},
    )


def _write(file: Path, primary: dict[str, object], table: dict[str, object], columns: dict[str, np.ndarray]) -> Path:
    form = {"f": "D", "i": "J"}
    made = fits.BinTableHDU.from_columns(
        [fits.Column(name, form[values.dtype.kind], array=values) for name, values in columns.items()]
    )
    made.header.update(table)
    first = fits.PrimaryHDU()
    first.header.update(primary)
    file.parent.mkdir(parents=True, exist_ok=True)
    fits.HDUList([first, made]).writeto(file, overwrite=True)
    return file
