"""Which files are found, and what their folders say of them."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from astrocore.config import validated
from astrocore.errors import ConfigError, FileUnreadable
from astrocore.tasks.frames.config import CLASSES, Source
from astrocore.tasks.frames.folders import Found, classes_of, encoded, find


def tree(root: Path, *names: str) -> Path:
    for name in names:
        file = root / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(b"")
    return root


def found(root: Path, **settings: object) -> tuple[Found, tuple[str, ...]]:
    source = validated(Source, settings)
    what = find(root, source)
    return what, classes_of(what.labels, source)


def test_the_originals_classes(tmp_path: Path) -> None:
    what, classes = found(
        tree(tmp_path, "bias/b.fit", "Darks/a.FITS", "flat/c.tif", "deep sky/x.fits.gz", "bias/n.txt")
    )
    assert what.ids == ("Darks/a.FITS", "bias/b.fit", "deep sky/x.fits.gz", "flat/c.tif")
    assert what.labels == ("darks", "bias", "deep_sky", "flats") and classes == CLASSES
    assert what.splits == ("",) * 4 and what.notes == ()
    assert encoded(list(what.labels), classes).tolist() == [1, 0, 3, 2]


def test_other_folders_beside_them_are_further_classes(tmp_path: Path) -> None:
    what, classes = found(tree(tmp_path, "bias/b.fit", "arcs/a.fit", "Zebra/z.fit"))
    assert classes == ("bias", "Zebra", "arcs") and encoded(list(what.labels), classes).tolist() == [1, 2, 0]


def test_folders_of_any_names_are_classes_when_asked_for(tmp_path: Path) -> None:
    root = tree(tmp_path, "red/1.fits", "blue/2.fits", "top.fits", "_odd/3.fits")
    what, classes = found(root)
    assert what.labels == ("",) * 4 and classes == CLASSES
    assert "If blue, red are classes" in what.notes[0]
    what, classes = found(root, labels="folders")
    assert classes == ("blue", "red") and what.labels == ("", "blue", "red", "") and what.notes == ()
    assert encoded(list(what.labels), classes).isna().tolist() == [True, False, False, True]
    assert found(root, labels="none")[0].notes == ()


def test_classes_that_are_asked_for_keep_their_order(tmp_path: Path) -> None:
    root = tree(tmp_path, "RED/1.fits", "blue/2.fits", "green/3.fits")
    what, classes = found(root, classes=("red", "blue"))
    assert classes == ("red", "blue") and encoded(list(what.labels), classes).tolist()[:2] == [0, 1]
    assert encoded(list(what.labels), classes).isna().tolist() == [False, False, True]
    assert what.notes == ("1 frame lies in folders that are none of the classes (green), without a label.",)


def test_folders_beside_the_originals_classes_are_told(tmp_path: Path) -> None:
    root = tree(tmp_path, "bias/1.fits", "moon/2.fits", "moon/3.fits")
    what, classes = found(root)
    assert classes == ("bias", "moon") and len(what.notes) == 1
    assert what.notes[0].startswith("2 frames lie in folders that are none of the eleven classes (moon): these became")
    assert found(root, labels="folders")[0].notes == ()


def test_classes_that_no_folder_has_are_told(tmp_path: Path) -> None:
    what, _ = found(tree(tmp_path, "bias/1.fits"), classes=("red", "blue"))
    assert what.labels == ("",)
    assert what.notes == (
        "None of the folders (bias) is one of the classes asked for (red, blue), so frames are not labelled.",
    )


def test_splits_above_classes(tmp_path: Path) -> None:
    what, _ = found(tree(tmp_path, "train/bias/1.fits", "Test/darks/2.fits", "validation/x/y/3.fits"))
    assert what.splits == ("test", "train", "val") and what.labels == ("darks", "bias", "x")


def test_splits_count_only_where_every_file_lies_in_one(tmp_path: Path) -> None:
    what, _ = found(tree(tmp_path, "train/1.fits", "test/2.fits", "top.fits"), labels="folders")
    assert what.splits == ("",) * 3 and what.labels == ("test", "", "train")


def test_a_single_file(tmp_path: Path) -> None:
    what, classes = found(tree(tmp_path, "bias/b.fit") / "bias" / "b.fit")
    assert (what.ids, what.labels, what.splits, classes) == (("b.fit",), ("",), ("",), CLASSES)


def test_nothing_there(tmp_path: Path) -> None:
    with pytest.raises(FileUnreadable, match="no file or folder"):
        find(tmp_path / "absent", Source())
    with pytest.raises(FileUnreadable, match="holds no file that ends in"):
        find(tree(tmp_path, "a.txt"), Source())


def test_a_name_that_is_no_text(tmp_path: Path) -> None:
    name = os.fsdecode(b"caf\xe9.fits")
    tree(tmp_path, name)
    what, _ = found(tmp_path)
    assert what.ids == ("caf\\udce9.fits",) and what.files[0].name == name


def test_class_folders_below_folders_of_nights_are_seen(tmp_path: Path) -> None:
    for place in ("2024-03-01/bias", "2024-03-02/Flats", "2024-03-02/notes", "_odd/bias"):
        (tmp_path / place).mkdir(parents=True)
        (tmp_path / place / "one.fits").write_bytes(b"")
    found = find(tmp_path, Source())
    assert dict(zip(found.ids, found.labels, strict=True)) == {
        "2024-03-01/bias/one.fits": "bias",
        "2024-03-02/Flats/one.fits": "flats",
        "2024-03-02/notes/one.fits": "notes",
        "_odd/bias/one.fits": "",
    }


def test_links_are_told_and_not_followed(tmp_path: Path) -> None:
    root = tree(tmp_path / "in", "bias/a.fits", "unknown/c.fits")
    outside = tree(tmp_path / "out", "b.fits")
    (root / "bias" / "b.fits").symlink_to(outside / "b.fits")
    (root / "bias" / "nowhere.fits").symlink_to(outside / "absent.fits")
    (root / "linked").symlink_to(outside)
    found = find(root, Source())
    assert found.ids == ("bias/a.fits", "unknown/c.fits") and found.labels == ("bias", "")
    assert [(one.file, one.error) for one in found.defects] == [
        (name, "CannotOpen") for name in ("bias/b.fits", "bias/nowhere.fits", "linked")
    ]
    (tmp_path / "links").mkdir()
    (tmp_path / "links" / "a.fits").symlink_to(outside / "b.fits")
    with pytest.raises(FileUnreadable, match="links alone"):
        find(tmp_path / "links", Source())


@pytest.mark.parametrize(("classes", "said"), [(("a", "a"), "twice"), (("a", "Unknown"), "can't be a class")])
def test_classes_are_named_once_and_none_is_unknown(classes: tuple[str, ...], said: str) -> None:
    with pytest.raises(ConfigError, match=said):
        validated(Source, {"classes": classes})
