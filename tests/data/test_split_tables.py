"""A folder of tables keeps its split; whole numbers of 64 bits stay exact whatever stands in the other table."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from astrocore.data.split_tables import has_split_tables, read_split_tables
from astrocore.errors import FileUnreadable


def test_tables_stand_below_one_another_with_their_split(tmp_path: Path) -> None:
    (tmp_path / "test.csv").write_text("id,x\nc,3\n")
    assert has_split_tables(tmp_path)
    (tmp_path / "train.csv").write_text("id,x\na,1\nb,2\n")
    pd.DataFrame({"id": ["d"], "y": [4.0]}).to_parquet(tmp_path / "val.parquet")
    found = read_split_tables(tmp_path)
    assert found["id"].tolist() == list("abdc") and found["split"].tolist() == ["train", "train", "val", "test"]
    assert found["x"].isna().tolist() == [False, False, True, False] and found["y"][2] == 4
    assert read_split_tables(tmp_path, 1)["id"].tolist() == list("adc")


def test_numbers_of_64_bits_stay_exact(tmp_path: Path) -> None:
    large, small = 2**63 + 5, 2**62 + 3
    (tmp_path / "train.csv").write_text(f"id,n\n{large},1\n")
    (tmp_path / "test.csv").write_text(f"id,n\n{small},2\n")
    found = read_split_tables(tmp_path)
    assert [int(value) for value in found["id"]] == [large, small] and found["n"].tolist() == [1, 2]


def test_other_folders(tmp_path: Path) -> None:
    for name in ("trains.csv", "train.txt.old", "my_train.csv"):
        (tmp_path / name).write_text("x\n1\n")
    assert not has_split_tables(tmp_path)
    for name in ("train.csv", "train.tsv"):
        (tmp_path / name).write_text("x\n1\n")
    with pytest.raises(FileUnreadable, match=r"holds train\.csv and train\.tsv; keep one"):
        read_split_tables(tmp_path)
