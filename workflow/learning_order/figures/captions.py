"""The text below a figure: what was measured, then the caption of the configuration.

All numbers come from the tables, so that a small run never carries the caption of a large one.
"""

from collections.abc import Mapping, Sequence

import pandas as pd

from learning_order.datasets.pictures import Pictures
from learning_order.figures import wording
from learning_order.figures.sources import Source
from learning_order.tables.collection import Collection

PROTOCOLS = {
    "snapshots": "each model trained once and recorded at every extent",
    "boosted": "recorded at every size of the ensemble",
    "own": "predictions that were made elsewhere",
    "independent": "each extent trained from scratch with new random streams",
}


def caption(entry: Mapping, sources: Sequence[Source], remarks: Sequence[str] = ()) -> str:
    """The caption of a figure, one paragraph.

    entry: the configuration of the figure, of which the caption and the options are read; sources:
    what the figure is drawn from; remarks: what has to be said of stand-ins for real data.
    """
    options = entry.get("options") or {}
    letters = wording.letters(len(sources))
    if options.get("pooled"):  # all in one panel
        letters = [""] * len(sources)
    sentences = [
        letter + _facts(source, options) for letter, source in zip(letters, sources, strict=True)
    ]
    sentences += [f"{remark[0].upper()}{remark[1:]}." for remark in remarks]
    return " ".join([*sentences, (entry.get("caption") or "").strip()]).strip()


def _facts(source: Source, options: Mapping) -> str:
    if isinstance(source, Pictures):
        return _images(source)
    if isinstance(source, tuple):
        return " And ".join(_models(collection, options) for collection in source)
    return _models(source, options)


def _models(collection: Collection, options: Mapping) -> str:
    shown = collection.tables["summary"]
    if options.get("extents"):
        shown = shown[shown["extent"].isin(options["extents"])]
    # Further splits are drawn only where they are asked for.
    splits = options.get("splits") or [options.get("split", "train"), options.get("split", "test")]
    if shown["split"].isin(splits).any():
        shown = shown[shown["split"].isin(splits)]
    extents = _extents(sorted(map(int, shown["extent"].unique())), collection)
    counts = [
        f"{_range(rows['examples'])} {split}" for split, rows in shown.groupby("split", sort=False)
    ]
    models = wording.count_of_models(_range(shown["models"]))
    protocol = PROTOCOLS.get(collection.protocol, collection.protocol)
    return (
        f"{collection.dataset}, {collection.architecture}: {models}, {protocol}; "
        f"{extents}; {' and '.join(counts)} examples."
    )


def _extents(extents: list[int], collection: Collection) -> str:
    """What was recorded; what the extents of imported predictions count is not known here."""
    first, last = extents[0], extents[-1]
    in_a_row = len(extents) > 5 and extents == list(range(first, last + 1))
    listed = f"{first} to {last}" if in_a_row else ", ".join(map(str, extents))
    if collection.protocol == "own":
        return f"extents {listed}"
    if collection.protocol == "boosted":
        return f"{listed} weak classifiers"
    parts = collection.parts_per_epoch
    return (
        f"extents of {listed} {'epochs' if parts == 1 else f'parts of epochs, {parts} per epoch'}"
    )


def _images(dataset: Pictures) -> str:
    return f"{dataset.name}: {len(dataset.classes)} classes, {len(dataset.images):,} images."


def _range(values: pd.Series) -> str:
    return wording.span(int(values.min()), int(values.max()), ",")
