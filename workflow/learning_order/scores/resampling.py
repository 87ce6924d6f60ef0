"""How sure a score is: bootstrap intervals over models.

`bootstrap` takes any statistic. For the tables of a whole collection the two dear ones have exact
short cuts: a resample is a row of whole weights, how often each model was drawn, so one matrix
product counts the votes of all resamples at once.
"""

from collections.abc import Callable

import numpy as np

from learning_order.scores.checks import MODELS, as_classes, as_correct, at_least_one, chunks
from learning_order.scores.distribution import bimodality


def bootstrap(
    statistic: Callable[[np.ndarray], float],
    models,
    rng: np.random.Generator,
    *,
    resamples: int = 200,
    confidence: float = 0.95,
) -> tuple[float, float]:
    """(low, high): a bootstrap confidence interval of a statistic of models.

    A model that is drawn twice agrees with itself, so resampled scores such as the Agreement and
    the bimodality are all shifted towards agreement, and the plain percentile interval can miss
    the estimate altogether. Only the spread of the resamples is used: the interval is
    estimate + (quantiles of the resamples − their median).

    statistic: gets an array like `models`, returns a number; models: an array whose first axis is
    models. Resamples whose statistic is NaN are left out. (NaN, NaN) where all are, where the
    estimate itself is NaN, and for a single model, which tells nothing of a spread.
    ValueError where there is no model, resamples < 1, or confidence is not between 0 and 1.
    Source: Efron 1979, Bootstrap methods; the centring is this package's.

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
    """The interval that bootstrap describes; resampled: (resamples,) values of the statistic.

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
    """(resamples, models) indices of models, drawn with replacement.

    No resamples give no intervals.

    >>> model_draws(1, np.random.default_rng(0), 2)
    array([[0],
           [0]])
    """
    return rng.integers(0, models, (resamples, models))


def draw_weights(draws: np.ndarray) -> np.ndarray:
    """(resamples, models) float32: how often each resample drew each model.

    >>> draw_weights(np.array([[0, 0, 2]]))
    array([[2., 0., 1.]], dtype=float32)
    """
    resamples, models = draws.shape
    weights = np.zeros((resamples, models), np.float32)
    np.add.at(weights, (np.arange(resamples)[:, None], draws), 1)
    return weights


def resampled_agreement(predictions, weights: np.ndarray) -> np.ndarray:
    """The mean Agreement of each resample: agreement(predictions[draw]).mean(), for all draws.

    predictions: (models, examples) integers; weights: (resamples, models) from draw_weights.
    Returns (resamples,) shares. ValueError where the shape or type of predictions is another.

    >>> weights = draw_weights(np.array([[0, 1, 2], [0, 1, 1]]))
    >>> resampled_agreement([[0, 1], [2, 1], [2, 3]], weights)
    array([0.66666667, 0.83333333])
    """
    predictions = as_classes(predictions, "predictions", MODELS)
    return resampled_votes(predictions, weights) / predictions.size


