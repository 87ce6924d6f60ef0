"""Files of predictions that were made elsewhere: read a piece at a time, every value checked.

A file holds a row for every model, extent, split and example, in any order, with the columns seed,
extent, split, example, label and prediction, and perhaps p_true and margin; a column correct is
checked, others are not read. It is Parquet, CSV (.csv or .csv.gz, with a header line) or .npz (one
array per column).
"""

from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa

from learning_order.predictions.contract import MOST_MARGIN, NO_LABEL
from learning_order.predictions.import_formats import pieces
from learning_order.predictions.places import SPLIT, PredictionsError

# As the contract holds them.
WHOLE: dict[str, type[np.signedinteger]] = {
    "seed": np.int32,
    "extent": np.int32,
    "example": np.int32,
    "label": np.int16,
    "prediction": np.int16,
}
# Least and most of what is no whole number; what of a margin is beyond MOST_MARGIN is clipped.
SHARES = {"p_true": (0, 1), "margin": (-np.finfo(np.float64).max, np.finfo(np.float64).max)}
ROUNDING = 0.001  # what the margin of a tie may be


@dataclass(frozen=True)
class Rows:
    """Some rows of one file and one split: columns of equal length; `row` counts rows from 1.

    p_true and margin are float16, NaN where they were left out.
    """

    path: Path
    split: str
    row: np.ndarray
    seed: np.ndarray
    extent: np.ndarray
    example: np.ndarray
    label: np.ndarray
    prediction: np.ndarray
    p_true: np.ndarray
    margin: np.ndarray

    def place(self, index: int) -> str:
        return f"{self.path}, row {self.row[index]}"

    def about(self, index: int) -> str:
        return (
            f"seed {self.seed[index]}, extent {self.extent[index]}, split {self.split}, "
            f"example {self.example[index]}"
        )


def read_rows(path: Path) -> Iterator[Rows]:
    """All rows of a file, in pieces that fit into memory several times over.

    PredictionsError names the file, a row that is not a prediction (the first below a header is
    row 1) and what was expected.
    """
    first = 1
    for columns in pieces(path):
        yield from _checked(path, first, columns)
        first += len(columns["seed"])
    if first == 1:
        raise PredictionsError(f"{path}: no rows")


def _checked(path: Path, first: int, columns: dict[str, pa.Array]) -> Iterator[Rows]:
    """The rows of a piece, split by split; its first is row number `first` of the file."""
    whole = {name: _whole(path, first, name, columns[name]) for name in WHOLE}
    values = whole | {name: _share(path, first, name, columns) for name in SHARES}
    if "correct" in columns:
        _check_correct(path, first, columns["correct"], whole)
    _check_margins(path, first, values["margin"], whole)
    words = columns["split"]
    words = words if pa.types.is_dictionary(words.type) else words.dictionary_encode()
    codes = words.indices.fill_null(-1).to_numpy(zero_copy_only=False)
    names = words.dictionary.to_pylist()
    for code in np.unique(codes):
        of_split = np.flatnonzero(codes == code)
        name = names[code] if code >= 0 else None
        if not isinstance(name, str) or not SPLIT.fullmatch(name):
            found = "no split" if name is None else f"split {name!r}"
            raise PredictionsError(
                f"{path}, row {first + of_split[0]}: {found}; expected train, test, or another "
                "word of lower-case letters for further examples"
            )
        row = (first + of_split).astype(np.int32)
        yield Rows(path, name, row, **{key: column[of_split] for key, column in values.items()})


def _whole(path: Path, first: int, name: str, column: pa.Array) -> np.ndarray:
    """A column of whole numbers as the contract holds it, whatever its type in the file."""
    least, most = NO_LABEL if name == "label" else 0, np.iinfo(WHOLE[name]).max
    expected = f"expected a whole number from 0 to {most}"
    expected += ", or −1 in a split without labels" if name == "label" else ""
    if pa.types.is_dictionary(column.type):
        column = column.dictionary_decode()
    if _is_text(column):
        column = _parsed(path, first, name, column, pa.float64(), expected)
    if column.null_count:
        row = first + int(np.argmax(column.is_null().to_numpy(zero_copy_only=False)))
        raise PredictionsError(f"{path}, row {row}: no {name}; {expected}")
    values = column.to_numpy(zero_copy_only=False)
    if values.dtype.kind not in "iuf":
        raise PredictionsError(
            f"{path}, row {first}: {name} {column[0].as_py()!r} of type {column.type}; {expected}"
        )
    if values.dtype.kind == "f":
        values = values.astype(np.float64)  # which holds `most`
    right = (values >= least) & (values <= most) & (values == np.floor(values))  # false for NaN
    if not right.all():
        wrong = int(np.argmin(right))
        raise PredictionsError(f"{path}, row {first + wrong}: {name} {values[wrong]}; {expected}")
    return values.astype(WHOLE[name])


