"""A collection of models, and the tables of its scores."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from learning_order.datasets.pictures import Pictures


@dataclass(frozen=True)
class Collection:
    """One collection of models and the tables of its scores that the kind of figure reads.

    tables: see learning_order.tables for what there is and what their columns are.
    images: its dataset, for the kinds that show images and where the dataset is at hand.
    classes: the names of its dataset's classes, where they are known.
    """

    name: str
    dataset: str
    architecture: str
    protocol: str
    tables: dict[str, pd.DataFrame]
    images: Pictures | None = None
    classes: list[str] | None = None


def read_tables(paths: Iterable[Path | str]) -> dict[str, dict[str, pd.DataFrame]]:
    """Name of a collection → name of a table → the table, from `{collection}/{table}.parquet`."""
    tables: dict[str, dict[str, pd.DataFrame]] = {}
    for path in map(Path, paths):
        tables.setdefault(path.parent.name, {})[path.stem] = pd.read_parquet(path)
    return tables
