"""How certain a score is: bootstrap intervals over models.

`bootstrap` takes any statistic. A resample is a row of drawn models, or of whole weights: how often
each model was drawn. From weights resampled_scores.py scores all resamples at once.
"""

from collections.abc import Callable

import numpy as np
from numpy.typing import ArrayLike

from learning_order.scores.checks import at_least_one


def bootstrap(
    statistic: Callable[[np.ndarray], float],
    models: ArrayLike,
    rng: np.random.Generator,
    *,
    resamples: int = 200,
    confidence: float = 0.95,
) -> tuple[float, float]:
    """A bootstrap confidence interval of a statistic of models.

    A model that is drawn twice agrees with itself, so resampled scores such as the Agreement and
    the bimodality are all shifted towards agreement, and the plain percentile interval can miss
    the estimate altogether. Only the spread of the resamples is used: the interval is
    estimate + (quantiles of the resamples − their median).

    Parameters
    ----------
    statistic : callable
        Takes an array like `models`, returns a number. Resamples for which it is NaN are left out.
    models : (models, …) array
        Anything with one entry per model along its first axis.
    rng : numpy.random.Generator
        Decides the resamples.
    resamples : int, default 200
        Number of resamples.
    confidence : float, default 0.95
        Between 0 and 1.

    Returns
    -------
    low, high : float
        In the unit of the statistic. Both NaN for a single model, which shows no spread, where the
        estimate itself is NaN, and where all resamples are.

    Raises
    ------
    ValueError
        If there is no model, resamples < 1, or confidence is not between 0 and 1.

    References
    ----------
    Efron 1979, Bootstrap methods: another look at the jackknife; the centring is this package's.

    Examples
    --------
    >>> accuracies = np.array([0.50, 0.52, 0.54, 0.56])
    >>> low, high = bootstrap(np.mean, accuracies, np.random.default_rng(0))
    >>> low < 0.53 < high
    True
    """
    models = np.asarray(models)
    if models.ndim == 0 or len(models) == 0:
        raise ValueError("models should be an array with at least one model along its first axis")
    at_least_one(resamples, "resamples")
    draws = model_draws(len(models), rng, resamples)
    resampled = np.array([statistic(models[draw]) for draw in draws], float)
    return centred_interval(float(statistic(models)), resampled, len(models), confidence)


def centred_interval(
    estimate: float, resampled: np.ndarray, models: int, confidence: float = 0.95
) -> tuple[float, float]:
    """The interval of `bootstrap` from the values of the statistic.

    Parameters
    ----------
    estimate : float
        The statistic of all models.
    resampled : (resamples,) numbers
        The statistic of each resample; NaN are left out.
    models : int
        Number of models.
    confidence : float, default 0.95
        Between 0 and 1.

    Returns
    -------
    low, high : float
        In the unit of the statistic; NaN as in `bootstrap`.

    Raises
    ------
    ValueError
        If confidence is not between 0 and 1.

    Examples
    --------
    >>> centred_interval(0.5, np.array([0.5, 0.75, 1.0]), models=9, confidence=0.5)
    (0.375, 0.625)
    """
    if not 0 < confidence < 1:
        raise ValueError(f"confidence should be between 0 and 1, got {confidence}")
    resampled = resampled[~np.isnan(resampled)]
    if models == 1 or np.isnan(estimate) or len(resampled) == 0:
        return float("nan"), float("nan")
    tail = (1 - confidence) / 2
    low, median, high = np.quantile(resampled, [tail, 0.5, 1 - tail])
    return float(estimate - (median - low)), float(estimate + (high - median))


def model_draws(models: int, rng: np.random.Generator, resamples: int) -> np.ndarray:
    """Indices of models, drawn with replacement.

    Parameters
    ----------
    models : int
        Number of models to draw from, and to draw for each resample.
    rng : numpy.random.Generator
        Decides what is drawn.
    resamples : int
        Number of resamples; 0 for none, and so no interval.

    Returns
    -------
    (resamples, models) integers
        From 0 to models − 1.

    Examples
    --------
    >>> model_draws(1, np.random.default_rng(0), 2)
    array([[0],
           [0]])
    """
    return rng.integers(0, models, (resamples, models))


def draw_weights(draws: np.ndarray) -> np.ndarray:
    """How often each resample drew each model.

    Parameters
    ----------
    draws : (resamples, models) integers
        From `model_draws`.

    Returns
    -------
    (resamples, models) float32
        Whole numbers that sum to `models` in each row.

    Examples
    --------
    >>> draw_weights(np.array([[0, 0, 2]]))
    array([[2., 0., 1.]], dtype=float32)
    """
    resamples, models = draws.shape
    weights = np.zeros((resamples, models), np.float32)
    np.add.at(weights, (np.arange(resamples)[:, None], draws), 1)
    return weights
