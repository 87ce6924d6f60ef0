"""A collection of models with its score tables, and how to read them."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import pandas as pd

from learning_order.runtime.seal import check_whole


class Images(Protocol):
    """Images of a dataset, such as datasets/pictures.py gives: tables do not know datasets."""

    @property
    def name(self) -> str:
        """Of the dataset."""

    @property
    def images(self) -> Any:
        """(examples, height, width, channels), or what gives such an array for indices."""

    @property
    def labels(self) -> np.ndarray:
        """(examples,) integers."""

    def names_of(self, numbers: np.ndarray) -> dict[str, list[str]]:
        """The columns class_name and source of these images."""


@dataclass(frozen=True)
class Collection:
    """One collection of models and those of its score tables that a figure or claim reads.

    tables: name of a table → the table; see learning_order.tables for all tables and columns.
    images: train images of its dataset, for kinds of figures that show images, if at hand.
    classes: the names of its dataset's classes, if known.
    references: name of a reference → what it says of each example: split, example, value; empty
    where there is none, and then its attrs say why as `problem`.
    parts_per_epoch: how many parts of an epoch its extents count.
    """

    name: str
    dataset: str
    architecture: str
    protocol: str
    tables: dict[str, pd.DataFrame]
    images: Images | None = None
    classes: list[str] | None = None
    references: dict[str, pd.DataFrame] = field(default_factory=dict)
    parts_per_epoch: int = 1
    _places: dict[str, dict] = field(default_factory=dict, init=False, repr=False, compare=False)

    def rows(self, table: str, split: str, extent: int) -> pd.DataFrame:
        """The rows of a table about one split after one extent; a table is searched once."""
        rows = self.tables[table]
        if table not in self._places:
            self._places[table] = rows.groupby(["split", "extent"], sort=False).indices
        return rows.iloc[self._places[table].get((split, extent), [])]


def read_tables(paths: Iterable[Path | str]) -> dict[str, dict[str, pd.DataFrame]]:
    """Name of a collection → name of a table → the table, from `{collection}/{table}.parquet`.

    Damaged names a file that is not as it was written.
    """
    tables: dict[str, dict[str, pd.DataFrame]] = {}
    for path in map(Path, paths):
        check_whole(path, "delete it, and it is computed again")
        tables.setdefault(path.parent.name, {})[path.stem] = pd.read_parquet(path)
    return tables


def read_references(paths: Iterable[Path | str]) -> dict[str, dict[str, pd.DataFrame]]:
    """Name of a dataset → name of a reference → its table, from `{reference}/{dataset}.parquet`."""
    references: dict[str, dict[str, pd.DataFrame]] = {}
    for path in map(Path, paths):
        references.setdefault(path.stem, {})[path.parent.name] = pd.read_parquet(path)
    return references
