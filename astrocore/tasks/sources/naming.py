"""Our names for a table's columns: those that the user maps, then those that surveys are known to use."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import pandas as pd

from astrocore.errors import ConfigError, LeakColumn, MissingColumns
from astrocore.tasks.sources.bands import band_of, quantity_of
from astrocore.tasks.sources.columns import PLAIN, QUANTITIES, UNITS_OF, canonical, leak

IDENTITY = ("object_id", "group", "label", "split")
REDSHIFT = "redshift_z"
"""What a column z is called that holds the redshift; `columns.leak` knows it."""
LEAST_MAGNITUDE = 9.0
"""Half of a survey's magnitudes are never below this, and half of its redshifts never above."""
MOST_NAMES = 12
"""Columns that an error names."""


def named(raw: pd.DataFrame, mapping: Sequence[str], bands: str) -> tuple[pd.DataFrame, tuple[str, ...]]:
    """The table under our names, each used once, and notes on what was read as what.

    What the user maps goes first, then a column that has our name, then one under another name.

    Raises
    ------
    ConfigError
        An entry of the mapping is not name=column, has an unknown name, or names something twice.
    MissingColumns
        A mapped column is not there.
    LeakColumn
        A mapped column gives the label away.
    """
    mapped = _mapped(raw, mapping, bands)
    replaced = [name for name in mapped.values() if name in raw and name not in mapped]
    table = raw.drop(columns=replaced).rename(columns=mapped)
    known = _known(table, set(mapped.values()), bands)
    notes = [f"The column {name} was left out: another one is mapped to it." for name in replaced]
    return table.rename(columns=known), (*notes, *_told(known))


def name_of(entry: str) -> str:
    """Our name in an entry of a mapping, name=column."""
    return entry.partition("=")[0].strip()


def column_of(entry: str) -> str:
    """The column that an entry of a mapping, name=column, speaks of."""
    return entry.partition("=")[2].strip()


def _mapped(raw: pd.DataFrame, mapping: Sequence[str], bands: str) -> dict[str, str]:
    """Column -> our name, of what the user maps."""
    pairs = [_pair(entry, bands) for entry in mapping]
    for what in (name for name, _ in pairs), (column for _, column in pairs):
        named = list(what)
        if twice := [one for one in named if named.count(one) > 1]:
            raise ConfigError(f"The mapping names {twice[0]} twice; keep one entry of it.")
    require([column for _, column in pairs], raw, "which the mapping names")
    for name, column in pairs:
        if name not in IDENTITY and (reason := leak(column)):
            raise LeakColumn(f"The column {column} can't be mapped to {name}: {reason}. Take it out of the mapping.")
    return {column: name for name, column in pairs}


def _pair(entry: str, bands: str) -> tuple[str, str]:
    """Our name and the column, of name=column."""
    said, column = name_of(entry), column_of(entry)
    if not (said and column):
        raise ConfigError(f"The mapping's entry {entry!r} is not name=column, such as modelMag_r=my_r.")
    name = canonical(said, bands)
    if name in (*IDENTITY, *PLAIN) or (band_of(name) and quantity_of(name) in UNITS_OF):
        return name, column
    raise ConfigError(
        f"The mapping knows no {said!r}; map to {', '.join((*IDENTITY, *PLAIN))}, or to a quantity and its band, such "
        f"as modelMag_r: {', '.join(quantity.name for quantity in QUANTITIES)}."
    )


def _known(table: pd.DataFrame, taken: set[str], bands: str) -> dict[str, str]:
    """Column -> our name, of columns under names that surveys use."""
    names = [str(name) for name in table if name not in taken]
    ours = {name: REDSHIFT if _far_below(table, name, bands) else _ours(name, names, bands) for name in names}
    own_name_first = sorted(names, key=lambda name: (name != ours[name], name.lower() != ours[name].lower()))
    found: dict[str, str] = {}
    for name in own_name_first:
        if ours[name] not in taken:
            taken.add(ours[name])
            found[name] = ours[name]
    return {name: new for name, new in found.items() if name != new}


def is_of_redshift(name: str, names: Iterable[str], bands: str) -> bool:
    """Whether a column such as z or zErr is of the redshift: no other band has a column of that form."""
    plain = name.strip().lower()
    if plain != "z" and not (leak(plain) and canonical(plain, bands) != plain):
        return False
    siblings = {plain.replace("z", band, 1) for band in bands if band != "z"}
    return not siblings & {other.strip().lower() for other in names}


def _far_below(table: pd.DataFrame, name: str, bands: str) -> bool:
    """Whether a column z beside g, r, i holds redshifts: its median is far below that of every other band."""
    if name.strip().lower() != "z" or "z" not in bands:
        return False
    lower = lower_names(table)
    others = [lower[band] for band in bands if band != "z" and band in lower]
    own, *medians = (pd.to_numeric(table[one], errors="coerce").median() for one in (name, *others))
    known = [float(median) for median in medians if pd.notna(median)]
    return bool(known) and bool(pd.notna(own)) and float(own) < LEAST_MAGNITUDE < min(known)


def _ours(name: str, names: Iterable[str], bands: str) -> str:
    """Our name of a column among others."""
    if is_of_redshift(name, names, bands):
        return REDSHIFT if name.strip().lower() == "z" else name
    return canonical(name, bands)


def _told(known: dict[str, str]) -> tuple[str, ...]:
    """A note on columns that were read under other names, by quantity; other capitals alone are not told."""
    quantities: dict[str, list[str]] = {}
    for column, name in known.items():
        if column.lower() != name.lower():
            quantities.setdefault(quantity_of(name), []).append(column)
    said = [f"{', '.join(columns)} as {quantity}" for quantity, columns in quantities.items()]
    return (f"Columns were read by what surveys call them: {'; '.join(said)}.",) if said else ()


def require(names: Iterable[str], raw: pd.DataFrame, why: str = "") -> None:
    """Raise MissingColumns, which tells what there is, unless all the columns are there."""
    if absent := [name for name in names if name not in raw]:
        have = [str(name) for name in raw]
        more = f" and {len(have) - MOST_NAMES} more" if len(have) > MOST_NAMES else ""
        reason = f", {why}" if why else ""
        raise MissingColumns(
            f"The table lacks {', '.join(absent)}{reason}; it has the columns {', '.join(have[:MOST_NAMES])}{more}."
        )


def lower_names(raw: pd.DataFrame) -> dict[str, str]:
    """Names of columns by their lower case; the first of several wins."""
    return {str(name).lower(): str(name) for name in reversed(list(raw.columns))}
