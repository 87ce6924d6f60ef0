"""Reliability against numpy, Cronbach's formula as printed, and drawn collections."""

from itertools import product

import numpy as np
import pytest
from scipy import stats

from learning_order import scores


def rng(seed=0):
    return np.random.default_rng(seed)


def collection(models=12, examples=500):
    """(models, examples) times right of three extents."""
    return (rng().random((3, models, examples)) < rng(1).beta(0.5, 0.5, examples)).sum(axis=0)


def test_split_half_reliability_of_two_models_is_their_corrected_correlation():
    correct = rng().random((5, 2, 300)) < rng(1).random(300)
    r = stats.pearsonr(*correct.mean(axis=0)).statistic
    assert scores.split_half_reliability(correct, rng()) == pytest.approx(2 * r / (1 + r))


def test_split_half_reliability_estimates_the_correlation_of_whole_collections():
    chance = rng().beta(0.5, 0.5, 4000)
    one, other = (rng(seed).random((3, 11, 4000)) < chance for seed in (1, 2))
    expected = stats.pearsonr(one.mean(axis=(0, 1)), other.mean(axis=(0, 1))).statistic
    # A collection of 11 has halves of 5: a little less reliable than corrected for.
    assert scores.split_half_reliability(one, rng()) == pytest.approx(expected, abs=0.01)


def test_split_half_reliability_of_independent_models_is_zero():
    independent = rng().random((2, 10, 4000)) < 0.5
    assert scores.split_half_reliability(independent, rng()) == pytest.approx(0, abs=0.1)


def test_split_half_reliability_of_what_does_not_vary_is_nan():
    constant = np.broadcast_to(rng().random((7, 6, 1)) < 0.5, (7, 6, 30))
    assert np.isnan(scores.split_half_reliability(constant, rng()))


def test_the_covariance_is_that_of_numpy():
    times_right = collection()
    expected = np.cov(times_right, ddof=0)
    assert scores.model_covariance(times_right) == pytest.approx(expected)


def test_halving_sums_of_models_or_their_covariances_is_the_same():
    correct = rng().random((4, 9, 300)) < rng(1).random(300)
    covariance = np.cov(correct.sum(axis=0), ddof=0)
    found = scores.halving_reliability(covariance, rng(2))
    order = rng(2)
    halves = [np.array_split(order.permutation(9)[:8], 2) for _ in range(20)]
    r = [
        stats.pearsonr(*(correct[:, half].mean(axis=(0, 1)) for half in pair)).statistic
        for pair in halves
    ]
    assert found == pytest.approx(np.mean([2 * each / (1 + each) for each in r]))


def test_all_models_once_give_cronbachs_alpha_which_is_the_mean_of_all_halvings():
    times_right = collection()
    models = len(times_right)
    apart, whole = times_right.var(axis=1).sum(), times_right.sum(axis=0).var()
    alpha = models / (models - 1) * (1 - apart / whole)
    covariance = scores.model_covariance(times_right)
    found = scores.resampled_reliability(covariance, np.ones((1, models)))
    assert found == pytest.approx([alpha])
    halved = scores.halving_reliability(covariance, rng(), repeats=500)
    assert halved == pytest.approx(alpha, abs=0.003)


def test_the_spread_of_resamples_is_that_of_new_collections():
    """Not shifted towards agreement, as resamples that hold a model twice are."""
    chance, everything = rng(1).beta(0.5, 0.5, 300), []
    for seed in range(200):
        competence = rng(seed).normal(1, 0.5, (14, 1))  # models differ in how reliable they are
        times_right = competence * chance + rng(seed + 999).normal(0, 0.7, (14, 300))
        covariance = scores.model_covariance(times_right)
        everything.append(scores.resampled_reliability(covariance, np.ones((1, 14)))[0])
    weights = scores.draw_weights(scores.model_draws(14, rng(3), 500))
    resampled = scores.resampled_reliability(covariance, weights)
    assert np.mean(resampled) == pytest.approx(everything[-1], abs=np.std(everything))
    assert 0.5 < np.std(resampled) / np.std(everything) < 2


def test_means_over_pairs_leave_out_models_drawn_twice_and_nan():
    matrix = rng().normal(size=(6, 6))
    matrix += matrix.T
    matrix[1, 4] = matrix[4, 1] = np.nan
    draws = scores.model_draws(6, rng(1), 30)
    found = scores.resampled_pair_means(matrix, scores.draw_weights(draws))
    for draw, value in zip(draws, found, strict=True):
        pairs = [matrix[a, b] for a, b in product(draw, repeat=2) if a != b]
        assert value == pytest.approx(np.nanmean(pairs))


def test_resamples_of_one_model_alone_are_nan():
    weights = scores.draw_weights(np.array([[1, 1, 1]]))
    assert np.isnan(scores.resampled_reliability(np.eye(3), weights)).all()
    assert np.isnan(scores.resampled_pair_means(np.eye(3), weights)).all()
