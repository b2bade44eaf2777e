"""photoObj files: five values a column, text identifiers, primary observations; other FITS tables are none."""

from __future__ import annotations

import gzip
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pytest
from astropy.io import fits
from astropy.table import Table
from hypothesis import given
from hypothesis import strategies as st

from astrocore.errors import AstrocoreError, FileUnreadable
from astrocore.tasks.sources.data import read
from astrocore.tasks.sources.photoobj import is_photoobj, read_photoobj

from .conftest import objid, source


def photoobj(path: Path, n: int = 4, **replace: object) -> dict[str, object]:
    """Write a small photoObj file; keywords replace, add or (None) drop columns."""
    rng = np.random.default_rng(0)
    columns: dict[str, object] = {
        "OBJID": np.array([str(objid(3900, 6, 269, i)) for i in range(n)], dtype="S19"),
        "MODE": np.array([1, 2, 3, 1] * n, dtype=np.uint8)[:n],
        "RUN": np.full(n, 3900, dtype=np.int16),
        "CAMCOL": np.full(n, 6, dtype=np.uint8),
        "FIELD": np.full(n, 269, dtype=np.int16),
        "RA": rng.uniform(164, 165, n),
        "DEC": rng.uniform(39, 40, n),
        "MODELMAG": rng.uniform(15, 22, (n, 5)).astype(np.float32),
        "EXTINCTION": rng.uniform(0, 0.2, (n, 5)).astype(np.float32),
        "THETA_DEV": rng.uniform(0, 3, (n, 5)).astype(np.float32),
        "PSF_FWHM": rng.uniform(1, 2, (n, 5)).astype(np.float32),
        "FLAGS": np.ones((n, 5), dtype=np.int32),
        "PROFMEAN": np.ones((n, 5, 15), dtype=np.float32),
    }
    columns = {name: values for name, values in ({**columns, **replace}).items() if values is not None}
    Table(columns).write(path, format="fits", overwrite=True)
    return columns


def test_columns_under_our_names(tmp_path: Path) -> None:
    columns = photoobj(tmp_path / "a.fits", MODE=None)
    assert is_photoobj(tmp_path / "a.fits")
    table, notes = read_photoobj(tmp_path / "a.fits")
    assert notes == () and table["object_id"].tolist() == [str(objid(3900, 6, 269, i)) for i in range(4)]
    for theirs, ours in (
        ("MODELMAG", "modelMag"),
        ("EXTINCTION", "extinction"),
        ("THETA_DEV", "deVRad"),
        ("PSF_FWHM", "psffwhm"),
    ):
        np.testing.assert_array_equal(table[[f"{ours}_{band}" for band in "ugriz"]], columns[theirs])
    assert table["ra"].tolist() == np.asarray(columns["RA"]).tolist() and table["run"].tolist() == [3900] * 4
    assert len(table.columns) == 6 + 4 * 5  # flags and profiles are no photometry


def test_primary_observations_alone_unless_there_is_none(tmp_path: Path) -> None:
    photoobj(tmp_path / "a.fits")
    table, notes = read_photoobj(tmp_path / "a.fits")
    assert [int(name) & 0xFFFF for name in table["object_id"]] == [0, 3]
    assert notes == ("Kept the 2 primary of 4 observations (MODE 1); blends and repeats were left out.",)
    photoobj(tmp_path / "b.fits", MODE=np.full(4, 2, dtype=np.uint8))
    assert len(read_photoobj(tmp_path / "b.fits")[0]) == 4


def test_packed_and_lower_case(tmp_path: Path) -> None:
    columns = photoobj(tmp_path / "a.fits")
    Table({name.lower(): values for name, values in columns.items()}).write(tmp_path / "b.fits")
    (tmp_path / "c.fits.gz").write_bytes(gzip.compress((tmp_path / "a.fits").read_bytes()))
    first, *others = (read_photoobj(tmp_path / name)[0] for name in ("a.fits", "b.fits", "c.fits.gz"))
    for other in others:
        assert first.equals(other)


@pytest.mark.parametrize(
    "replace", [{"MODELMAG": None}, {"EXTINCTION": None}, {"MODELMAG": np.ones((4, 3))}, {"EXTINCTION": np.ones(4)}]
)
def test_other_tables_are_none(tmp_path: Path, replace: dict[str, object]) -> None:
    photoobj(tmp_path / "a.fits", **replace)
    assert not is_photoobj(tmp_path / "a.fits")
    with pytest.raises(FileUnreadable, match="has no table with MODELMAG and EXTINCTION in five bands"):
        read_photoobj(tmp_path / "a.fits")


def test_images_empty_tables_and_damaged_files(tmp_path: Path) -> None:
    fits.CompImageHDU(np.zeros((9, 9), dtype=np.float32)).writeto(tmp_path / "image.fits")
    assert not is_photoobj(tmp_path / "image.fits")
    photoobj(tmp_path / "none.fits", n=0)
    with pytest.raises(FileUnreadable, match="no rows"):
        read_photoobj(tmp_path / "none.fits")
    photoobj(tmp_path / "a.fits")
    whole = (tmp_path / "a.fits").read_bytes()
    for length in (0, 100, 3000, len(whole) - 2880):
        (tmp_path / "cut.fits").write_bytes(whole[:length])
        with pytest.raises(FileUnreadable, match=r"cut\.fits"):
            read_photoobj(tmp_path / "cut.fits")


@cache
def whole_file() -> bytes:
    with TemporaryDirectory() as folder:
        photoobj(Path(folder) / "a.fits")
        return (Path(folder) / "a.fits").read_bytes()


@given(st.integers(0, 12_000), st.binary(min_size=1, max_size=8))
def test_files_with_other_bytes_are_read_or_named(
    tmp_path_factory: pytest.TempPathFactory, place: int, put: bytes
) -> None:
    file = tmp_path_factory.mktemp("a") / "a.fits"
    content = bytearray(whole_file())
    place = min(place, len(content) - len(put))
    content[place : place + len(put)] = put
    file.write_bytes(content)
    try:
        draft = read(file, source())
    except AstrocoreError as error:
        assert len(str(error)) > 20
    else:
        assert len(draft.table) > 0
