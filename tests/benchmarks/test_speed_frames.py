"""The speed benchmark of frames: the original's way by its words, files that differ, rows that add up."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from scipy import ndimage

from astrocore.tasks.frames.reading import read_frame
from benchmarks import speed_frames
from benchmarks.frame_files import distinct, write_many
from benchmarks.literal_frames import load, resized
from benchmarks.processes import Family


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("frames") / "files"
    folder.mkdir()
    assert write_many(folder, 5, distinct(2, 11, 0.5)) > 0
    return folder


def test_files_repeat_few_frames_and_no_bytes(folder: Path) -> None:
    paths = sorted(folder.rglob("*.fits"))
    assert len(paths) == 5 and len({path.read_bytes() for path in paths}) == 5
    first, third = (read_frame(path).pixels for path in sorted(paths, key=lambda path: path.name)[0:3:2])
    assert np.abs(third - first).max() <= 4 and third.shape == first.shape


def test_the_original_by_its_words(folder: Path) -> None:
    path = sorted(folder.rglob("*.fits"))[0]
    image, numbers = load(path, 40)
    pixels = read_frame(path).pixels.astype(float)
    assert image.shape == (40, 40) and image.dtype == np.float32 and 0 <= image.min() <= image.max() <= 1
    assert numbers.shape == (26,)
    median = np.median(pixels)
    expected = [pixels.mean(), pixels.std(), median, pixels.min(), pixels.max(), np.median(np.abs(pixels - median))]
    np.testing.assert_allclose(numbers[:6], expected, rtol=1e-5)
    assert numbers[6] == pytest.approx(1 / 50) and tuple(numbers[10:12]) == pixels.shape[::-1]
    assert path.stat().st_size in numbers.astype(int)


def test_resizing_is_bilinear() -> None:
    smooth = ndimage.gaussian_filter(np.random.default_rng(0).normal(size=(90, 120)), 6)
    found = resized(smooth, 60)
    expected = ndimage.zoom(smooth, (60 / 90, 60 / 120), order=1, grid_mode=True, mode="nearest")
    np.testing.assert_allclose(found, expected, atol=1e-6)


def test_rows_of_one_process(folder: Path) -> None:
    for row in ("literal-1", "ours-1"):
        told = speed_frames.read(row, folder)
        assert told["seconds"] > 0 and told["cpu"] > 0


def test_memory_of_this_process_and_of_none_that_it_started() -> None:
    with Family() as family:
        held = np.ones(30_000_000)
        family.look()
    assert family.megabytes > held.nbytes / 2**20 and family.worker >= 0


def test_the_table_of_files(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    seconds = iter([4, 2, 0.5, 0.25, 0.5, 1, 2, 8])
    asked = []

    def told(program: str, row: str, data: Path) -> dict[str, float]:
        asked.append(row)
        assert len(list(data.rglob("*.fits"))) == 3
        return {"seconds": next(seconds), "cpu": 3, "own": 100, "worker": 50}

    monkeypatch.setattr(speed_frames, "measured", told)
    monkeypatch.setattr(speed_frames, "DISTINCT", 2)
    words = ["--only", "files", "--n", "3", "--size", "0.5", "--turns", "2", "--json", str(tmp_path / "rows.json")]
    speed_frames.main(words)
    assert asked == [*speed_frames.ROWS, *speed_frames.ROWS[::-1]]
    found = json.loads((tmp_path / "rows.json").read_text())["files"]
    assert [run["seconds"] for run in found["rows"]["ours-2"]] == [0.25, 0.5]
    line = next(line for line in capsys.readouterr().out.splitlines() if "ours-2" in line)
    assert "16.0 (16.0 to 16.0)" in line and "9.0 (6.0 to 12.0)" in line
