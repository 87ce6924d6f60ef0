"""What a figure is made from, read from the files of its job."""

from collections.abc import Iterable, Mapping
from pathlib import Path

from learning_order.datasets import prepared
from learning_order.datasets.pictures import Pictures, at_hand, pictures
from learning_order.runtime.errors import ExplainedError
from learning_order.tables.collection import Collection, read_references, read_tables

Source = Collection | tuple[Collection, Collection] | Pictures


class NotToDraw(ExplainedError, ValueError):
    """A figure was asked to show what its sources do not have."""


def read_sources(
    entry: Mapping,
    about: Mapping[str, Mapping],
    tables: Iterable[Path | str],
    datasets: Iterable[Path | str] = (),
    references: Iterable[Path | str] = (),
) -> list[Source]:
    """The collections, pairs of them, or datasets of a figure, in the order they are drawn.

    entry: the figure's; about: collection → its dataset, architecture and protocol; tables: the
    files of their score tables; datasets: the `dataset.json` of prepared datasets; references:
    files of references joined to datasets.
    """
    known_sets = {folder.name: prepared.read(folder) for folder in map(_folder, datasets)}
    shown = {name: pictures(each) for name, each in known_sets.items() if at_hand(each)}
    read, known = read_tables(tables), read_references(references)
    collections = {}
    for name, facts in about.items():
        images, dataset = shown.get(facts["dataset"]), known_sets.get(facts["dataset"])
        classes = list(dataset.classes) if dataset else None
        collections[name] = Collection(
            name=name,
            tables=read[name],
            images=images,
            classes=classes,
            references=known.get(facts["dataset"], {}),
            **facts,
        )
    if "pairs" in entry:
        return [(collections[first], collections[second]) for first, second in entry["pairs"]]
    return [*collections.values(), *(shown[name] for name in entry.get("datasets", []))]


def _folder(facts: Path | str) -> Path:
    return Path(facts).parent
