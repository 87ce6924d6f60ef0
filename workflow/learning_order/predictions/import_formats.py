"""The kinds of files that predictions come in: columns of Parquet, CSV or .npz, in pieces."""

import re
import zlib
from collections.abc import Iterator, Sequence
from pathlib import Path
from zipfile import BadZipFile, is_zipfile

import numpy as np
import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet as pq
from numpy.lib.npyio import NpzFile

from learning_order.predictions.places import PredictionsError
from learning_order.runtime.errors import did_you_mean

COLUMNS = ("seed", "extent", "example", "label", "prediction", "split")
TOGETHER = ("p_true", "margin")  # neither, or both
MOST_ROWS = 2**20  # in one piece
CSV_BLOCK = 2**24  # bytes
MOST_SAID = 200  # characters of what a library says
BEGINNINGS = {  # of files → the ending they should have, and what they are
    b"PAR1": (".parquet", "a Parquet file: let its name end with .parquet"),
    b"PK\x03\x04": (".npz", "an archive, as .npz files are"),
    b"\x1f\x8b": (".csv.gz", "compressed: let its name end with .csv.gz"),
    b"\xff\xfe": ("", "text in UTF-16: save it as UTF-8"),
    b"\xfe\xff": ("", "text in UTF-16: save it as UTF-8"),
}


def pieces(path: Path) -> Iterator[dict[str, pa.Array]]:
    """Name → column, for the columns that matter."""
    readers = {".parquet": _parquet, ".csv": _csv, ".csv.gz": _csv, ".npz": _npz}
    ending = next((end for end in readers if path.name.lower().endswith(end)), None)
    if ending is None:
        raise PredictionsError(
            f"{path}: expected a file that ends with .parquet, .csv, .csv.gz or .npz"
        )
    try:
        yield from readers[ending](path)
    except PredictionsError:
        raise
    except (OSError, EOFError, ValueError, BadZipFile, zlib.error, pa.ArrowException) as error:
        said = "".join(sign if sign.isprintable() else " " for sign in str(error))
        raise PredictionsError(
            f"{path}: not readable as {ending} ({said[:MOST_SAID]}){_what_it_is(path, ending)}"
        ) from error


def _what_it_is(path: Path, ending: str) -> str:
    """The end of a message about a file that begins like one of another kind."""
    if not path.is_file():
        return ""
    with path.open("rb") as file:
        start = file.read(4)
    for sign, (kind, what) in BEGINNINGS.items():
        if start.startswith(sign):
            return "; it is cut short or damaged" if kind == ending else f"; it is {what}"
    return ""


def _parquet(path: Path) -> Iterator[dict[str, pa.Array]]:
    with pq.ParquetFile(path) as file:
        names = _wanted(path, file.schema_arrow.names)
        for batch in file.iter_batches(MOST_ROWS, columns=names):
            yield {name: batch[name] for name in names}


def _csv(path: Path) -> Iterator[dict[str, pa.Array]]:
    with pa.csv.open_csv(path) as reader:
        names = _wanted(path, reader.schema.names)
    # As text: types guessed from the first rows need not fit the others.
    types = dict.fromkeys(names, pa.string())
    convert = pa.csv.ConvertOptions(
        include_columns=names, column_types=types, strings_can_be_null=True
    )
    reading = pa.csv.ReadOptions(block_size=CSV_BLOCK)
    with pa.csv.open_csv(path, reading, convert_options=convert) as reader:
        for batch in reader:
            yield {name: batch[name] for name in names}


def _npz(path: Path) -> Iterator[dict[str, pa.Array]]:
    if not is_zipfile(path):
        raise PredictionsError(f"{path}: not a .npz file, which numpy.savez writes")
    with np.load(path, allow_pickle=False) as arrays:
        columns = {name: _array(path, arrays, name) for name in _wanted(path, arrays.files)}
    lengths = {name: len(values) for name, values in columns.items()}
    if len(set(lengths.values())) > 1:
        raise PredictionsError(f"{path}: columns of different lengths: {lengths}")
    for start in range(0, lengths["seed"], MOST_ROWS):
        yield {
            name: pa.array(values[start : start + MOST_ROWS]) for name, values in columns.items()
        }


def _array(path: Path, arrays: NpzFile, name: str) -> np.ndarray:
    try:
        values = arrays[name]
    except ValueError as error:
        raise PredictionsError(
            f"{path}: column {name!r} is not readable ({error}); save words as "
            "np.array(words, dtype=str), numbers as whole numbers"
        ) from error
    if values.ndim != 1:
        raise PredictionsError(
            f"{path}: column {name!r} has shape {values.shape}; expected (rows,)"
        )
    return values.astype(str) if values.dtype.kind == "S" else values


def _wanted(path: Path, names: Sequence[str]) -> list[str]:
    """The columns to read; an error where one is missing or there twice."""
    missing = [name for name in COLUMNS if name not in names]
    if missing:
        listed = ", ".join(map(repr, missing))
        near = did_you_mean(missing[0], names)
        raise PredictionsError(f"{path}: no column {listed}{near}{_instead(names)}")
    if len(set(TOGETHER) & set(names)) == 1:
        there, absent = sorted(TOGETHER, key=names.__contains__, reverse=True)
        raise PredictionsError(
            f"{path}: {there!r} without {absent!r}: both of them say how sure a model is; add that "
            "column, or leave this one out"
        )
    wanted = [name for name in (*COLUMNS, *TOGETHER, "correct") if name in names]
    for name in wanted:
        if list(names).count(name) > 1:
            raise PredictionsError(f"{path}: several columns are called {name!r}; keep one")
    return wanted


def _instead(names: Sequence[str]) -> str:
    """The end of a message about missing columns: what the first line may hold instead."""
    if len(names) == 1 and (found := re.search(r"[;\t|]", names[0])):
        return f". Columns should be separated by commas, not by {found[0]!r}"
    if any(name.isdigit() for name in names):
        return ". The first line should hold the names of the columns"
    return ""
