"""Published files hold the same rows in fewer bytes, and say how they were made."""

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest

from learning_order.predictions.contract import Record, write_block
from learning_order.predictions.publish import publish_block
from learning_order.predictions.reading import read_metadata, scan
from learning_order.runtime.seal import Damaged

LABELS = {"test": np.arange(400) % 5, "train": np.arange(2000) % 5}


def records(with_probabilities):
    rng = np.random.default_rng(0)
    for extent in (0, 1, 5):
        guesses = {split: rng.integers(0, 5, len(of)) for split, of in LABELS.items()}
        shares = {split: rng.random(len(of)).astype(np.float16) for split, of in LABELS.items()}
        more = (shares, {split: 9 * of for split, of in shares.items()})
        yield Record(3, extent, guesses, {}, {}, *(more if with_probabilities else ()))


@pytest.fixture(params=[True, False], ids=["probabilities", "classes"])
def block(request, tmp_path):
    path = tmp_path / "seeds-3-3.parquet"
    write_block(path, records(request.param), LABELS, {"source": "abc"})
    return path


def test_the_rows_are_the_same_and_fewer_bytes(block, tmp_path):
    target = tmp_path / "new/seeds-3-3.parquet"
    publish_block(block, target, {"hours": 2.5})
    pd.testing.assert_frame_equal(pd.read_parquet(target), pd.read_parquet(block))
    plain = tmp_path / "plain.parquet"
    with pq.ParquetFile(block) as file:
        schema = file.schema_arrow
        with pq.ParquetWriter(plain, schema, compression="zstd") as writer:
            for group in range(file.num_row_groups):
                writer.write_table(file.read_row_group(group))
    assert target.stat().st_size < block.stat().st_size
    assert target.stat().st_size < 0.8 * plain.stat().st_size


def test_probabilities_may_be_left_out(block, tmp_path):
    target = tmp_path / "new.parquet"
    publish_block(block, target, {"hours": 2.5}, probabilities=False)
    whole = pd.read_parquet(block)
    classes = whole.drop(columns=["p_true", "margin"], errors="ignore")
    pd.testing.assert_frame_equal(pd.read_parquet(target), classes)
    assert read_metadata(target) == {**read_metadata(block), "hours": 2.5}
    assert not scan([target]).has_probabilities("test")


def test_the_metadata_say_how_it_was_made(block, tmp_path):
    publish_block(block, tmp_path / "new.parquet", {"hours": 2.5})
    assert read_metadata(tmp_path / "new.parquet") == {**read_metadata(block), "hours": 2.5}


def test_the_file_is_read_as_any_other(block, tmp_path):
    publish_block(block, tmp_path / "new.parquet", {})
    before, after = scan([block]), scan([tmp_path / "new.parquet"])
    assert (after.seeds, after.extents) == ([3], [0, 1, 5])
    assert after.has_probabilities("test") == before.has_probabilities("test")
    for found, expected in zip(after.parts("train", 5), before.parts("train", 5), strict=True):
        assert np.array_equal(found, expected)


def test_a_damaged_file_is_not_published(block, tmp_path):
    content = bytearray(block.read_bytes())
    content[500] ^= 1
    block.write_bytes(content)
    with pytest.raises(Damaged):
        publish_block(block, tmp_path / "new.parquet", {})
    assert not (tmp_path / "new.parquet").exists()
