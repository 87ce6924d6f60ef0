"""Predictions made elsewhere that a configuration takes for more than they are."""

import re

import numpy as np
import pytest

from learning_order.predictions.contract import write_block
from learning_order.predictions.expected import check_classes, check_wanted
from learning_order.predictions.imported import records
from learning_order.predictions.reading import Predictions, PredictionsError


def predictions(most: int, label: int = 2, seeds=(0, 1, 2)) -> Predictions:
    found = np.zeros((2, len(seeds), 4), np.int16)
    found[1, 0, 2] = most
    return Predictions([*seeds], [1, 5], {"test": found}, {"test": np.array([0, 1, label, 0])})


def test_a_class_beyond_those_of_the_dataset_is_refused():
    check_classes(predictions(9), "a.csv", "digits", 10)
    message = "a.csv: prediction 999 for test example 2, but digits has 10 classes, 0 to 9"
    with pytest.raises(PredictionsError, match=re.escape(message)):
        check_classes(predictions(999), "a.csv", "digits", 10)
    with pytest.raises(PredictionsError, match="label 10 for test example 2"):
        check_classes(predictions(9, label=10), "a.csv", "digits", 10)


def test_a_class_that_no_example_has_is_said_where_nothing_is_known():
    assert check_classes(predictions(2), "a.csv", "words", None) is None
    assert "drawn for 1000 classes" in check_classes(predictions(999), "a.csv", "words", None)
    unlabelled = predictions(999, label=-1)
    unlabelled.labels["test"][:] = -1
    assert check_classes(unlabelled, "a.csv", "words", None) is None


@pytest.mark.parametrize(
    ("seeds", "extents", "message"),
    [
        (
            [0, 1, 2, 3],
            None,
            "collections.mine.models: seed 3 is wanted, but a.csv",
        ),
        (
            None,
            [1, 9],
            "collections.mine.extents: extent 9 is wanted, but a.csv",
        ),
    ],
)
def test_more_than_there_is_is_named_by_its_key(tmp_path, seeds, extents, message):
    found, path = predictions(2), tmp_path / "own.parquet"
    write_block(path, records(found), found.labels, {"files": ["a.csv"]})
    check_wanted(path, "mine", [0, 1], [5])
    check_wanted(path, "mine", None, None)
    with pytest.raises(PredictionsError, match=re.escape(message)):
        check_wanted(path, "mine", seeds, extents)
