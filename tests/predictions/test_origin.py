"""Blocks that were made of something else are not taken for one collection."""

from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest

from learning_order.predictions.contract import Record, write_block
from learning_order.predictions.origin import check_origin
from learning_order.predictions.reading import PredictionsError
from learning_order.runtime.seal import Damaged

RECIPE = {"learning_rate": 0.1, "optimizer": {"name": "sgd"}}
MADE_OF = {"dataset": "digits", "dataset_hash": "abc", "protocol": "snapshots", "recipe": RECIPE}


def block(folder: Path, name: str, **metadata) -> Path:
    path = folder / f"{name}.parquet"
    record = Record(0, 1, {"test": np.zeros(3, np.int16)}, {}, {})
    write_block(path, [record], {"test": np.zeros(3)}, {**MADE_OF, **metadata})
    return path


def test_blocks_of_one_recipe_pass(tmp_path):
    blocks = [block(tmp_path, "a"), block(tmp_path, "b", torch="another")]
    check_origin(blocks, MADE_OF)
    check_origin(blocks, {})


@pytest.mark.parametrize(
    ("change", "key", "values"),
    [
        ({"recipe": {**RECIPE, "learning_rate": 0.2}}, "recipe.learning_rate", ("0.2", "0.1")),
        ({"dataset_hash": "def"}, "dataset_hash", ("'def'", "'abc'")),
        ({"protocol": "independent"}, "protocol", ("'independent'", "'snapshots'")),
        ({"parts_per_epoch": 5}, "parts_per_epoch", ("5", "1")),
        ({"recipe": {**RECIPE, "compile": True}}, "recipe.compile", ("True", "False")),
    ],
)
def test_a_block_of_another_is_named_with_key_and_both_values(tmp_path, change, key, values):
    blocks = [block(tmp_path, "a"), block(tmp_path, "b", **change)]
    for expected, elsewhere in ((MADE_OF, "the configuration"), ({}, str(blocks[0]))):
        with pytest.raises(PredictionsError) as error:
            check_origin(blocks, expected)
        made, other = values
        assert f"{blocks[1]}: made with {key} {made}, but {elsewhere} has {other}" in str(
            error.value
        )


def test_a_block_that_counts_whole_epochs_is_none_of_parts(tmp_path):
    parts = block(tmp_path, "parts", parts_per_epoch=5)
    check_origin([parts], {**MADE_OF, "parts_per_epoch": 5})
    check_origin([parts], {})
    with pytest.raises(
        PredictionsError, match=r"whole\.parquet: made with parts_per_epoch 1, but "
    ):
        check_origin([block(tmp_path, "whole")], {**MADE_OF, "parts_per_epoch": 5})


def test_compiled_steps_are_not_mixed_with_others(tmp_path):
    asked = {"recipe": {**RECIPE, "compile": True}}
    done, failed = (
        block(tmp_path, name, **asked, compiled=name == "done") for name in ("done", "failed")
    )
    for one in (done, failed):
        check_origin([one, one], {**MADE_OF, **asked})
    with pytest.raises(PredictionsError, match=r"failed\.parquet: made with compiled False, but "):
        check_origin([done, failed], {**MADE_OF, **asked})


def test_what_somebody_else_wrote_says_nothing(tmp_path):
    path = block(tmp_path, "a", dataset=None, dataset_hash=None, protocol="own", recipe=None)
    check_origin([path], {})


def test_a_damaged_block_is_named_with_what_to_do(tmp_path):
    blocks = [block(tmp_path, "a"), block(tmp_path, "b")]
    content = blocks[1].read_bytes()
    cure = r"b\.parquet is damaged.*delete it, and its models are trained again"
    for byte in (20, len(content) // 2, len(content) - 100):
        flipped = bytearray(content)
        flipped[byte] ^= 4
        for damaged in (flipped, content[:byte]):
            blocks[1].write_bytes(damaged)
            with pytest.raises((PredictionsError, Damaged), match=cure):
                check_origin(blocks, MADE_OF)


@pytest.mark.parametrize("text", [b"[1]", b"{", b"\xff"])
def test_damaged_metadata_are_named(tmp_path, text):
    table = pq.read_table(block(tmp_path, "a"))
    path = tmp_path / "old.parquet"
    pq.write_table(table.replace_schema_metadata({b"learning_order": text}), path)
    with pytest.raises(PredictionsError, match=r"old\.parquet.*delete it"):
        check_origin([path], {})
