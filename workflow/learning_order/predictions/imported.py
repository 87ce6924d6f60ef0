"""Predictions that were made elsewhere, in any framework, as the arrays that scores are made of.

import_files.py reads the files and checks row by row; here their rows are put together, and must
be complete: every example of a split once for every seed and extent.
"""

import math
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np

from learning_order.predictions.contract import NO_LABEL, Record
from learning_order.predictions.import_files import Rows, read_rows
from learning_order.predictions.places import PredictionsError
from learning_order.predictions.reading import Predictions

MOST_NAMED = 3  # files in a message


def read_own(paths: Sequence[Path]) -> Predictions:
    """All predictions in these files together, whatever the order of files and rows.

    PredictionsError names file and row, or seed, extent, split and example, of what is missing,
    there twice or contradictory, and what was expected.
    """
    parts: dict[str, list[Rows]] = {}
    for path in paths:
        for rows in read_rows(Path(path)):
            parts.setdefault(rows.split, []).append(rows)
    every = [rows for of_split in parts.values() for rows in of_split]
    seeds, extents = _distinct(every, "seed"), _distinct(every, "extent")
    found = Predictions(seeds.tolist(), extents.tolist(), predictions={}, labels={})
    for split in sorted(parts):
        _add(found, split, parts.pop(split), seeds, extents)
    return found


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
            p_true, margin = (
                {split: values[step, model] for split, values in kept.items()}
                for kept in (found.p_true, found.margin)
            )
            yield Record(seed, extent, of_model, accuracy, loss={}, p_true=p_true, margin=margin)


def _distinct(parts: list[Rows], column: str) -> np.ndarray:
    return np.unique(np.concatenate([np.unique(getattr(rows, column)) for rows in parts]))


def _add(
    found: Predictions, split: str, parts: list[Rows], seeds: np.ndarray, extents: np.ndarray
) -> None:
    """Put together the rows of one split: (extents, models, examples), and labels (examples,)."""
    examples = 1 + max(int(rows.example.max()) for rows in parts)
    shape = (len(extents), len(seeds), examples)
    if sum(len(rows.row) for rows in parts) != math.prod(shape):
        raise PredictionsError(_repeated_or_missing(parts, seeds, extents, examples))
    predictions, filled = np.empty(shape, np.int16), np.zeros(shape, bool)
    labels = np.empty(examples, np.int16)
    has_probabilities = _have_probabilities(parts)
    p_true, margin = (np.empty(shape if has_probabilities else 0, np.float16) for _ in range(2))
    for rows in parts:
        place = (
            np.searchsorted(extents, rows.extent),
            np.searchsorted(seeds, rows.seed),
            rows.example,
        )
        predictions[place] = rows.prediction
        filled[place] = True
        labels[rows.example] = rows.label
        if has_probabilities:
            p_true[place], margin[place] = rows.p_true, rows.margin
    # There are as many rows as places, so each was filled once unless one was left out.
    if not filled.all():
        raise PredictionsError(_repeated_or_missing(parts, seeds, extents, examples))
    _check_labels(parts, labels)
    found.predictions[split], found.labels[split] = predictions, labels
    if has_probabilities:
        found.p_true[split], found.margin[split] = p_true, margin


def _have_probabilities(parts: list[Rows]) -> bool:
    """Whether the rows of a split have p_true and margin; PredictionsError where only some have.

    Where there are no labels they mean nothing, whatever the columns hold.
    """
    if any((rows.label == NO_LABEL).any() for rows in parts):
        return False
    lacking = _first(parts, [np.isnan(rows.p_true) | np.isnan(rows.margin) for rows in parts])
    having = _first(parts, [~np.isnan(rows.p_true) | ~np.isnan(rows.margin) for rows in parts])
    if lacking and having:
        (rows, at), (others, there) = lacking, having
        raise PredictionsError(
            f"{rows.place(at)}: {rows.about(at)} lacks p_true or margin, but {others.place(there)} "
            "has one; give both for all examples of a split, or for none"
        )
    return not lacking


def _first(parts: list[Rows], wanted: list[np.ndarray]) -> tuple[Rows, int] | None:
    """The first part in which a row is wanted, and the row's index in it."""
    for rows, those in zip(parts, wanted, strict=True):
        if those.any():
            return rows, int(np.argmax(those))
    return None


