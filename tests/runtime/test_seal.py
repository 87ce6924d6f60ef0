"""No damaged Parquet file is read, whichever byte of it is another."""

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest

from learning_order.runtime.seal import Damaged, check_whole, sealed_aside

TABLE = pd.DataFrame({"a": np.arange(500), "b": np.random.default_rng(0).random(500), "c": "word"})


@pytest.fixture
def path(tmp_path):
    with sealed_aside(tmp_path / "table.parquet") as aside:
        TABLE.to_parquet(aside, index=False, row_group_size=200)
    return tmp_path / "table.parquet"


def test_a_sealed_file_is_parquet_to_everybody(path):
    check_whole(path, "")
    pd.testing.assert_frame_equal(pd.read_parquet(path), TABLE)
    assert pq.read_metadata(path).num_row_groups == 3
    with pq.ParquetFile(path, memory_map=True) as file:
        assert file.read_row_group(1)["a"][0].as_py() == 200


def test_a_flipped_bit_is_noticed_or_leaves_the_table_as_it_was(path):
    content = path.read_bytes()
    rng = np.random.default_rng(0)
    noticed = 0
    for byte in rng.choice(len(content), 1000):
        flipped = bytearray(content)
        flipped[byte] ^= 1 << int(rng.integers(8))
        path.write_bytes(flipped)
        try:
            check_whole(path, "delete it")
        except Damaged as error:
            noticed += f"{path} is damaged" in str(error) and "delete it" in str(error)
        else:  # a bit of the mark, which nobody reads
            pd.testing.assert_frame_equal(pd.read_parquet(path), TABLE)
    assert noticed > 950


@pytest.mark.parametrize("length", [0, 4, 8, 11, 12, 100, 1000, -1, -40, -500])
def test_a_file_that_is_cut_off_is_noticed(path, length):
    path.write_bytes(path.read_bytes()[:length])
    with pytest.raises(Damaged, match=r"table\.parquet is damaged or cut off.*; delete it"):
        check_whole(path, "delete it")


def test_a_file_of_earlier_versions_is_not_refused(tmp_path):
    TABLE.to_parquet(tmp_path / "table.parquet")
    check_whole(tmp_path / "table.parquet", "")


def test_equal_tables_are_equal_files(path, tmp_path):
    with sealed_aside(tmp_path / "again.parquet") as aside:
        TABLE.to_parquet(aside, index=False, row_group_size=200)
    assert path.read_bytes() == (tmp_path / "again.parquet").read_bytes()
