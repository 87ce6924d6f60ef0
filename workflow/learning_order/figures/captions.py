"""What stands under a figure: what was truly measured, then what the configuration says.

All numbers come from the tables, so that a small run never carries the caption of a large one.
"""

from collections.abc import Sequence

from learning_order.datasets.pictures import Pictures
from learning_order.figures import style
from learning_order.tables.collection import Collection

PROTOCOLS = {
    "snapshots": "each model trained once and recorded at every extent",
    "boosted": "recorded at every size of the ensemble",
    "own": "predictions that were made elsewhere",
    "independent": "each extent trained from scratch with new random streams",
}


def caption(
    entry: dict, sources: list[Collection | tuple | Pictures], remarks: Sequence[str] = ()
) -> str:
    """One paragraph; entry is the figure's configuration: caption, options with extents, splits.

    sources: as the figure is drawn from; remarks: what it says of stand-ins.
    """
    options = entry.get("options") or {}
    sentences = [
        letter + _facts(source, options)
        for letter, source in zip(style.letters(len(sources)), sources, strict=True)
    ]
    sentences += [f"{remark[0].upper()}{remark[1:]}." for remark in remarks]
    return " ".join([*sentences, (entry.get("caption") or "").strip()]).strip()


def _facts(source: Collection | tuple | Pictures, options: dict) -> str:
    if isinstance(source, Pictures):
        return _images(source)
    if isinstance(source, tuple):
        return " And ".join(_models(collection, options) for collection in source)
    return _models(source, options)


def _models(collection: Collection, options: dict) -> str:
    shown = collection.tables["summary"]
    if options.get("extents"):
        shown = shown[shown["extent"].isin(options["extents"])]
    # Further splits are drawn only where they are asked for.
    splits = options.get("splits") or [options.get("split", "train"), options.get("split", "test")]
    if shown["split"].isin(splits).any():
        shown = shown[shown["split"].isin(splits)]
    extents = _extents(sorted(map(int, shown["extent"].unique())), collection.protocol)
    counts = [
        f"{_range(rows['examples'])} {split}" for split, rows in shown.groupby("split", sort=False)
    ]
    models = style.count_of_models(_range(shown["models"]))
    protocol = PROTOCOLS.get(collection.protocol, collection.protocol)
    return (
        f"{collection.dataset}, {collection.architecture}: {models}, {protocol}; "
        f"{extents}; {' and '.join(counts)} examples."
    )


def _extents(extents: list[int], protocol: str) -> str:
    """What was recorded; what the extents of somebody else's models count is not known here."""
    first, last = extents[0], extents[-1]
    in_a_row = len(extents) > 5 and extents == list(range(first, last + 1))
    listed = f"{first} to {last}" if in_a_row else ", ".join(map(str, extents))
    if protocol == "own":
        return f"extents {listed}"
    return f"{listed} weak classifiers" if protocol == "boosted" else f"extents of {listed} epochs"


def _images(dataset: Pictures) -> str:
    return f"{dataset.name}: {len(dataset.classes)} classes, {len(dataset.images):,} images."


def _range(values) -> str:
    low, high = int(values.min()), int(values.max())
    return f"{low:,}" if low == high else f"{low:,}–{high:,}"