def _share(path: Path, first: int, name: str, columns: dict[str, pa.Array]) -> np.ndarray:
    """The column p_true or margin as the contract holds it; NaN where there is none."""
    if name not in columns:
        return np.full(len(columns["seed"]), np.nan, np.float16)
    least, most = SHARES[name]
    expected = "expected a number from 0 to 1" if name == "p_true" else "expected a finite number"
    column = columns[name]
    if _is_text(column):
        column = _parsed(path, first, name, column, pa.float64(), expected)
    try:
        values = column.cast(pa.float64()).to_numpy(zero_copy_only=False)
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError) as error:
        raise PredictionsError(f"{path}: column {name!r} is {column.type}; {expected}") from error
    wrong = (values < least) | (values > most)  # false for NaN
    if wrong.any():
        at = int(np.argmax(wrong))
        raise PredictionsError(f"{path}, row {first + at}: {name} {values[at]}; {expected}")
    return values.clip(-MOST_MARGIN, MOST_MARGIN).astype(np.float16)


def _check_correct(path: Path, first: int, column: pa.Array, whole: dict) -> None:
    """`correct` must say whether the prediction is the label, unless the example has none."""
    expected = "expected true or false; the column may be left out"
    if _is_text(column):
        column = _parsed(path, first, "correct", column, pa.bool_(), expected)
    if pa.types.is_floating(column.type):
        values = column.fill_null(0).to_numpy(zero_copy_only=False)
        neither = (values != 0) & (values != 1)
        if neither.any():
            row = int(np.argmax(neither))
            raise PredictionsError(f"{path}, row {first + row}: correct {values[row]}; {expected}")
    try:
        column = column.cast(pa.bool_())
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError) as error:
        raise PredictionsError(f"{path}: column 'correct' is {column.type}; {expected}") from error
    checked = column.is_valid().to_numpy(zero_copy_only=False) & (whole["label"] != NO_LABEL)
    said = column.fill_null(False).to_numpy(zero_copy_only=False)
    wrong = checked & (said != (whole["prediction"] == whole["label"]))
    if wrong.any():
        row = int(np.argmax(wrong))
        raise PredictionsError(
            f"{path}, row {first + row}: correct is {said[row]}, but the prediction is "
            f"{whole['prediction'][row]} and the label {whole['label'][row]}"
        )


def _check_margins(path: Path, first: int, margins: np.ndarray, whole: dict) -> None:
    """A margin is above 0 where the prediction is the label, and below where it is not."""
    is_right = whole["prediction"] == whole["label"]
    wrong = (whole["label"] != NO_LABEL) & (np.where(is_right, -margins, margins) > ROUNDING)
    if wrong.any():
        row = int(np.argmax(wrong))
        raise PredictionsError(
            f"{path}, row {first + row}: margin {margins[row]}, but the prediction is "
            f"{whole['prediction'][row]} and the label {whole['label'][row]}: it is the true "
            "class's logit minus the largest other one, so positive where the prediction is right"
        )


def _is_text(column: pa.Array) -> bool:
    return pa.types.is_string(column.type) or pa.types.is_large_string(column.type)


def _parsed(
    path: Path, first: int, name: str, column: pa.Array, kind: pa.DataType, expected: str
) -> pa.Array:
    """A column of text, as all columns of a CSV file are, as values of this kind."""

    def is_wrong(rows: int) -> bool:
        try:
            column[:rows].cast(kind)
        except pa.ArrowInvalid:
            return True
        return False

    if is_wrong(len(column)):
        at = bisect_left(range(1, len(column)), True, key=is_wrong)
        raise PredictionsError(
            f"{path}, row {first + at}: {name} {column[at].as_py()!r}; {expected}"
        )
    return column.cast(kind)
