"""What a file of predictions holds, and how it is written; the package's docstring says more."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
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
SPLITS = ("test", "train")  # of every labelled dataset, in the order of rows in a file
NO_LABEL = -1  # the label of an example that has none
METADATA_KEY = "learning_order"


@dataclass(frozen=True)
class Record:
    """What one model predicts after `extent` epochs."""

    seed: int
    extent: int
    predictions: dict[str, np.ndarray]  # split → (examples,) int16
    accuracy: dict[str, float]  # of the splits with labels
    loss: dict[str, float]


def write_block(
    path: Path, records: Iterable[Record], labels: Mapping[str, np.ndarray], metadata: dict
) -> None:
    """Write the records of a block as they come; the file appears when the last one is in.

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
        What else to store as JSON under METADATA_KEY, beside each model's accuracy and loss. It is
        stored last, so records may still add to it.

    Raises
    ------
    KeyError
        Where a record lacks one of the splits.

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
    with (
        sealed_aside(path) as aside,
        pq.ParquetWriter(aside, SCHEMA, compression="zstd") as writer,
    ):
        for record in records:
            for split in splits:
                writer.write_table(_rows(record, split, splits, labels[split]))
            models.append(_facts(record))
        text = json.dumps({**metadata, "models": models}, sort_keys=True)
        writer.add_key_value_metadata({METADATA_KEY: text})


def _facts(record: Record) -> dict:
    return {
        "seed": int(record.seed),
        "extent": int(record.extent),
        "accuracy": record.accuracy,
        "loss": record.loss,
    }


def _rows(record: Record, split: str, splits: list[str], labels: np.ndarray) -> pa.Table:
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
    return pa.table(columns, schema=SCHEMA)
