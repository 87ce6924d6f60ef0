"""The scores against closed forms, plain loops and libraries."""

import doctest
from collections import Counter
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy import stats

from learning_order import scores
from learning_order.scores import comparing, nulls, per_example

shapes = st.tuples(st.integers(1, 9), st.integers(1, 12))
predictions = shapes.flatmap(lambda shape: arrays(np.int16, shape, elements=st.integers(0, 4)))
collections = st.tuples(st.integers(1, 5), st.integers(1, 6), st.integers(1, 6)).flatmap(
    lambda shape: arrays(bool, shape)
)


@pytest.mark.parametrize("module", [per_example, comparing, nulls])
def test_the_examples_in_docstrings_run(module):
    result = doctest.testmod(module, extraglobs={"np": np})
    assert result.attempted > 0
    assert result.failed == 0


@given(predictions, st.randoms())
def test_tp_agreement_is_a_plain_count(predictions, random):
    models, examples = predictions.shape
    labels = np.array([random.randint(0, 4) for _ in range(examples)])
    found = scores.tp_agreement(predictions, labels)
    for x in range(examples):
        assert found[x] == sum(predictions[i, x] == labels[x] for i in range(models)) / models


@given(predictions)
def test_agreement_and_modal_class_are_plain_counts(predictions):
    agreement, modal = scores.agreement(predictions), scores.modal_class(predictions)
    for x, column in enumerate(predictions.T):
        counts = Counter(column.tolist())
        most = max(counts.values())
        assert agreement[x] == most / len(column)
        assert modal[x] == min(value for value, count in counts.items() if count == most)


@given(predictions)
def test_agreement_bounds(predictions):
    agreement = scores.agreement(predictions)
    assert (agreement >= 1 / len(predictions)).all()
    for label in range(5):
        labels = np.full(predictions.shape[1], label)
        assert (agreement >= scores.tp_agreement(predictions, labels) - 1e-12).all()


@given(predictions)
def test_modal_class_is_scipy_s_mode(predictions):
    assert np.array_equal(scores.modal_class(predictions), stats.mode(predictions, axis=0).mode)


def test_votes_in_chunks_are_the_same(monkeypatch):
    predictions = np.random.default_rng(0).integers(0, 6, (7, 50))
    whole = scores.votes(predictions)
    monkeypatch.setattr(per_example, "CHUNK", 21)
    for a, b in zip(whole, scores.votes(predictions), strict=True):
        assert np.array_equal(a, b)


def test_identical_classifiers_agree_fully():
    one = np.array([0, 1, 2, 1])
    predictions, labels = np.tile(one, (5, 1)), np.array([0, 1, 1, 0])
    assert set(scores.tp_agreement(predictions, labels)) == {0.0, 1.0}
    assert (scores.agreement(predictions) == 1).all()
    assert scores.ensemble_accuracy(predictions, labels) == 0.5


def test_accessibility_is_the_mean_over_extents():
    tpa = np.random.default_rng(0).random((4, 9))
    assert scores.accessibility(tpa) == pytest.approx([np.mean(column) for column in tpa.T])


@given(arrays(float, st.integers(3, 60), elements=st.sampled_from([k / 20 for k in range(21)])))
def test_bimodality_is_scipy_s_moments(values):
    found = scores.bimodality(values)
    if len(set(values)) == 1:
        assert np.isnan(found)
    else:
        expected = stats.kurtosis(values, fisher=False) - stats.skew(values) ** 2 - 1
        assert found == pytest.approx(expected, rel=1e-6, abs=1e-9)
        assert found >= 0


@given(st.integers(1, 50), st.integers(1, 50))
def test_bimodality_of_two_points_is_zero(low, high):
    assert scores.bimodality([0.1] * low + [0.7] * high) == pytest.approx(0, abs=1e-9)


def test_bimodality_of_known_distributions():
    rng = np.random.default_rng(0)
    assert scores.bimodality(np.linspace(0, 1, 10001)) == pytest.approx(0.8, abs=1e-3)
    assert scores.bimodality(rng.standard_normal(400_000)) == pytest.approx(2, abs=0.03)


@pytest.mark.parametrize("constant", [0.0, 1.0, 0.1 + 0.2, 1 / 3])
def test_bimodality_of_a_constant_is_nan(constant):
    values = np.full(1000, constant)
    assert np.isnan(scores.bimodality(values))
    values[::2] += np.spacing(constant)
    assert np.isnan(scores.bimodality(values))


@given(collections)
def test_learned_extent_is_a_plain_search(correct):
    extents = [0, 1, 3, 7, 20][: len(correct)]
    found = scores.learned_extent(correct, extents)
    for model in range(correct.shape[1]):
        for x in range(correct.shape[2]):
            history = correct[:, model, x]
            learned = [e for k, e in enumerate(extents) if history[k:].all()]
            if learned:
                assert found[model, x] == learned[0]
            else:
                assert np.isnan(found[model, x])


@given(collections)
def test_forgetting_events_are_counted(correct):
    found = scores.forgetting_events(correct)
    for model in range(correct.shape[1]):
        for x in range(correct.shape[2]):
            history = correct[:, model, x]
            falls = sum(a and not b for a, b in pairwise(history))
            assert found[model, x] == falls


def test_trivial_and_impossible_examples_are_those_of_the_last_extent():
    tpa = [[1.0, 1.0, 0.0, 0.0], [1.0, 0.5, 0.0, 1.0]]
    assert scores.trivial_share(tpa) == 0.5
    assert scores.impossible_share(tpa) == 0.25


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: scores.tp_agreement([0, 1], [0, 1]), r"\(models, examples\), got shape \(2,\)"),
        (lambda: scores.tp_agreement([[0, 1]], [0]), "2 and 1 examples"),
        (lambda: scores.tp_agreement([[0.5, 1]], [0, 1]), "expected whole numbers"),
        (lambda: scores.agreement(np.empty((0, 3), int)), "empty array"),
        (lambda: scores.accessibility([[0.5, 1.5]]), "shares between 0 and 1"),
        (lambda: scores.accessibility([[0.5, np.nan]]), "shares between 0 and 1"),
        (lambda: scores.learned_extent([[[0, 1]]], [0]), "expected booleans"),
        (lambda: scores.learned_extent(np.ones((2, 1, 1), bool), [0]), "1 extents for 2"),
        (lambda: scores.learned_extent(np.ones((2, 1, 1), bool), [1, 1]), "should ascend"),
        (lambda: scores.ensemble_accuracy([[0, 1]], [0]), "2 and 1 examples"),
        (lambda: scores.distribution_bimodality([0, 1], [1.0]), "2 and 1 points and shares"),
    ],
)
def test_bad_input_is_said_in_words(call, message):
    with pytest.raises(ValueError, match=message):
        call()
