"""Small files of every kind that the reader knows, for tests that break them."""

from __future__ import annotations

import bz2
import gzip
import io
from collections.abc import Callable, Mapping

import numpy as np
import tifffile
from astropy.io import fits

SHAPE = (24, 30)


def counts(seed: int = 0) -> np.ndarray:
    """A sky with a few stars, as 16-bit counts."""
    rng = np.random.default_rng(seed)
    sky = rng.normal(1000, 12, SHAPE)
    for y, x in rng.integers(3, 20, (5, 2)):
        sky[y - 2 : y + 3, x - 2 : x + 3] += rng.uniform(1000, 40000)
    return np.clip(sky, 0, 65535).astype(np.uint16)


def fits_bytes(*hdus: fits.PrimaryHDU | fits.ImageHDU | fits.CompImageHDU) -> bytes:
    """A FITS file of these HDUs."""
    out = io.BytesIO()
    fits.HDUList(list(hdus)).writeto(out, output_verify="silentfix")
    return out.getvalue()


def with_cards(hdu: fits.PrimaryHDU) -> fits.PrimaryHDU:
    """The HDU with a header such as cameras write."""
    cards = {
        "EXPTIME": 30.0,
        "IMAGETYP": "Light Frame",
        "CCD-TEMP": -10.5,
        "GAIN": 1.4,
        "XBINNING": 2,
        "OBJECT": "M 13",
    }
    for key, value in {**cards, "DATE-OBS": "2024-03-01T21:00:00", "FILTER": "V", "AIRMASS": 1.2}.items():
        hdu.header[key] = value
    hdu.header["COMMENT"] = "as written by a camera"
    return hdu


def plain() -> bytes:
    return fits_bytes(with_cards(fits.PrimaryHDU(counts())))


def floating() -> bytes:
    return fits_bytes(with_cards(fits.PrimaryHDU(counts().astype(np.float32))))


def compressed(codec: str, floating: bool = False) -> bytes:
    data = counts().astype(np.float32) if floating else (counts() // 2).astype(np.int16)
    image = fits.CompImageHDU(data, compression_type=codec, tile_shape=(24, 30) if codec[0] == "H" else None)
    return fits_bytes(fits.PrimaryHDU(), image)


def extensions() -> bytes:
    parts = []
    for i in range(4):
        part = fits.ImageHDU(counts(i), name=f"im{i + 1}")
        x, y = 30 * (i % 2), 24 * (i // 2)
        part.header["DETSEC"] = f"[{x + 1}:{x + 30},{y + 1}:{y + 24}]"
        parts.append(part)
    return fits_bytes(with_cards(fits.PrimaryHDU()), *parts)


def tiff(data: np.ndarray | None = None, **options: object) -> bytes:
    out = io.BytesIO()
    description = "EXPTIME = 12.5 / s\nOBJECT = 'M 13'"
    pixels = counts() if data is None else data
    tifffile.imwrite(out, pixels, **{"description": description, "metadata": None, **options})  # type: ignore[arg-type]
    return out.getvalue()


def colours() -> np.ndarray:
    return np.stack([counts(i) >> 8 for i in range(3)], axis=-1).astype(np.uint8)


BASES: Mapping[str, Callable[[], bytes]] = {
    "plain.fits": plain,
    "float.fits": floating,
    "rice.fits.fz": lambda: compressed("RICE_1"),
    "gzip.fits.fz": lambda: compressed("GZIP_2"),
    "hcompress.fits.fz": lambda: compressed("HCOMPRESS_1"),
    "plio.fits.fz": lambda: compressed("PLIO_1"),
    "quantised.fits.fz": lambda: compressed("RICE_1", floating=True),
    "packed.fits.gz": lambda: gzip.compress(plain(), mtime=0),
    "packed.fits.bz2": lambda: bz2.compress(plain()),
    "parts.fits": extensions,
    "plain.tif": tiff,
    "deflate.tif": lambda: tiff(compression="zlib", predictor=True),
    "lzw.tif": lambda: tiff(compression="lzw"),
    "jpeg.tif": lambda: tiff(colours(), photometric="rgb", compression="jpeg"),
    "tiled.tif": lambda: tiff(tile=(16, 16), bigtiff=True),
    "colours.tif": lambda: tiff(colours(), photometric="rgb", planarconfig="contig"),
    "bits.tif": lambda: tiff(counts() > 1000, compression="packbits"),
}
"""Name -> what makes the bytes."""
