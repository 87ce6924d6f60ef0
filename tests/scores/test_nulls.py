"""Null hypotheses against closed forms, all cases, scipy, and each other."""

from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from learning_order import scores

ACCURACIES = [0.1, 0.4, 0.4, 0.8, 0.95]


def rng(seed=0):
    return np.random.default_rng(seed)


@given(st.lists(st.floats(0, 1), min_size=1, max_size=40))
def test_the_expected_null_is_a_distribution_around_the_mean_accuracy(accuracies):
    found = scores.expected_null(accuracies)
    values = np.arange(len(found)) / len(accuracies)
    assert (found >= 0).all()
    assert found.sum() == pytest.approx(1)
    assert found @ values == pytest.approx(np.mean(accuracies))


@given(st.lists(st.floats(0, 1), min_size=1, max_size=7))
def test_the_expected_null_is_the_sum_over_all_cases(accuracies):
    expected = np.zeros(len(accuracies) + 1)
    for case in product([False, True], repeat=len(accuracies)):
        expected[sum(case)] += np.prod(np.where(case, accuracies, 1 - np.array(accuracies)))
    assert scores.expected_null(accuracies) == pytest.approx(expected)


@pytest.mark.parametrize(("models", "accuracy"), [(1, 0.3), (100, 0.93), (2000, 0.02)])
def test_the_expected_null_of_equal_models_is_binomial(models, accuracy):
    expected = stats.binom.pmf(np.arange(models + 1), models, accuracy)
    assert scores.expected_null([accuracy] * models) == pytest.approx(
        expected, rel=1e-9, abs=1e-300
    )


def test_the_monte_carlo_null_follows_the_expected_one():
    drawn = scores.null_tp_agreement(ACCURACIES, 100_000, rng())
    counts = np.bincount(np.rint(drawn * 5).astype(int), minlength=6)
    assert np.array_equal(np.repeat(np.arange(6) / 5, counts), np.sort(drawn))
    assert stats.chisquare(counts, 100_000 * scores.expected_null(ACCURACIES)).pvalue > 0.01


@given(st.lists(st.integers(0, 100).map(lambda k: k / 100), min_size=1, max_size=30))
def test_the_null_bimodality_is_that_of_the_expected_null(accuracies):
    probabilities = scores.expected_null(accuracies)
    values = np.arange(len(probabilities)) / len(accuracies)
    expected = scores.bimodality(values, weights=probabilities)
    found = scores.expected_null_bimodality(accuracies)
    assert found == pytest.approx(expected, rel=1e-6, abs=1e-6, nan_ok=True)


def test_the_null_bimodality_of_a_fair_binomial_is_two_minus_two_per_model():
    assert scores.expected_null_bimodality([0.5] * 40) == pytest.approx(2 - 2 / 40)


def test_the_null_bimodality_is_nan_where_nothing_is_left_to_chance():
    assert np.isnan(scores.expected_null_bimodality([1.0, 0.0, 1 - 1e-15]))


@given(st.lists(st.floats(0, 1), min_size=1, max_size=5), st.integers(2, 4))
def test_the_expected_null_of_the_agreement_is_the_sum_over_all_cases(accuracies, classes):
    expected = np.zeros(len(accuracies) + 1)
    for case in product(range(classes), repeat=len(accuracies)):
        chances = [
            p if predicted == 0 else (1 - p) / (classes - 1)
            for p, predicted in zip(accuracies, case, strict=True)
        ]
        expected[max(map(case.count, case))] += np.prod(chances)
    assert scores.expected_null_agreement(accuracies, classes) == pytest.approx(expected)


@pytest.mark.parametrize(("models", "classes"), [(100, 1000), (27, 10), (100, 2)])
def test_drawn_models_follow_the_expected_null_of_the_agreement(models, classes):
    accuracies, examples = rng().uniform(0.02, 0.6, models), 20_000
    right = rng(1).random((models, examples)) < accuracies[:, None]
    predictions = np.where(right, 0, rng(2).integers(1, classes, (models, examples)))
    drawn = np.rint(scores.agreement(predictions) * models).astype(int)
    counts = np.bincount(drawn, minlength=models + 1)
    expected = examples * scores.expected_null_agreement(accuracies, classes)
    often = expected > 20
    assert (
        stats.chisquare(
            [*counts[often], counts[~often].sum()], [*expected[often], expected[~often].sum()]
        ).pvalue
        > 0.01
    )


def test_where_all_are_right_all_agree():
    assert scores.expected_null_agreement([1.0, 1.0, 1.0], classes=1).tolist() == [0, 0, 0, 1]


def test_the_generator_alone_decides_what_is_drawn():
    correct, labels = rng(5).random((4, 60)) < 0.5, rng(6).integers(0, 3, 60)
    for draw in (
        lambda seed: scores.null_tp_agreement(ACCURACIES, 60, rng(seed)),
        lambda seed: scores.class_matched_null(correct, labels, rng(seed)),
    ):
        assert np.array_equal(draw(1), draw(1))
        assert not np.array_equal(draw(1), draw(2))


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: scores.expected_null([87.5]), "accuracies should be shares from 0 to 1, not"),
        (lambda: scores.expected_null_bimodality([]), r"accuracies is empty: shape \(0,\)"),
        (lambda: scores.expected_null_agreement([0.5], 1), "should be at least 2 classes, got 1"),
        (lambda: scores.null_tp_agreement([0.5], 0, rng()), "examples should be at least 1, got 0"),
        (
            lambda: scores.class_matched_null(np.ones((2, 3), bool), [0, 1], rng()),
            "correct and labels should have the same number of examples, got 3 and 2",
        ),
    ],
)
def test_bad_input_is_reported_by_name(call, message):
    with pytest.raises(ValueError, match=message):
        call()
