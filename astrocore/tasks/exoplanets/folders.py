"""A folder of light-curve files, or one file: which files, whose stars, which rows of a table; and the draft."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import pandas as pd
from astropy.io import fits

from astrocore.data.draft import Defect, Draft
from astrocore.data.tables import FITS, TEXT, read_arrays, read_table
from astrocore.errors import AstrocoreError, FileUnreadable, InputError
from astrocore.tasks.exoplanets.catalogue import check_values, draft_table, read_catalogue, renamed
from astrocore.tasks.exoplanets.columns import unit_of
from astrocore.tasks.exoplanets.config import CLASSES, Source
from astrocore.tasks.exoplanets.curve_content import FITS_DAMAGE, TIME_NAMES, quiet_fits
from astrocore.tasks.exoplanets.curves import inside, measured, stacked
from astrocore.tasks.exoplanets.gather import Folded, Found, fold_files
from astrocore.tasks.exoplanets.identity import as_text, identify
from astrocore.tasks.exoplanets.lightcurves import FLUX_NAMES
from astrocore.tasks.exoplanets.stars import Star, star_of, star_of_text

CURVES = (*FITS, ".npz", ".csv", ".csv.gz", ".tsv", ".tsv.gz")
"""Endings of the files that are taken from a folder; a .txt there is more often a note than a light curve."""
MOST_NAMES = 5
"""Files or objects that a note names."""


def read_folder(path: Path, source: Source) -> Draft:
    """A draft from light-curve files and the catalogue that `source` names, or without one.

    Every row of a star that has files gets its curve, folded on the row's period and epoch; a star without a row
    gets one from a search. Files that can't be used are the draft's defects.

    Raises
    ------
    InputError
        The catalogue can't be used, or nothing is left.
    """
    folder = path if path.is_dir() else path.parent
    catalogue = _beside(source.catalogue, folder)
    found = stars_of(folder, curve_files(path, catalogue), source.mission)
    others = other_files(path, catalogue)
    if not found:
        raise FileUnreadable(
            f"{path} is a folder without train.csv, val.csv or test.csv, and without light curves (.fits, .npz or "
            ".csv with time and flux); name a table, or a folder that holds either."
            f"{f' It holds {listed(others)}.' if others else ''}"
        )
    draft = Draft("exoplanets", source.classes or CLASSES, _no_rows())
    rows: dict[Star, list[int]] = {}
    if catalogue is not None:
        draft, rows = _catalogued(catalogue, found, source)
    folded = fold_files(draft.table, rows, found, folder, source)
    _with_searched(draft, folded)
    _with_curves(draft, folded)
    draft.notes += (*_without_curve(draft, rows), *_passed_over(others))
    if draft.table.empty:
        raise _nothing_left(path, folded.defects)
    draft.sources = tuple(dict.fromkeys([path.name, *([catalogue.name] if catalogue else [])]))
    return draft


def named_files(draft: Draft, names: pd.Series, folder: Path, source: Source) -> None:
    """Add to a draft the curves of the files that its rows name, relative to `folder`; rows without a name have none.

    Raises
    ------
    FileUnreadable
        A row names a file that lies elsewhere.
    """
    text = as_text(names).reset_index(drop=True)
    rows: dict[Star, list[int]] = {}
    for row in np.flatnonzero(text.notna()):
        name = str(text.iloc[row])
        try:
            inside(folder, name)
        except FileUnreadable as error:
            raise FileUnreadable(f"Row {row + 1} ({draft.table['object_id'].iloc[row]}): {error}") from None
        rows.setdefault(Star("", name), []).append(int(row))
    found = [Found(star, (star.name,)) for star in rows]
    _with_curves(draft, fold_files(draft.table, rows, found, folder, source))
    draft.notes += _without_curve(draft, rows)


def curve_files(path: Path, leave_out: Path | None = None) -> list[str]:
    """Names of the light-curve files below a folder, sorted; of one file its own name. Hidden ones are left out."""
    if path.is_file():
        return [path.name]
    return [name for name in _files(path, leave_out) if name.lower().endswith(CURVES)]


def other_files(path: Path, leave_out: Path | None = None) -> list[str]:
    """Names of the files below a folder that are no light curves by their ending; beside one file there is none."""
    return [name for name in _files(path, leave_out) if not name.lower().endswith(CURVES)] if path.is_dir() else []


def _files(path: Path, leave_out: Path | None) -> list[str]:
    """Names of the files below a folder, sorted; hidden ones and `leave_out` are none of them."""
    omitted = leave_out.resolve() if leave_out else None
    names = [file.relative_to(path) for file in sorted(path.rglob("*")) if file.is_file() and file.resolve() != omitted]
    return [name.as_posix() for name in names if not any(part.startswith(".") for part in name.parts)]


def stars_of(folder: Path, names: list[str], mission: str = "") -> list[Found]:
    """The files by star, in the order of the first one of each."""
    found: dict[Star, list[str]] = {}
    for name in names:
        found.setdefault(star_of(folder / name, mission), []).append(name)
    return [Found(star, tuple(files)) for star, files in found.items()]


def holds_curve(path: Path) -> bool:
    """Whether a file is a light curve by its columns: time and flux, and no period. What can't be opened is none."""
    name = path.name.lower()
    try:
        if name.endswith(FITS):
            with quiet_fits(path) as hdus:
                tables = [hdu.columns.names for hdu in hdus if isinstance(hdu, (fits.BinTableHDU, fits.TableHDU))]
            if not tables:
                return True  # to be told as a light curve without its table, or cut off before it
            columns = [str(column) for column in tables[0]]
        elif name.endswith(".npz"):
            columns = list(read_arrays(path))
        elif name.endswith(TEXT):
            columns = [str(column) for column in read_table(path)]
        else:
            return False
    except (AstrocoreError, *FITS_DAMAGE):
        return name.endswith(FITS)  # a FITS file is rather a damaged light curve than a damaged table
    lower = {column.strip().lower() for column in columns}
    return bool(lower & set(TIME_NAMES)) and bool(lower & set(FLUX_NAMES)) and "period" not in lower


