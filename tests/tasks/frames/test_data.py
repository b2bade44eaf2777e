"""From files of an observatory to a data set."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from astrocore.__main__ import main
from astrocore.config import validated
from astrocore.data.dataset import Dataset, open_dataset, write_dataset
from astrocore.data.draft import Draft
from astrocore.data.splits import split_by_group
from astrocore.errors import FileUnreadable, GroupLeak
from astrocore.tasks import get_task
from astrocore.tasks.frames import measure_all
from astrocore.tasks.frames.config import CLASSES, Source
from astrocore.tasks.frames.data import read
from astrocore.tasks.frames.measuring import measure
from astrocore.tasks.frames.reading import read_frame
from astrocore.verbs.raw import brought
from tests.tasks.frames.trees import SIDE, night, write

ROOT = Path(__file__).resolve().parents[3]
LARGE = os.environ.get("ASTROCORE_TEST_BUDGET") == "large"
SMALL = {"width": 16, "height": 12}


def source(**settings: object) -> Source:
    return validated(Source, {**SMALL, **settings})


def written(draft: Draft, folder: Path) -> Dataset:
    draft.table = draft.table.assign(split=split_by_group(draft.table))
    return write_dataset(draft, folder)


@pytest.fixture
def observatory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Three nights of two cameras in class folders, measured in this process."""
    monkeypatch.setattr(measure_all, "ALONE", 99)
    root = tmp_path / "frames"
    for i, label in enumerate(("bias", "darks", "flats")):
        cards = {"TELESCOP": "C14", "IMAGETYP": label, "EXPTIME": float(i)}
        night(root, label, 2, 10 * i, DATE_OBS="2024-03-05T22:00:00", **cards)
        night(root, label, 1, 10 * i + 5, DATE_OBS="2024-03-06T02:00:00", **cards)
        night(root, label, 1, 10 * i + 6, DATE_OBS="2024-03-06T23:00:00", **cards)
        night(root, label, 1, 10 * i + 7)
    return root


def test_a_data_set_of_class_folders(observatory: Path, tmp_path: Path) -> None:
    draft = read(observatory, source())
    table = draft.table
    assert draft.task == "frames" and draft.classes == CLASSES and draft.sources == ("frames",)
    names = sorted(path.relative_to(observatory).as_posix() for path in observatory.rglob("*.fits"))
    assert table["object_id"].tolist() == names and table["label"].tolist() == [0] * 5 + [1] * 5 + [2] * 5
    groups = ["C14, 2024-03-05"] * 3 + ["C14, 2024-03-06", f"camera of {SIDE + 8} x {SIDE} pixels, undated"]
    assert table["group"].tolist() == groups * 3 and "split" not in table
    assert draft.notes == ("No date: 3 frames; those of one instrument without a date count as one night.",)
    assert draft.defects == () and draft.origin == {"image": "measured", "header": "measured"}
    found = written(draft, tmp_path / "out")
    assert len(found) == 15 and found.units["exposure_time"] == "s"
    for row in (0, 8, 14):
        expected = measure(read_frame(observatory / names[row]), (12, 16))
        for name, array in expected.arrays.items():
            np.testing.assert_array_equal(found.arrays[name][row], array)
        numbers = found.table.loc[row, list(expected.numbers)].to_numpy(float)
        np.testing.assert_array_equal(numbers, list(expected.numbers.values()))
    assert found.table["exposure_time"].isna().sum() == 3 and (found.table["exposure_time"] == 0).sum() == 4


