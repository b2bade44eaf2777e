"""From edited columns to the entries of a mapping: only what differs, and what an edit takes the place of is gone."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as some

from astrocore.errors import AstrocoreError
from astrocore.tasks.sources.config import Source
from astrocore.tasks.sources.data import columns_of_file
from astrocore.ui.mapping import mapping_of

NAMES = ("who", "sort", "u", "g", "my_r", "snr")
HOLDS = ("", "object_id", "label", "modelMag_u", "modelMag_g", "modelMag_r", "psfMag_r")


def entries(edits: dict[str, str], typed: tuple[str, ...] = (), holds: dict[str, str] | None = None) -> tuple[str, ...]:
    held = {"u": "modelMag_u", "g": "modelMag_g", **(holds or {})}
    found = pd.DataFrame({"column": NAMES, "holds": [held.get(name, "") for name in NAMES]})
    return mapping_of(found, [edits.get(name, held.get(name, "")) for name in NAMES], typed)


def test_only_differences_become_entries_in_order() -> None:
    assert entries({}) == ()
    assert entries({"sort": "label", "my_r": "modelMag_r", "who": "object_id"}) == (
        "label=sort", "modelMag_r=my_r", "object_id=who",
    )  # fmt: skip
    assert entries({"u": "modelMag_g", "g": "modelMag_u"}) == ("modelMag_g=u", "modelMag_u=g")
    assert entries({"u": ""}) == ()  # known by its name: another column can take the name, nothing else


def test_what_was_typed_stays_unless_an_edit_takes_its_place() -> None:
    typed, holds = ("r = my_r", "label=sort"), {"my_r": "modelMag_r", "sort": "label"}
    assert entries({}, typed, holds) == typed
    assert entries({"who": "object_id"}, typed, holds) == ("label=sort", "object_id=who", "r = my_r")
    assert entries({"snr": "modelMag_r"}, typed, holds) == ("label=sort", "modelMag_r=snr")
    assert entries({"my_r": "psfMag_r"}, typed, holds) == ("label=sort", "psfMag_r=my_r")
    assert entries({"my_r": ""}, typed, holds) == ("label=sort",)


@pytest.fixture(scope="module")
def table(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("mapping") / "t.csv"
    pd.DataFrame({name: [1.5, 2.5] for name in NAMES}).to_csv(file, index=False)
    return file


@given(
    edits=some.dictionaries(some.sampled_from(NAMES), some.sampled_from(HOLDS), max_size=4),
    typed=some.sampled_from([(), ("r=my_r",), ("label=sort", "modelMag_u=snr"), ("g=u", "u=g")]),
)
def test_the_reader_then_takes_each_edited_column_for_what_was_chosen(
    table: Path, edits: dict[str, str], typed: tuple[str, ...]
) -> None:
    found = columns_of_file(table, Source(mapping=typed))
    held = dict(zip(found["column"], found["holds"], strict=True))
    wanted = {**held, **edits}
    try:
        made = mapping_of(found, [wanted[name] for name in NAMES], typed)
        now = columns_of_file(table, Source(mapping=made))
    except AstrocoreError as error:
        chosen = [name for name, old in held.items() if wanted[name] != old and wanted[name]]
        assert "twice" in str(error) and len({wanted[name] for name in chosen}) < len(chosen)
        return
    after = dict(zip(now["column"], now["holds"], strict=True))
    for name, wish in edits.items():
        if wish and wish != held[name]:
            assert after[name] == wish
