"""Sources: from the original's arrays, an SDSS catalogue, a table, cutouts or survey frames to a draft."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from astrocore.data.checks import check_draft
from astrocore.data.draft import Draft, Origin
from astrocore.data.split_tables import has_split_tables, read_split_tables
from astrocore.data.tables import FITS, read_table
from astrocore.errors import FileUnreadable, MissingColumns
from astrocore.tasks.sources.attach import add_cut, attach, check_one_kind, image_files, stem_of
from astrocore.tasks.sources.basis import SIMULATED_FIELDS
from astrocore.tasks.sources.basis import basis as basis
from astrocore.tasks.sources.catalogue import draft_table, photometric
from astrocore.tasks.sources.choice import fitted as fitted
from astrocore.tasks.sources.config import CLASSES, Source
from astrocore.tasks.sources.cutouts import read_images
from astrocore.tasks.sources.features import IMAGE
from astrocore.tasks.sources.features import check_frozen as check_frozen
from astrocore.tasks.sources.features import check_inputs as check_inputs
from astrocore.tasks.sources.features import copies as copies
from astrocore.tasks.sources.features import degraded as degraded
from astrocore.tasks.sources.features import features as features
from astrocore.tasks.sources.features import hide as hide
from astrocore.tasks.sources.features import prepare as prepare
from astrocore.tasks.sources.fits_images import ENDINGS, images_in, opened
from astrocore.tasks.sources.groups import regrouped
from astrocore.tasks.sources.labels import spelled
from astrocore.tasks.sources.mapping import columns_of_file as columns_of_file
from astrocore.tasks.sources.mapping import kept_for as kept_for
from astrocore.tasks.sources.mapping import known_columns as known_columns
from astrocore.tasks.sources.original import SPLIT_OF, is_original, planes, read_original
from astrocore.tasks.sources.photoobj import is_photoobj, read_photoobj
from astrocore.tasks.sources.selections import select


@dataclass(frozen=True)
class Brought:
    """What lies on disk, before anything is checked: a table, and images (n_i, y, x, band) or files with its rows."""

    table: pd.DataFrame
    stem: str
    folder: Path
    images: tuple[np.ndarray, ...] = ()
    files: tuple[Path, ...] = ()
    sources: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


def read(path: Path, source: Source) -> Draft:
    """What a user has, checked, as a data set that is not yet split or written.

    Parameters
    ----------
    path
        One of the original's arrays, or the folder of a set of them; an SDSS photoObj file; a table (CSV, Parquet,
        FITS, VOTable), with the images or frames that `source` names or without; a folder with tables train, test and
        perhaps val, whose split is kept; a multi-band FITS image, or a folder of such.
    source
        How to read it.

    Returns
    -------
    Draft
        With `defects`, the files that could not be used; their rows stay, without an image. Images of the original's
        form are read from their file when the data set is written.

    Raises
    ------
    InputError
        What is wrong, in which row, and what to do; see astrocore.errors.
    ConfigError
        A setting does not fit what lies there.
    """
    path = Path(path)
    brought = _brought(path, source)
    check_one_kind(source, bool(brought.images or brought.files))
    draft = draft_table(brought.table, source, brought.stem)
    draft.notes = (*brought.notes, *draft.notes)
    rows = select(draft, source)
    draft.arrays = planes(brought.images, rows, source.bands)
    if brought.files:
        files, ids = [brought.files[row] for row in rows], draft.table["object_id"].tolist()
        add_cut(draft, read_images(files, ids, source.bands, source.image_size))
    attach(draft, rows, len(brought.table), source, brought.folder)
    draft.table["group"] = regrouped(draft.table)
    draft.origin = _origin(draft)
    draft.notes += _nothing_known(draft)
    named = (source.images, source.frames)
    draft.sources = tuple(dict.fromkeys([*brought.sources, *(one.name for one in named if one is not None)]))
    check_draft(draft)
    return draft


def _brought(path: Path, source: Source) -> Brought:
    """Whatever lies at `path`."""
    if not path.exists():
        raise FileUnreadable(f"There is no file or folder {path}.")
    if is_original(path):
        found = read_original(path, source.bands)
        stem, folder = (path.name, path) if path.is_dir() else (path.stem, path.parent)
        return Brought(found.table, stem, folder, found.images, sources=found.files, notes=found.notes)
    if path.is_dir():
        return _folder(path, source)
    if path.suffix.lower() == ".npy":
        raise FileUnreadable(
            f"{path.name} is none of the original's arrays, X_*.npy, dnnx_*.npy, y_*.npy and objlist_*.npy. Images of "
            "a table's rows are named by the setting images."
        )
    if path.name.lower().endswith(ENDINGS):
        return _fits(path)
    return Brought(read_table(path), path.stem, path.parent, sources=(path.name,))


def _folder(path: Path, source: Source) -> Brought:
    """A folder of tables train, val, test, or of images."""
    if has_split_tables(path):
        return Brought(read_split_tables(path), path.name, path, sources=(path.name,))
    files = image_files(path)
    if not files:
        raise FileUnreadable(
            f"{path} holds neither arrays X_*.npy or dnnx_*.npy, nor tables train, val, test, nor images as FITS "
            "files; name a table, or a folder that holds one of these."
        )
    return _of_images(files, path, path.name, source)


def _fits(path: Path) -> Brought:
    """A photoObj file, another table, or an image."""
    with opened(path) as hdus:
        is_image = bool(images_in(hdus, path.name))
    if is_image:
        return _of_images([path], path.parent, path.name, Source())
    if is_photoobj(path):
        table, notes = read_photoobj(path)
        return Brought(table, path.stem, path.parent, sources=(path.name,), notes=notes)
    if not path.name.lower().endswith(FITS):
        raise FileUnreadable(f"{path.name} holds no image, and tables end in {', '.join(FITS)}; unpack it first.")
    return Brought(read_table(path), stem_of(path), path.parent, sources=(path.name,))


def _of_images(files: Sequence[Path], folder: Path, name: str, source: Source) -> Brought:
    """Objects named after their files; folders named after a class or a split say so of those in them."""
    table = pd.DataFrame({"object_id": [stem_of(file) for file in files]}, dtype="string")
    parents = [file.relative_to(folder).parent.parts for file in files]
    classes = spelled(tuple({part for parts in parents for part in parts}), source.classes or CLASSES)
    for column, meant in (("label", classes), ("split", SPLIT_OF)):
        said = [next((meant[part] for part in parts if part in meant), None) for parts in parents]
        if any(said) if column == "label" else all(said):
            table[column] = pd.array(said, dtype="string")
    return Brought(table, folder.name, folder, files=tuple(files), sources=(name,))


def _origin(draft: Draft) -> dict[str, Origin]:
    """Where photometry and images come from, of those that are there; an InputError where there is neither."""
    held = ["photometry"] if photometric(draft.table) else []
    held += ["image"] if any(name.startswith(IMAGE) for name in draft.arrays) else []
    if not held and draft.defects:
        first = draft.defects[0]
        raise FileUnreadable(f"None of the images could be used ({len(draft.defects)} files); {first.message}")
    if not held:
        raise MissingColumns(
            "There are no images, and no column is one of photometry that is known, such as modelMag_r, psfMag_r or r. "
            "Map columns to what they hold: modelMag_r=my_r."
        )
    simulated = draft.table["group"].str.startswith(SIMULATED_FIELDS).all()
    return dict.fromkeys(held, "simulated" if simulated else "measured")


def _nothing_known(draft: Draft) -> tuple[str, ...]:
    """A note on rows without any photometry in a data set without images."""
    empty = int(draft.table[photometric(draft.table)].isna().all(axis=1).sum())
    return (f"{empty} objects have neither photometry nor images.",) if empty and not draft.arrays else ()
