"""How reliable the order of one model is, that of any number of models, and how many it takes.

The order is that of the share of extents at which a model is right about an example. All follows
from the covariances between models, over the examples.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike

from learning_order.scores.resampled_scores import resampled_pair_means

ROUNDING = 1e-12  # of the whole: what is smaller is as good as nothing


def single_model_reliability(covariance: ArrayLike) -> float:
    """r1: the reliability of the order of one model, ICC(3,1).

    The mean covariance of two models over the mean variance of one. Its expectation does not
    depend on the number of models.

    Parameters
    ----------
    covariance : (models, models) numbers
        The `model_covariance`; its unit does not matter to the result.

    Returns
    -------
    float
        At most 1; NaN for a single model, and where nothing varies.

    References
    ----------
    Shrout and Fleiss 1979, Intraclass correlations: uses in assessing rater reliability.

    Examples
    --------
    >>> single_model_reliability([[1, 0.5], [0.5, 1]])
    0.5
    """
    covariance = np.asarray(covariance, float)
    return float(resampled_single_reliability(covariance, np.ones((1, len(covariance))))[0])


def resampled_single_reliability(covariance: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """`single_model_reliability` of each resample, pairs of a model with itself left out.

    Parameters
    ----------
    covariance : (models, models) numbers
        The `model_covariance`; its unit does not matter to the result.
    weights : (resamples, models) numbers
        How often each resample holds each model (see `draw_weights`).

    Returns
    -------
    (resamples,) float64
        NaN where a resample holds a single model, or does not vary.

    Examples
    --------
    >>> covariance = np.array([[1, 0.5], [0.5, 1]])
    >>> resampled_single_reliability(covariance, np.array([[1, 1], [2, 0]]))
    array([0.5, nan])
    """
    together = resampled_pair_means(covariance, weights)
    alone = weights @ covariance.diagonal() / weights.sum(axis=1)
    found = np.full(len(weights), np.nan)
    enough = alone > ROUNDING * max(np.abs(covariance).max(), np.finfo(float).tiny)
    return np.divide(together, alone, out=found, where=enough)


def reliability_of(r1: ArrayLike, models: float) -> np.ndarray:
    """α: the reliability of the Accessibility of that many models (Spearman–Brown, Cronbach).

    Parameters
    ----------
    r1 : numbers
        The `single_model_reliability`, at most 1.
    models : number
        Of models, at least 1.

    Returns
    -------
    float64 of the shape of r1
        At most 1; NaN where r1 is so far below 0 that no collection of that size can have it.

    References
    ----------
    Spearman 1910, Correlation calculated from faulty data; Brown 1910, Some experimental results
    in the correlation of mental abilities.

    Examples
    --------
    >>> round(float(reliability_of(0.82, 5)), 2)
    0.96
    """
    r1 = np.asarray(r1, float)
    room = 1 + (models - 1) * r1
    return np.divide(models * r1, room, out=np.full(r1.shape, np.nan), where=room > ROUNDING)


def models_needed(r1: ArrayLike, reliability: float) -> np.ndarray:
    """How many models it takes for an Accessibility of that reliability.

    Parameters
    ----------
    r1 : numbers
        The `single_model_reliability`, at most 1.
    reliability : float
        The wanted α, above 0 and below 1.

    Returns
    -------
    float64 of the shape of r1
        α (1 − r1) / [(1 − α) r1], to be rounded up; infinite where r1 is 0 or below.

    Raises
    ------
    ValueError
        If reliability is not between 0 and 1.

    References
    ----------
    The formula of `reliability_of`, solved for the number of models.

    Examples
    --------
    >>> round(float(models_needed(0.82, 0.95)), 2)
    4.17
    """
    if not 0 < reliability < 1:
        raise ValueError(f"reliability should be between 0 and 1, got {reliability}")
    r1 = np.asarray(r1, float)
    found = np.where(np.isnan(r1), np.nan, np.inf)
    wanted = reliability / (1 - reliability)
    return np.divide(wanted * (1 - r1), r1, out=found, where=r1 > 0)


def disattenuated_correlation(r: float, reliability_a: float, reliability_b: float) -> float:
    """The correlation of two orders, had each been found by ever so many models.

    Parameters
    ----------
    r : float
        Of the Accessibility of two collections, from −1 to 1.
    reliability_a, reliability_b : float
        Of the Accessibility of each, such as `reliability_of`. √(a b) is the ceiling of r.

    Returns
    -------
    float
        r / √(a b), which chance can bring above 1; NaN where a reliability is not above 0.

    References
    ----------
    Spearman 1904, The proof and measurement of association between two things.

    Examples
    --------
    >>> disattenuated_correlation(0.5, 0.5, 0.5)
    1.0
    """
    if not (reliability_a > 0 and reliability_b > 0):
        return float("nan")
    return float(r / np.sqrt(reliability_a * reliability_b))


def correlation_at(
    cross_covariance: ArrayLike, covariance_a: ArrayLike, covariance_b: ArrayLike, models: float
) -> float:
    """The correlation that the orders of two collections of that many models would have.

    Fewer models have noisier orders, and so a smaller correlation.

    Parameters
    ----------
    cross_covariance : (models of a, models of b) numbers
        How each model of one varies with each of the other, over the examples.
    covariance_a, covariance_b : (models, models) numbers
        The `model_covariance` of each, in the same unit.
    models : number
        Of models of either, at least 1. For ever more, it is the `disattenuated_correlation`.

    Returns
    -------
    float
        Which chance can bring above 1; NaN for a single model, and where models share nothing.

    References
    ----------
    Spearman 1904, The proof and measurement of association between two things.

    Examples
    --------
    >>> alike = np.array([[1, 0.5], [0.5, 1]])
    >>> correlation_at(np.full((2, 2), 0.5), alike, alike, models=1)
    0.5
    >>> correlation_at(np.full((2, 2), 0.5), alike, alike, models=np.inf)
    1.0
    """
    covariances = np.asarray(covariance_a, float), np.asarray(covariance_b, float)
    weights = [np.ones((1, len(covariance))) for covariance in covariances]
    cross = np.asarray(cross_covariance, float)
    return float(resampled_correlation_at(cross, covariances, weights, models)[0])


def resampled_correlation_at(
    cross_covariance: np.ndarray,
    covariances: Sequence[np.ndarray],
    weights: Sequence[np.ndarray],
    models: float,
) -> np.ndarray:
    """`correlation_at` of each resample, pairs of a model with itself left out.

    Parameters
    ----------
    cross_covariance : (models of a, models of b) numbers
        How each model of one varies with each of the other, over the examples.
    covariances : two of (models, models) numbers
        The `model_covariance` of each collection, in the same unit.
    weights : two of (resamples, models) numbers
        How often each resample holds each model of each collection (see `draw_weights`).
    models : number
        Of models of either, at least 1.

    Returns
    -------
    (resamples,) float64
        NaN where a resample holds a single model of one, or its models share nothing.

    Examples
    --------
    >>> covariance, weights = np.array([[1, 0.5], [0.5, 1]]), np.array([[1, 1], [2, 0]])
    >>> cross = np.full((2, 2), 0.5)
    >>> resampled_correlation_at(cross, [covariance] * 2, [weights] * 2, 1)
    array([0.5, nan])
    """
    first, second = weights
    together = ((first @ cross_covariance) * second).sum(axis=1)
    together = together / (first.sum(axis=1) * second.sum(axis=1))
    variance = np.ones(len(together))
    for covariance, drawn in zip(covariances, weights, strict=True):
        shared = resampled_pair_means(covariance, drawn)
        alone = drawn @ covariance.diagonal() / drawn.sum(axis=1)
        of_mean = shared + (alone - shared) / models
        variance = variance * np.where(shared > ROUNDING * alone, of_mean, np.nan)
    return together / np.sqrt(variance)
