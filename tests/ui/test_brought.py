"""What a browser sends: names that are no paths, kinds that are taken, paths that stay below the data roots."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as some

from astrocore.config import Settings
from astrocore.data.tables import TABLES
from astrocore.errors import ConfigError, FileUnreadable
from astrocore.tasks import TASKS, get_task
from astrocore.ui import brought
from astrocore.ui.brought import (
    KINDS,
    below_roots,
    clean,
    fingerprint,
    keep,
    kinds_of,
    known_kinds,
    path_fields,
    safe_name,
    without_places,
)


@dataclass
class Sent:
    name: str
    content: bytes = b"x"
    size: int = 1

    def getvalue(self) -> bytes:
        return self.content


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("curve.fits", "curve.fits"),
        ("../../etc/passwd.csv", "passwd.csv"),
        ("..\\..\\x.CSV", "x.CSV"),
        ("/abs/olute/y.npz", "y.npz"),
        (".hidden.csv", "hidden.csv"),
        ("KIC 10 (Q1).fits", "KIC 10 (Q1).fits"),
        ("a\0b\n.csv", "a_b_.csv"),
        ("kplr 1.FITS.gz", "kplr 1.FITS.gz"),
        ("x/koi.tsv", "koi.tsv"),
        ("フラット.fits", "フラット.fits"),
        ("a\u0308.fit", "ä.fit"),
        ("-rf *;$x.csv", "rf _x.csv"),
        ("--.csv", "file.csv"),
        ("long" * 99 + ".fits.gz", "long" * 45 + ".fits.gz"),
        ("\u202egnp.csv", "_gnp.csv"),
    ],
)
def test_a_name_is_never_a_path(name: str, safe: str) -> None:
    assert safe_name(name) == safe


@pytest.mark.parametrize("name", ["x.zip", "x.tar.gz", "x.gz", "x.pkl", "x", "", "csv", ".csv", "../.fits", ".fits.gz"])
def test_other_kinds_are_refused(name: str) -> None:
    with pytest.raises(ConfigError, match="not taken"):
        safe_name(name)


@given(stem=some.text(max_size=300), kind=some.sampled_from(KINDS))
def test_whatever_a_browser_says_stays_in_the_folder(stem: str, kind: str) -> None:
    try:
        name = safe_name(f"{stem}.{kind}")
    except ConfigError:
        return
    folder = Path("/somewhere/safe")
    assert (folder / name).parent == folder and not name.startswith(".") and len(name.encode()) <= 200
    assert Path(os.path.normpath(folder / name)).parent == folder


def test_equal_names_do_not_overwrite_each_other(tmp_path: Path) -> None:
    sent = [Sent("a.csv", b"1"), Sent("x/A.csv", b"2"), Sent("1-a.csv", b"3"), Sent("a.csv", b"4")]
    kept = keep(sent, tmp_path / "new")
    assert [file.read_bytes() for file in kept] == [b"1", b"2", b"3", b"4"]
    assert len({file.name.lower() for file in kept}) == 4 and {file.parent for file in kept} == {tmp_path / "new"}


def test_too_much_is_refused_before_it_is_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(ConfigError, match="larger than"):
        keep([Sent("a.csv", size=150 * 2**20), Sent("b.csv", size=51 * 2**20)], tmp_path / "new")
    monkeypatch.setattr(brought, "MOST_FILES", 2)
    with pytest.raises(ConfigError, match="too many"):
        keep([Sent("a.csv")] * 3, tmp_path / "new")
    assert not (tmp_path / "new").exists()


def test_the_page_takes_what_the_readers_read() -> None:
    assert {f".{kind}" for kind in KINDS} == {*TABLES, ".npz", ".npy"}
    assert set(kinds_of(get_task("exoplanets"))) == set(KINDS) and "csv" not in kinds_of(get_task("frames"))
    assert {"fts", "fits.fz", "tiff"} < set(kinds_of(get_task("frames"))) < set(known_kinds())
    assert {"fits.gz", "csv.gz", "tsv", "pq", "votable"} < set(KINDS)


def test_messages_name_no_place_on_the_server(empty_home: Path) -> None:
    folder = empty_home / "data" / ".classify" / "0f"
    text = f"{folder}/brought/more/a.csv is empty; {folder}/brought is not; {empty_home}/data/b.csv is; /elsewhere/c."
    told = without_places(text, (folder / "brought", folder))
    assert told == "more/a.csv is empty; brought is not; data/b.csv is; /elsewhere/c."


def test_typed_paths_stay_below_the_data_roots(empty_home: Path) -> None:
    inside = empty_home / "data" / "mine"
    inside.mkdir(parents=True)
    (empty_home / "secret.csv").write_text("x")
    (empty_home / "data" / "link").symlink_to(empty_home)
    assert below_roots("data/mine") == below_roots(" data/../data/mine ") == inside.resolve()
    for outside in ("", "/etc/passwd", "data/../secret.csv", "data/link/secret.csv", "../data", "checkpoints"):
        with pytest.raises(FileUnreadable, match="does not lie below"):
            below_roots(outside)
    with pytest.raises(FileUnreadable, match="There is no data/nix"):
        below_roots("data/nix")


def test_a_request_is_known_by_all_that_it_holds() -> None:
    first = fingerprint([Sent("a.csv", b"1")], {"mission": "k2"})
    assert first == fingerprint([Sent("a.csv", b"1")], {"mission": "k2"})
    others = [
        ([Sent("b.csv", b"1")], {"mission": "k2"}),
        ([Sent("a.csv", b"2")], {"mission": "k2"}),
        ([Sent("a.csv", b"1")], {}),
    ]
    assert len({first, *(fingerprint(files, words) for files, words in others)}) == 4


def test_only_the_newest_requests_stay(tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    folder = tmp_path / "requests"
    for age in range(5):
        (folder / str(age)).mkdir(parents=True)
        os.utime(folder / str(age), (1000 - age, 1000 - age))
    (folder / "link").symlink_to(outside)
    clean(folder, kept=2)
    assert sorted(entry.name for entry in folder.iterdir()) == ["0", "1", "link"] and outside.is_dir()


def test_settings_that_name_files_are_known() -> None:
    class Source(Settings):
        """Settings."""

        table: Path | None = None
        """A file."""
        name: str = ""
        """No file."""

    assert path_fields(Source) == ("table",)


@pytest.mark.parametrize("task", TASKS)
def test_no_task_lets_the_browser_name_a_file(task: str) -> None:
    source = get_task(task).config.Source
    assert all(
        info.annotation in (Path, Path | None) for n, info in source.model_fields.items() if n in path_fields(source)
    )
    assert "views" not in {n for n in source.model_fields if n not in path_fields(source)}
