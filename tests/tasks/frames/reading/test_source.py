"""What is opened: by content and not by name, once, and expanded within bounds."""

from __future__ import annotations

import bz2
import gzip
from pathlib import Path
from unittest.mock import patch

import numpy as np
import pytest

from astrocore.errors import CannotOpen, Damaged, EmptyFile, FrameDefect, LfsPointer, NotAnImage, TooLarge, Truncated
from astrocore.tasks.frames.reading import find_frames, is_frame_file, read_frame, source

from .bases import counts, plain, tiff


@pytest.mark.parametrize("pack", [gzip.compress, bz2.compress, bytes])
@pytest.mark.parametrize("make", [plain, tiff])
def test_the_content_decides_and_not_the_name(pack, make, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    for name in ("a.fits", "a.tif", "a.fit.gz"):
        (tmp_path / name).write_bytes(pack(make()))
        frame = read_frame(tmp_path / name)
        np.testing.assert_array_equal(frame.pixels, counts())
        assert frame.kind == ("fits" if make is plain else "tiff")


OTHER_CONTENTS = {
    "nothing": (b"", EmptyFile),
    "nothing, packed": (gzip.compress(b""), EmptyFile),
    "LFS pointer": (b"version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 1\n", LfsPointer),
    "page": (b"<!DOCTYPE html><html></html>", NotAnImage),
    "PNG": (b"\x89PNG\r\n\x1a\n" + bytes(50), NotAnImage),
    "table": (b"frame,label\n1,bias\n", NotAnImage),
    "broken gzip": (b"\x1f\x8b\x08garbage", Damaged),
    "broken bzip2": (b"BZh9garbage", Damaged),
    "one word": (b"SIMPLE", Damaged),
    "cut, packed": (gzip.compress(plain())[:500], FrameDefect),
}


@pytest.mark.parametrize("name", OTHER_CONTENTS)
def test_other_contents_say_what_they_are(name: str, tmp_path: Path) -> None:
    data, defect = OTHER_CONTENTS[name]
    (tmp_path / "x.fits").write_bytes(data)
    with pytest.raises(defect, match=r"x\.fits: "):
        read_frame(tmp_path / "x.fits")


def test_what_is_no_file_can_not_be_opened(tmp_path: Path) -> None:
    (tmp_path / "folder.fits").mkdir()
    (tmp_path / "link.fits").symlink_to(tmp_path / "nowhere")
    for path in (tmp_path / "folder.fits", tmp_path / "link.fits", tmp_path / "absent.fits", Path("a\0b.fits")):
        with pytest.raises(CannotOpen):
            read_frame(path)


def test_a_cut_stream_gives_what_came_before(tmp_path: Path) -> None:
    whole = gzip.compress(plain(), mtime=0)
    (tmp_path / "c.fits.gz").write_bytes(whole[:-8])  # without checksum and length
    frame = read_frame(tmp_path / "c.fits.gz")
    np.testing.assert_array_equal(frame.pixels, counts())
    assert any("damaged or cut" in note for note in frame.notes)
    (tmp_path / "d.fits.gz").write_bytes(whole[:-200])
    with pytest.raises(Truncated):
        read_frame(tmp_path / "d.fits.gz")


@pytest.mark.parametrize("pack", [gzip.compress, bz2.compress])
def test_expansion_is_bounded(pack, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:  # type: ignore[no-untyped-def]
    monkeypatch.setattr(source, "FREE_EXPANSION", 1 << 20)
    (tmp_path / "bomb.fits.gz").write_bytes(pack(plain() + bytes(2 << 20)))
    with pytest.raises(TooLarge):
        read_frame(tmp_path / "bomb.fits.gz")


@pytest.mark.parametrize("make", [plain, tiff, lambda: gzip.compress(plain())])
def test_a_file_is_opened_once(make, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    path = tmp_path / "once.fits"
    path.write_bytes(make())
    with patch.object(Path, "open", autospec=True, side_effect=Path.open) as opened, patch("builtins.open") as other:
        read_frame(path)
    assert opened.call_count == 1 and other.call_count == 0


YES = ("a.fits", "A.FIT", "a.Fts", "a.fits.gz", "a.fit.BZ2", "a.fts.fz", "a.tif", "a.TIFF", "night.1.fits")
NO = ("a.txt", ".a.fits", "fits", "a.tif.gz", "a.fits.txt", "a.jpg", "._a.fits", "a.gz")


def test_names_of_frames() -> None:
    assert all(is_frame_file(Path(name)) for name in YES)
    assert not any(is_frame_file(Path(name)) for name in NO)


def test_frames_are_found_sorted_without_hidden_ones_and_links_that_lead_out(tmp_path: Path) -> None:
    root, outside = tmp_path / "root", tmp_path / "outside"
    for name in ("b/z.fits", "b/a.tif", "a.fit", ".hidden/x.fits", "b/.y.fits", "b/notes.txt"):
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).touch()
    outside.mkdir()
    (outside / "far.fits").touch()
    (root / "out.fits").symlink_to(outside / "far.fits")
    (root / "in.fits").symlink_to(root / "a.fit")
    (root / "folder").symlink_to(outside)
    (root / "loop").symlink_to(root)
    (root / "deep.fits").mkdir()
    assert [str(path.relative_to(root)) for path in find_frames(root)] == ["a.fit", "b/a.tif", "b/z.fits", "in.fits"]
    assert find_frames(tmp_path / "nowhere") == []
