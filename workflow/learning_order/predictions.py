"""The Parquet contract: what every model predicted for every example.

One file holds one block of models, rows sorted by seed, extent, split and example, one row group
a (seed, extent, split). A file of the independent protocol holds a single extent. Anyone's
predictions in this shape can be scored: only the columns of SCHEMA matter, not who wrote them.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from learning_order.errors import ExplainedError
from learning_order.files import written_aside

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
SPLITS = ("test", "train")  # the order of rows in a file
METADATA_KEY = "learning_order"


class PredictionsError(ExplainedError, ValueError):
    """A predictions file that is not what it should be; the message names the file."""


def write_block(
    path: Path, records: Iterable, labels: Mapping[str, np.ndarray], metadata: dict
) -> None:
    """Write the records of a block as they come; the file appears when the last one is in.

    records: objects with seed, extent, predictions, accuracy and loss (see training.Record),
    ordered by seed, then extent. labels: split → (examples,). metadata is stored as JSON under
    METADATA_KEY, together with each model's accuracy and loss.
    """
    models = []
    with (
        written_aside(path) as aside,
        pq.ParquetWriter(aside, SCHEMA, compression="zstd") as writer,
    ):
        for record in records:
            for split in SPLITS:
                writer.write_table(_rows(record, split, labels[split]))
            models.append(_facts(record))
        text = json.dumps({**metadata, "models": models}, sort_keys=True)
        writer.add_key_value_metadata({METADATA_KEY: text})


def _facts(record) -> dict:
    return {
        "seed": int(record.seed),
        "extent": int(record.extent),
        "accuracy": record.accuracy,
        "loss": record.loss,
    }


def _rows(record, split: str, labels: np.ndarray) -> pa.Table:
    predictions = record.predictions[split]
    examples = len(predictions)
    columns = {
        "seed": np.full(examples, record.seed, np.int32),
        "extent": np.full(examples, record.extent, np.int32),
        "split": pa.DictionaryArray.from_arrays(
            np.full(examples, SPLITS.index(split), np.int8), list(SPLITS)
        ),
        "example": np.arange(examples, dtype=np.int32),
        "label": labels.astype(np.int16),
        "prediction": predictions.astype(np.int16),
        "correct": predictions == labels,
    }
    return pa.table(columns, schema=SCHEMA)


def read_metadata(path: Path) -> dict:
    """The JSON metadata of a predictions file; empty for a file of someone else's."""
    found = (pq.read_metadata(path).metadata or {}).get(METADATA_KEY.encode())
    return json.loads(found) if found else {}


@dataclass(frozen=True)
class Predictions:
    """The predictions of a collection: arrays by split."""

    seeds: list[int]
    extents: list[int]
    predictions: dict[str, np.ndarray]  # split → (extents, models, examples) int16
    labels: dict[str, np.ndarray]  # split → (examples,) int16


def read(paths: Sequence[Path], seeds: Sequence[int], extents: Sequence[int]) -> Predictions:
    """Gather the wanted seeds and extents from files of the contract, one row group at a time.

    PredictionsError where a file is not of the contract, a wanted (seed, extent, split) is in no
    file, or two files disagree about the labels. A seed found twice is taken from the first file.
    """
    gathered = _Gathering(list(seeds), list(extents))
    for path in paths:
        file = pq.ParquetFile(path)
        missing = set(SCHEMA.names) - set(file.schema_arrow.names)
        if missing:
            raise PredictionsError(f"{path}: columns missing: {', '.join(sorted(missing))}")
        for group in range(file.num_row_groups):
            gathered.add(path, _one_model(path, group, file.read_row_group(group)))
    return gathered.result(paths)


def _one_model(path: Path, group: int, table: pa.Table) -> pa.Table:
    """The row group, once sure that it holds the examples of one model, in order."""
    mixed = [name for name in ("seed", "extent", "split") if len(table[name].unique()) != 1]
    if mixed:
        raise PredictionsError(
            f"{path}: row group {group} mixes several values of {' and '.join(mixed)}; "
            "write one row group a (seed, extent, split), sorted by example"
        )
    if not np.array_equal(table["example"].to_numpy(), np.arange(len(table))):
        raise PredictionsError(f"{path}: the examples of row group {group} are not 0, 1, 2, …")
    return table


class _Gathering:
    """Arrays that fill up row group by row group."""

    def __init__(self, seeds: list[int], extents: list[int]):
        self.seeds, self.extents = seeds, extents
        self.arrays: dict[str, np.ndarray] = {}
        self.labels: dict[str, np.ndarray] = {}
        self.filled: dict[str, np.ndarray] = {}

    def add(self, path: Path, table: pa.Table) -> None:
        seed, extent = table["seed"][0].as_py(), table["extent"][0].as_py()
        split = table["split"][0].as_py()
        if seed not in self.seeds or extent not in self.extents:
            return
        labels = table["label"].to_numpy()
        if split not in self.arrays:
            shape = (len(self.extents), len(self.seeds))
            self.arrays[split] = np.empty((*shape, len(labels)), np.int16)
            self.filled[split] = np.zeros(shape, bool)
            self.labels[split] = labels
        if not np.array_equal(labels, self.labels[split]):
            raise PredictionsError(
                f"{path}: the {split} labels of seed {seed} differ from those read before; "
                "were these files made from two versions of the dataset?"
            )
        place = self.extents.index(extent), self.seeds.index(seed)
        if not self.filled[split][place]:
            self.arrays[split][place] = table["prediction"].to_numpy()
            self.filled[split][place] = True

    def result(self, paths: Sequence[Path]) -> Predictions:
        for split in SPLITS:
            missing = np.argwhere(~self.filled[split]) if split in self.filled else [(0, 0)]
            if len(missing):
                extent, seed = missing[0]
                raise PredictionsError(
                    f"No {split} predictions of seed {self.seeds[seed]} after "
                    f"{self.extents[extent]} epochs in {', '.join(map(str, paths))}"
                )
        return Predictions(self.seeds, self.extents, self.arrays, self.labels)
