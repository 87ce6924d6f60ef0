"""How well another collection of the same kind would reproduce the Accessibility.

All of it follows from the covariances between models, over the examples, of the number of extents
at which a model is right: the Accessibility of some models is their mean.
"""

import numpy as np
from numpy.typing import ArrayLike

from learning_order.scores.checks import EXTENTS, MODELS, as_correct, as_numbers, at_least_one
from learning_order.scores.chunks import chunks
from learning_order.scores.resampled_scores import resampled_pair_means

ROUNDING = 1e-12  # of the whole: what is smaller is as good as nothing


def split_half_reliability(
    correct: ArrayLike, rng: np.random.Generator, *, repeats: int = 20
) -> float:
    """How well one half of a collection predicts the Accessibility that the other half finds.

    Pearson's r between the Accessibility of two random, disjoint halves of the models, corrected
    to the whole collection by 2r / (1 + r), averaged over `repeats` halvings. It bounds the
    correlation to expect with another collection. Of an odd number of models one sits out.

    Parameters
    ----------
    correct : (extents, models, examples) booleans
        Whether each model is right about each example after each extent.
    rng : numpy.random.Generator
        Decides the halvings.
    repeats : int, default 20
        Number of halvings.

    Returns
    -------
    float
        At most 1; NaN where some half finds all examples equally accessible.

    Raises
    ------
    ValueError
        If the shape or type is wrong, there are fewer than two models, or repeats < 1.

    References
    ----------
    Spearman 1910, Correlation calculated from faulty data; Brown 1910, Some experimental results
    in the correlation of mental abilities.

    Examples
    --------
    >>> correct = np.array([[[True, False, True]] * 4])
    >>> split_half_reliability(correct, np.random.default_rng(0))
    1.0
    """
    correct = as_correct(correct, "correct", EXTENTS)
    return halving_reliability(model_covariance(correct.sum(axis=0)), rng, repeats=repeats)


def model_covariance(times_right: ArrayLike) -> np.ndarray:
    """How the models vary together over the examples.

    Parameters
    ----------
    times_right : (models, examples) numbers
        The number of extents at which each model is right about each example.

    Returns
    -------
    (models, models) float64
        Covariances, in extents².

    Raises
    ------
    ValueError
        If the shape or type is wrong, or a number is not finite.

    Examples
    --------
    >>> model_covariance([[0, 2], [1, 1]])
    array([[1., 0.],
           [0., 0.]])
    """
    times_right = as_numbers(times_right, "times_right", MODELS)
    mean = times_right.mean(axis=1, dtype=float)[:, None]
    products = sum(cross_products(part, mean) for part in chunks(times_right))
    return products / times_right.shape[1]


def cross_products(times_right: np.ndarray, mean: np.ndarray) -> np.ndarray:
    """What a part of the examples adds to the `model_covariance`, times the number of examples.

    Parameters
    ----------
    times_right : (models, some examples) numbers
        The number of extents at which each model is right about each of these examples.
    mean : (models, 1) numbers
        Its mean over all examples.

    Returns
    -------
    (models, models) numbers
        Sums over these examples, in extents².

    Examples
    --------
    >>> cross_products(np.array([[0, 2], [1, 1]]), np.array([[1], [1]]))
    array([[2, 0],
           [0, 0]])
    """
    centred = times_right - mean
    return centred @ centred.T


def halving_reliability(
    covariance: np.ndarray, rng: np.random.Generator, *, repeats: int = 20
) -> float:
    """`split_half_reliability` from the covariances between models.

    Parameters
    ----------
    covariance : (models, models) numbers
        The `model_covariance`; its unit does not matter to the result.
    rng : numpy.random.Generator
        Decides the halvings.
    repeats : int, default 20
        Number of halvings.

    Returns
    -------
    float
        At most 1; NaN where some half finds all examples equally accessible.

    Raises
    ------
    ValueError
        If there are fewer than two models, or repeats < 1.

    References
    ----------
    Spearman 1910, Correlation calculated from faulty data; Brown 1910, Some experimental results
    in the correlation of mental abilities.

    Examples
    --------
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
    least = ROUNDING * half * covariance.trace()
    if min(of_first, of_second) <= least:
        return float("nan")
    r = np.clip(between / np.sqrt(of_first * of_second), -1, 1)
    return 2 * r / (1 + r) if r > ROUNDING - 1 else float("nan")


def resampled_reliability(covariance: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Cronbach's α of each resample of the models, for the spread of the reliability.

    α is the mean over all halvings, up to the variances in which two halves differ. A model that
    is drawn twice would agree with itself, so only pairs of different models count.

    Parameters
    ----------
    covariance : (models, models) numbers
        The `model_covariance`; its unit does not matter to the result.
    weights : (resamples, models) numbers
        How often each resample holds each model (see `draw_weights`).

    Returns
    -------
    (resamples,) float64
        Estimates of `split_half_reliability`; NaN where a resample has no pair of different
        models, or does not vary.

    References
    ----------
    Cronbach 1951, Coefficient alpha and the internal structure of tests.

    Examples
    --------
    >>> resampled_reliability(np.array([[1, 0.5], [0.5, 1]]), np.array([[1, 1], [2, 0]]))
    array([0.66666667,        nan])
    """
    models = len(covariance)
    together = resampled_pair_means(covariance, weights)
    alone = weights @ covariance.diagonal() / models
    whole = alone + (models - 1) * together
    alpha = np.full(len(weights), np.nan)
    return np.divide(models * together, whole, out=alpha, where=whole > 0)
