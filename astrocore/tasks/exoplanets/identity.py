"""Which object a row is, and which star it belongs to."""

from __future__ import annotations

import pandas as pd

from astrocore.errors import DuplicateIds
from astrocore.tasks.exoplanets.columns import CATALOGUES, OBJECT_COLUMNS, STAR_COLUMNS


def identify(raw: pd.DataFrame, mission: str, stem: str) -> tuple[pd.Series, pd.Series]:
    """`object_id` and `group` (the star) of each row, as text.

    A table that only names stars gets their names as ids, numbered where a star has several signals; a
    row that names nothing gets `stem` and its number. Without a star, a row is its own group.

    Raises
    ------
    DuplicateIds
        Two rows carry one object_id, or one star and one period.
    """
    star = _stars(raw, mission)
    ids = _objects(raw)
    if ids is None:
        ids = _numbered(star, raw["period"])
    rows = pd.Series([f"{stem}-{row + 1:06d}" for row in range(len(raw))], index=raw.index, dtype="string")
    ids = ids.fillna(rows)
    if (repeated := ids.duplicated().to_numpy()).any():
        row = int(repeated.argmax())
        raise DuplicateIds(f"Row {row + 1} repeats the object_id {ids.iloc[row]}; keep one row of each.")
    return ids.astype(str), star.fillna(ids).astype(str)


def identity_columns(raw: pd.DataFrame) -> list[str]:
    """Columns that name objects or stars; they are never measured columns."""
    return [str(name) for name in raw if str(name).lower() in {*OBJECT_COLUMNS, *STAR_COLUMNS}]


def _stars(raw: pd.DataFrame, mission: str) -> pd.Series:
    """Stars by the best column that names one in a row; those of the mission's own catalogue go before others."""
    own = CATALOGUES.get(mission.strip().lower(), "")
    lower = {str(name).lower(): str(name) for name in reversed(list(raw.columns))}
    found = [name for name in STAR_COLUMNS if name in lower]
    found.sort(key=lambda name: (name != "group", bool(own) and STAR_COLUMNS[name] != own))
    stars = pd.Series(pd.NA, index=raw.index, dtype="string")
    for name in found:
        # K2's files call the EPIC number kepid.
        catalogue = own if own and STAR_COLUMNS[name] in ("", "KIC") else STAR_COLUMNS[name]
        stars = stars.fillna(_in_catalogue(as_text(raw[lower[name]]), catalogue, bool(STAR_COLUMNS[name])))
    return stars


def _in_catalogue(names: pd.Series, catalogue: str, always: bool) -> pd.Series:
    """Names as `catalogue` and number; a name that is no number stays as it is, unless its column says `always`."""
    if not catalogue:
        return names
    bare = names.str.replace(rf"^{catalogue}[\s-]*", "", case=False, regex=True)
    return (catalogue + " " + bare).where(bare.str.fullmatch(r"\d+").fillna(False) | always, names)


def _objects(raw: pd.DataFrame) -> pd.Series | None:
    column = _first(raw, OBJECT_COLUMNS)
    if column is None:
        return None
    if column.lower() == "toi" and pd.api.types.is_numeric_dtype(raw[column]):
        return raw[column].map("TOI {:.2f}".format, na_action="ignore").astype("string")
    return as_text(raw[column])


def _numbered(star: pd.Series, period: pd.Series) -> pd.Series:
    """Star names, .01, .02, ... added where a star stands in several rows."""
    twice = (pd.DataFrame({"star": star, "period": period}).duplicated() & star.notna()).to_numpy()
    if twice.any():
        row = int(twice.argmax())
        raise DuplicateIds(
            f"Row {row + 1} repeats the star {star.iloc[row]} with the period {period.iloc[row]}; "
            "keep one row of each signal."
        )
    number = (star.groupby(star).cumcount() + 1).astype("string").str.zfill(2)
    return star.where(~star.duplicated(keep=False), star + "." + number)


def _first(raw: pd.DataFrame, wanted: tuple[str, ...]) -> str | None:
    """The column of that name, whatever its case; the first wanted one wins."""
    lower = {str(name).lower(): str(name) for name in reversed(list(raw.columns))}
    return next((lower[name] for name in wanted if name in lower), None)


def as_text(values: pd.Series) -> pd.Series:
    """Ids as text: whole numbers without a decimal point, empty cells missing."""
    if pd.api.types.is_float_dtype(values) and (values.dropna() % 1 == 0).all():
        values = values.astype("Int64")
    text = values.astype("string").str.strip()
    return text.mask(text == "")
