"""Read predictions in the Parquet contract, whoever wrote them.

`scan` looks at what is in the files; the predictions of one split and extent are then read from all
models together, as many examples at a time as fit MOST. So memory grows neither with models nor
with extents. A row group's statistics tell whose it is, and one writer stores examples and labels
alike for all models: mostly only the column of predictions has to be decoded.
"""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import product
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq

from learning_order.predictions.contract import METADATA_KEY, SCHEMA
from learning_order.runtime.errors import ExplainedError

MOST = 2**26  # predictions held at once, of two bytes each

ModelSplit = tuple[int, int, str]  # seed, extent, split
Stored = list[tuple[str, str, int, bytes]]  # a column in a file: see _Place._stored


class PredictionsError(ExplainedError, ValueError):
    """A predictions file that is not what it should be; the message names the file."""


def read_metadata(path: Path) -> dict:
    """The JSON metadata of a predictions file; empty if somebody else wrote it."""
    return _of_ours(pq.read_metadata(path))


@dataclass(frozen=True)
class Predictions:
    """The predictions of a collection, in memory: arrays by split."""

    seeds: list[int]
    extents: list[int]
    predictions: dict[str, np.ndarray]  # split → (extents, models, examples) int16
    labels: dict[str, np.ndarray]  # split → (examples,) int16

    def parts(self, split: str, extent: int) -> Iterator[np.ndarray]:
        """The (models, examples) predictions of one split and extent, in one part."""
        yield self.predictions[split][self.extents.index(extent)]


