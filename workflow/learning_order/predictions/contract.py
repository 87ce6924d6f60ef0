"""What a file of predictions holds, and how it is written; the package's docstring says more."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from itertools import chain, islice
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from learning_order.runtime.seal import sealed_aside

SCHEMA = pa.schema(
    [
        ("seed", pa.int32()),
        ("extent", pa.int32()),
        ("split", pa.dictionary(pa.int8(), pa.string())),
        ("example", pa.int32()),
        ("label", pa.int16()),
        ("prediction", pa.int16()),
        ("correct", pa.bool_()),
    ]
)
PROBABILITIES = pa.schema([("p_true", pa.float16()), ("margin", pa.float16())])
MOST_MARGIN = float(np.finfo(np.float16).max)  # 65504; what is beyond is clipped
COUNTED = {"example": "DELTA_BINARY_PACKED"}  # 0, 1, 2, … takes no room as differences
REPEATED = [name for name in SCHEMA.names if name not in COUNTED]  # few values, in a dictionary
SPLITS = ("test", "train")  # of every labelled dataset, in the order of rows in a file
NO_LABEL = -1  # the label of an example that has none
METADATA_KEY = "learning_order"


@dataclass(frozen=True)
class Record:
    """What one model predicts after `extent` epochs, or what else the extents count.

    p_true and margin are there for the splits whose labels and probabilities are known;
    sum_p_squared is the mean over examples of Σ p² over the classes.
    """

    seed: int
    extent: int
    predictions: dict[str, np.ndarray]  # split → (examples,) int16
    accuracy: dict[str, float]  # of the splits with labels
    loss: dict[str, float]
    p_true: dict[str, np.ndarray] = field(default_factory=dict)  # split → (examples,) float16
    margin: dict[str, np.ndarray] = field(default_factory=dict)  # split → (examples,) float16
    sum_p_squared: dict[str, float] = field(default_factory=dict)


def write_block(
    path: Path, records: Iterable[Record], labels: Mapping[str, np.ndarray], metadata: dict
) -> None:
    """Write the records of a block as they come; the file appears when the last one is in.

    The columns p_true and margin are written where the first record has them for any split; in a
    split that it has none for, they are null.

    Parameters
    ----------
    path : Path
        The Parquet file; folders above it are made.
    records : iterable of Record
        The predictions of each model, ordered by seed, then extent.
    labels : mapping of str to ndarray
        The labels of each split, (examples,) integers in the order of its predictions; −1 for an
        example without a label. The splits written are these.
    metadata : dict
        What else to store as JSON under METADATA_KEY, beside each model's accuracy, loss and
        sum_p_squared. It is stored last, so records may still add to it.

    Raises
    ------
    KeyError
        Where a record lacks one of the splits.
    ValueError
        Where a record has probabilities for other splits than the first one.

    References
    ----------
    Apache Parquet, file format: row groups and key-value metadata.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> from learning_order.predictions.reading import read
    >>> labels = {"test": np.array([0, 1, 1])}
    >>> predictions = {"test": np.array([0, 1, 0], np.int16)}
    >>> record = Record(7, 10, predictions, accuracy={"test": 2 / 3}, loss={})
    >>> with TemporaryDirectory() as folder:
    ...     path = Path(folder) / "seeds-7-7.parquet"
    ...     write_block(path, [record], labels, {"dataset": "made up"})
    ...     read([path]).predictions["test"].tolist()  # (extents, models, examples)
    [[[0, 1, 0]]]
    """
    models = []
    splits = [split for split in SPLITS if split in labels]
    splits += sorted(labels.keys() - set(SPLITS))
    records = iter(records)
    first = list(islice(records, 1))
    known = {split for record in first for split in _with_probabilities(record)}
    schema = pa.unify_schemas([SCHEMA, PROBABILITIES]) if known else SCHEMA
    with (
        sealed_aside(path) as aside,
        pq.ParquetWriter(
            aside,
            schema,
            compression="zstd",
            use_dictionary=REPEATED,
            column_encoding=COUNTED,
        ) as writer,
    ):
        for record in chain(first, records):
            if _with_probabilities(record) != known:
                raise ValueError(
                    f"seed {record.seed} after {record.extent} epochs has probabilities for "
                    f"{sorted(_with_probabilities(record))}, the first record for {sorted(known)}"
                )
            for split in splits:
                writer.write_table(_rows(record, split, splits, labels[split], schema))
            models.append(_facts(record))
        text = json.dumps({**metadata, "models": models}, sort_keys=True)
        writer.add_key_value_metadata({METADATA_KEY: text})


def _with_probabilities(record: Record) -> set[str]:
    return record.p_true.keys() & record.margin.keys()


def _facts(record: Record) -> dict:
    return {
        "seed": int(record.seed),
        "extent": int(record.extent),
        "accuracy": record.accuracy,
        "loss": record.loss,
        "sum_p_squared": record.sum_p_squared,
    }


def _rows(
    record: Record, split: str, splits: list[str], labels: np.ndarray, schema: pa.Schema
) -> pa.Table:
    predictions = record.predictions[split]
    examples = len(predictions)
    columns = {
        "seed": np.full(examples, record.seed, np.int32),
        "extent": np.full(examples, record.extent, np.int32),
        "split": pa.DictionaryArray.from_arrays(
            np.full(examples, splits.index(split), np.int8), splits
        ),
        "example": np.arange(examples, dtype=np.int32),
        "label": labels.astype(np.int16),
        "prediction": predictions.astype(np.int16),
        "correct": predictions == labels,
    }
    for name, values in (("p_true", record.p_true), ("margin", record.margin)):
        if name in schema.names:
            found = values.get(split)
            columns[name] = pa.nulls(examples, pa.float16()) if found is None else found
    return pa.table(columns, schema=schema)
