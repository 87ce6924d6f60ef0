"""Predictions that were made elsewhere, in any framework: read, checked, and put in order.

A file holds a row for every model, extent, split and example, in any order, with the columns seed,
extent, split, example, label and prediction; a column correct is checked, others are ignored. It
is Parquet, CSV (.csv or .csv.gz, with a header line) or .npz (one array a column).
"""

import gzip
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from zipfile import BadZipFile

import numpy as np
import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet as pq

from learning_order.contract import Record
from learning_order.predictions import Predictions, PredictionsError

WHOLE = ("seed", "extent", "example", "label", "prediction")
COLUMNS = (*WHOLE, "split")
LARGEST = {"label": 2**15 - 1, "prediction": 2**15 - 1}  # what the contract holds; others int32
NO_LABEL = -1


def read_own(paths: Sequence[Path]) -> Predictions:
    """All predictions in these files together.

    PredictionsError names file and row, or seed, extent, split and example, of what is missing,
    doubled or contradictory, and what was expected.
    """
    rows = _Rows.joined([_read(Path(path)) for path in paths])
    order = np.lexsort((rows.example, rows.split, rows.extent, rows.seed))
    rows.check_doubled(order)
    rows = rows.take(order)
    seeds, extents = np.unique(rows.seed), np.unique(rows.extent)
    predictions, labels = {}, {}
    for code, split in enumerate(rows.splits):
        of_split = rows.take(rows.split == code)
        examples = _check_complete(of_split, split, seeds, extents)
        shape = (len(seeds), len(extents), examples)
        labels[split] = _one_label_each(of_split, split, shape)
        by_seed = of_split.prediction.reshape(shape).astype(np.int16)
        predictions[split] = np.ascontiguousarray(by_seed.transpose(1, 0, 2))
    return Predictions(seeds.tolist(), extents.tolist(), predictions, labels)


def records(found: Predictions) -> Iterator[Record]:
    """The predictions model by model, as contract.write_block wants them."""
    for model, seed in enumerate(found.seeds):
        for step, extent in enumerate(found.extents):
            of_model = {split: values[step, model] for split, values in found.predictions.items()}
            accuracy = {
                split: float(np.mean(values == found.labels[split]))
                for split, values in of_model.items()
                if (found.labels[split] != NO_LABEL).all()
            }
            yield Record(seed, extent, of_model, accuracy, loss={})


@dataclass(frozen=True)
class _Rows:
    """Columns of equal length; `split` counts in `splits`, `file` in `files`, `row` from 1."""

    files: list[Path]
    splits: list[str]
    seed: np.ndarray
    extent: np.ndarray
    split: np.ndarray
    example: np.ndarray
    label: np.ndarray
    prediction: np.ndarray
    file: np.ndarray
    row: np.ndarray

    @classmethod
    def joined(cls, parts: list["_Rows"]) -> "_Rows":
        splits = sorted({name for part in parts for name in part.splits})
        recoded = [np.array([splits.index(name) for name in part.splits])[part.split]
                   for part in parts]  # fmt: skip
        columns = {
            name: np.concatenate([getattr(part, name) for part in parts])
            for name in (*WHOLE, "row")
        }
        file = np.repeat(np.arange(len(parts)), [len(part.row) for part in parts])
        files = [part.files[0] for part in parts]
        return cls(files, splits, split=np.concatenate(recoded), file=file, **columns)

    def take(self, index: np.ndarray) -> "_Rows":
        columns = {name: getattr(self, name)[index] for name in (*WHOLE, "split", "file", "row")}
        return _Rows(self.files, self.splits, **columns)

    def place(self, index: int) -> str:
        return f"{self.files[self.file[index]]}, row {self.row[index]}"

    def says(self, index: int) -> str:
        return (
            f"seed {self.seed[index]}, extent {self.extent[index]}, "
            f"split {self.splits[self.split[index]]}, example {self.example[index]}"
        )

    def check_doubled(self, order: np.ndarray) -> None:
        keys = [getattr(self, name)[order] for name in ("seed", "extent", "split", "example")]
        same = np.logical_and.reduce([key[1:] == key[:-1] for key in keys])
        if same.any():
            first, second = sorted(order[np.argmax(same) + np.arange(2)])
            raise PredictionsError(
                f"{self.place(second)}: {self.says(second)} is there already, in "
                f"{self.place(first)}; write every prediction once"
            )


def _check_complete(rows: _Rows, split: str, seeds: np.ndarray, extents: np.ndarray) -> int:
    """The number of examples, once every seed and extent has them all; rows are in order."""
    examples = int(rows.example.max()) + 1
    per_model = len(seeds) * len(extents)
    wanted = [
        np.repeat(seeds, len(extents) * examples),
        np.tile(np.repeat(extents, examples), len(seeds)),
        np.tile(np.arange(examples), per_model),
    ] if len(rows.row) == per_model * examples else None  # fmt: skip
    found = (rows.seed, rows.extent, rows.example)
    if wanted and all(np.array_equal(a, b) for a, b in zip(found, wanted, strict=True)):
        return examples
    for seed in seeds:
        for extent in extents:
            there = rows.example[(rows.seed == seed) & (rows.extent == extent)]
            missing = np.setdiff1d(np.arange(examples), there)
            if len(missing):
                raise PredictionsError(
                    f"No prediction of seed {seed} after extent {extent} for {split} example "
                    f"{missing[0]}{_and_others(len(missing))}. Every seed and extent needs all "
                    f"examples of the split, numbered from 0: here 0 to {examples - 1}."
                )
    raise AssertionError("rows that are complete but not in order")


