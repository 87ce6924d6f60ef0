"""How far another collection of the same kind would find the same Accessibility.

All of it follows from the covariances between models, over the examples, of the number of extents
at which a model is right: the Accessibility of some models is their mean.
"""

import numpy as np

from learning_order.scores.checks import (
    CERTAIN,
    EXTENTS,
    as_correct,
    as_numbers,
    at_least_one,
    chunks,
)
from learning_order.scores.resampling import resampled_pair_means


def split_half_reliability(correct, rng: np.random.Generator, *, repeats: int = 20) -> float:
    """How well one half of a collection predicts the Accessibility that the other half finds.

    Pearson's r between the Accessibility of two random, disjoint halves of the models, corrected
    to the whole collection by 2r / (1 + r), averaged over `repeats` halvings. It bounds what
    correlation with another collection can be expected. Of an odd number of models one sits out.
    correct: (extents, models, examples) booleans. NaN where some half finds all examples equally
    accessible. ValueError where the shape or type is another, or there are fewer than two models.
    Source: Spearman 1910 and Brown 1910.

    >>> correct = np.array([[[True, False, True]] * 4])
    >>> split_half_reliability(correct, np.random.default_rng(0))
    1.0
    """
    correct = as_correct(correct, "correct", EXTENTS)
    return halving_reliability(model_covariance(correct.sum(axis=0)), rng, repeats=repeats)


def model_covariance(times_right) -> np.ndarray:
    """(models, models): how the models vary together over the examples.

    times_right: (models, examples) numbers, at how many extents each model is right.

    >>> model_covariance([[0, 2], [1, 1]])
    array([[1., 0.],
           [0., 0.]])
    """
    times_right = as_numbers(times_right, "times_right", ("models", "examples"))
    mean = times_right.mean(axis=1, dtype=float)[:, None]
    products = sum(cross_products(part, mean) for part in chunks(times_right))
    return products / times_right.shape[1]


def cross_products(times_right: np.ndarray, mean: np.ndarray) -> np.ndarray:
    """(models, models): what some examples add to the model_covariance, times all examples.

    times_right: (models, some examples); mean: (models, 1), over all examples.

    >>> cross_products(np.array([[0, 2], [1, 1]]), np.array([[1], [1]]))
    array([[2, 0],
           [0, 0]])
    """
    centred = times_right - mean
    return centred @ centred.T


def halving_reliability(
    covariance: np.ndarray, rng: np.random.Generator, *, repeats: int = 20
) -> float:
    """split_half_reliability of the models with that model_covariance.

    >>> round(halving_reliability(np.array([[1, 0.5], [0.5, 1]]), np.random.default_rng(0)), 2)
    0.67
    """
    at_least_one(repeats, "repeats")
    if len(covariance) < 2:
        raise ValueError("two halves need at least two models, got 1")
    return float(np.mean([_one_halving(covariance, rng) for _ in range(repeats)]))


def _one_halving(covariance: np.ndarray, rng: np.random.Generator) -> float:
    order = rng.permutation(len(covariance))
    half = len(order) // 2
    first, second = order[:half], order[half : 2 * half]
    # The covariance of two sums is the sum of all covariances between their members.
    between, of_first, of_second = (
        covariance[np.ix_(a, b)].sum()
        for a, b in ((first, second), (first, first), (second, second))
    )
    least = CERTAIN * half * covariance.trace()
    if min(of_first, of_second) <= least:
        return float("nan")
    r = np.clip(between / np.sqrt(of_first * of_second), -1, 1)
    return 2 * r / (1 + r) if r > CERTAIN - 1 else float("nan")


def resampled_reliability(covariance: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """(resamples,): Cronbach's α of each resample of the models, for the spread of reliability.

    α is what halving gives on average over all halvings, but for halves that differ in variance
    (Cronbach 1951). A model that is drawn twice would agree with itself, so only pairs of
    different models count. weights: (resamples, models) from draw_weights. NaN where a resample
    has no such pair, or does not vary.

    >>> resampled_reliability(np.array([[1, 0.5], [0.5, 1]]), np.array([[1, 1], [2, 0]]))
    array([0.66666667,        nan])
    """
    models = len(covariance)
    together = resampled_pair_means(covariance, weights)
    alone = weights @ covariance.diagonal() / models
    whole = alone + (models - 1) * together
    alpha = np.full(len(weights), np.nan)
    return np.divide(models * together, whole, out=alpha, where=whole > 0)