def test_a_second_build_measures_nothing(observatory: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = read(observatory, source())

    def never(*args: object) -> None:
        raise AssertionError("measured again")

    monkeypatch.setattr(measure_all, "measure", never)
    second = read(observatory, source())
    pd.testing.assert_frame_equal(first.table, second.table)
    for name in first.arrays:
        np.testing.assert_array_equal(np.asarray(first.arrays[name]), np.asarray(second.arrays[name]))
    with pytest.raises(AssertionError, match="measured again"):
        read(observatory, source(width=17))
    with pytest.raises(AssertionError, match="measured again"):
        read(observatory, source(cache=False))


def test_width_and_height_are_apart(observatory: Path) -> None:
    assert read(observatory / "bias", source(width=40, height=9)).arrays["frame"].shape == (5, 3, 9, 40)


def test_trees_without_labels_and_single_files(observatory: Path) -> None:
    draft = read(observatory / "bias", source())
    assert draft.table["label"].isna().all() and draft.classes == CLASSES
    one = read(observatory / "bias" / "f0000.fits", source())
    assert one.table["object_id"].tolist() == ["f0000.fits"] and one.table["label"].isna().all()
    assert one.sources == ("f0000.fits",)


def test_splits_of_the_users_own(tmp_path: Path) -> None:
    for i, split in enumerate(("train", "test")):
        night(tmp_path / "in" / split, "bias", 2, 10 * i, DATE_OBS=f"2024-03-0{i + 1}T22:00:00")
        night(tmp_path / "in" / split, "darks", 2, 10 * i + 5)
    draft = read(tmp_path / "in", source())
    assert draft.table["split"].tolist() == ["test"] * 4 + ["train"] * 4
    assert draft.notes[0].startswith("No date: 4 frames; those of one instrument and split without")
    assert set(written(draft, tmp_path / "out").table["split"]) >= {"train", "test"}
    write(tmp_path / "in" / "test" / "bias" / "late.fits", 99, DATE_OBS="2024-03-01T23:00:00")
    with pytest.raises(GroupLeak, match="2024-03-01"):
        written(read(tmp_path / "in", source()), tmp_path / "out")


def test_files_with_the_same_bytes(tmp_path: Path) -> None:
    write(tmp_path / "in" / "bias" / "a.fits", 1)
    for name in ("bias/b.fits", "darks/c.fits"):
        (tmp_path / "in" / name).parent.mkdir(exist_ok=True)
        (tmp_path / "in" / name).write_bytes((tmp_path / "in" / "bias" / "a.fits").read_bytes())
    notes = read(tmp_path / "in", source()).notes
    assert notes[0] == "2 files hold the same bytes as another one." and notes[1].startswith(
        "1 frame in folders of two"
    )


def test_frames_that_tell_no_date_at_all(tmp_path: Path) -> None:
    night(tmp_path / "in", "bias", 2, 0)
    notes = read(tmp_path / "in", source()).notes
    assert notes == (
        "No frame tells a date, so all of one instrument count as one night; to split them all the same, put them into "
        "folders train, val and test.",
    )


def test_what_the_reader_did_is_counted(tmp_path: Path) -> None:
    night(tmp_path / "in", "bias", 3, BAYERPAT="RGGB", DATE_OBS="2024-03-05")
    (note,) = read(tmp_path / "in", source()).notes
    assert note == "3 frames: the RGGB cells of a colour camera were averaged, 2 x 2 pixels each."


def test_no_frame_at_all(tmp_path: Path) -> None:
    (tmp_path / "a.fits").write_text("no")
    with pytest.raises(FileUnreadable, match=r"The file is no frame. a\.fits"):
        read(tmp_path, source())


def test_a_cache_that_cant_be_written_is_no_hindrance(observatory: Path, home: Path) -> None:
    (home / "data").write_text("in the way")
    draft = read(observatory, source())
    assert len(draft.table) == 15 and np.isfinite(np.asarray(draft.arrays["frame"])).any()


def test_defects_on_the_command_line(observatory: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (observatory / "bias" / "page.fits").write_text("<html>not found</html>")
    (observatory / "darks" / "none.fit").write_bytes(b"")
    words = ["build", "frames", str(observatory), str(tmp_path / "set"), "--width", "16", "--height", "12"]
    assert main(words) == 3
    said = capsys.readouterr()
    defects = pd.read_csv(tmp_path / "set" / "defects.csv")
    assert defects["file"].tolist() == ["bias/page.fits", "darks/none.fit"]
    assert defects["error"].tolist() == ["NotAnImage", "EmptyFile"] and "page.fits" in said.err
    found = open_dataset(tmp_path / "set")
    assert len(found) == 15 and dict(found.settings) == {"width": 16, "height": 12}
    assert json.loads((tmp_path / "set" / "dataset.json").read_text())["sources"] == ["frames"]


def test_a_run_measures_new_files_as_its_own_were(observatory: Path) -> None:
    own = {"width": 20, "height": 9, "labels": "folders"}
    with brought(observatory / "flats", get_task("frames"), {}, CLASSES, own) as what:
        assert what.dataset.arrays["frame"].shape == (5, 3, 9, 20)
        assert "width 20; height 9" in " ".join(what.notes)
    with brought(observatory / "flats", get_task("frames"), {"width": 30}, CLASSES, own) as what:
        assert what.dataset.arrays["frame"].shape == (5, 3, 9, 30)


GROWING = """
import sys
from pathlib import Path
from benchmarks.processes import Peak
from astrocore.tasks.frames.config import Source
from astrocore.tasks.frames.data import read
from astrocore.data.dataset import write_dataset
if __name__ == "__main__":
    with Peak() as peak:
        draft = read(Path(sys.argv[1]), Source(width=64, height=64, workers=1, cache=False))
        draft.table["split"] = "train"
        write_dataset(draft, Path(sys.argv[2]))
    print(peak.megabytes)
"""


@pytest.mark.skipif(not LARGE, reason="needs minutes: ASTROCORE_TEST_BUDGET=large")
def test_memory_does_not_grow_with_the_number_of_frames(tmp_path: Path) -> None:
    program = tmp_path / "growing.py"
    program.write_text(GROWING)
    peaks = []
    for n in (600, 1800):  # what is written at a time, some 450 frames, is full in both
        night(tmp_path / str(n), "bias", n, DATE_OBS="2024-03-05")
        words = [sys.executable, str(program), str(tmp_path / str(n)), str(tmp_path / f"set{n}")]
        environment = {**os.environ, "PYTHONPATH": str(ROOT), "TQDM_DISABLE": "1"}
        peaks.append(float(subprocess.run(words, env=environment, capture_output=True, check=True).stdout))
    # 1,200 frames of 64 x 64 would be 43 MB; names, numbers and groups of them are held, some 15 kB a frame.
    assert peaks[1] < peaks[0] + 30, peaks
