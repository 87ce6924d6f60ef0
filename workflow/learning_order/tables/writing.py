"""Score tables as Parquet files, written while their rows are computed."""

from collections.abc import Iterable, Mapping
from contextlib import ExitStack
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from learning_order.runtime.files import written_aside

ROW_GROUP = 2**20  # rows, as pandas writes them


def write_tables(parts: Iterable[tuple[str, pd.DataFrame]], paths: Mapping[str, Path]) -> None:
    """Write the parts of tables.table_parts, of which each table has at least one.

    paths: table → its file. The files are those that DataFrame.to_parquet makes of whole tables,
    and appear when all of them are complete.
    """
    with ExitStack() as stack:
        asides = {name: stack.enter_context(written_aside(path)) for name, path in paths.items()}
        writers = {name: _Writer(aside) for name, aside in asides.items()}
        for name, part in parts:
            writers[name].add(part)
        for writer in writers.values():
            writer.close()


class _Writer:
    """Writes full row groups, and holds rows back until there are enough."""

    def __init__(self, path: Path):
        self.path, self.writer, self.waiting = path, None, None

    def add(self, part: pd.DataFrame) -> None:
        rows = pa.Table.from_pandas(part, preserve_index=False)
        self.waiting = rows if self.waiting is None else pa.concat_tables([self.waiting, rows])
        full = self.waiting.num_rows // ROW_GROUP * ROW_GROUP
        if full:
            self._write(self.waiting.slice(0, full))
            self.waiting = self.waiting.slice(full)

    def close(self) -> None:
        if self.waiting.num_rows or self.writer is None:
            self._write(self.waiting)
        self.writer.close()

    def _write(self, rows: pa.Table) -> None:
        self.writer = self.writer or pq.ParquetWriter(self.path, rows.schema)
        self.writer.write_table(rows, row_group_size=ROW_GROUP)
