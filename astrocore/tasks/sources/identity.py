"""Which object a row is: its identifier as exact text, and what to do where identifiers repeat or were rounded."""

from __future__ import annotations

import pandas as pd

from astrocore.errors import DuplicateIds, GroupLeak
from astrocore.tasks.sources.naming import lower_names, require

ID_COLUMNS = (
    "object_id",
    "objid",
    "obj_id",
    "objectid",
    "photoobjid",
    "bestobjid",
    "specobjid",
    "spec_obj_id",
    "source_id",
    "iauname",
    "name",
    "id",
)
"""Columns that name objects, best first."""
PHOTOMETRIC = ID_COLUMNS[:6]
"""Those that name the object itself: one that is in two splits is a leak, whatever else tells its rows apart."""
BOOKKEEPING = (
    *ID_COLUMNS,
    *("group", "run", "rerun", "camcol", "field", "obj", "skyversion"),
    *("parentid", "parent", "fieldid", "thing_id", "ifield", "balkan_id", "htmid"),
)
"""Columns that only say which object it is and where its files lie; they are never measured columns."""
ROUNDED = "was rounded (a float can't hold so many digits)"
LARGEST_EXACT = 2.0**53
"""Whole numbers beyond it are rounded in a float of 64 bits; identifiers of SDSS are."""


def object_ids(raw: pd.DataFrame, wanted: str, stem: str) -> tuple[pd.Series, tuple[str, ...]]:
    """`object_id` of each row, as text, and notes on how it came about.

    The first identifying column whose values are unique; a row without one gets `stem` and its number. A column of
    numbers that were rounded to floats and therefore repeat is passed over.

    Parameters
    ----------
    raw
        The table; its split, if it has one, as train, val or test.
    wanted
        A column that the user named, or "".

    Raises
    ------
    MissingColumns
        The wanted column is not there.
    DuplicateIds
        Two rows carry one identifier, and no other column tells them apart.
    GroupLeak
        An object is in more than one split.
    """
    columns = identifying(raw, wanted)
    texts = {name: as_text(raw[name]) for name in columns}
    texts = {name: text for name, text in texts.items() if text.notna().any()}
    for name in set(texts) & {name for name in columns if name.lower() in PHOTOMETRIC}:
        _refuse_shared(texts[name], raw)
    unique = next((name for name, text in texts.items() if not text.dropna().duplicated().any()), "")
    passed = [name for name in texts if name != unique][: list(texts).index(unique) if unique else None]
    exact = [name for name in passed if not is_rounded(texts[name])]
    if not unique and exact:
        raise _repeated(texts[exact[0]], exact[0])
    rows = pd.Series([f"{stem}-{row + 1:06d}" for row in range(len(raw))], index=raw.index, dtype="string")
    ids = texts[unique].fillna(rows) if unique else rows
    taken = f"the object_id is {unique}" if unique else "objects are named after the file and their row"
    notes = [_passed(name, texts[name], taken) for name in passed]
    if unique and is_rounded(texts[unique]):
        notes.append(f"The column {unique} {ROUNDED}; its values, as they stand there, still tell the objects apart.")
    return ids.astype(str), tuple(notes)


def as_text(values: pd.Series) -> pd.Series:
    """Identifiers as text: whole numbers digit by digit, a number that a float had to round as the float is written.

    Empty cells are missing.
    """
    if pd.api.types.is_float_dtype(values):
        text = values.astype(object).map(_of_float, na_action="ignore").astype("string")
    else:
        text = values.astype("string").str.strip()
    return text.mask(text == "")


def is_rounded(text: pd.Series) -> bool:
    """Whether identifiers are numbers of which a float kept the first digits only."""
    return bool(text.str.fullmatch(r"\d(\.\d+)?[eE]\+?\d+").any())


def _of_float(value: float) -> str:
    whole = float(value).is_integer() and abs(value) <= LARGEST_EXACT
    return str(int(value)) if whole else repr(float(value))


def identifying(raw: pd.DataFrame, wanted: str) -> list[str]:
    """Identifying columns, best first; the wanted one alone, where there is one."""
    if wanted:
        require([wanted], raw, "which id_column names")
        return [wanted]
    lower = lower_names(raw)
    return [lower[name] for name in ID_COLUMNS if name in lower]


def _refuse_shared(text: pd.Series, raw: pd.DataFrame) -> None:
    """Raise GroupLeak where an exact identifier stands in more than one split."""
    if "split" not in raw or is_rounded(text):
        return
    spread = raw["split"].groupby(text).nunique()
    if len(shared := spread.index[spread > 1]):
        splits = raw["split"][text == shared[0]].unique()
        raise GroupLeak(
            f"{len(shared)} objects are in more than one split, {shared[0]} in {' and '.join(map(str, splits))}: what "
            "is learned of an object in training would be tested on the same object. Remove them from all but one."
        )


def _repeated(text: pd.Series, column: str) -> DuplicateIds:
    repeated = text.duplicated() & text.notna()
    row, count = int(repeated.to_numpy().argmax()), int(repeated.sum())
    more = f" {count} rows are like it." if count > 1 else ""
    return DuplicateIds(
        f"Row {row + 1} repeats the {column} {text.iloc[row]}; keep one row of each, or name a column with id_column "
        f"that tells them apart.{more}"
    )


def _passed(name: str, text: pd.Series, taken: str) -> str:
    """A note on a column that was passed over."""
    count = int(text.dropna().duplicated().sum())
    why = f"The column {name} {ROUNDED} and repeats" if is_rounded(text) else f"The column {name} repeats"
    return f"{why} in {count} rows; {taken}."
