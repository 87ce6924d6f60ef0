"""Read predictions in the Parquet contract, whoever wrote them.

`scan` looks at what is in the files; the predictions of one split and extent are then read from all
models together, as many examples at a time as fit MOST. So memory grows neither with models nor
with extents. A row group's statistics tell whose it is, and one writer stores examples and labels
alike for all models: mostly only the column of predictions has to be decoded.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import product
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq

from learning_order.predictions.contract import METADATA_KEY, PROBABILITIES, SCHEMA
from learning_order.predictions.places import Place, PredictionsError, Stored

MOST = 2**26  # predictions held at once, of two bytes each
PROBABILITY_TYPES = dict.fromkeys(PROBABILITIES.names, np.float16)

ModelSplit = tuple[int, int, str]  # seed, extent, split
Squared = dict[ModelSplit, float]  # the mean over examples of Σ p² over the classes


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
    # For splits with probabilities; arrays as in predictions, float16.
    p_true: dict[str, np.ndarray] = field(default_factory=dict)
    margin: dict[str, np.ndarray] = field(default_factory=dict)
    sum_p_squared: Squared = field(default_factory=dict)  # empty where unknown

    def parts(self, split: str, extent: int) -> Iterator[np.ndarray]:
        """The (models, examples) predictions of one split and extent, in one part."""
        yield self.predictions[split][self.extents.index(extent)]

    def has_probabilities(self, split: str) -> bool:
        """Whether every model has p_true and margin for this split."""
        return split in self.p_true and split in self.margin

    def probability_parts(self, split: str, extent: int) -> Iterator[tuple[np.ndarray, np.ndarray]]:
        """p_true and margin of one split and extent, each (models, examples), in one part."""
        index = self.extents.index(extent)
        yield self.p_true[split][index], self.margin[split][index]


@dataclass(frozen=True)
class PredictionFiles:
    """The predictions of a collection, in files that `scan` has looked at."""

    seeds: list[int]
    extents: list[int]
    labels: dict[str, np.ndarray]  # split → (examples,) int16
    places: dict[ModelSplit, Place]  # where to read them
    sum_p_squared: Squared = field(default_factory=dict)  # empty where unknown
    checked: set[tuple[str, int]] = field(default_factory=set)  # splits and extents

    def parts(self, split: str, extent: int) -> Iterator[np.ndarray]:
        """The predictions of one split and extent, (models, some examples) int16 at a time.

        PredictionsError where the examples of a model are not 0, 1, 2, …, or where two models have
        other labels.
        """
        for (part,) in self._parts(split, extent, {"prediction": np.int16}):
            yield part

    def has_probabilities(self, split: str) -> bool:
        """Whether every model has p_true and margin for every example of this split."""
        wanted = product(self.seeds, self.extents)
        return all(self.places[seed, extent, split].has_probabilities for seed, extent in wanted)

    def probability_parts(self, split: str, extent: int) -> Iterator[tuple[np.ndarray, np.ndarray]]:
        """p_true and margin of one split and extent, float16, cut as `parts` cuts.

        Only where `has_probabilities`. PredictionsError as from `parts`.
        """
        for parts in self._parts(split, extent, PROBABILITY_TYPES):
            yield parts[0], parts[1]

    def _parts(
        self, split: str, extent: int, columns: Mapping[str, type[np.generic]]
    ) -> Iterator[list[np.ndarray]]:
        """These columns, each as (models, some examples)."""
        places = [self.places[seed, extent, split] for seed in self.seeds]
        self._check(split, extent, places)
        examples = len(self.labels[split])
        step = max(8, MOST // len(places) // 8 * 8)  # whole bytes of packed bits
        for start in range(0, examples, step):
            stop = min(start + step, examples)
            parts = [np.empty((len(places), stop - start), kind) for kind in columns.values()]
            for model, place in enumerate(places):
                found = place.read(list(columns), start, stop)
                for part, values in zip(parts, found, strict=True):
                    part[model] = values
            yield parts

    def _check(self, split: str, extent: int, places: Sequence[Place]) -> None:
        """Compare the examples and labels of all models, once."""
        if (split, extent) in self.checked:
            return
        known: list[Stored] = []
        for place in places:
            known = place.check(self.labels[split], known)
        self.checked.add((split, extent))


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
        Seeds, extents and labels, `parts`, which reads the predictions, and
        `probability_parts`, which reads p_true and margin of the splits that have them.

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
    places: dict[ModelSplit, Place] = {}
    for path, metadata in files.items():
        _check_columns(path, metadata)
        for group in range(metadata.num_row_groups):
            seed, extent, split = model = _model_of(path, metadata, group)
            if seed in seeds and extent in extents:
                place = places.setdefault(model, Place(Path(path), metadata, seed, split))
                if place.path == Path(path):
                    place.add(group)
    _check_complete(places, seeds, extents, ", ".join(map(str, paths)))
    squared = _sum_p_squared(models, seeds, extents)
    return PredictionFiles(seeds, extents, _labels(places), places, squared)


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
    p_true, margin = {}, {}
    for split in filter(found.has_probabilities, found.labels):
        of_extents = [[*found.probability_parts(split, extent)] for extent in found.extents]
        both = [np.concatenate(parts, axis=2) for parts in of_extents]  # (2, models, examples)
        p_true[split], margin[split] = np.stack(both, axis=1)
    return Predictions(
        found.seeds, found.extents, predictions, found.labels, p_true, margin, found.sum_p_squared
    )


def _sum_p_squared(models: Sequence[dict], seeds: Sequence[int], extents: Sequence[int]) -> Squared:
    """What the metadata of the files say of the wanted models, of several the first."""
    squared: Squared = {}
    for model in models:
        if model["seed"] in seeds and model["extent"] in extents:
            for split, mean in model.get("sum_p_squared", {}).items():
                squared.setdefault((model["seed"], model["extent"], split), mean)
    return squared


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
    places: dict[ModelSplit, Place], seeds: list[int], extents: list[int], paths: str
) -> None:
    if not places:
        raise PredictionsError(f"No predictions of seeds {seeds} after {extents} epochs in {paths}")
    for split in {split: None for _, _, split in places}:
        for extent, seed in product(extents, seeds):
            if (seed, extent, split) not in places:
                raise PredictionsError(
                    f"No {split} predictions of seed {seed} after {extent} epochs in {paths}"
                )


def _labels(places: dict[ModelSplit, Place]) -> dict[str, np.ndarray]:
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
