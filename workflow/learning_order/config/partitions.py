"""Families: what a partitioned dataset, and a collection on it, stand for.

A dataset with a partition, but without a choice of its part, stands for one dataset per part. They
are called NAME-0, NAME-1, …, and so are the collections on them. Both names can be written: that
of the family, and that of a part.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import NamedTuple, TypeVar

from learning_order.config.entries import Collection, Config, Dataset

Entry = TypeVar("Entry", Dataset, Collection)


class Families(NamedTuple):
    """Name of a family → the names of its parts."""

    datasets: dict[str, list[str]]
    collections: dict[str, list[str]]


class Known(NamedTuple):
    """All that can be named, with its entry; a part has that of its family."""

    datasets: dict[str, Dataset]
    collections: dict[str, Collection]


def families(config: Config) -> Families:
    """The families among datasets and collections, before `expand_partitions` resolves them."""
    datasets = {
        name: _parts(name, entry["partition"]["parts"])
        for name, entry in config.datasets.items()
        if "partition" in entry and "part" not in entry["partition"]
    }
    collections = {
        name: _parts(name, len(datasets[entry["dataset"]]))
        for name, entry in config.collections.items()
        if "predictions" not in entry and entry["dataset"] in datasets
    }
    return Families(datasets, collections)


def _parts(name: str, parts: int) -> list[str]:
    width = len(str(parts - 1))
    return [f"{name}-{part:0{width}}" for part in range(parts)]


def known(config: Config) -> Known:
    """The datasets and collections that can be named."""
    made = families(config)
    return Known(
        _with_parts(config.datasets, made.datasets),
        _with_parts(config.collections, made.collections),
    )


def _with_parts(entries: dict[str, Entry], made: Mapping[str, list[str]]) -> dict[str, Entry]:
    of_parts = {part: entries[name] for name, parts in made.items() for part in parts}
    return {**entries, **of_parts}


def expand_partitions(config: Config) -> Config:
    """Every family replaced by its parts, also where a figure or a claim names it."""
    made = families(config)
    for figure in config.figures.values():
        if "collections" in figure:
            figure["collections"] = _members(figure["collections"], made.collections)
        if "datasets" in figure:
            figure["datasets"] = _members(figure["datasets"], made.datasets)
    for claim in config.claims.values():
        claim["collections"] = _members(claim["collections"], made.collections)
    return replace(
        config,
        datasets=_expanded_datasets(config.datasets, made),
        collections=_expanded_collections(config.collections, made),
    )


def _members(names: list[str], made: Mapping[str, list[str]]) -> list[str]:
    return [part for name in names for part in made.get(name, [name])]


def _expanded_datasets(entries: dict[str, Dataset], made: Families) -> dict[str, Dataset]:
    expanded = {name: entry for name, entry in entries.items() if name not in made.datasets}
    for family, parts in made.datasets.items():
        entry = entries[family]
        for number, part in enumerate(parts):
            expanded[part] = {**entry, "partition": {**entry["partition"], "part": number}}
    return expanded


def _expanded_collections(entries: dict[str, Collection], made: Families) -> dict[str, Collection]:
    expanded = {name: entry for name, entry in entries.items() if name not in made.collections}
    for family, parts in made.collections.items():
        entry = entries[family]
        for part, dataset in zip(parts, made.datasets[entry["dataset"]], strict=True):
            expanded[part] = {**entry, "dataset": dataset}
    return expanded
