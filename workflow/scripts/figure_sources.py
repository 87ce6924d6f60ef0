"""What the scripts of figures share: from the files of a rule to what a figure is drawn from."""

from pathlib import Path

import pandas as pd

from learning_order.datasets import prepared
from learning_order.datasets.pictures import train_images
from learning_order.figures import collections_of
from learning_order.figures.sources import Collection, Dataset


def read_sources(snakemake) -> list:
    """The collections, pairs of them, or datasets of a figure, in the order they are drawn."""
    entry, about = snakemake.params.entry, snakemake.params.sources
    datasets = {path.parent.name: _dataset(path.parent) for path in map(Path, _datasets(snakemake))}
    tables = {}
    for path in map(Path, snakemake.input.tables):
        tables.setdefault(path.parent.name, {})[path.stem] = pd.read_parquet(path)
    collections = {
        name: _collection(name, tables[name], datasets.get(about[name]["dataset"]), about[name])
        for name in collections_of(entry)
    }
    if "pairs" in entry:
        return [tuple(collections[name] for name in pair) for pair in entry["pairs"]]
    return [*collections.values(), *(datasets[name] for name in entry.get("datasets", []))]


def _collection(name: str, tables: dict, dataset: Dataset | None, about: dict) -> Collection:
    classes = dataset.classes if dataset else None
    return Collection(name=name, tables=tables, images=dataset, classes=classes, **about)


def _datasets(snakemake) -> list[str]:
    return snakemake.input.get("datasets", [])


def _dataset(folder: Path) -> Dataset:
    dataset = prepared.read(folder)
    return Dataset(
        name=dataset.name,
        classes=list(dataset.classes),
        images=train_images(dataset),
        labels=dataset.labels("train"),
    )
