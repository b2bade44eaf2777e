"""Whatever happens to a file's bytes, the reader gives a frame or a named defect, soon and in little memory."""

from __future__ import annotations

import gzip
import logging
import os
import resource
import time
import tracemalloc
import warnings
from pathlib import Path

import numpy as np
import pytest

from astrocore.errors import FrameDefect
from astrocore.tasks.frames.reading import read_frame, streams

from .bases import BASES, SHAPE, plain
from .mutations import mutated

FILES = 10_000 if os.environ.get("ASTROCORE_TEST_BUDGET") == "large" else 500
SECONDS = 5.0
MEBIBYTES = 64
"""Peak of a file: far above what 720 pixels need, far below what a damaged header may claim."""


def outcome(path: Path) -> str:
    """frame, or the reason of the defect; any other exception fails the test."""
    try:
        frame = read_frame(path)
    except FrameDefect as defect:
        assert str(defect).startswith(path.name) and type(defect) is not FrameDefect
        return type(defect).__name__
    assert frame.pixels.dtype == np.float32 and frame.pixels.ndim == 2 and min(frame.pixels.shape) >= 2
    assert np.isfinite(frame.pixels).any() and not np.isinf(frame.pixels).any()
    return "frame"


@pytest.mark.parametrize("name", list(BASES))
def test_the_sound_files_are_frames(name: str, tmp_path: Path) -> None:
    (tmp_path / name).write_bytes(BASES[name]())
    assert outcome(tmp_path / name) == "frame"


