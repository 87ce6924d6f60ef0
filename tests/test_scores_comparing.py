"""Null hypotheses, comparisons of collections, and intervals."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats
from sklearn.metrics import cohen_kappa_score

from learning_order import scores

shares = st.lists(st.floats(0, 1), min_size=1, max_size=30)
levels = st.lists(st.integers(0, 100).map(lambda n: n / 100), min_size=1, max_size=8)


def rng(seed=0):
    return np.random.default_rng(seed)


@given(shares)
def test_the_expected_null_is_a_distribution_with_the_right_moments(accuracies):
    found = scores.expected_null(accuracies)
    points = np.arange(len(found)) / len(accuracies)
    assert found.sum() == pytest.approx(1)
    assert (found >= 0).all()
    assert found @ points == pytest.approx(np.mean(accuracies), abs=1e-9)
    variance = sum(p * (1 - p) for p in accuracies) / len(accuracies) ** 2
    assert found @ (points - found @ points) ** 2 == pytest.approx(variance, abs=1e-9)


@pytest.mark.parametrize(("models", "accuracy"), [(1, 0.3), (20, 0.5), (100, 0.93)])
def test_the_expected_null_of_equal_models_is_scipy_s_binomial(models, accuracy):
    found = scores.expected_null([accuracy] * models)
    assert found == pytest.approx(stats.binom.pmf(np.arange(models + 1), models, accuracy))


def test_the_expected_null_of_three_models_is_the_sum_over_all_cases():
    p = [0.2, 0.5, 0.9]
    expected = np.zeros(4)
    for case in np.ndindex(2, 2, 2):
        expected[sum(case)] += np.prod(
            [q if right else 1 - q for q, right in zip(p, case, strict=True)]
        )
    assert scores.expected_null(p) == pytest.approx(expected)


def test_monte_carlo_null_follows_the_exact_one():
    accuracies = [0.1, 0.4, 0.4, 0.8, 0.95]
    drawn = scores.null_tp_agreement(accuracies, 200_000, rng())
    counts = np.bincount(np.rint(drawn * 5).astype(int), minlength=6)
    expected = scores.expected_null(accuracies) * 200_000
    assert stats.chisquare(counts, expected).pvalue > 0.001
    simulated = scores.bimodality(drawn)
    assert simulated == pytest.approx(scores.expected_null_bimodality(accuracies), abs=0.03)


def test_the_null_bimodality_of_a_fair_binomial_has_a_closed_form():
    # kurtosis 3 − 2/n, no skewness
    assert scores.expected_null_bimodality([0.5] * 40) == pytest.approx(2 - 2 / 40)
    assert np.isnan(scores.expected_null_bimodality([1.0, 0.0]))


def test_a_seed_fixes_the_monte_carlo_null():
    a, b = (scores.null_tp_agreement([0.3, 0.6], 50, rng(1)) for _ in range(2))
    assert np.array_equal(a, b)


def test_class_matched_null_keeps_class_accuracies_and_drops_agreement():
    labels = np.repeat([0, 1], 20_000)
    easy = labels == 0
    hard_right = rng().random(40_000) < 0.3  # the same hard examples for every model
    correct = np.tile(easy | hard_right, (10, 1))
    null = scores.class_matched_null(correct, labels, rng(1))
    assert (null[easy] == 1).all()
    assert null[~easy].mean() == pytest.approx(0.3, abs=0.02)
    assert 0 < null[~easy].std() < 0.2  # binomial, not two points
    assert scores.bimodality(null) < scores.expected_null_bimodality(correct.mean(axis=1))


def plain_matches(a, b, tolerance=0.01):
    """Pairs by exhaustive search, with a the stronger."""
    pairs = set()
    for i, x in enumerate(a):
        best = min(range(len(b)), key=lambda j: abs(b[j] - x))
        if round(abs(b[best] - x), 6) <= tolerance:
            pairs.add((i, best, False))
        elif x > max(b):
            pairs.add((i, len(b) - 1, True))
    return pairs


@given(levels, levels)
def test_matched_extents_are_found_by_exhaustive_search(a, b):
    found = scores.match_extents(a, b)
    if max(a) >= max(b):
        assert set(found) == plain_matches(a, b)
        assert [a[m.a] for m in found] == sorted(a[m.a] for m in found)
    else:
        assert {(m.b, m.a, m.beyond) for m in found} == plain_matches(b, a)


def test_matching_holds_at_the_tolerance_despite_rounding():
    assert scores.match_extents([0.51], [0.50]) == [(0, 0, False)]
    assert scores.match_extents([0.52], [0.50]) == [(0, 0, True)]


def test_matching_is_symmetric_but_for_ties():
    a, b = [0.2, 0.5, 0.9], [0.21, 0.4, 0.7]
    swapped = [(m.b, m.a, m.beyond) for m in scores.match_extents(b, a)]
    assert swapped == [tuple(m) for m in scores.match_extents(a, b)]


def test_error_consistency_is_sklearn_s_kappa():
    a, b = rng().random((3, 200)) < 0.6, rng(1).random((4, 200)) < 0.7
    b[0] = a[0]
    matrix = scores.error_consistency(a, b)
    for i in range(3):
        for j in range(4):
            assert matrix[i, j] == pytest.approx(cohen_kappa_score(a[i], b[j]))
            assert scores.error_consistency(a[i], b[j]) == pytest.approx(matrix[i, j])
    assert matrix[0, 0] == pytest.approx(1)


def test_error_consistency_of_constant_models_is_nan():
    assert np.isnan(scores.error_consistency(np.ones(5, bool), np.ones(5, bool)))


def test_split_half_reliability_of_agreeing_and_of_independent_models():
    difficulty = rng().random(400)
    agreeing = np.broadcast_to(rng(1).random((6, 1, 1)) > difficulty, (6, 10, 400))
    assert scores.split_half_reliability(agreeing, rng()) == pytest.approx(1)
    independent = rng(2).random((6, 10, 10_000)) < 0.5
    assert abs(scores.split_half_reliability(independent, rng())) < 0.2


def test_split_half_reliability_of_two_models_is_spearman_brown_of_their_correlation():
    correct = rng().random((5, 2, 300)) < rng(1).random(300)
    r = stats.pearsonr(*correct.mean(axis=0)).statistic
    assert scores.split_half_reliability(correct, rng()) == pytest.approx(2 * r / (1 + r))


def test_bootstrap_interval_of_a_mean_is_scipy_s():
    models = rng().normal(5, 2, 60)
    low, high = scores.bootstrap(np.mean, models, rng(), resamples=4000)
    theirs = stats.bootstrap((models,), np.mean, method="percentile", rng=rng(1))
    assert low == pytest.approx(theirs.confidence_interval.low, abs=0.1)
    assert high == pytest.approx(theirs.confidence_interval.high, abs=0.1)


def test_bootstrap_interval_holds_the_bimodality_itself():
    correct = rng().random((12, 500)) < rng(1).beta(0.3, 0.3, 500)

    def statistic(models):
        return scores.bimodality(models.mean(axis=0))

    low, high = scores.bootstrap(statistic, correct, rng())
    assert low < statistic(correct) < high
    assert scores.bootstrap(statistic, correct, rng()) == (low, high)


def test_bootstrap_of_what_is_never_a_number():
    assert np.isnan(scores.bootstrap(lambda _: np.nan, np.ones(3), rng())).all()


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: scores.expected_null([1.2]), "shares between 0 and 1"),
        (lambda: scores.null_tp_agreement([0.5], 0, rng()), "at least 1, got 0"),
        (lambda: scores.bootstrap(np.mean, [], rng()), "at least one model"),
        (
            lambda: scores.split_half_reliability(np.ones((2, 1, 3), bool), rng()),
            "at least two models",
        ),
        (lambda: scores.error_consistency(np.ones(3, bool), np.ones(2, bool)), "3 and 2 examples"),
        (
            lambda: scores.class_matched_null(np.ones((2, 3), bool), [0, 1], rng()),
            "3 and 2 examples",
        ),
    ],
)
def test_bad_input_is_said_in_words(call, message):
    with pytest.raises(ValueError, match=message):
        call()
