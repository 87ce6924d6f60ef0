"""The score tables of a collection: what figures and claims are made from.

scan → parts → counts → tables. `scan` (predictions/reading.py) finds the predictions of a
collection. Those of one split and extent are read in parts, some examples of all models at a time,
and counted (counts.py). Counts become rows as soon as they are complete: of one split and extent
in `_tables_of_extent`, of all extents of a split in `_tables_of_split`, of all splits at the end.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

import numpy as np
import pandas as pd

from learning_order import scores
from learning_order.predictions.contract import NO_LABEL
from learning_order.predictions.reading import PredictionFiles, Predictions
from learning_order.tables import reliability, summary
from learning_order.tables.correct import empty_table, packed_rows
from learning_order.tables.counts import Counts, Labels
from learning_order.tables.null import Null
from learning_order.tables.probabilities import Probabilities, unknown_columns

TABLES = ("examples", "accessibility", "models", "summary", "reliability", "null", "correct")

Item = TypeVar("Item")


def collection_tables(
    predictions: Mapping[str, np.ndarray],
    labels: Mapping[str, np.ndarray],
    extents: Sequence[int],
    seeds: Sequence[int],
    *,
    rng_seed: int = 0,
    resamples: int = 200,
) -> dict[str, pd.DataFrame]:
    """All score tables of one collection whose predictions fit into memory.

    Parameters
    ----------
    predictions : split → (extents, models, examples) integers
        The class that each model predicts for each example after each extent.
    labels : split → (examples,) integers
        The true classes; −1 throughout a split without labels.
    extents : (extents,) integers
        In epochs, ascending.
    seeds : (models,) integers
        The seed of each model.
    rng_seed, resamples : int
        As in `table_parts`.

    Returns
    -------
    dict
        Name of a table → the table; see learning_order.tables for all tables and columns.

    Raises
    ------
    ValueError
        If shapes or splits do not fit together, the extents do not ascend, or a split has labels in
        part.

    Examples
    --------
    >>> predictions = {"test": np.array([[[0, 1], [1, 1]]])}
    >>> tables = collection_tables(predictions, {"test": np.array([0, 1])}, [5], [0, 1])
    >>> tables["accessibility"]["accessibility"].tolist()
    [0.5, 1.0]
    """
    _check_shapes(predictions, labels, extents, seeds)
    labels = {split: np.asarray(labels[split]) for split in predictions}
    found = Predictions(list(seeds), list(extents), dict(predictions), labels)
    parts: dict[str, list[pd.DataFrame]] = {name: [] for name in TABLES}
    for name, table in table_parts(found, rng_seed=rng_seed, resamples=resamples):
        parts[name].append(table)
    return {name: pd.concat(tables, ignore_index=True) for name, tables in parts.items()}


def table_parts(
    found: PredictionFiles | Predictions, *, rng_seed: int = 0, resamples: int = 200
) -> Iterator[tuple[str, pd.DataFrame]]:
    """The score tables of a collection, some rows at a time.

    Memory grows with the examples of a split, and by one bit per example, model and extent. The
    numbers of one split and extent do not depend on which others there are, with one exception:
    `agreement_share` of the table `null` depends on the number of classes, which follows from the
    largest label or prediction of all.

    Parameters
    ----------
    found : PredictionFiles or Predictions
        From `scan` or `read` of predictions/reading.py; extents ascend, in epochs.
    rng_seed : int, default 0
        Decides the resamples and halvings: the same seed gives the same tables.
    resamples : int, default 200
        Number of bootstrap resamples of the models. With `resamples=0` all intervals are NaN;
        they dominate the run time.

    Yields
    ------
    name : str
        One of TABLES.
    table : pandas.DataFrame
        The next rows of that table, split by split and extent by extent; see learning_order.tables
        for all tables and columns. Each table comes in at least one part.

    Raises
    ------
    ValueError
        If the extents do not ascend.
    PredictionsError
        If a file holds other examples or labels than the files before it.

    References
    ----------
    The functions of learning_order.scores compute the columns, and name their sources.

    Examples
    --------
    >>> predictions = {"test": np.array([[[0, 1], [1, 1]]])}
    >>> found = Predictions([0, 1], [5], predictions, {"test": np.array([0, 1])})
    >>> parts = dict(table_parts(found, resamples=0))
    >>> parts["models"]
      split  extent  seed  accuracy
    0  test       5     0       1.0
    1  test       5     1       0.5
    """
    if (np.diff(found.extents) <= 0).any():
        raise ValueError(f"extents should ascend, got {list(found.extents)}")
    nulls: list[tuple[dict[str, Any], Null]] = []
    for split, labels_of_split in found.labels.items():
        labels = Labels.of(labels_of_split)
        history = _History(labels.examples)
        has_probabilities = labels.known and found.has_probabilities(split)
        probabilities = Probabilities(len(found.seeds), labels) if has_probabilities else None
        counted = _counted(found, split, labels, probabilities, rng_seed, resamples)
        for extent, counts in ahead(counted):
            where = {"split": split, "extent": np.int32(extent)}
            yield from _located(where, _tables_of_extent(counts, found.seeds))
            nulls.append((where, Null.of(counts)))
            history.add(counts)
        rng = np.random.default_rng([rng_seed, *b"reliability", *split.encode()])
        of_split = _tables_of_split(labels, history, probabilities, rng, resamples)
        yield from _located({"split": split}, of_split)
    classes = 1 + max(null.largest_class for _, null in nulls)
    for where, null in nulls:
        yield from _located(where, {"null": null.table(classes)})
    if not any(null.labelled for _, null in nulls):
        yield "correct", empty_table()


def _counted(
    found: PredictionFiles | Predictions,
    split: str,
    labels: Labels,
    probabilities: Probabilities | None,
    rng_seed: int,
    resamples: int,
) -> Iterator[tuple[int, Counts]]:
    """The extents of a split, each with its counts; its probabilities are added up on the way."""
    for extent in found.extents:
        rng = np.random.default_rng([rng_seed, int(extent), *split.encode()])
        counts = Counts(labels, scores.model_draws(len(found.seeds), rng, resamples), rng)
        for part in found.parts(split, extent):
            counts.add(part)
            del part  # before the probabilities take as much
        if probabilities:
            probabilities.add(found, split, extent)
        yield extent, counts


def _tables_of_extent(counts: Counts, seeds: Sequence[int]) -> dict[str, pd.DataFrame]:
    """The tables of one split and extent that depend on no other."""
    examples = _example_rows(
        counts.labels,
        tp_agreement=counts.tp_agreement,
        agreement=counts.agreement,
        modal_class=counts.modal_class,
    )
    models = {"seed": np.asarray(seeds, np.int32), "accuracy": counts.accuracies}
    tables = {
        "examples": examples,
        "models": pd.DataFrame(models),
        "summary": summary.row(counts, examples),
    }
    if counts.labels.known:
        tables["correct"] = packed_rows(seeds, counts.bits, counts.labels.examples)
    return tables


class _History:
    """What the tables of all extents of a split keep of each, in the order of the extents."""

    def __init__(self, examples: int) -> None:
        self.bits: list[np.ndarray] = []  # (models, bytes) each
        self.tp_agreements = np.zeros(examples)  # their sum
        self.last_tp_agreement = np.zeros(examples)

    def add(self, counts: Counts) -> None:
        self.bits.append(counts.bits)
        self.last_tp_agreement = counts.tp_agreement
        self.tp_agreements += self.last_tp_agreement


def _tables_of_split(
    labels: Labels,
    history: _History,
    probabilities: Probabilities | None,
    rng: np.random.Generator,
    resamples: int,
) -> dict[str, pd.DataFrame]:
    """The tables of all extents of one split together."""
    if labels.known:
        bits = np.stack(history.bits)
        forgetting, of_models = reliability.forgetting(bits, labels.examples)
        others = probabilities.covariances() if probabilities else {}
        row = reliability.row(bits, history.last_tp_agreement, of_models, rng, resamples, others)
    else:
        forgetting = np.full(labels.examples, np.nan)
        row = reliability.unknown_row(len(history.bits[0]), labels.examples)
    columns = {
        "accessibility": history.tp_agreements / len(history.bits),
        "forgetting": forgetting,
        **(probabilities.columns() if probabilities else unknown_columns(labels.examples)),
    }
    return {"accessibility": _example_rows(labels, **columns), "reliability": row}


def _example_rows(labels: Labels, **columns: np.ndarray) -> pd.DataFrame:
    numbers = np.arange(labels.examples, dtype=np.int32)
    return pd.DataFrame({"example": numbers, "label": labels.labels.astype(np.int32), **columns})


def _located(
    where: Mapping[str, Any], tables: Mapping[str, pd.DataFrame]
) -> Iterator[tuple[str, pd.DataFrame]]:
    """Each table with its split and extent as leading columns."""
    for name, table in tables.items():
        yield name, table.assign(**where)[[*where, *table]]


def _check_shapes(
    predictions: Mapping[str, np.ndarray],
    labels: Mapping[str, np.ndarray],
    extents: Sequence[int],
    seeds: Sequence[int],
) -> None:
    if not predictions or set(predictions) != set(labels):
        raise ValueError(
            "predictions and labels should have the same splits, "
            f"got {sorted(predictions)} and {sorted(labels)}"
        )
    for split, of_split in predictions.items():
        expected = (len(extents), len(seeds), len(labels[split]))
        if np.shape(of_split) != expected:
            raise ValueError(
                f"predictions of {split} should have shape (extents, models, examples) = "
                f"{expected}, got {np.shape(of_split)}"
            )
        unlabelled = int((np.asarray(labels[split]) == NO_LABEL).sum())
        if 0 < unlabelled < len(labels[split]):
            raise ValueError(
                f"{unlabelled} of {len(labels[split])} examples of {split} have no label (−1): "
                "give all a label, or none"
            )


def ahead(items: Iterable[Item]) -> Iterator[Item]:
    """The items, none of them None, each made while the one before it is worked on.

    An error comes in the place of the item.

    >>> list(ahead(number**2 for number in range(4)))
    [0, 1, 4, 9]
    """
    iterator = iter(items)
    with ThreadPoolExecutor(max_workers=1) as pool:
        coming = pool.submit(next, iterator, None)
        while (item := coming.result()) is not None:
            coming = pool.submit(next, iterator, None)
            yield item
