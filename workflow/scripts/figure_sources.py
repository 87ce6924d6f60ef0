"""What the scripts of figures share: from the files of a rule to what a figure is drawn from."""

from pathlib import Path

import pandas as pd

from learning_order.datasets import prepared
from learning_order.figures.sources import Collection, Dataset


def read_sources(snakemake) -> list:
    """The collections or datasets of a figure, in the order they are drawn."""
    scores = {}
    for path in map(Path, snakemake.input.tables):
        scores.setdefault(path.parent.name, {})[path.stem] = pd.read_parquet(path)
    collections = [
        Collection(name=name, tables=scores[name], **snakemake.params.sources[name])
        for name in snakemake.params.entry.get("collections", [])
    ]
    datasets = [_dataset(Path(path).parent) for path in snakemake.input.datasets]
    return collections + datasets


def _dataset(folder: Path) -> Dataset:
    dataset = prepared.read(folder)
    return Dataset(
        name=dataset.name,
        classes=list(dataset.classes),
        images=dataset.inputs("train"),
        labels=dataset.labels("train"),
    )
