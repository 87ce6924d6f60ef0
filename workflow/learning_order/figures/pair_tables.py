"""Two collections of models compared example by example: the tables of such figures.

`first` and `second` are the members of a pair, in the order of the configuration.
"""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
from scipy.stats import pearsonr

from learning_order.figures import wording
from learning_order.figures.choices import check_labelled, check_split, protocol_of, rows_of
from learning_order.figures.sources import NotToDraw
from learning_order.scores import match_extents
from learning_order.tables.collection import Collection

Pair = tuple[Collection, Collection]
MEMBERS = ("first", "second")
DECIMALS = 9  # shares that differ by less are equal but for rounding


def table(
    rows_of_pair: Callable[..., pd.DataFrame], pairs: Sequence[Pair], options: Mapping[str, Any]
) -> pd.DataFrame:
    """The rows of every pair, below each other; rows_of_pair(pair, **options) gives those of one.

    Each row has the number of its pair and the facts of both members.
    """
    parts = []
    for number, pair in enumerate(pairs):
        rows = rows_of_pair(pair, **options)
        facts = _facts(pair) | {"pair": number, "split": options["split"]}
        parts.append(rows.assign(**facts)[[*facts, *rows.columns]])
    return pd.concat(parts, ignore_index=True)


def pooled(pairs: Sequence[Pair]) -> Pair:
    """Pairs of other extents of the same dataset and architectures as one, its extents in epochs.

    Of what several pairs have after the same time, that of the first is taken.
    """
    first, second = (_pooled(members) for members in zip(*pairs, strict=True))
    return first, second


def _pooled(collections: Sequence[Collection]) -> Collection:
    tables = {}
    for table, of_one in {"summary": [], "examples": ["example"]}.items():
        parts = [
            rows.assign(extent=rows["extent"] / collection.parts_per_epoch)
            for collection in collections
            for rows in [collection.tables[table]]
        ]
        tables[table] = pd.concat(parts, ignore_index=True).drop_duplicates(
            ["split", "extent", *of_one]
        )
    return replace(collections[0], tables=tables, parts_per_epoch=1)


def _facts(pair: Pair) -> dict[str, Any]:
    columns: dict[str, Any] = {}
    for member, collection in zip(MEMBERS, pair, strict=True):
        columns |= {
            member: collection.name,
            f"{member}_dataset": collection.dataset,
            f"{member}_architecture": collection.architecture,
            f"{member}_protocol": protocol_of(collection),
            f"{member}_models": _count(collection.tables["summary"]["models"]),
        }
    return columns


def _count(models: pd.Series) -> int | str:
    """The number of models, '3–5' where it is not the same at every extent."""
    low, high = int(models.min()), int(models.max())
    return low if low == high else wording.span(low, high)


def paired_accessibility(pair: Pair, split: str, same_examples: bool) -> list[np.ndarray]:
    """The Accessibility of the same examples in both collections: (examples,) each.

    NotToDraw where a collection lacks the split or its labels, or the examples differ.
    """
    tables = [_of_split(collection, "accessibility", split) for collection in pair]
    for collection, rows in zip(pair, tables, strict=True):
        check_labelled(collection, split, rows["accessibility"])
    _check_same_examples(pair, split, [rows["label"] for rows in tables], same_examples)
    return [rows["accessibility"].to_numpy() for rows in tables]


def paired_extents(pair: Pair, split: str, same_examples: bool) -> list[dict[float, pd.DataFrame]]:
    """The rows of the table `examples`, by extent, in both collections.

    NotToDraw as in paired_accessibility.
    """
    tables = []
    for collection in pair:
        rows = _of_split(collection, "examples", split)
        check_labelled(collection, split, rows["tp_agreement"])
        tables.append(dict(iter(rows.groupby("extent"))))
    labels = [next(iter(by_extent.values()))["label"] for by_extent in tables]
    _check_same_examples(pair, split, labels, same_examples)
    return tables


def matches(pair: Pair, split: str, tolerance: float) -> pd.DataFrame:
    """The extents at which both ensembles are equally accurate, in order of accuracy.

    Columns: first_extent, second_extent, first_accuracy, second_accuracy (of the ensembles),
    accuracy (the higher of these), beyond (see match_extents) and weaker_best, the best accuracy
    of the weaker collection. There is always a match: the best extent of the stronger collection
    has one, if only beyond the best of the weaker.
    """
    ensembles = [
        _of_split(collection, "summary", split).sort_values("extent") for collection in pair
    ]
    first, second = (of["ensemble_accuracy"].to_numpy() for of in ensembles)
    found = match_extents(first, second, tolerance)
    a, b = [match.a for match in found], [match.b for match in found]
    return pd.DataFrame(
        {
            "first_extent": ensembles[0]["extent"].to_numpy()[a],
            "second_extent": ensembles[1]["extent"].to_numpy()[b],
            "first_accuracy": first[a],
            "second_accuracy": second[b],
            "accuracy": np.maximum(first[a], second[b]),
            "beyond": [match.beyond for match in found],
            "weaker_best": min(first.max(), second.max()),
        }
    )


def correlation(first: np.ndarray, second: np.ndarray) -> tuple[float, float]:
    """Pearson's r and its two-sided p; NaN where one of them is constant."""
    if min(np.ptp(first), np.ptp(second)).round(DECIMALS) == 0:
        return math.nan, math.nan
    found = pearsonr(first, second)
    return float(found.statistic), float(found.pvalue)


def bin_numbers(values: np.ndarray, bins: int) -> np.ndarray:
    """The number, from 0, of the bin that each value is in, of equal bins over [0, 1].

    A value on the edge of two bins goes to the upper one, 1 to the last.

    >>> bin_numbers(np.array([0.0, 0.5, 1.0]), 2).tolist()
    [0, 1, 1]
    """
    return np.minimum(np.floor((values * bins).round(DECIMALS)), bins - 1).astype(int)


def _of_split(collection: Collection, table: str, split: str) -> pd.DataFrame:
    check_split(collection, split)
    return rows_of(collection, table, split)


def _check_same_examples(
    pair: Pair, split: str, labels: Sequence[pd.Series], same_examples: bool
) -> None:
    """NotToDraw unless example 7 of the one is example 7 of the other.

    Equal labels do not prove that: two datasets sorted by class may have the same. Names of
    datasets do, and what the configuration says.
    """
    first, second = pair
    wrong = ""
    counts = [len(of_member) for of_member in labels]
    if first.dataset != second.dataset and not same_examples:
        wrong = (
            f"their datasets are {first.dataset} and {second.dataset}. If these hold the same "
            "examples in the same order, say so with the option `same_examples: true`"
        )
    elif counts[0] != counts[1]:
        wrong = f"they have {counts[0]:,} and {counts[1]:,} {split} examples"
    elif not np.array_equal(*labels):
        differing = np.count_nonzero(labels[0].to_numpy() != labels[1].to_numpy())
        wrong = f"{differing:,} of their {counts[0]:,} {split} examples have different labels"
    if wrong:
        raise NotToDraw(
            f"collections {first.name} and {second.name} cannot be compared example by example: "
            f"{wrong}. Compare collections of one dataset"
        )
