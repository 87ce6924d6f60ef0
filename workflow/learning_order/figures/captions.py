"""The text below a figure: what was measured, then the caption of the configuration.

All numbers come from the tables, so that a small run never carries the caption of a large one.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace

import pandas as pd

from learning_order.datasets.pictures import Pictures
from learning_order.figures import wording
from learning_order.figures.choices import chosen_extents
from learning_order.figures.sources import Source
from learning_order.tables.collection import Collection

MOST_LISTED = 12  # sources that a caption names one by one
SHOWN_PARTS = 2  # as the kind partitions has it
_ALSO = "+"  # between the protocols of several collections
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
    sentences = _measured(entry, sources)
    sentences += [f"{remark[0].upper()}{remark[1:]}." for remark in remarks]
    return " ".join([*sentences, (entry.get("caption") or "").strip()]).strip()


def _measured(entry: Mapping, sources: Sequence[Source]) -> list[str]:
    """What was measured: a sentence for each panel that has a letter, or one for very many."""
    kind, options = entry.get("kind"), entry.get("options") or {}
    collections = [source for source in sources if isinstance(source, Collection)]
    if kind == "partitions":
        return _parts(collections, options)
    if kind == "out-of-sample":
        return [
            mark + _models(collection, _out_of_sample(collection, options))
            for mark, collection in zip(
                _marks(kind, options, len(collections)), collections, strict=True
            )
        ]
    if len(collections) > 1 and (kind == "sweep" or len(sources) > MOST_LISTED):
        return [_models(_together(collections), options)]
    return [
        mark + _facts(source, options)
        for mark, source in zip(_marks(kind, options, len(sources)), sources, strict=True)
    ]


def _marks(kind: str | None, options: Mapping, count: int) -> list[str]:
    """What each source is known by in the figure: a letter or a word."""
    if kind == "overview":
        return [f"{label}: " for label in options.get("labels") or []] or [""] * count
    if options.get("pooled") or kind == "architecture-sensitivity":  # all in one panel
        return [""] * count
    return wording.letters(count, options.get("first_letter", ""))


def _parts(collections: Sequence[Collection], options: Mapping) -> list[str]:
    """The parts that have rows of panels, by the letters of these, then all parts."""
    split, before, sentences = options.get("split", "test"), 0, []
    for collection in collections[: options.get("shown", SHOWN_PARTS)]:
        present = set(collection.tables["summary"]["split"])
        rows = len(present & {"train", split})
        mark = wording.letter_span(before, rows)
        sentences.append(f"{mark}) {_models(collection, options)}")
        before += rows
    every = _models(_together(collections), {**options, "splits": [split]})
    return [*sentences, f"{wording.letter(before)}) The mean of {every}"]


def _out_of_sample(collection: Collection, options: Mapping) -> dict:
    """What this kind draws where its options do not say: the last extent, and not train."""
    summary = collection.tables["summary"]
    last, splits = int(summary["extent"].max()), summary["split"].unique()
    chosen = options.get("splits") or [split for split in splits if split != "train"]
    return {**options, "extents": [options.get("extent", last)], "splits": chosen}


def _together(collections: Sequence[Collection]) -> Collection:
    """All of them as if they were one."""
    return replace(
        collections[0],
        dataset=_first_to_last([each.dataset for each in collections]),
        architecture=_first_to_last([each.architecture for each in collections]),
        protocol=_ALSO.join(dict.fromkeys(each.protocol for each in collections)),
        tables={"summary": pd.concat([each.tables["summary"] for each in collections])},
    )


def _first_to_last(names: Sequence[str]) -> str:
    """'part-00 to part-59 (60)'."""
    different = list(dict.fromkeys(names))
    count = len(different)
    return names[0] if count == 1 else f"{different[0]} to {different[-1]} ({count})"


def _facts(source: Source, options: Mapping) -> str:
    if isinstance(source, Pictures):
        return _images(source)
    if isinstance(source, tuple):
        return " And ".join(_models(collection, options) for collection in source)
    return _models(source, options)


def _models(collection: Collection, options: Mapping) -> str:
    shown = collection.tables["summary"]
    if options.get("extents"):
        shown = shown[shown["extent"].isin(chosen_extents(collection, options["extents"]))]
    # Further splits are drawn only where they are asked for.
    splits = options.get("splits") or [options.get("split", "train"), options.get("split", "test")]
    if shown["split"].isin(splits).any():
        shown = shown[shown["split"].isin(splits)]
    numbers = sorted(map(int, shown["extent"].unique()))
    extents = _extents(numbers, collection, options.get("extent_name"))
    counts = [
        f"{_range(rows['examples'])} {split}" for split, rows in shown.groupby("split", sort=False)
    ]
    models = wording.count_of_models(_range(shown["models"]))
    protocol = " or ".join(PROTOCOLS.get(each, each) for each in collection.protocol.split(_ALSO))
    return (
        f"{collection.dataset}, {collection.architecture}: {models}, {protocol}; "
        f"{extents}; {' and '.join(counts)} examples."
    )


def _extents(extents: list[int], collection: Collection, chosen: str | None) -> str:
    """What was recorded."""
    first, last = extents[0], extents[-1]
    in_a_row = len(extents) > 5 and extents == list(range(first, last + 1))
    listed = f"{first} to {last}" if in_a_row else ", ".join(map(str, extents))
    name = wording.extent_name(collection.protocol.split(_ALSO), chosen)
    if name == wording.EPOCHS:
        parts = collection.parts_per_epoch
        counted = "epochs" if parts == 1 else f"parts of epochs, {parts} per epoch"
        return f"extents of {listed} {counted}"
    return f"extents {listed}" if name == "extent" else f"{listed} {name}"


def _images(dataset: Pictures) -> str:
    return f"{dataset.name}: {len(dataset.classes)} classes, {len(dataset.images):,} images."


def _range(values: pd.Series) -> str:
    return wording.span(int(values.min()), int(values.max()), ",")
