"""Where the predictions of a model stand in a file of the contract, and how they are read there."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq

from learning_order.predictions.contract import PROBABILITIES
from learning_order.runtime.errors import ExplainedError

SPLIT = re.compile(r"[a-z][a-z0-9_.-]*")  # the name of one
Stored = list[tuple[str, str, int, bytes]]  # a column in a file: see Place._stored


class PredictionsError(ExplainedError, ValueError):
    """A predictions file that is not what it should be; the message names the file."""


@dataclass
class Place:
    """The row groups of one file that hold the predictions of one model for one split, in order."""

    path: Path
    metadata: pq.FileMetaData
    seed: int
    split: str
    groups: list[int] = field(default_factory=list)
    ends: list[int] = field(default_factory=lambda: [0])  # 0, then the rows up to each group's end

    def add(self, group: int) -> None:
        self.groups.append(group)
        self.ends.append(self.ends[-1] + self.metadata.row_group(group).num_rows)

    def check(self, labels: np.ndarray, known: list[Stored]) -> list[Stored]:
        """Compare examples and labels with what they should be; returns them as they are stored.

        Columns stored as in `known`, which are right, are not decoded: that would take three times
        as long as decoding the predictions.
        """
        stored = [self._stored(name) for name in ("example", "label")]
        if stored == known:
            return stored
        example, label = self.read(["example", "label"], 0, self.ends[-1])
        if not np.array_equal(example, np.arange(len(labels))):
            raise PredictionsError(
                f"{self.path}: the {self.split} examples of seed {self.seed} are not 0, 1, 2, …"
            )
        if not np.array_equal(label, labels):
            raise PredictionsError(
                f"{self.path}: the {self.split} labels of seed {self.seed} differ from those read "
                "before; were these files made from two versions of the dataset?"
            )
        return stored

    def _stored(self, name: str) -> Stored:
        """The column as it is in the file: type, compression, rows and bytes of each group."""
        index = self.metadata.schema.names.index(name)
        stored = []
        with self.path.open("rb") as file:
            for group in self.groups:
                column = self.metadata.row_group(group).column(index)
                file.seek(column.dictionary_page_offset or column.data_page_offset)
                content = file.read(column.total_compressed_size)
                kind = column.physical_type, column.compression, column.num_values
                stored.append((*kind, content))
        return stored

    @property
    def has_probabilities(self) -> bool:
        """Whether the columns are there and hold no null."""
        names = self.metadata.schema.names
        return set(PROBABILITIES.names) <= set(names) and not any(
            self._nulls(group, name) for group in self.groups for name in PROBABILITIES.names
        )

    def _nulls(self, group: int, name: str) -> int:
        column = self.metadata.row_group(group).column(self.metadata.schema.names.index(name))
        if column.is_stats_set and column.statistics.has_null_count:
            return column.statistics.null_count
        with pq.ParquetFile(self.path, metadata=self.metadata) as file:
            return file.read_row_group(group, columns=[name])[name].null_count

    def read(self, columns: Sequence[str], start: int, stop: int) -> list[np.ndarray]:
        """The rows from `start` to `stop`: one array per column, from the groups that hold them."""
        first, last = np.searchsorted(self.ends[1:], [start, stop - 1], side="right")
        groups = self.groups[first : last + 1]
        with pq.ParquetFile(self.path, metadata=self.metadata) as file:
            table = file.read_row_groups(groups, columns=list(columns), use_threads=False)
        rows = table.slice(start - self.ends[first], stop - start)
        return [rows[name].to_numpy() for name in columns]
