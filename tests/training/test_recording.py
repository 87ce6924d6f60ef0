"""What is recorded of the logits, against numpy in double precision."""

import numpy as np
import pytest
import torch

from learning_order.predictions.contract import Record
from learning_order.training.recording import record_split

EXAMPLES, CLASSES = 101, 7


def record(logits, labels=None, batch=30):
    found = Record(0, 1, predictions={}, accuracy={}, loss={})
    finite = record_split(found, "test", torch.from_numpy(logits).split(batch), labels)
    return found, finite


@pytest.fixture
def logits():
    return np.random.default_rng(0).normal(0, 3, (EXAMPLES, CLASSES)).astype(np.float32)


@pytest.fixture
def labels():
    return np.random.default_rng(1).integers(0, CLASSES, EXAMPLES)


def test_every_number_is_what_its_definition_says(logits, labels):
    found, finite = record(logits, torch.from_numpy(labels))
    assert finite
    p = np.exp(logits.astype(np.float64))
    p /= p.sum(axis=1, keepdims=True)
    of_label = p[np.arange(EXAMPLES), labels]
    assert np.array_equal(found.predictions["test"], p.argmax(axis=1))
    assert found.predictions["test"].dtype == np.int16
    assert found.accuracy["test"] == pytest.approx((p.argmax(axis=1) == labels).mean(), abs=1e-12)
    assert found.loss["test"] == pytest.approx(-np.log(of_label).mean(), rel=1e-12)
    assert found.sum_p_squared["test"] == pytest.approx((p**2).sum(axis=1).mean(), rel=1e-12)
    assert np.array_equal(found.p_true["test"], of_label.astype(np.float16))
    margins = [
        row[label] - np.delete(row, label).max() for row, label in zip(logits, labels, strict=True)
    ]
    assert np.array_equal(found.margin["test"], np.array(margins, np.float16))
    assert ((found.margin["test"] > 0) == (found.predictions["test"] == labels)).all()


def test_what_is_recorded_does_not_depend_on_the_batches(logits, labels):
    whole, _ = record(logits, torch.from_numpy(labels), EXAMPLES)
    cut, _ = record(logits, torch.from_numpy(labels), 10)
    for name in ("predictions", "p_true", "margin"):
        assert np.array_equal(getattr(whole, name)["test"], getattr(cut, name)["test"])
    assert cut.loss["test"] == pytest.approx(whole.loss["test"], rel=1e-12)


def test_a_split_without_labels_has_no_p_true_but_a_mean_of_p_squared(logits, labels):
    found, _ = record(logits)
    assert (found.p_true, found.margin, found.accuracy, found.loss) == ({}, {}, {}, {})
    with_labels, _ = record(logits, torch.from_numpy(labels))
    assert found.sum_p_squared == with_labels.sum_p_squared
    assert np.array_equal(found.predictions["test"], with_labels.predictions["test"])


def test_a_margin_beyond_float16_is_clipped(labels):
    logits = np.zeros((EXAMPLES, CLASSES), np.float32)
    logits[np.arange(EXAMPLES), labels] = 1e6
    found, _ = record(logits, torch.from_numpy(labels))
    assert (found.margin["test"] == 65504).all()
    wrong, _ = record(logits, torch.from_numpy((labels + 1) % CLASSES))
    assert (wrong.margin["test"] == -65504).all()
    assert (found.p_true["test"] == 1).all()


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
@pytest.mark.parametrize("place", [0, EXAMPLES - 1])
def test_a_logit_that_is_no_number_is_noticed_in_any_batch(logits, labels, value, place):
    logits[place, 2] = value
    assert not record(logits, torch.from_numpy(labels))[1]