@pytest.mark.timeout(3000)
@pytest.mark.parametrize("part", range(10))
def test_broken_files_are_frames_or_defects(part: int, tmp_path: Path) -> None:
    sound = {name: make() for name, make in BASES.items()}
    found: set[str] = set()
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    for seed in range(part, FILES, 10):
        name = list(sound)[seed // 10 % len(sound)]
        path = tmp_path / name
        path.write_bytes(mutated(sound[name], np.random.default_rng(seed)))
        start = time.process_time()
        found.add(outcome(path))
        assert time.process_time() - start < SECONDS, (seed, name)
    assert "frame" in found and len(found) > 3
    assert (
        resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 4 * MEBIBYTES * 1024
    )  # KiB; of the whole process


HOSTILE = {
    "huge image": (b"NAXIS1  =                   30", b"NAXIS1  =           1000000000"),
    "huge sum of axes": (b"NAXIS   =                    2", b"NAXIS   =                  999"),
    "negative axis": (b"NAXIS2  =                   24", b"NAXIS2  =                  -24"),
    "many bits": (b"BITPIX  =                   16", b"BITPIX  =           1600000000"),
    "overflow": (b"BZERO   =                32768", b"BZERO   = 1" + b"0" * 19),
    "no end": (b"END" + b" " * 77, b" " * 80),
}


@pytest.mark.parametrize("what", list(HOSTILE))
def test_claims_of_a_header_cost_no_memory(what: str, tmp_path: Path) -> None:
    old, new = HOSTILE[what]
    data = plain()
    assert old in data
    path = tmp_path / "hostile.fits"
    path.write_bytes(data.replace(old, new, 1))
    tracemalloc.start()
    try:
        outcome(path)
        assert tracemalloc.get_traced_memory()[1] < MEBIBYTES << 20
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize(
    ("name", "old", "new"),
    [
        ("rice.fits.fz", b"ZNAXIS2 =                   24", b"ZNAXIS2 =              9000000"),
        ("plio.fits.fz", b"ZNAXIS1 =                   30", b"ZNAXIS1 =             10000000"),
        ("plain.tif", b"\x01\x01\x04\0\x01\0\0\0\x18\0\0\0", b"\x01\x01\x04\0\x01\0\0\0\0\0\x80\0"),
        ("deflate.tif", b"\x01\x01\x04\0\x01\0\0\0\x18\0\0\0", b"\x01\x01\x04\0\x01\0\0\0\0\0\x80\0"),
    ],
)
def test_claims_of_packed_pixels_cost_no_memory(name: str, old: bytes, new: bytes, tmp_path: Path) -> None:
    data = BASES[name]()
    changed = data.replace(old, new, 1)
    assert changed != data
    path = tmp_path / name
    path.write_bytes(changed)
    tracemalloc.start()
    try:
        assert outcome(path) != "frame"
        assert tracemalloc.get_traced_memory()[1] < MEBIBYTES << 20
    finally:
        tracemalloc.stop()


def test_millions_of_cards_are_cut(tmp_path: Path) -> None:
    path = tmp_path / "cards.fits"
    data = plain()
    path.write_bytes(data[: data.index(b"END" + b" " * 77)] + b"HISTORY again and again".ljust(80) * 1_000_000)
    start = time.process_time()
    assert outcome(path) == "Truncated"
    assert time.process_time() - start < SECONDS


def test_a_header_of_noise_is_passed_over(tmp_path: Path) -> None:
    data = BASES["parts.fits"]()
    at = data.index(b"XTENSION")
    path = tmp_path / "noise.fits"
    path.write_bytes(data[:at] + b"XTENSION" + b"\xff" * 2872 + data[at + 2880 :])
    start = time.process_time()
    assert outcome(path) == "frame"
    assert time.process_time() - start < SECONDS


def test_hostile_streams_of_hcompress_do_not_reach_the_decompressor(tmp_path: Path) -> None:
    data = BASES["hcompress.fits.fz"]()
    at = data.index(b"\xdd\x99")
    path = tmp_path / "h.fits.fz"
    path.write_bytes(data[: at + 2] + (30_000).to_bytes(4, "big") + data[at + 6 :])
    assert outcome(path) == "UnreadableCodec"


def test_columns_without_end_are_not_counted(tmp_path: Path) -> None:
    data = BASES["rice.fits.fz"]()
    old = b"TFIELDS =                    1"
    assert old in data
    path = tmp_path / "columns.fits.fz"
    path.write_bytes(data.replace(old, b"TFIELDS =           1000000000"))
    assert outcome(path) == "UnreadableCodec"


def test_a_tile_that_expands_without_end_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(streams, "FREE_EXPANSION", 1 << 10)
    data = BASES["gzip.fits.fz"]()
    path = tmp_path / "bomb.fits.fz"
    path.write_bytes(data)
    assert outcome(path) == "frame"
    at = data.index(b"\x1f\x8b")
    bomb = gzip.compress(bytes(10_000))
    path.write_bytes(data[:at] + bomb + data[at + len(bomb) :])
    assert outcome(path) == "TooLarge"


def test_a_page_of_countless_strips_is_refused(tmp_path: Path) -> None:
    data = BASES["bits.tif"]()
    path = tmp_path / "strips.tif"
    changed = data.replace(b"\x01\x01\x04\0\x01\0\0\0\x18\0\0\0", b"\x01\x01\x04\0\x01\0\0\0\0\0\x80\0")
    changed = changed.replace(b"\x16\x01\x03\0\x01\0\0\0\x18\0", b"\x16\x01\x03\0\x01\0\0\0\x01\0")
    assert changed != data
    path.write_bytes(changed)
    start = time.process_time()
    assert outcome(path) != "frame"
    assert time.process_time() - start < SECONDS


def test_a_jpeg_that_claims_more_than_its_strip_is_refused(tmp_path: Path) -> None:
    data = BASES["jpeg.tif"]()
    at = data.index(b"\xff\xc0")
    path = tmp_path / "j.tif"
    path.write_bytes(data[: at + 5] + b"\xff\xdc\xff\xdc" + data[at + 9 :])
    assert outcome(path) == "UnreadableCodec"


def test_nothing_is_said_besides(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    path = tmp_path / "noisy.tif"
    path.write_bytes(BASES["tiled.tif"]()[:2000])
    with warnings.catch_warnings(), caplog.at_level(logging.DEBUG):
        warnings.simplefilter("error")
        outcome(path)
    assert not caplog.records
    assert not logging.getLogger("tifffile").disabled


def test_pixels_take_the_shape_of_the_file(tmp_path: Path) -> None:
    (tmp_path / "a.fits").write_bytes(plain())
    assert read_frame(tmp_path / "a.fits").pixels.shape == SHAPE
