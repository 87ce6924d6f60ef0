"""The ranked table of one or several collections of a dataset."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import pandas as pd

from learning_order import scores
from learning_order.predictions.contract import NO_LABEL
from learning_order.predictions.reading import PredictionFiles, Predictions, scan
from learning_order.ranking.tally import Tally, tally
from learning_order.runtime.errors import ExplainedError

CATEGORIES = ("suspect", "never", "ambiguous", "late", "easy")
OF_TRAINING = ("confidence", "variability", "aum", "el2n")  # of the table `accessibility`


class RankingError(ExplainedError, ValueError):
    """Collections that cannot be ranked together; the message names them."""


def ranking(
    collections: Mapping[str, PredictionFiles | Predictions],
    examples: pd.DataFrame | None = None,
    classes: Sequence[str] = (),
    accessibility: Mapping[str, pd.DataFrame] | None = None,
) -> pd.DataFrame:
    """The ranked table of all examples.

    Parameters
    ----------
    collections : mapping of str to PredictionFiles or Predictions
        The predictions of each collection, all of one dataset.
    examples : DataFrame, optional
        split, example, source and, where labels were planted, true_label: examples.parquet of a
        prepared dataset. Without it the source is split:example.
    classes : sequence of str
        The names of the classes; without it they are called by their numbers.
    accessibility : mapping of str to DataFrame, optional
        The score table `accessibility` of each collection, for the columns OF_TRAINING.

    Returns
    -------
    DataFrame
        One row per split and example; learning_order.ranking lists the columns.

    Raises
    ------
    RankingError
        If two collections have other splits, examples or labels, or if these are not those of
        `examples`.

    Examples
    --------
    >>> predictions = {"test": np.array([[[0, 1, 0], [0, 1, 0]]])}
    >>> found = Predictions([0, 1], [5], predictions, {"test": np.array([0, 0, 0])})
    >>> ranking({"mine": found})[["example", "label_quality", "predicted"]]
       example  label_quality  predicted
    0        1            0.0          1
    1        0            1.0          0
    2        2            1.0          0
    """
    _check_alike(collections)
    if examples is not None:
        _check_examples(collections, examples)
    splits = list(next(iter(collections.values())).labels)
    parts = [_of_split(collections, split, classes, accessibility or {}) for split in splits]
    table = pd.concat(parts, ignore_index=True)
    table = _with_sources(table, examples)
    table = table.sort_values(["label_quality", "accessibility", "predicted_share"], kind="stable")
    table.insert(0, "rank", np.arange(1, len(table) + 1))
    return table.reset_index(drop=True)


def scan_members(members: Mapping[str, Mapping]) -> dict[str, PredictionFiles]:
    """Collection → its predictions; members: collection → files, seeds and extents that count."""
    return {
        name: scan([Path(file) for file in member["files"]], member["seeds"], member["extents"])
        for name, member in members.items()
    }


def pooled_votes(
    collections: Mapping[str, PredictionFiles | Predictions], split: str, classes: int = 0
) -> np.ndarray:
    """(examples, classes) shares of the votes of all models, as in the ranking; rows sum to 1."""
    votes = _pooled([tally(found, split, classes) for found in collections.values()], "votes")
    return votes / votes.sum(axis=1, keepdims=True)


def categories(
    support: np.ndarray,
    labels: np.ndarray,
    learned: np.ndarray,
    right_at_end: np.ndarray,
    extents: Sequence[int],
) -> np.ndarray:
    """What each example is to the models: the first of these that fits.

    suspect     another class has more support than the label, and at least as much as it has on
                average among the examples that carry it as their label (confident learning)
    never       no model is right at its last extent
    ambiguous   no class has more than half of the support
    late        half of the models have learned it only in the second half of training, or not yet
    easy        all others

    Parameters
    ----------
    support : (examples, classes) shares
        As `scores.label_quality` takes it.
    labels : (examples,) integers
        None is NO_LABEL.
    learned : (examples,) numbers
        The extent by which half of the models have learned the example, infinite for never.
    right_at_end : (examples,) shares
        Of the models, at their last extent.
    extents : sequence of int
        All extents at which the models were recorded.

    Returns
    -------
    (examples,) str
    """
    rows = np.arange(len(labels))
    members = np.bincount(labels, minlength=support.shape[1])
    of_label = support[rows, labels]
    usual = np.bincount(labels, weights=of_label, minlength=support.shape[1]) / np.maximum(
        members, 1
    )
    usual[members == 0] = 0.5
    likeliest = support.argmax(axis=1)
    largest = support[rows, likeliest]
    trained = [extent for extent in extents if extent > 0] or list(extents)
    rules = {
        "suspect": (largest > of_label) & (largest >= usual[likeliest]),
        "never": right_at_end == 0,
        "ambiguous": largest <= 0.5,
        "late": learned > (trained[0] + trained[-1]) / 2,
    }
    return np.select(list(rules.values()), list(rules), default="easy")


def _check_alike(collections: Mapping[str, PredictionFiles | Predictions]) -> None:
    (first, expected), *others = collections.items()
    for name, found in others:
        for split in expected.labels.keys() | found.labels.keys():
            one, other = expected.labels.get(split), found.labels.get(split)
            if one is None or other is None or not np.array_equal(one, other):
                raise RankingError(
                    f"collections {first} and {name} have other {split} examples or labels: only "
                    "collections of one dataset can be ranked together"
                )


def _of_split(
    collections: Mapping[str, PredictionFiles | Predictions],
    split: str,
    classes: Sequence[str],
    accessibility: Mapping[str, pd.DataFrame],
) -> pd.DataFrame:
    tallies = {name: tally(found, split, len(classes)) for name, found in collections.items()}
    votes, support = (_pooled(tallies.values(), field) for field in ("votes", "support"))
    labels = next(iter(tallies.values())).labels
    known = bool((labels != NO_LABEL).all())
    table: dict[str, object] = {"split": split, "example": np.arange(len(labels), dtype=np.int32)}
    table |= _named("label", np.where(labels == NO_LABEL, np.nan, labels), classes)
    table |= _of_labelled(tallies, support, labels) if known else _of_unlabelled(len(labels))
    table |= _of_votes(votes, classes)
    table["label_share"] = votes[np.arange(len(labels)), labels] if known else np.nan
    table |= _of_order(tallies, known)
    table |= _of_training(accessibility, split)
    return pd.DataFrame(table)


def _pooled(tallies, field: str) -> np.ndarray:
    """(examples, classes), every model of every collection with the same weight."""
    tables = [(getattr(each, field), each.models) for each in tallies]
    total = np.zeros((len(tables[0][0]), max(table.shape[1] for table, _ in tables)))
    for table, models in tables:
        total[:, : table.shape[1]] += table * models
    return total / sum(models for _, models in tables)


def _label_quality(
    tallies: Mapping[str, Tally], support: np.ndarray, labels: np.ndarray
) -> np.ndarray:
    """With margins where all collections have them; every model counts the same."""
    margins = [each.margins for each in tallies.values() if each.margins is not None]
    if len(margins) < len(tallies):
        return scores.label_quality(support, labels)
    pooled = np.average(margins, axis=0, weights=[each.models for each in tallies.values()])
    return scores.label_quality_with_margins(support, labels, pooled)


def _of_labelled(tallies: Mapping[str, Tally], support: np.ndarray, labels: np.ndarray) -> dict:
    learned = np.vstack([each.learned for each in tallies.values()])
    right_at_end = np.isfinite(learned).mean(axis=0)
    extents = sorted({extent for each in tallies.values() for extent in each.extents})
    return {
        "category": categories(support, labels, _lower_median(learned), right_at_end, extents),
        "label_quality": _label_quality(tallies, support, labels),
    }


def _of_unlabelled(examples: int) -> dict:
    return {"category": "", "label_quality": np.full(examples, np.nan)}


def _of_votes(votes: np.ndarray, classes: Sequence[str]) -> dict:
    """The class with most votes and the one with second most, as columns."""
    order = np.argsort(-votes, axis=1, kind="stable")[:, :2]
    shares = np.take_along_axis(votes, order, axis=1)
    columns = _named("predicted", order[:, 0], classes) | {"predicted_share": shares[:, 0]}
    if votes.shape[1] > 1:
        second = np.where(shares[:, 1] > 0, order[:, 1], np.nan)
        columns |= _named("runner_up", second, classes) | {"runner_up_share": shares[:, 1]}
    return columns


def _of_order(tallies: Mapping[str, Tally], known: bool) -> dict:
    """When the models learn the example; NaN without labels."""
    right = np.vstack([each.right for each in tallies.values()])
    learned = _lower_median(np.vstack([each.learned for each in tallies.values()]))
    models = len(right)
    weights = [each.models / models for each in tallies.values()]
    forgotten = sum(
        weight * each.forgotten for weight, each in zip(weights, tallies.values(), strict=True)
    )
    spread = right.std(axis=0, ddof=1) / np.sqrt(models) if models > 1 else np.nan
    columns = {"accessibility": right.mean(axis=0), "accessibility_se": spread}
    if len(tallies) > 1:
        columns |= {
            f"accessibility_{name}": each.right.mean(axis=0) for name, each in tallies.items()
        }
    columns |= {
        "learned_extent": np.where(np.isinf(learned), np.nan, learned),
        "forgetting": forgotten,
    }
    return columns if known else dict.fromkeys(columns, np.nan)


def _lower_median(values: np.ndarray) -> np.ndarray:
    """(examples,) of (models, examples): the value that half of the models reach."""
    middle = (len(values) - 1) // 2
    return np.partition(values, middle, axis=0)[middle]


def _of_training(accessibility: Mapping[str, pd.DataFrame], split: str) -> dict:
    """The mean over the collections of those of OF_TRAINING that all of them have."""
    tables = [table[table["split"] == split] for table in accessibility.values()]
    names = [name for name in OF_TRAINING if tables and all(name in table for table in tables)]
    return {
        name: np.mean([table[name].to_numpy(float) for table in tables], axis=0) for name in names
    }


def _named(column: str, numbers: np.ndarray, classes: Sequence[str]) -> dict:
    """The number of a class, empty where there is none, and its name."""
    numbers = pd.array(numbers, dtype="Float64").astype("Int32")
    names = ["" if pd.isna(n) else classes[n] if n < len(classes) else str(n) for n in numbers]
    return {column: numbers, f"{column}_name": names}


def _check_examples(
    collections: Mapping[str, PredictionFiles | Predictions], examples: pd.DataFrame
) -> None:
    """RankingError where the predictions are of other examples than the dataset has."""
    if "label" not in examples:
        return
    name, found = next(iter(collections.items()))  # all have the same labels
    for split, rows in examples.groupby("split", observed=True):
        if split not in found.labels:
            continue
        labels, known = found.labels[split], rows.sort_values("example")["label"].to_numpy()
        if len(labels) != len(known):
            raise RankingError(
                f"collection {name} has {len(labels)} {split} examples, its dataset {len(known)}: "
                "give it the dataset that it was predicted on, or another name"
            )
        differing = np.flatnonzero((labels != known) & (labels != NO_LABEL))
        if differing.size:
            at = differing[0]
            raise RankingError(
                f"collection {name}: {split} example {at} has label {labels[at]}, in its dataset "
                f"{known[at]}: number examples and classes as its examples.parquet does, or give "
                "`dataset` another name"
            )


def _with_sources(table: pd.DataFrame, examples: pd.DataFrame | None) -> pd.DataFrame:
    numbered = table["split"] + ":" + table["example"].astype(str)
    if examples is None:
        table.insert(2, "source", numbered)
        return table
    kept = [name for name in ("source", "true_label") if name in examples]
    known = examples.astype({"split": str})[["split", "example", *kept]]
    table = table.merge(known, on=["split", "example"], how="left", validate="one_to_one")
    table.insert(2, "source", table.pop("source").fillna(numbered))
    return table
