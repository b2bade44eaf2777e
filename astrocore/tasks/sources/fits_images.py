"""The images in a FITS file: which they are, of which band, in what unit, and where on the sky; pixels come on demand.

A packed file is unpacked in one go: astropy, which reads it piece by piece, takes several times as long.
"""

from __future__ import annotations

import bz2
import gzip
import io
import math
import re
import string
import warnings
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, cast

import numpy as np
from astropy.io import fits

from astrocore.data.tables import DAMAGE, brief
from astrocore.errors import FileUnreadable
from astrocore.tasks.sources.celestial import Sky, sky_of

PLAIN_ENDINGS = (".fits", ".fit", ".fts", ".fz")
ENDINGS = tuple(plain + packed for plain in PLAIN_ENDINGS for packed in ("", ".gz", ".bz2"))
"""Endings of the FITS files that may hold images."""
FITS_DAMAGE = (*DAMAGE, fits.VerifyError, ArithmeticError, AssertionError)
"""What astropy raises for damaged files besides."""
POINTER = b"version https://git-lfs"
"""How the stand-in begins that Git LFS leaves where a file was not fetched."""
IMAGES = (fits.PrimaryHDU, fits.ImageHDU, fits.CompImageHDU)
FILTER_CARDS = ("FILTER", "BAND", "FILTNAM")
SATURATION_CARDS = ("SATURATE", "SATLEVEL")
NANOMAGGIES = ("nanomaggy", "nanomaggies", "nmgy", "nanomaggy/pixel")
AUXILIARY = frozenset(
    {"mask", "msk", "bpm", "bad", "dq", "flag", "flags", "weight", "wht", "wt", "ivar", "invvar", "var", "variance"}
    | {"err", "error", "sigma", "rms", "psf"}
)
"""Words that name what accompanies an image."""
SURVEY_FILTER = re.compile(r"(?:sdss|sloan|hsc|decam|lsst|band|filter)?(?:([a-z])(?:p|prime|band)?|([ri])2)")
"""A filter as surveys and observatories write it, in lower case: sdssg, gp, HSC's r2."""


@dataclass(frozen=True)
class Image:
    """An image of an opened file; `shape` is (y, x) or (plane, y, x)."""

    name: str
    """The file's, with the number of the extension where it holds several images."""
    shape: tuple[int, ...]
    filter: str
    """What FILTER, BAND or FILTNAM say; "" where they say nothing."""
    extension: str
    """EXTNAME."""
    letters: str
    """BANDS of a cube, where it has one letter a plane."""
    unit: str
    saturation: float
    """The value from which on a pixel is saturated; infinity where the header does not tell."""
    position: tuple[float, float]
    """Right ascension and declination that the header gives as numbers [deg]; NaN where it doesn't."""
    hdu: Any
    hdus: fits.HDUList

    def band(self, bands: str) -> str:
        """The band that the header names: of any letter by its filter, else one of `bands` by EXTNAME; "" for none."""
        return band_in(self.filter) if self.filter else band_in(self.extension, bands)

    def pixels(self) -> np.ndarray:
        """The pixels, as they are in the file; raises FileUnreadable where they are damaged."""
        try:
            return np.asarray(self.hdu.data).reshape(self.shape)
        except Exception as error:  # astropy's decompressor raises one that has no public name
            raise FileUnreadable(
                f"{self.name} has pixels that can't be read ({brief(error)}); fetch it again."
            ) from None

    @cached_property
    def sky(self) -> Sky | None:
        """Where it lies; None where the header does not tell."""
        try:
            return sky_of(self.hdu.header, self.hdus, (self.shape[-2], self.shape[-1]))
        except FITS_DAMAGE:
            return None


@contextmanager
def opened(path: Path, name: str = "") -> Iterator[fits.HDUList]:
    """An opened FITS file, packed or not; what astropy would warn of is either harmless or fails on reading.

    Raises
    ------
    FileUnreadable
        There is no such file, or it is empty, a Git LFS pointer, damaged or of another format.
    """
    name = name or path.name
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        with damage_told(name):
            hdus = fits.open(_unpacked(path, name), memmap=False)
            len(hdus)  # astropy finds the extensions when they are counted
        with hdus:
            yield hdus


@contextmanager
def damage_told(name: str) -> Iterator[None]:
    """What is raised for damaged files becomes FileUnreadable, which names the file."""
    try:
        yield
    except FileNotFoundError:
        raise FileUnreadable(f"There is no file {name}.") from None
    except FITS_DAMAGE as error:
        raise FileUnreadable(f"{name} can't be read as FITS ({brief(error)}); check that it is whole.") from None


def images_in(hdus: fits.HDUList, name: str) -> list[Image]:
    """The images of a file in its order, without masks, weights and errors; none in a file of tables alone."""
    with damage_told(name):
        found = [(place, hdu) for place, hdu in enumerate(hdus) if isinstance(hdu, IMAGES) and _holds_pixels(hdu)]
        flat = [(place, hdu) for place, hdu in found if not _accompanies(hdu)]
        many = len([hdu for _, hdu in flat if len(hdu.shape) >= 2]) > 1
        return [_image(hdu, hdus, f"{name}[{place}]" if many else name) for place, hdu in flat]