def resampled_votes(predictions: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """(resamples,): the votes for the modal class of each example, summed over the examples.

    predictions: (models, examples) integers; weights: (resamples, models) from draw_weights.

    >>> weights = draw_weights(np.array([[0, 1, 2], [0, 1, 1]]))
    >>> resampled_votes(np.array([[0, 1], [2, 1], [2, 3]]), weights)
    array([4., 5.])
    """
    if len(weights) == 0:
        return np.zeros(0)
    return sum(_votes_of_modal_classes(part, weights) for part in chunks(predictions))


def _votes_of_modal_classes(predictions: np.ndarray, weights: np.ndarray) -> np.ndarray:
    candidates = _number_candidates(predictions)
    count = candidates.max(axis=0) + 1
    # Most examples have few candidates: with those of many first, each round is a shorter slice.
    many_first = np.argsort(-count)
    candidates, count = candidates[:, many_first], count[many_first]
    most = np.zeros((len(weights), len(count)), np.float32)
    for candidate in range(count[0]):
        contested = np.count_nonzero(count > candidate)
        chosen = (candidates[:, :contested] == candidate).astype(np.float32)
        np.maximum(most[:, :contested], weights @ chosen, out=most[:, :contested])
    return most.sum(axis=1, dtype=float)


def _number_candidates(predictions: np.ndarray) -> np.ndarray:
    """Each example's classes renumbered 0, 1, … among those that some model predicts for it."""
    order = np.argsort(predictions, axis=0)
    ordered = np.take_along_axis(predictions, order, axis=0)
    number = np.zeros(predictions.shape, np.int32)
    np.cumsum(ordered[1:] != ordered[:-1], axis=0, out=number[1:])
    candidates = np.empty_like(number)
    np.put_along_axis(candidates, order, number, axis=0)
    return candidates


def resampled_bimodality(correct, weights: np.ndarray) -> np.ndarray:
    """The bimodality of the TP-agreement of each resample, NaN where it is constant.

    correct: (models, examples) booleans; weights: (resamples, models) from draw_weights.
    Returns (resamples,). ValueError where the shape or type of correct is another.

    >>> weights = draw_weights(np.array([[0, 1], [1, 1]]))
    >>> resampled_bimodality([[True, False], [True, True]], weights)
    array([ 0., nan])
    """
    return bimodality_of_counts(resampled_counts(correct, weights))


def bimodality_of_counts(counts: np.ndarray) -> np.ndarray:
    """(resamples,): the bimodality where so many examples have TP-agreement k/models.

    counts: (resamples, models + 1) from resampled_counts.

    >>> bimodality_of_counts(np.array([[1, 2, 1], [1, 0, 1]]))
    array([1., 0.])
    """
    models = counts.shape[1] - 1
    values = np.arange(models + 1) / models
    return np.array([bimodality(values, weights=of_resample) for of_resample in counts])


def resampled_counts(correct, weights: np.ndarray) -> np.ndarray:
    """(resamples, models + 1): how many examples have TP-agreement k/models in each resample.

    correct: (models, examples) booleans; weights: (resamples, models) from draw_weights.
    ValueError where the shape or type of correct is another.

    >>> weights = draw_weights(np.array([[0, 1], [1, 1]]))
    >>> resampled_counts([[True, False], [True, True]], weights)
    array([[0, 1, 1],
           [0, 0, 2]])
    """
    correct = as_correct(correct, "correct", MODELS)
    resamples, models = weights.shape
    bins = models + 1  # TP-agreement takes no other values than k / models
    first_bin = bins * np.arange(resamples)[:, None]
    histograms = np.zeros(resamples * bins, int)
    for part in chunks(correct):
        right = (weights @ part.astype(np.float32)).astype(int)
        histograms += np.bincount((right + first_bin).ravel(), minlength=resamples * bins)
    return histograms.reshape(resamples, bins)


def resampled_pair_means(matrix: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """(resamples,): the mean over pairs of different models, in each resample.

    A model that is drawn twice makes no pair with itself, which would shift every mean. Pairs
    that are NaN are left out; NaN where none is left.
    matrix: (models, models), symmetric; weights: (resamples, models) from draw_weights.

    >>> weights = draw_weights(np.array([[0, 1, 2], [0, 0, 1], [2, 2, 2]]))
    >>> resampled_pair_means(np.array([[9, 1, 2], [1, 9, 3], [2, 3, 9]]), weights)
    array([ 2.,  1., nan])
    """
    pairs = np.isfinite(matrix) & ~np.eye(len(matrix), dtype=bool)
    total = ((weights @ np.where(pairs, matrix, 0)) * weights).sum(axis=1)
    count = ((weights @ pairs) * weights).sum(axis=1)
    return np.divide(total, count, out=np.full(len(weights), np.nan), where=count > 0)
