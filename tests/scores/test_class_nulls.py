"""The null hypothesis within classes against closed forms, scipy, plain loops and drawn models."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy import stats

from learning_order import scores


def rng(seed=0):
    return np.random.default_rng(seed)


@st.composite
def collections(draw):
    """(models, examples) booleans, and the labels of the examples."""
    models, examples = draw(st.integers(1, 8)), draw(st.integers(1, 30))
    correct = draw(arrays(bool, (models, examples)))
    return correct, draw(arrays(int, examples, elements=st.integers(-1, 3)))


@given(collections())
def test_the_expected_null_is_the_mixture_of_the_classes(collection):
    correct, labels = collection
    expected = sum(
        (labels == label).mean() * scores.expected_null(correct[:, labels == label].mean(axis=1))
        for label in np.unique(labels)
    )
    assert scores.expected_class_matched_null(correct, labels) == pytest.approx(expected)


@given(collections())
def test_its_bimodality_is_that_of_the_distribution(collection):
    correct, labels = collection
    weights = scores.expected_class_matched_null(correct, labels)
    values = np.arange(len(weights)) / len(correct)
    expected = scores.bimodality(values, weights=weights)
    found = scores.expected_class_matched_bimodality(correct, labels)
    assert found == pytest.approx(expected, rel=1e-6, abs=1e-6, nan_ok=True)


def test_of_one_class_it_is_the_plain_null():
    correct, labels = rng().random((9, 200)) < 0.7, np.full(200, 4)
    accuracies = correct.mean(axis=1)
    found = scores.expected_class_matched_null(correct, labels)
    assert found == pytest.approx(scores.expected_null(accuracies))
    found = scores.expected_class_matched_bimodality(correct, labels)
    assert found == pytest.approx(scores.expected_null_bimodality(accuracies))


def test_resamples_are_those_of_drawn_models():
    labels = rng().integers(0, 5, 300)
    correct = rng(1).random((7, 300)) < 0.2 + 0.15 * labels
    draws = scores.model_draws(7, rng(2), 20)
    found = scores.expected_class_matched_bimodality(correct, labels, scores.draw_weights(draws))
    one_by_one = [scores.expected_class_matched_bimodality(correct[d], labels) for d in draws]
    assert found == pytest.approx(one_by_one)


def test_drawn_models_follow_the_expected_null():
    labels = np.repeat([0, 1, 2], 20_000)
    correct = rng().random((6, len(labels))) < np.array([0.2, 0.5, 0.9])[labels]
    drawn = scores.class_matched_null(correct, labels, rng(1))
    counts = np.bincount(np.rint(6 * drawn).astype(int), minlength=7)
    expected = len(labels) * scores.expected_class_matched_null(correct, labels)
    assert stats.chisquare(counts, expected).pvalue > 0.01


def test_the_class_matched_null_keeps_class_accuracies_and_drops_agreement():
    labels = np.repeat([3, -1], 4000)
    easy = labels == 3
    same_hard_ones = rng().random(8000) < 0.3
    correct = np.tile(easy | same_hard_ones, (10, 1))
    null = scores.class_matched_null(correct, labels, rng(1))
    assert (null[easy] == 1).all()
    binomial = stats.binom(10, correct[0, ~easy].mean())
    assert null[~easy].mean() == pytest.approx(binomial.mean() / 10, abs=0.01)
    assert null[~easy].std() == pytest.approx(binomial.std() / 10, abs=0.01)


def test_the_class_matched_null_keeps_the_accuracies_of_each_model():
    labels = np.repeat([0, 1], 3)
    correct = np.array([labels == 0, labels == 1, labels == 1])
    assert scores.class_matched_null(correct, labels, rng()).tolist() == pytest.approx(
        [1 / 3] * 3 + [2 / 3] * 3
    )
