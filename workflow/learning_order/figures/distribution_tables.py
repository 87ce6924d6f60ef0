"""How a score is distributed over the examples: the table behind histograms and heat maps."""

import numpy as np
import pandas as pd

from learning_order.figures.choices import (
    check_labelled,
    chosen_extents,
    chosen_splits,
    evenly_chosen,
    facts_of,
    model_count,
    rows_of,
)
from learning_order.tables.collection import Collection

# Up to this many models, every possible value k/N has a bar of its own. The values of more share
# EQUAL_BINS bars: with few models these would hold one value here and two there, and a smooth
# distribution would look like a comb.
MOST_CENTRED = 40
EQUAL_BINS = 20

AT_100 = "bimodality_at_100"  # in the table `summary`
ONE_CLASS = 0.8  # the share of the examples from which on one class is most of what is given

# Histograms beside each other: how many fit a row, and how many are shown of more.
MOST_EXTENTS, FEW_EXTENTS = 11, 7


def bin_edges(models: int, bins: int | None = None) -> np.ndarray:
    """Bins centred on each k/N for few models, otherwise equal bins over [0, 1]."""
    if bins is None and models <= MOST_CENTRED:
        return (np.arange(models + 2) - 0.5) / models
    return np.linspace(0, 1, (bins or EQUAL_BINS) + 1)


def shares(
    scores: np.ndarray | pd.Series,
    models: int,
    bins: int | None = None,
    weights: np.ndarray | pd.Series | None = None,
) -> np.ndarray:
    """Share of the examples (or of the weights) in each bin.

    Scores are multiples of 1/models. They are counted as those integers: a value on the edge
    of two bins goes to the upper one (1 to the last), whatever its last floating-point digit.
    """
    hits = np.rint(np.asarray(scores, dtype=float) * models).astype(int)
    count = len(bin_edges(models, bins)) - 1
    if bins is not None or models > MOST_CENTRED:
        hits = np.minimum(hits * count // models, count - 1)
    if weights is None:
        return np.bincount(hits, minlength=count) / len(hits)
    return np.bincount(hits, weights=weights, minlength=count)


def distribution_table(
    collections: list[Collection],
    *,
    splits: list[str] | None = None,
    bins: int | None = None,
    extents: list[int] | None = None,
    score: str = "tp_agreement",
    null_hypothesis: bool = True,
    most_extents: int | None = None,
    at_100: bool = False,
) -> pd.DataFrame:
    """A row per collection, split, extent and bin: its edges, the share of the examples in it.

    Where no extents are chosen, all are shown, or FEW_EXTENTS, evenly apart, of a collection that
    has more than most_extents.

    null_share is the share expected under independence; it is missing where that is off. Repeated
    on all rows of a histogram are the accuracy, the bimodality (of the TP-agreement), with at_100
    also that of a hundred such models, near_0 and near_1, the shares of the examples within 0.1 of
    0 and of 1 (null_near_0 and null_near_1 under independence), and one_class, see gives_one_class.
    """
    if score not in ("tp_agreement", "agreement"):
        raise ValueError(f"score {score!r} is unknown: write tp_agreement or agreement")
    histograms = [
        _histogram(collection, split, extent, bins, score, null_hypothesis, at_100)
        for collection in collections
        for split in chosen_splits(collection, splits)
        for extent in _shown_extents(collection, extents, most_extents)
    ]
    return pd.concat(histograms, ignore_index=True)


def gives_one_class(examples: pd.DataFrame) -> bool:
    """Whether most models give one class to ONE_CLASS of the examples, and it is not theirs.

    Constant networks agree about everything, and their TP-agreement is 0 or 1.
    """
    given = examples.loc[examples["agreement"] > 0.5, "modal_class"].to_numpy()
    if len(given) < ONE_CLASS * len(examples):
        return False
    most = np.bincount(given).argmax()
    share, true_share = (given == most).sum() / len(examples), (examples["label"] == most).mean()
    return bool(share >= ONE_CLASS and share >= 1.5 * true_share)


def near_ends(
    scores: np.ndarray | pd.Series, weights: np.ndarray | pd.Series | None = None
) -> dict[str, float]:
    """near_0 and near_1: the shares of the scores (or of the weights) within 0.1 of 0 and of 1."""
    values = np.asarray(scores, dtype=float)
    near = {"near_0": values <= 0.1 + 1e-9, "near_1": values >= 0.9 - 1e-9}
    return {name: float(np.average(where, weights=weights)) for name, where in near.items()}


def _shown_extents(collection: Collection, wanted: list[int] | None, most: int | None) -> list[int]:
    extents = chosen_extents(collection, wanted)
    too_many = wanted is None and most is not None and len(extents) > most
    return evenly_chosen(extents, FEW_EXTENTS) if too_many else extents


def _histogram(
    collection: Collection,
    split: str,
    extent: int,
    bins: int | None,
    score: str,
    null: bool,
    at_100: bool,
) -> pd.DataFrame:
    models = model_count(collection)
    examples = _known_rows(collection, "examples", split, extent)
    check_labelled(collection, split, examples[score])
    summary = _known_rows(collection, "summary", split, extent).iloc[0]
    null_share: np.ndarray | float = np.nan
    null_ends: dict[str, float] = {}
    if null:
        expected = _known_rows(collection, "null", split, extent)
        weights = expected["share" if score == "tp_agreement" else "agreement_share"]
        null_share = shares(expected["tp_agreement"], models, bins, weights)
        of_null = near_ends(expected["tp_agreement"], weights)
        null_ends = {f"null_{name}": share for name, share in of_null.items()}
    corrected = {AT_100: summary[AT_100]} if at_100 else {}
    edges = bin_edges(models, bins)
    return pd.DataFrame(
        {
            **facts_of(collection),
            "split": split,
            "extent": extent,
            "score": score,
            "left": edges[:-1],
            "right": edges[1:],
            "share": shares(examples[score], models, bins),
            "null_share": null_share,
            "accuracy": summary["accuracy"],
            **near_ends(examples[score]),
            "one_class": gives_one_class(examples),
            "bimodality": summary["bimodality"],
            **corrected,
            "null_bimodality": summary["null_bimodality"],
            **null_ends,
        }
    )


def _known_rows(collection: Collection, table: str, split: str, extent: int) -> pd.DataFrame:
    rows = rows_of(collection, table, split, extent)
    if rows.empty:
        raise ValueError(
            f"collection {collection.name}: table {table} has no rows for split {split!r}, "
            f"extent {extent}"
        )
    return rows
