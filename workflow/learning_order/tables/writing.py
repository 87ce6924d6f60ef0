"""Score tables as Parquet files, written while their rows are computed."""

from collections.abc import Iterable, Mapping
from contextlib import ExitStack
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from learning_order.runtime.seal import sealed_aside

ROW_GROUP = 2**20  # rows, as pandas writes them


def write_tables(parts: Iterable[tuple[str, pd.DataFrame]], paths: Mapping[str, Path]) -> None:
    """Write the parts of build.table_parts, of which each table has at least one.

    paths: table → its file. The files are those that DataFrame.to_parquet makes of whole tables,
    with a seal, and appear when all of them are complete.
    """
    with ExitStack() as stack:
        asides = {name: stack.enter_context(sealed_aside(path)) for name, path in paths.items()}
        files: dict[str, pq.ParquetWriter] = {}
        waiting: dict[str, pa.Table] = {}  # rows of the next row group of each table
        for name, part in parts:
            rows = pa.Table.from_pandas(part, preserve_index=False)
            if name in files:
                rows = pa.concat_tables([waiting[name], rows])
            else:
                files[name] = stack.enter_context(pq.ParquetWriter(asides[name], rows.schema))
            waiting[name] = _write_full_groups(files[name], rows)
        for name, rows in waiting.items():
            files[name].write_table(rows, row_group_size=ROW_GROUP)


def _write_full_groups(file: pq.ParquetWriter, rows: pa.Table) -> pa.Table:
    """Write all row groups but the last, full or not, and return the rows of that one."""
    full = max(0, rows.num_rows - 1) // ROW_GROUP * ROW_GROUP
    if full:
        file.write_table(rows.slice(0, full), row_group_size=ROW_GROUP)
    return rows.slice(full)
