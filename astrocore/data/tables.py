"""Tables that users bring: CSV with # comments, Parquet, FITS, VOTable, and named arrays in an .npz."""

from __future__ import annotations

import csv
import gzip
import re
import warnings
import zipfile
import zlib
from io import BytesIO
from itertools import islice
from pathlib import Path
from tokenize import TokenError
from typing import IO

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from astrocore.errors import FileUnreadable

TEXT = (".csv", ".tsv", ".txt", ".csv.gz", ".tsv.gz")
PARQUET = (".parquet", ".pq")
FITS = (".fits", ".fit", ".fits.gz", ".fit.gz")
VOTABLE = (".vot", ".votable", ".xml")
TABLES = (*TEXT, *PARQUET, *FITS, *VOTABLE)
DAMAGE: tuple[type[Exception], ...] = (
    *(OSError, EOFError, ValueError, KeyError, TypeError, RuntimeError, MemoryError),
    *(csv.Error, pd.errors.ParserWarning, zlib.error, zipfile.BadZipFile, pa.ArrowException),
    *(AttributeError, LookupError, NameError, OverflowError, SyntaxError, TokenError, re.error),
)
"""What the readers of damaged or foreign files raise; found by reading many thousands of mutated ones."""
MOST_COMMENTS = 10_000
"""Lines of comments among the first rows of a table, where only these are read."""
PLAIN = (
    ("Object arrays", "it holds Python objects, which are never loaded: save numbers and text alone"),
    ("pickle", "it is no .npz"),
    ("not a zip file", "it is cut off or no .npz"),
    ("cannot reshape", "it ends too early"),
    ("SIMPLE", "it does not begin like a FITS file"),
    ("Empty or corrupt FITS", "it is empty, cut off or no FITS file"),
    ("index_col", "a row has more cells than there are column names"),
)
"""What libraries say, in part, and what that means to whoever brought the file."""


def read_table(path: Path, rows: int | None = None) -> pd.DataFrame:
    """A table of at least one row, with nullable dtypes so that large whole numbers (ids) stay exact.

    Lines that begin with # are comments. Column names lose surrounding blanks. Text may be separated by semicolons.
    With `rows` only so many of the first ones are read, where a look at these is enough.

    Raises
    ------
    FileUnreadable
        The file is absent, empty, truncated, of another format, or has no rows.
    """
    name = path.name.lower()
    try:
        if name.endswith(PARQUET):
            table = pd.read_parquet(path if rows is None else _head(path, rows), dtype_backend="numpy_nullable")
        elif name.endswith(TEXT):
            table = _read_text(path, "\t" if ".tsv" in name else _separator(path), rows)
        elif name.endswith((*FITS, *VOTABLE)):
            table = _read_astropy(path, "fits" if name.endswith(FITS) else "votable", rows)
        else:
            raise FileUnreadable(f"{path} is not a table that can be read; bring {', '.join(TABLES)}.")
    except FileNotFoundError:
        raise FileUnreadable(f"There is no file {path}.") from None
    except pd.errors.EmptyDataError:
        raise FileUnreadable(f"{path} is empty; a table needs a line of column names and at least one row.") from None
    except DAMAGE as error:
        raise FileUnreadable(f"{path} can't be read as a table ({brief(error)}); check that it is whole.") from None
    if table.empty:
        raise FileUnreadable(f"{path} has no rows; a data set needs at least one object.")
    table.columns = pd.Index([str(column).strip() for column in table.columns])
    return table.reset_index(drop=table.index.name is None)


def read_arrays(path: Path) -> dict[str, np.ndarray]:
    """All arrays of an .npz, in its order; nothing in it is executed.

    Raises
    ------
    FileUnreadable
        The file is absent, truncated, no .npz, or holds Python objects.
    """
    try:
        archive = np.load(path, allow_pickle=False)
        if not isinstance(archive, np.lib.npyio.NpzFile):
            raise FileUnreadable(f"{path} is a single array; bring an .npz of named arrays.")
        with archive:
            found = {name: archive[name] for name in archive.files}
    except FileNotFoundError:
        raise FileUnreadable(f"There is no file {path}.") from None
    except DAMAGE as error:
        raise FileUnreadable(f"{path} can't be read as an .npz ({brief(error)}); check that it is whole.") from None
    if not found:
        raise FileUnreadable(f"{path} holds no arrays.")
    return found


def _head(path: Path, rows: int) -> BytesIO:
    """A Parquet file of the first rows of another; no more of that is read."""
    found = BytesIO()
    with pq.ParquetFile(path) as file:
        first = list(islice(file.iter_batches(batch_size=rows), 1))
        pq.write_table(pa.Table.from_batches(first, file.schema_arrow), found)
    return found


def _read_text(path: Path, separator: str, rows: int | None) -> pd.DataFrame:
    with _opened(path) as stream:
        looked_at = islice(stream, None if rows is None else rows + MOST_COMMENTS)
        comments = [number for number, line in enumerate(looked_at) if line.lstrip().startswith("#")]
    with _opened(path) as stream, warnings.catch_warnings():
        # Cells beyond the last named column would be dropped with no more than a warning.
        warnings.simplefilter("error", pd.errors.ParserWarning)
        return pd.read_csv(
            stream,
            sep=separator,
            skiprows=comments,
            skipinitialspace=True,
            index_col=False,
            nrows=rows,
            dtype_backend="numpy_nullable",
        )


def _separator(path: Path) -> str:
    """The comma; the semicolon where the line of column names has such but no comma."""
    with _opened(path) as stream:
        names = next((line for line in stream if line.strip() and not line.lstrip().startswith("#")), "")
    return ";" if ";" in names and "," not in names else ","


def _read_astropy(path: Path, form: str, rows: int | None) -> pd.DataFrame:
    """The first table of a FITS file or VOTable; columns that hold more than one value a row are left out."""
    # Imported here: half a second that whoever reads no such table need not wait.
    from astropy.io.fits import VerifyError
    from astropy.io.votable.exceptions import VOWarning
    from astropy.table import Table

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # units and dates that astropy does not know change no number
        try:
            found = Table.read(
                path, **({"format": "votable", "table_id": 0} if form == "votable" else {"format": form})
            )
        except (VerifyError, VOWarning) as error:
            raise ValueError(str(error)) from None
    flat = found[[name for name in found.colnames if found[name].ndim == 1]]
    table: pd.DataFrame = flat[:rows].to_pandas()
    return table.apply(_text_of_bytes).convert_dtypes()


def _text_of_bytes(values: pd.Series) -> pd.Series:
    """FITS holds text as bytes."""
    if values.dtype != object:
        return values
    return values.map(lambda cell: cell.decode("utf-8", "replace").strip() if isinstance(cell, bytes) else cell)


def _opened(path: Path) -> IO[str]:
    if path.name.lower().endswith(".gz"):
        return gzip.open(path, "rt", encoding="utf-8-sig", newline="")
    return path.open(encoding="utf-8-sig", newline="")


def brief(error: Exception) -> str:
    """The first line of what a library says, in plain words where it speaks to programmers."""
    text = str(error).strip() or type(error).__name__
    return next((words for said, words in PLAIN if said in text), text.splitlines()[0].rstrip("."))