def rows_of(ids: pd.Series, groups: pd.Series, found: list[Found]) -> dict[Star, list[int]]:
    """Row numbers of each star with files: by its number in the catalogue, else by the name of object or star."""
    stars = [star_of_text(str(group)) for group in groups]
    by_name: dict[str, list[int]] = {}
    for row, star in enumerate(stars):
        by_name.setdefault(star.name, []).append(row)
    by_id = {str(name).lower(): row for row, name in enumerate(ids)}
    rows: dict[Star, list[int]] = {}
    for star, files in found:
        rows[star] = [row for row in by_name.get(star.name, []) if stars[row].fits(star)]
        stem = Path(files[0]).name.split(".")[0].lower()
        if not rows[star] and stem in by_id:
            rows[star] = [by_id[stem]]
    return rows


def _catalogued(path: Path, found: list[Found], source: Source) -> tuple[Draft, dict[Star, list[int]]]:
    """The draft of a catalogue's rows, of stars with files unless all are wanted, and the rows of each star."""
    raw, notes = read_catalogue(path)
    raw = renamed(raw)
    if "period" in raw:
        ids, groups = identify(raw, source.mission, path.stem)
        rows = rows_of(ids, groups, found)
        chosen = np.arange(len(raw)) if source.all_rows else np.array(sorted(set().union(*rows.values())), dtype=int)
        if not len(chosen) and not source.search:
            raise InputError(
                f"No row of {path.name} is of a star that has a file ({found[0].star}, ...); name the right table, or "
                "let signals be searched."
            )
        if not len(chosen):
            return Draft("exoplanets", source.classes or CLASSES, _no_rows()), {}
        raw = raw.iloc[chosen].reset_index(drop=True)
    draft = draft_table(raw, source, path.stem)
    draft.notes = (*notes, *draft.notes)
    return draft, rows_of(draft.table["object_id"], draft.table["group"], found)


def _with_searched(draft: Draft, folded: Folded) -> None:
    """Add rows that were found by a search; they have no label."""
    if not folded.searched:
        return
    made = pd.DataFrame(folded.searched).assign(searched=1.0)
    made["label"] = pd.array([pd.NA] * len(made), dtype="Int64")
    check_values(made)
    given = draft.table.assign(searched=0.0)
    draft.table = made if draft.table.empty else pd.concat([given, made], ignore_index=True)
    draft.units |= {str(name): unit_of(str(name)) for name in made if name not in ("object_id", "group", "label")}
    draft.notes += (
        f"{len(made)} of {len(draft.table)} rows were found by a search, for stars without a row; they have no label.",
    )


def _with_curves(draft: Draft, folded: Folded) -> None:
    """Add the views of every row, what was measured from them, and unfolded curves where the space allows."""
    draft.defects = tuple(folded.defects)
    if draft.table.empty:
        return
    n = len(draft.table)
    draft.arrays |= stacked(folded.views)
    columns = measured(folded.views)
    if folded.kept.flux:
        draft.arrays["flux"] = folded.kept.array(n)
        columns |= folded.kept.columns(n)
    for name, values in columns.items():
        draft.table[name], draft.units[name] = values, unit_of(name)


def _without_curve(draft: Draft, rows: Mapping[Star, list[int]]) -> tuple[str, ...]:
    """A note on rows that stay though the files of their star could not be used."""
    told = sorted({row for of_star in rows.values() for row in of_star if not draft.arrays["global_mask"][row].any()})
    if not told:
        return ()
    ids = listed(draft.table["object_id"].iloc[told].astype(str).tolist())
    rows_stay = "1 row stays" if len(told) == 1 else f"{len(told)} rows stay"
    return (
        f"{rows_stay}, to be judged without a measured light curve, though there are files ({ids}): see the defects.",
    )


def _passed_over(names: list[str]) -> tuple[str, ...]:
    """A note on files that are no light curves."""
    if not names:
        return ()
    files = (
        "1 file is no light curve and was" if len(names) == 1 else f"{len(names)} files are no light curves and were"
    )
    return (f"{files} left out: {listed(names)}.",)


def listed(names: Sequence[str]) -> str:
    """The first few names, and how many more there are."""
    more = f" and {len(names) - MOST_NAMES} more" if len(names) > MOST_NAMES else ""
    return f"{', '.join(names[:MOST_NAMES])}{more}"


def _no_rows() -> pd.DataFrame:
    table = pd.DataFrame({"object_id": [], "group": [], "period": []})
    return table.assign(label=pd.array([], dtype="Int64"), epoch_time=[])


def _beside(path: Path | None, folder: Path) -> Path | None:
    """The catalogue where it was named, else below the folder."""
    return path if path is None or path.exists() else folder / path


def _nothing_left(path: Path, defects: list[Defect]) -> InputError:
    """What to say when no file gave a row."""
    first = defects[0]
    return FileUnreadable(
        f"None of the {len(defects)} files of {path.name} could be used; the first, {first.file}: {first.message}"
        if len(defects) > 1
        else first.message
    )
