"""Records lie in the cache, or in a folder that goes away, and take no more room than they may."""

from __future__ import annotations

import gc
import os
import time
from pathlib import Path

import pytest

from astrocore.tasks.frames.cache import store_for, trim
from astrocore.tasks.frames.config import Source


def records(folder: Path, ages: list[float], size: int = 1000) -> list[Path]:
    """Files that were used so many seconds ago."""
    made = []
    for i, age in enumerate(ages):
        path = folder / "1-8x8" / f"{i:02d}" / f"{i}.npy"
        path.parent.mkdir(parents=True)
        path.write_bytes(bytes(size))
        os.utime(path, (time.time() - age,) * 2)
        made.append(path)
    return made


def test_the_cache_lies_with_the_data(home: Path) -> None:
    store = store_for(Source(width=20, height=10))
    assert store.folder == home / "data" / ".frames" and store.size == (10, 20)


@pytest.mark.parametrize("cache", [True, False])
def test_else_a_folder_that_goes_with_the_store(home: Path, cache: bool) -> None:
    (home / "data").write_text("in the way")
    store = store_for(Source(cache=cache))
    folder = store.folder
    assert folder.is_dir() and home not in folder.parents
    (folder / "record.npy").write_bytes(b"x")
    del store
    gc.collect()
    assert not folder.exists()


def test_the_longest_unused_go_first(tmp_path: Path) -> None:
    old, older, oldest = files = records(tmp_path, [1e6, 2e6, 3e6])
    assert trim(tmp_path, time.time(), most=3000) == 0
    assert trim(tmp_path, time.time(), most=2999) == 1
    assert [file.exists() for file in files] == [True, True, False] and not oldest.exists()
    assert trim(tmp_path, time.time(), most=100) == 2 and not old.exists() and not older.exists()


def test_what_builds_under_way_may_need_stays(tmp_path: Path) -> None:
    used, yesterday, before = records(tmp_path, [3600, 2 * 86_400, 9e6])
    assert trim(tmp_path, time.time() - 3 * 86_400, most=0) == 1
    assert used.exists() and yesterday.exists() and not before.exists()
    assert trim(tmp_path, time.time(), most=0) == 1 and used.exists() and not yesterday.exists()


def test_nothing_to_trim(tmp_path: Path) -> None:
    assert trim(tmp_path / "absent", time.time()) == 0
