"""What a figure shows of a collection: splits, extents, models; or why it cannot."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from learning_order.figures import wording
from learning_order.figures.sources import NotToDraw
from learning_order.tables.collection import Collection

ONE_RUN = ("snapshots", "boosted", "own")  # protocols of extents along one run of each model


def facts_of(collection: Collection) -> dict[str, Any]:
    """The columns that name a collection in the table of a figure."""
    return {
        "collection": collection.name,
        "dataset": collection.dataset,
        "architecture": collection.architecture,
        "protocol": protocol_of(collection),
        "models": model_count(collection),
    }


def protocol_of(collection: Collection) -> str:
    """The protocol, which says what extents count."""
    return collection.protocol if collection.parts_per_epoch == 1 else wording.WITHIN_EPOCHS


def rows_of(
    collection: Collection, table: str, split: str, extent: int | None = None
) -> pd.DataFrame:
    """The rows of a table about one split and, if one is given, one extent."""
    if extent is not None:
        return collection.rows(table, split, extent)
    rows = collection.tables[table]
    return rows[rows["split"] == split]


def model_count(collection: Collection) -> int:
    """How many models the collection has, the same at every extent."""
    counts = collection.tables["summary"]["models"].unique()
    if len(counts) != 1:
        raise NotToDraw(
            f"collection {collection.name} has {sorted(map(int, counts))} models at different "
            "extents: distributions need the same number at each; train the missing ones"
        )
    return int(counts[0])


def present_splits(collection: Collection) -> list[str]:
    """The splits of the collection, in its order."""
    return list(collection.tables["summary"]["split"].unique())


def check_split(collection: Collection, split: str) -> None:
    """NotToDraw where the collection lacks the split that the option `split` asks for."""
    _check_present(collection, [split], "split")


def chosen_splits(collection: Collection, wanted: list[str] | None) -> list[str]:
    """The splits that the option `splits` asks for, or if none those present of train and test."""
    _check_present(collection, wanted or [], "splits")
    present = present_splits(collection)
    chosen = wanted or [split for split in ("train", "test") if split in present]
    if not chosen:
        raise NotToDraw(
            f"collection {collection.name} has neither train nor test: choose of "
            f"{', '.join(present)} with the option `splits`"
        )
    return chosen


def chosen_extents(collection: Collection, wanted: list[int] | None) -> list[int]:
    """The wanted extents in order, or all; NotToDraw where the collection lacks one."""
    present = sorted(map(int, collection.tables["summary"]["extent"].unique()))
    missing = sorted(set(wanted or []) - set(present))
    if missing:
        raise NotToDraw(
            f"collection {collection.name} has no extent {missing}: choose among {present}"
        )
    return present if wanted is None else sorted(wanted)


def evenly_chosen(items: Sequence, count: int) -> list:
    """At most `count` of the items, evenly apart, in order, with first and last."""
    places = np.linspace(0, len(items) - 1, min(count, len(items))).round().astype(int)
    return [items[place] for place in places]


def check_labelled(collection: Collection, split: str, scores: pd.Series) -> None:
    """NotToDraw where scores are missing: without labels, examples have only the Agreement."""
    if scores.isna().any():
        raise NotToDraw(
            f"the {split} examples of collection {collection.name} have no labels, so they have no "
            "accuracy and no TP-agreement: choose another with the option `splits` or `split`, or "
            "draw histograms with the option `score: agreement`"
        )


def _check_present(collection: Collection, wanted: list[str], option: str) -> None:
    present = present_splits(collection)
    missing = [split for split in wanted if split not in present]
    if missing:
        raise NotToDraw(
            f"collection {collection.name} has no split {', '.join(missing)}, only "
            f"{', '.join(present)}: change the option `{option}`"
        )