def _and_others(count: int) -> str:
    return f" (and {count - 1} others)" if count > 1 else ""


def _one_label_each(rows: _Rows, split: str, shape: tuple[int, int, int]) -> np.ndarray:
    """(examples,) int16: the label that all models have for an example."""
    labels = rows.label.reshape(-1, shape[2])
    differing = np.argwhere(labels != labels[0])
    if len(differing):
        model, example = differing[0]
        index = model * shape[2] + example
        raise PredictionsError(
            f"{rows.place(index)}: {rows.says(index)} has label {rows.label[index]}, but "
            f"{rows.place(example)} says {labels[0][example]}; an example has one label"
        )
    unlabelled = labels[0] == NO_LABEL
    if unlabelled.any() and not unlabelled.all():
        example = int(np.argmax(unlabelled))
        raise PredictionsError(
            f"{rows.place(example)}: {split} example {example} has no label (−1), others have "
            "one; give all of a split a label, or none"
        )
    return labels[0].astype(np.int16)


def _read(path: Path) -> _Rows:
    columns = _columns(path)
    missing = sorted(set(COLUMNS) - columns.keys())
    if missing:
        close = get_close_matches(missing[0], columns, n=1)
        hint = f"; is it {close[0]!r}?" if close else f"; it has {', '.join(columns)}"
        raise PredictionsError(f"{path}: no column {', '.join(map(repr, missing))}{hint}")
    lengths = {name: len(columns[name]) for name in COLUMNS}
    if len(set(lengths.values())) > 1:
        raise PredictionsError(f"{path}: columns of different lengths: {lengths}")
    if not lengths["seed"]:
        raise PredictionsError(f"{path}: no rows")
    whole = {name: _whole(path, name, columns[name]) for name in WHOLE}
    splits, split = _split_codes(path, columns["split"])
    if "correct" in columns:
        _check_correct(path, columns["correct"], whole)
    count = lengths["seed"]
    return _Rows(
        [path], splits, split=split, file=np.zeros(count, int), row=np.arange(1, count + 1), **whole
    )


def _columns(path: Path) -> dict[str, pa.ChunkedArray | pa.Array]:
    """Name → column, for the columns that matter."""
    try:
        if path.name.endswith((".csv", ".csv.gz")):
            opened = gzip.open if path.suffix == ".gz" else open
            with opened(path, "rb") as file:
                table = pa.csv.read_csv(file)
        elif path.suffix == ".npz":
            with np.load(path, allow_pickle=False) as arrays:
                return {name: pa.array(arrays[name]) for name in arrays.files}
        elif path.suffix == ".parquet":
            table = pq.read_table(path)
        else:
            raise PredictionsError(
                f"{path}: expected a file that ends with .parquet, .csv, .csv.gz or .npz"
            )
    except (OSError, EOFError, ValueError, BadZipFile, pa.ArrowException) as error:
        if isinstance(error, PredictionsError):
            raise
        raise PredictionsError(f"{path}: not readable as {path.suffix} ({error})") from error
    return {name: table[name] for name in table.column_names}


def _whole(path: Path, name: str, column) -> np.ndarray:
    """A column of whole numbers as int32, wherever its numbers came from."""
    if column.null_count:
        row = int(np.argmax(column.is_null().to_numpy(zero_copy_only=False))) + 1
        raise PredictionsError(f"{path}, row {row}: no {name}; expected a whole number")
    values = np.asarray(column.to_numpy())
    if values.dtype.kind not in "iuf":
        raise PredictionsError(
            f"{path}: column {name!r} holds {values[0]!r}, expected whole numbers"
        )
    least = NO_LABEL if name == "label" else 0
    most = LARGEST.get(name, 2**31 - 1)
    wrong = (values % 1 != 0) | (values < least) | (values > most)
    if wrong.any():
        row = int(np.argmax(wrong))
        raise PredictionsError(
            f"{path}, row {row + 1}: {name} {values[row]}, expected a whole number from {least} "
            f"to {most}"
        )
    return values.astype(np.int32)


def _split_codes(path: Path, column) -> tuple[list[str], np.ndarray]:
    if isinstance(column, pa.ChunkedArray):
        column = column.combine_chunks()
    if not pa.types.is_dictionary(column.type):
        column = column.dictionary_encode()
    names = column.dictionary.to_pylist()
    if column.null_count or not all(isinstance(name, str) and name for name in names):
        raise PredictionsError(f"{path}: expected a word in every row of column 'split'")
    codes = column.indices.to_numpy()
    used = np.unique(codes)
    return [names[code] for code in used], np.searchsorted(used, codes)


def _check_correct(path: Path, column, whole: dict[str, np.ndarray]) -> None:
    said = np.asarray(column.to_numpy(zero_copy_only=False)).astype(bool)
    wrong = said != (whole["prediction"] == whole["label"])
    if wrong.any():
        row = int(np.argmax(wrong))
        raise PredictionsError(
            f"{path}, row {row + 1}: correct is {said[row]}, but the prediction is "
            f"{whole['prediction'][row]} and the label {whole['label'][row]}"
        )
