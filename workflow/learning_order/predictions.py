"""Reads predictions in the Parquet contract, whoever wrote them (see contract.py)."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from learning_order.contract import METADATA_KEY, SCHEMA
from learning_order.errors import ExplainedError


class PredictionsError(ExplainedError, ValueError):
    """A predictions file that is not what it should be; the message names the file."""


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


def read(
    paths: Sequence[Path],
    seeds: Sequence[int] | None = None,
    extents: Sequence[int] | None = None,
) -> Predictions:
    """Gather the wanted seeds and extents from files of the contract, one row group at a time.

    Without seeds or extents, all that the metadata of the files name. PredictionsError where a
    file is not of the contract, a wanted (seed, extent, split) is in no file, or two files
    disagree about the labels. A seed found twice is taken from the first file.
    """
    models = [model for path in paths for model in read_metadata(path).get("models", [])]
    seeds = sorted({model["seed"] for model in models}) if seeds is None else seeds
    extents = sorted({model["extent"] for model in models}) if extents is None else extents
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
        if not self.filled:
            raise PredictionsError(
                f"No predictions of seeds {self.seeds} after {self.extents} epochs in "
                f"{', '.join(map(str, paths))}"
            )
        for split, filled in self.filled.items():
            missing = np.argwhere(~filled)
            if len(missing):
                extent, seed = missing[0]
                raise PredictionsError(
                    f"No {split} predictions of seed {self.seeds[seed]} after "
                    f"{self.extents[extent]} epochs in {', '.join(map(str, paths))}"
                )
        return Predictions(self.seeds, self.extents, self.arrays, self.labels)
