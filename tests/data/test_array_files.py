"""Files are those that np.save writes, whatever the array, and memory does not grow with them."""

from __future__ import annotations

import sys
from pathlib import Path
from subprocess import run

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from astrocore.data import array_files
from astrocore.data.array_files import write_arrays
from astrocore.data.gathered import gathered


@given(
    hnp.arrays(
        st.sampled_from(["f2", "f4", "f8", "i8", "?", "U3"]), hnp.array_shapes(min_dims=1, max_dims=4, min_side=0)
    ),
    st.sampled_from(["C", "strided", "F"]),
)
def test_files_are_those_of_np_save(tmp_path_factory: pytest.TempPathFactory, array: np.ndarray, order: str) -> None:
    folder = tmp_path_factory.mktemp("a")
    kept = {"C": array, "strided": np.repeat(array, 2, axis=-1)[..., ::2], "F": np.asfortranarray(array)}[order]
    write_arrays({"ours": kept}, folder)
    np.save(folder / "theirs.npy", array)
    assert (folder / "ours.npy").read_bytes() == (folder / "theirs.npy").read_bytes()


def test_blocks_of_several_arrays_side_by_side(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(array_files, "BLOCK_BYTES", 100)
    x = np.arange(10 * 3 * 2.0).reshape(10, 3, 2)
    flags = np.arange(10) % 3 == 0
    rows = np.array([9, 0, 1, 2, 3, 4, 5, 6, 7, 8])
    write_arrays({"a": gathered([x[..., 0]], rows), "b": x[..., 1], "flags": flags}, tmp_path)
    np.testing.assert_array_equal(np.load(tmp_path / "a.npy"), x[rows, :, 0])
    np.testing.assert_array_equal(np.load(tmp_path / "b.npy"), x[..., 1])
    np.testing.assert_array_equal(np.load(tmp_path / "flags.npy"), flags)


def test_objects_are_refused_and_nothing_is_nothing(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="allow_pickle"):
        write_arrays({"a": np.array([{}], dtype=object)}, tmp_path)
    write_arrays({}, tmp_path)


MEASURE = """
import sys
from pathlib import Path
import numpy as np
from astrocore.data.array_files import write_arrays
from astrocore.data.gathered import gathered

def anonymous():
    return int(next(l for l in open("/proc/self/status") if l.startswith("RssAnon")).split()[1]) // 1024

folder = Path(sys.argv[1])
np.lib.format.open_memmap(folder / "X.npy", mode="w+", dtype="f4", shape=(6000, 32, 32, 5)).flush()
x = np.load(folder / "X.npy", mmap_mode="r")
before, peak = anonymous(), 0
rows = np.arange(6000)[::-1]

class Watched:
    def __init__(self, inner):
        self.inner, self.shape, self.dtype = inner, inner.shape, inner.dtype
    def __len__(self):
        return len(self.inner)
    def __getitem__(self, key):
        global peak
        block = self.inner[key]
        peak = max(peak, anonymous())
        return block

write_arrays({f"image_{b}": Watched(gathered([x[..., i]], rows)) for i, b in enumerate("ugriz")}, folder)
print(peak - before)
"""


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="only Linux tells anonymous memory")
def test_memory_does_not_grow_with_what_is_written(tmp_path: Path) -> None:
    said = run([sys.executable, "-c", MEASURE, str(tmp_path)], capture_output=True, text=True, check=True)
    assert int(said.stdout) < 60, f"{said.stdout.strip()} MB more, for arrays of 123 MB"
