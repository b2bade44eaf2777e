"""Images beside a table: an array with its rows, a folder of files named after the objects, or survey frames."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from astrocore.data.draft import Draft
from astrocore.data.tables import read_arrays
from astrocore.errors import BadValue, ConfigError, FileUnreadable, Misaligned, MissingColumns
from astrocore.tasks.sources.columns import unit_of
from astrocore.tasks.sources.config import Source
from astrocore.tasks.sources.cutouts import Cut, read_images
from astrocore.tasks.sources.fits_images import ENDINGS
from astrocore.tasks.sources.frames import cut_frames
from astrocore.tasks.sources.original import check_images, open_array, planes

ARRAYS = (".npy", ".npz")


def check_one_kind(source: Source, brought: bool) -> None:
    """Raise ConfigError where images come from more than one place."""
    told = [name for name, there in (("images", source.images), ("frames", source.frames)) if there is not None]
    if len(told) + brought > 1:
        own = " and the arrays bring images of their own" if brought else ""
        raise ConfigError(f"{' and '.join(told)} {'are' if len(told) > 1 else 'is'} set{own}; keep one of them.")


def attach(draft: Draft, rows: np.ndarray, total: int, source: Source, folder: Path) -> None:
    """Add to a draft the images that the source names, if any.

    Parameters
    ----------
    draft
        N objects, whose arrays, columns, defects and notes are added to.
    rows, total
        (N,) their row numbers in the table of `total` rows as it was read.
    folder
        Where to look for files that are not found as named.

    Raises
    ------
    FileUnreadable, Misaligned, BadValue, MissingColumns
        The images can't be read, have other rows than the table, or objects have no place on the sky.
    """
    if source.images is not None:
        path = _beside(source.images, folder)
        if path.is_dir():
            add_cut(draft, _files(draft, path, source))
        else:
            _add_array(draft, path, rows, total, source.bands)
    if source.frames is not None:
        add_cut(draft, _frames(draft, _beside(source.frames, folder), source))


def add_cut(draft: Draft, cut: Cut) -> None:
    """Add images of all rows, and what their files tell of them; a number that the table has goes first."""
    if any(np.isfinite(array).any() for array in cut.arrays.values()):
        draft.arrays |= cut.arrays
        for name, values in cut.columns.items():
            if np.isfinite(values).any():
                own = draft.table[name].to_numpy(float) if name in draft.table else np.full(len(values), np.nan)
                draft.table[name], draft.units[name] = np.where(np.isnan(own), values, own), unit_of(name)
    draft.defects += cut.defects
    draft.notes += cut.notes


def image_files(folder: Path) -> list[Path]:
    """FITS files below a folder, sorted; hidden ones are left out."""
    found = [file for file in sorted(folder.rglob("*")) if file.is_file() and file.name.lower().endswith(ENDINGS)]
    return [file for file in found if not any(part.startswith(".") for part in file.relative_to(folder).parts)]


def stem_of(file: Path) -> str:
    """The name of a FITS file without its endings."""
    ending = max((one for one in ENDINGS if file.name.lower().endswith(one)), key=len, default="")
    return file.name[: len(file.name) - len(ending)]


def _files(draft: Draft, folder: Path, source: Source) -> Cut:
    """Images from files that are named after the objects."""
    by_stem = {stem_of(file): file for file in reversed(image_files(folder))}
    ids = draft.table["object_id"].astype(str).tolist()
    if not by_stem.keys() & set(ids):
        what = f"of which the first is {next(iter(sorted(by_stem)))}" if by_stem else "for it holds none"
        raise FileUnreadable(
            f"No FITS file in {folder} is named after an object, {what}; the first object is {ids[0]}. Name each file "
            "after the object_id, or name the identifying column with id_column."
        )
    # Only files that were found: an identifier such as ../x must not lead out of the folder.
    files = [by_stem.get(name, folder / "no such file") for name in ids]
    return read_images(files, ids, source.bands, source.image_size)


def _frames(draft: Draft, folder: Path, source: Source) -> Cut:
    """Images cut from survey frames."""
    if not {"ra", "dec"} <= set(draft.table):
        raise MissingColumns(
            "Cutting from frames needs the columns ra and dec [deg]; map columns to them, or leave frames out."
        )
    ra, dec = (draft.table[name].to_numpy(np.float64) for name in ("ra", "dec"))
    return cut_frames(folder, ra, dec, source.bands, source.image_size)


def _add_array(draft: Draft, path: Path, rows: np.ndarray, total: int, bands: str) -> None:
    """Images from an array (total, y, x, band)."""
    if path.suffix.lower() not in ARRAYS:
        raise ConfigError(f"images names {path.name}; it must be a folder of FITS files, a .npy or a .npz.")
    array = open_array(path) if path.suffix.lower() == ".npy" else _only_images(path)
    check_images(path.name, array, bands)
    if len(array) != total:
        raise Misaligned(
            f"{path.name} has images of {len(array)} objects and the table {total} rows; both need the same objects in "
            "the same order."
        )
    draft.arrays |= planes([array], rows, bands)


def _only_images(path: Path) -> np.ndarray:
    """The one array of an .npz that has four axes."""
    found = {name: array for name, array in read_arrays(path).items() if array.ndim == 4}
    if len(found) != 1:
        raise BadValue(f"{path.name} holds {len(found)} arrays of four axes; it must be one, (N, y, x, band).")
    return next(iter(found.values()))


def _beside(path: Path, folder: Path) -> Path:
    """The path as it was named, else below the folder."""
    return path if path.exists() else folder / path
