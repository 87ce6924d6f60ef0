"""How a score is distributed over the examples: the table behind histograms and heat maps."""

import numpy as np
import pandas as pd

from learning_order.figures.sources import NotToDraw
from learning_order.tables.collection import Collection

# Up to this many models every possible value k/N has its own bar. Beyond, values share
# EQUAL_BINS bars; with few models those would hold one value here and two there, and a
# smooth distribution would look like a comb.
MOST_CENTRED = 40
EQUAL_BINS = 20

# Histograms beside each other: what still fits a row, and what is shown of more.
MOST_EXTENTS, FEW_EXTENTS = 11, 7


def bin_edges(models: int, bins: int | None = None) -> np.ndarray:
    """Bins centred on each k/N for few models, otherwise equal bins over [0, 1]."""
    if bins is None and models <= MOST_CENTRED:
        return (np.arange(models + 2) - 0.5) / models
    return np.linspace(0, 1, (bins or EQUAL_BINS) + 1)


def shares(scores, models: int, bins: int | None = None, weights=None) -> np.ndarray:
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
) -> pd.DataFrame:
    """A row per collection, split, extent and bin: its edges, the share of the examples in it.

    Without a choice of extents there are all of a collection, or FEW_EXTENTS, evenly apart, of
    one that has more than most_extents.

    null_share is the share expected under independence; it is missing where that is off. The
    bimodality (of the TP-agreement) is repeated on all rows of its histogram.
    """
    if score not in ("tp_agreement", "agreement"):
        raise ValueError(f"score {score!r} is unknown: write tp_agreement or agreement")
    panels = [
        _panel(collection, split, extent, bins, score, null_hypothesis)
        for collection in collections
        for split in chosen_splits(collection, splits)
        for extent in _shown_extents(collection, extents, most_extents)
    ]
    return pd.concat(panels, ignore_index=True)


def model_count(collection: Collection) -> int:
    """How many models the collection has, the same at every extent."""
    counts = collection.tables["summary"]["models"].unique()
    if len(counts) != 1:
        raise NotToDraw(
            f"collection {collection.name} has {sorted(map(int, counts))} models at different "
            "extents: distributions need the same number at each; train the missing ones"
        )
    return int(counts[0])


def chosen_splits(collection: Collection, wanted: list[str] | None) -> list[str]:
    """The wanted splits, or train and test as far as the collection has them."""
    present = list(collection.tables["summary"]["split"].unique())
    missing = [split for split in wanted or [] if split not in present]
    if missing:
        raise NotToDraw(
            f"collection {collection.name} has no split {', '.join(missing)}, only "
            f"{', '.join(present)}: change the option `splits`"
        )
    chosen = wanted or [split for split in ("train", "test") if split in present]
    if not chosen:
        raise NotToDraw(
            f"collection {collection.name} has neither train nor test: choose of "
            f"{', '.join(present)} with the option `splits`"
        )
    return chosen


def evenly_chosen(items: list, count: int) -> list:
    """At most so many of them, evenly apart, in order, with first and last."""
    places = np.linspace(0, len(items) - 1, min(count, len(items))).round().astype(int)
    return [items[place] for place in places]


def check_labelled(collection: Collection, split: str, scores: pd.Series) -> None:
    """Of examples without labels there are no scores but the Agreement."""
    if scores.isna().any():
        raise NotToDraw(
            f"the {split} examples of collection {collection.name} have no labels, so they have no "
            "accuracy and no TP-agreement: leave them out of the option `splits`, or draw "
            "histograms with the option `score: agreement`"
        )


def chosen_extents(collection: Collection, wanted: list[int] | None) -> list[int]:
    """The wanted extents in order, or all; one that the collection lacks is an error."""
    present = sorted(map(int, collection.tables["summary"]["extent"].unique()))
    missing = sorted(set(wanted or []) - set(present))
    if missing:
        raise NotToDraw(
            f"collection {collection.name} has no extent {missing}: choose among {present}"
        )
    return present if wanted is None else sorted(wanted)


def _shown_extents(collection: Collection, wanted: list[int] | None, most: int | None) -> list[int]:
    extents = chosen_extents(collection, wanted)
    too_many = wanted is None and most is not None and len(extents) > most
    return evenly_chosen(extents, FEW_EXTENTS) if too_many else extents


def _panel(collection, split, extent, bins, score, null) -> pd.DataFrame:
    models = model_count(collection)
    examples = _rows(collection, "examples", split, extent)
    check_labelled(collection, split, examples[score])
    summary = _rows(collection, "summary", split, extent).iloc[0]
    null_share = np.nan
    if null:
        expected = _rows(collection, "null", split, extent)
        weights = expected["share" if score == "tp_agreement" else "agreement_share"]
        null_share = shares(expected["tp_agreement"], models, bins, weights)
    edges = bin_edges(models, bins)
    return pd.DataFrame(
        {
            "collection": collection.name,
            "dataset": collection.dataset,
            "architecture": collection.architecture,
            "models": models,
            "split": split,
            "extent": extent,
            "score": score,
            "left": edges[:-1],
            "right": edges[1:],
            "share": shares(examples[score], models, bins),
            "null_share": null_share,
            "bimodality": summary["bimodality"],
            "null_bimodality": summary["null_bimodality"],
        }
    )


def _rows(collection, table, split, extent) -> pd.DataFrame:
    data = collection.tables[table]
    chosen = data[(data["split"] == split) & (data["extent"] == extent)]
    if chosen.empty:
        raise ValueError(
            f"collection {collection.name}: table {table} has no rows for split {split!r}, "
            f"extent {extent}"
        )
    return chosen