@dataclass(frozen=True)
class PredictionFiles:
    """The predictions of a collection, in files that `scan` has looked at."""

    seeds: list[int]
    extents: list[int]
    labels: dict[str, np.ndarray]  # split → (examples,) int16
    places: dict[ModelSplit, "_Place"]  # where to read them

    def parts(self, split: str, extent: int) -> Iterator[np.ndarray]:
        """The predictions of one split and extent, (models, some examples) int16 at a time.

        PredictionsError where the examples of a model are not 0, 1, 2, …, or where two models have
        other labels.
        """
        places = [self.places[seed, extent, split] for seed in self.seeds]
        known: list[Stored] = []
        for place in places:
            known = place.check(self.labels[split], known)
        examples = len(self.labels[split])
        step = max(8, MOST // len(places) // 8 * 8)  # whole bytes of packed bits
        for start in range(0, examples, step):
            stop = min(start + step, examples)
            part = np.empty((len(places), stop - start), np.int16)
            for row, place in zip(part, places, strict=True):
                (row[:],) = place.read(["prediction"], start, stop)
            yield part


@dataclass
class _Place:
    """The row groups of one file that hold the predictions of one model for one split, in order."""

    path: Path
    metadata: pq.FileMetaData
    seed: int
    split: str
    groups: list[int] = field(default_factory=list)
    ends: list[int] = field(default_factory=lambda: [0])  # 0, then the rows up to each group's end

    def add(self, group: int) -> None:
        self.groups.append(group)
        self.ends.append(self.ends[-1] + self.metadata.row_group(group).num_rows)

    def check(self, labels: np.ndarray, known: list[Stored]) -> list[Stored]:
        """Compare examples and labels with what they should be; returns them as they are stored.

        Columns stored as in `known`, which are right, are not decoded: that would take three times
        as long as decoding the predictions.
        """
        stored = [self._stored(name) for name in ("example", "label")]
        if stored == known:
            return stored
        example, label = self.read(["example", "label"], 0, self.ends[-1])
        if not np.array_equal(example, np.arange(len(labels))):
            raise PredictionsError(
                f"{self.path}: the {self.split} examples of seed {self.seed} are not 0, 1, 2, …"
            )
        if not np.array_equal(label, labels):
            raise PredictionsError(
                f"{self.path}: the {self.split} labels of seed {self.seed} differ from those read "
                "before; were these files made from two versions of the dataset?"
            )
        return stored

    def _stored(self, name: str) -> Stored:
        """The column as it is in the file: type, compression, rows and bytes of each group."""
        index = self.metadata.schema.names.index(name)
        stored = []
        with self.path.open("rb") as file:
            for group in self.groups:
                column = self.metadata.row_group(group).column(index)
                file.seek(column.dictionary_page_offset or column.data_page_offset)
                content = file.read(column.total_compressed_size)
                kind = column.physical_type, column.compression, column.num_values
                stored.append((*kind, content))
        return stored

    def read(self, columns: Sequence[str], start: int, stop: int) -> list[np.ndarray]:
        """The rows from `start` to `stop`: one array per column, from the groups that hold them."""
        first, last = np.searchsorted(self.ends[1:], [start, stop - 1], side="right")
        groups = self.groups[first : last + 1]
        with pq.ParquetFile(self.path, metadata=self.metadata) as file:
            table = file.read_row_groups(groups, columns=list(columns), use_threads=False)
        rows = table.slice(start - self.ends[first], stop - start)
        return [rows[name].to_numpy() for name in columns]


def scan(
    paths: Sequence[Path],
    seeds: Sequence[int] | None = None,
    extents: Sequence[int] | None = None,
) -> PredictionFiles:
    """Find the wanted seeds and extents in files of the contract.

    Parameters
    ----------
    paths : sequence of Path
        Parquet files. A model that several of them hold is taken from the first.
    seeds : sequence of int, optional
        The models, by default all that the metadata of the files name.
    extents : sequence of int, optional
        The epochs trained, by default all that the metadata of the files name.

    Returns
    -------
    PredictionFiles
        Seeds, extents and labels, and `parts`, which reads the predictions.

    Raises
    ------
    PredictionsError
        Where a file lacks a column, a row group mixes models, a wanted (seed, extent, split) is in
        no file, or two models have different numbers of examples. The message names the file.

    References
    ----------
    Apache Parquet, file format: row groups and their statistics.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> from learning_order.predictions.contract import Record, write_block
    >>> labels = {"test": np.array([0, 1, 1])}
    >>> guess = {"test": np.array([0, 1, 0], np.int16)}
    >>> with TemporaryDirectory() as folder:
    ...     path = Path(folder) / "seeds-7-8.parquet"
    ...     write_block(path, [Record(seed, 10, guess, {}, {}) for seed in (7, 8)], labels, {})
    ...     found = scan([path])
    ...     parts = list(found.parts("test", extent=10))
    >>> found.seeds, found.extents, [part.shape for part in parts]
    ([7, 8], [10], [(2, 3)])
    """
    files = {path: pq.read_metadata(path) for path in paths}
    models = [model for file in files.values() for model in _of_ours(file).get("models", [])]
    seeds = sorted({model["seed"] for model in models}) if seeds is None else list(seeds)
    extents = sorted({model["extent"] for model in models}) if extents is None else list(extents)
    places: dict[ModelSplit, _Place] = {}
    for path, metadata in files.items():
        _check_columns(path, metadata)
        for group in range(metadata.num_row_groups):
            seed, extent, split = model = _model_of(path, metadata, group)
            if seed in seeds and extent in extents:
                place = places.setdefault(model, _Place(Path(path), metadata, seed, split))
                if place.path == Path(path):
                    place.add(group)
    _check_complete(places, seeds, extents, ", ".join(map(str, paths)))
    return PredictionFiles(seeds, extents, _labels(places), places)


def read(
    paths: Sequence[Path],
    seeds: Sequence[int] | None = None,
    extents: Sequence[int] | None = None,
) -> Predictions:
    """The predictions that `scan` finds, in memory: for collections that fit.

    PredictionsError also where two files disagree about the labels.
    """
    found = scan(paths, seeds, extents)
    predictions = {
        split: np.stack([np.hstack([*found.parts(split, extent)]) for extent in found.extents])
        for split in found.labels
    }
    return Predictions(found.seeds, found.extents, predictions, found.labels)


def _of_ours(metadata: pq.FileMetaData) -> dict:
    found = (metadata.metadata or {}).get(METADATA_KEY.encode())
    return json.loads(found) if found else {}


def _check_columns(path: Path, metadata: pq.FileMetaData) -> None:
    missing = set(SCHEMA.names) - set(metadata.schema.names)
    if missing:
        raise PredictionsError(f"{path}: columns missing: {', '.join(sorted(missing))}")


def _model_of(path: Path, metadata: pq.FileMetaData, group: int) -> ModelSplit:
    """The seed, extent and split of all rows of the row group."""
    values = {name: _values(path, metadata, group, name) for name in ("seed", "extent", "split")}
    mixed = [name for name, found in values.items() if len(found) != 1]
    if mixed:
        raise PredictionsError(
            f"{path}: row group {group} mixes several values of {' and '.join(mixed)}; "
            "write one row group per (seed, extent, split), sorted by example"
        )
    return tuple(value for (value,) in values.values())


def _values(path: Path, metadata: pq.FileMetaData, group: int, name: str) -> set:
    """The least and the largest value of a column in a row group; all, if these were not noted."""
    column = metadata.row_group(group).column(metadata.schema.names.index(name))
    if column.is_stats_set and column.statistics.has_min_max:
        return {column.statistics.min, column.statistics.max}
    with pq.ParquetFile(path, metadata=metadata) as file:
        return set(file.read_row_group(group, columns=[name])[name].unique().to_pylist())


def _check_complete(
    places: dict[ModelSplit, _Place], seeds: list[int], extents: list[int], paths: str
) -> None:
    if not places:
        raise PredictionsError(f"No predictions of seeds {seeds} after {extents} epochs in {paths}")
    for split in {split: None for _, _, split in places}:
        for extent, seed in product(extents, seeds):
            if (seed, extent, split) not in places:
                raise PredictionsError(
                    f"No {split} predictions of seed {seed} after {extent} epochs in {paths}"
                )


def _labels(places: dict[ModelSplit, _Place]) -> dict[str, np.ndarray]:
    """The labels of each split, in the order of the files, as its first model has them."""
    labels: dict[str, np.ndarray] = {}
    for (_, _, split), place in places.items():
        if split not in labels:
            (labels[split],) = place.read(["label"], 0, place.ends[-1])
        if place.ends[-1] != len(labels[split]):
            raise PredictionsError(
                f"{place.path}: seed {place.seed} has {place.ends[-1]} {split} examples, not "
                f"{len(labels[split])} as those read before; were these files made from two "
                "versions of the dataset?"
            )
    return labels
