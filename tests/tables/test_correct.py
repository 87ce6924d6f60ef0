"""Which model is right about which example survives packing, Parquet and any order of rows."""

import io

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays

from learning_order.tables import correct as correct_table
from learning_order.tables.correct import times_right, unpack


def table_of(correct, extents, seeds):
    parts = [
        correct_table.table("test", extent, seeds, of_extent)
        for extent, of_extent in zip(extents, correct, strict=True)
    ]
    return pd.concat(parts, ignore_index=True)


@given(arrays(bool, array_shapes(min_dims=3, max_dims=3, max_side=9)), st.randoms())
def test_what_is_packed_is_unpacked(correct, random):
    extents = sorted(random.sample(range(200), len(correct)))
    seeds = sorted(random.sample(range(200), correct.shape[1]))
    table = table_of(correct, extents, seeds).sample(frac=1, random_state=random.randrange(99))
    other = correct_table.table("train", 0, seeds, ~correct[0])
    stored = io.BytesIO()
    pd.concat([table, other]).to_parquet(stored, index=False)
    found, again = unpack(pd.read_parquet(stored), "test")
    assert found == extents
    np.testing.assert_array_equal(again, correct)
    np.testing.assert_array_equal(times_right(table, "test"), correct.sum(axis=0))


def test_missing_models_and_splits_are_named():
    table = table_of(np.ones((2, 3, 5), bool), [0, 1], [0, 1, 2])
    with pytest.raises(ValueError, match="split 'test' has 5 rows for 2 extents and 3 models"):
        unpack(table[:-1], "test")
    with pytest.raises(ValueError, match="no labelled split 'noise', only test"):
        unpack(table, "noise")
