"""Tables that are written as they come are the files that pandas writes of the whole."""

import numpy as np
import pandas as pd
import pytest

from learning_order.runtime.seal import seal
from learning_order.tables import writing
from learning_order.tables.writing import write_tables

WHOLE = pd.DataFrame(
    {
        "split": ["test"] * 20 + ["train"] * 30,
        "extent": np.arange(50, dtype=np.int32),
        "share": np.where(np.arange(50) < 20, np.nan, 0.5),
        "bits": [bytes([number]) for number in range(50)],
    }
)


def parts_of(table, *ends):
    return [table[start:end] for start, end in zip((0, *ends), (*ends, len(table)), strict=True)]


@pytest.mark.parametrize("row_group", [1, 7, 25, 50, 2**20])
@pytest.mark.parametrize("ends", [(), (7,), (1, 2, 3, 30), (25,)])
def test_the_files_are_those_of_pandas(tmp_path, monkeypatch, row_group, ends):
    monkeypatch.setattr(writing, "ROW_GROUP", row_group)
    single = WHOLE[:1]
    parts = [("whole", part) for part in parts_of(WHOLE, *ends)]
    write_tables([*parts, ("single", single)], {n: tmp_path / n for n in ("single", "whole")})
    for name, table in (("whole", WHOLE), ("single", single)):
        table.to_parquet(tmp_path / "pandas", index=False, row_group_size=row_group)
        seal(tmp_path / "pandas")
        assert (tmp_path / name).read_bytes() == (tmp_path / "pandas").read_bytes()


def test_a_table_without_rows_has_its_columns(tmp_path):
    write_tables([("empty", WHOLE[:0])], {"empty": tmp_path / "empty"})
    pd.testing.assert_frame_equal(pd.read_parquet(tmp_path / "empty"), WHOLE[:0], check_dtype=False)


def test_what_fails_half_way_leaves_no_file(tmp_path):
    def parts():
        yield "a", WHOLE
        raise RuntimeError("no more")

    with pytest.raises(RuntimeError, match="no more"):
        write_tables(parts(), {name: tmp_path / name for name in ("a", "b")})
    assert list(tmp_path.iterdir()) == []
