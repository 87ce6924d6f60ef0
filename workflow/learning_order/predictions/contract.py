"""The Parquet contract: what every model predicted for every example, written as it comes.

One file holds one block of models, rows sorted by seed, extent, split and example, one row group
a (seed, extent, split). A file of the independent protocol holds a single extent. Anyone's
predictions in this shape can be scored: only the columns of SCHEMA matter, not who wrote them.
predictions.py reads them, apart from here, so that a change in reading trains nothing again.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from learning_order.runtime.files import written_aside

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
SPLITS = ("test", "train")  # those with labels; the order of rows in a file
NO_LABEL = -1  # of an example that has none
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

    records are ordered by seed, then extent. labels: split → (examples,). metadata is stored as
    JSON under METADATA_KEY, together with each model's accuracy and loss. Splits other than test
    and train come after them, by name; a label of −1 means that there is none.
    """
    models = []
    splits = [name for name in SPLITS if name in labels]
    splits += sorted(labels.keys() - set(SPLITS))
    with (
        written_aside(path) as aside,
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