def _repeated_or_missing(
    parts: list[Rows], seeds: np.ndarray, extents: np.ndarray, examples: int
) -> str:
    """Which row is there twice or, if none is, the first that is missing."""
    columns = ("seed", "extent", "example")
    found = [np.concatenate([getattr(rows, name) for rows in parts]) for name in columns]
    order = np.lexsort(found[::-1])
    found = [column[order] for column in found]
    same = np.logical_and.reduce([column[1:] == column[:-1] for column in found])
    if same.any():
        first = int(np.argmax(same))
        return _repeated(parts, order[first], order[first + 1])
    # In order and complete, row k would be example k % examples of model k // examples.
    models, numbers = np.divmod(np.arange(len(order)), examples)
    wanted = (seeds[models // len(extents)], extents[models % len(extents)], numbers)
    right = np.logical_and.reduce([a == b for a, b in zip(found, wanted, strict=True)])
    model, example = divmod(len(right) if right.all() else int(np.argmin(right)), examples)
    seed, extent = seeds[model // len(extents)], extents[model % len(extents)]
    of_model = found[2][(found[0] == seed) & (found[1] == extent)]
    paths = list(dict.fromkeys(str(rows.path) for rows in parts))
    files = ", ".join(paths[:MOST_NAMED] + ["…"] * (len(paths) > MOST_NAMED))
    return _missing(files, parts[0].split, seed, extent, example, of_model, found[2], examples)


def _repeated(parts: list[Rows], first: int, second: int) -> str:
    (rows, at), (again, at_again) = _piece(parts, first), _piece(parts, second)
    return (
        f"{again.place(at_again)}: {again.about(at_again)} is there already, in "
        f"{rows.place(at)}; write every prediction once"
    )


def _missing(
    files: str,
    split: str,
    seed: int,
    extent: int,
    example: int,
    of_model: np.ndarray,
    of_all: np.ndarray,
    examples: int,
) -> str:
    """of_model: the examples that this model has; of_all: those that any model has."""
    if not len(of_model):
        return (
            f"{files}: no {split} predictions of seed {seed} after extent {extent}. Every seed in "
            "the files needs every extent and split in them: add those rows, or leave the seed or "
            "extent out."
        )
    others = examples - len(of_model) - 1
    renumber = (
        f" No model has a {split} example {example}: to number from 0 without gaps, in pandas, "
        "table['example'] = table.groupby('split')['example'].rank('dense') - 1."
    )
    return (
        f"{files}: no prediction of seed {seed} after extent {extent} for {split} example {example}"
        f"{f' (and {others} others)' if others else ''}. Every seed and extent needs all examples "
        f"of the split, numbered from 0: here 0 to {examples - 1}."
        f"{'' if example in of_all else renumber}"
    )


def _piece(parts: list[Rows], index: int) -> tuple[Rows, int]:
    """The part that holds row `index` of all parts one after another, and the row's index in it."""
    ends = np.cumsum([len(rows.row) for rows in parts])
    part = int(np.searchsorted(ends, index, side="right"))
    return parts[part], int(index - ends[part])  # counted from the end of its part


def _check_labels(parts: list[Rows], labels: np.ndarray) -> None:
    """An example has the same label in all rows; in a split, all examples have one or none has."""
    for rows in parts:
        differing = rows.label != labels[rows.example]
        if differing.any():
            at = int(np.argmax(differing))
            raise PredictionsError(_contradiction(parts, rows, at))
    unlabelled = labels == NO_LABEL
    if unlabelled.any() and not unlabelled.all():
        raise PredictionsError(
            f"{parts[0].path}: {parts[0].split} example {np.argmax(unlabelled)} has no label (−1), "
            f"but example {np.argmin(unlabelled)} has one; label all examples of a split, or none"
        )


def _contradiction(parts: list[Rows], rows: Rows, at: int) -> str:
    example, label = rows.example[at], rows.label[at]
    for other in parts:
        against = (other.example == example) & (other.label != label)
        if against.any():
            index = int(np.argmax(against))
            break
    return (
        f"{rows.place(at)}: {rows.about(at)} has label {label}, but {other.place(index)} says "
        f"{other.label[index]}; an example has one label"
    )