def holds_other(hdus: fits.HDUList) -> bool:
    """Whether a file without images holds tables, or what accompanies images; one that holds nothing may be cut off."""
    return any(not isinstance(hdu, IMAGES) or _holds_pixels(hdu) for hdu in hdus)


def band_in(text: str, bands: str = string.ascii_lowercase) -> str:
    """The one of `bands` that a text such as "g", "SDSS r'", "HSC-I" or "frame-z-002583" names; "" for none or two."""
    words = re.findall(r"[A-Za-z0-9]+", text)
    lower = [word.lower() for word in words]
    loose = [found[1] or found[2] for word in lower if (found := SURVEY_FILTER.fullmatch(word))]
    for tried in (words, lower, loose):
        named = {word for word in tried if len(word) == 1 and word in bands}
        if named:
            return named.pop() if len(named) == 1 else ""
    return ""


def is_auxiliary(text: str) -> bool:
    """Whether a name is that of a mask, weights or errors."""
    return not AUXILIARY.isdisjoint(re.findall(r"[a-z]+", text.lower()))


def listed(names: list[str], most: int = 5) -> str:
    """Names for a sentence, the first few of many."""
    more = f" and {len(names) - most} more" if len(names) > most else ""
    return ", ".join(names[:most]) + more


def unit_notes(units: Counter[str], what: str) -> list[str]:
    """A note for each unit of the pixels, by the number of images that have it, but for nanomaggies."""
    notes = []
    for unit, count in sorted(units.items()):
        if unit.lower().replace(" ", "") not in NANOMAGGIES:
            told = f"are in {unit}" if unit else "do not say their unit (BUNIT)"
            notes.append(f"{count} {what} {told}; their pixels were kept as they are, which need not be nanomaggies.")
    return notes


def _unpacked(path: Path, name: str) -> Path | io.BytesIO:
    """The file, or what is packed in it."""
    with path.open("rb") as stream:
        start = stream.read(len(POINTER))
    if not start:
        raise FileUnreadable(f"{name} is empty; fetch it again.")
    if start == POINTER:
        raise FileUnreadable(f"{name} is a Git LFS pointer, not the file itself; fetch that with git lfs pull.")
    if start.startswith(b"BZh"):
        return io.BytesIO(bz2.decompress(path.read_bytes()))
    if start.startswith(b"\x1f\x8b"):
        return io.BytesIO(gzip.decompress(path.read_bytes()))
    return path


def _image(hdu: Any, hdus: fits.HDUList, name: str) -> Image:
    """What the headers say of an image: its own, else the primary one."""
    primary = hdus[0]
    letters = str(_card(hdu, None, "BANDS") or "").strip()
    return Image(
        name=name,
        shape=tuple(hdu.shape),
        filter=str(_card(hdu, None if _holds_pixels(primary) else primary, *FILTER_CARDS) or "").strip(),
        extension=str(_card(hdu, None, "EXTNAME") or ""),
        letters=letters if len(hdu.shape) == 3 and len(letters) == hdu.shape[0] else "",
        unit=str(_card(hdu, primary, "BUNIT") or "").strip(),
        saturation=_positive(_card(hdu, primary, *SATURATION_CARDS)),
        position=_position(hdu, primary),
        hdu=hdu,
        hdus=hdus,
    )


def _card(hdu: Any, otherwise: Any, *keys: str) -> Any:
    """The first of some cards that is not blank, in the header of `hdu`, then in that of `otherwise`."""
    for header in (part.header for part in (hdu, otherwise) if part is not None):
        for key in keys:
            value = header.get(key)
            if value is not None and not isinstance(value, fits.card.Undefined) and str(value).strip():
                return value
    return None


def _position(hdu: Any, primary: Any) -> tuple[float, float]:
    for keys in (("RA", "DEC"), ("RA_OBJ", "DEC_OBJ"), ("RAJ2000", "DEJ2000")):
        ra, dec = (_number(_card(hdu, primary, key)) for key in keys)
        if abs(ra) <= 360 and abs(dec) <= 90:
            return ra, dec
    return math.nan, math.nan


def _positive(value: Any) -> float:
    """A level above zero; infinity for what is none."""
    number = _number(value)
    return number if number > 0 else math.inf


def _number(value: Any) -> float:
    """NaN for what is no number."""
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else math.nan


def _holds_pixels(hdu: Any) -> bool:
    return bool(hdu.shape) and min(cast(tuple[int, ...], hdu.shape)) > 0


def _accompanies(hdu: Any) -> bool:
    return any(is_auxiliary(str(hdu.header.get(key, ""))) for key in ("EXTNAME", "EXTTYPE"))
