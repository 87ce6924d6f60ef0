"""Scores of all resamples of the models at once.

Scoring one resample after another takes too long for the tables of a whole collection. Agreement
and bimodality, the two expensive ones, have exact shortcuts: a resample is a row of whole weights,
how often each model was drawn, so one matrix product counts the votes of all resamples.
"""

import numpy as np
from numpy.typing import ArrayLike

from learning_order.scores.checks import MODELS, as_classes, as_correct
from learning_order.scores.chunks import chunks
from learning_order.scores.distribution import bimodality


def resampled_agreement(predictions: ArrayLike, weights: np.ndarray) -> np.ndarray:
    """The mean Agreement of each resample: agreement(predictions[draw]).mean(), for all draws.

    Parameters
    ----------
    predictions : (models, examples) integers
        The class that each model predicts for each example.
    weights : (resamples, models) numbers
        How often each resample holds each model (see `draw_weights`).

    Returns
    -------
    (resamples,) float64
        Shares from 0 to 1.

    Raises
    ------
    ValueError
        If the shape or type of predictions is wrong.

    Examples
    --------
    >>> weights = np.array([[1, 1, 1], [1, 2, 0]])
    >>> resampled_agreement([[0, 1], [2, 1], [2, 3]], weights)
    array([0.66666667, 0.83333333])
    """
    predictions = as_classes(predictions, "predictions", MODELS)
    return resampled_votes(predictions, weights) / predictions.size


def resampled_votes(predictions: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """The votes for the modal class of each example in each resample, summed over the examples.

    Parameters
    ----------
    predictions : (models, examples) integers
        The class that each model predicts for each example.
    weights : (resamples, models) numbers
        How often each resample holds each model (see `draw_weights`).

    Returns
    -------
    (resamples,) float64
        Whole numbers of votes, at most models × examples.

    Examples
    --------
    >>> weights = np.array([[1, 1, 1], [1, 2, 0]])
    >>> resampled_votes(np.array([[0, 1], [2, 1], [2, 3]]), weights)
    array([4., 5.])
    """
    total = np.zeros(len(weights))
    if len(weights):
        for part in chunks(predictions):
            total += _votes_of_modal_classes(part, weights)
    return total


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


def resampled_bimodality(correct: ArrayLike, weights: np.ndarray) -> np.ndarray:
    """The bimodality of the TP-agreement of each resample.

    Parameters
    ----------
    correct : (models, examples) booleans
        Whether each model is right about each example.
    weights : (resamples, models) numbers
        How often each resample holds each model (see `draw_weights`).

    Returns
    -------
    (resamples,) float64
        As of `bimodality`; NaN where the TP-agreement is constant.

    Raises
    ------
    ValueError
        If the shape or type of correct is wrong.

    Examples
    --------
    >>> weights = np.array([[1, 1], [0, 2]])
    >>> resampled_bimodality([[True, False], [True, True]], weights)
    array([ 0., nan])
    """
    return bimodality_of_counts(resampled_counts(correct, weights))


def bimodality_of_counts(counts: np.ndarray) -> np.ndarray:
    """The bimodality from the number of examples with each TP-agreement.

    Parameters
    ----------
    counts : (resamples, models + 1) integers
        The number of examples with TP-agreement k/models (see `resampled_counts`).

    Returns
    -------
    (resamples,) float64
        As of `bimodality`; NaN where the TP-agreement is constant.

    Examples
    --------
    >>> bimodality_of_counts(np.array([[1, 2, 1], [1, 0, 1]]))
    array([1., 0.])
    """
    models = counts.shape[1] - 1
    values = np.arange(models + 1) / models
    return np.array([bimodality(values, weights=of_resample) for of_resample in counts])


def resampled_counts(correct: ArrayLike, weights: np.ndarray) -> np.ndarray:
    """The number of examples with each TP-agreement in each resample.

    Parameters
    ----------
    correct : (models, examples) booleans
        Whether each model is right about each example.
    weights : (resamples, models) numbers
        How often each resample holds each model (see `draw_weights`).

    Returns
    -------
    (resamples, models + 1) integers
        The number of examples with TP-agreement k/models, k = 0 … models.

    Raises
    ------
    ValueError
        If the shape or type of correct is wrong.

    Examples
    --------
    >>> weights = np.array([[1, 1], [0, 2]])
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
    """The mean over pairs of different models, in each resample.

    A model that is drawn twice makes no pair with itself, which would shift every mean.

    Parameters
    ----------
    matrix : (models, models) numbers
        A symmetric score of each pair; pairs that are NaN are left out.
    weights : (resamples, models) numbers
        How often each resample holds each model (see `draw_weights`).

    Returns
    -------
    (resamples,) float64
        In the unit of the matrix; NaN where no pair is left.

    Examples
    --------
    >>> weights = np.array([[1, 1, 1], [2, 1, 0], [0, 0, 3]])
    >>> resampled_pair_means(np.array([[9, 1, 2], [1, 9, 3], [2, 3, 9]]), weights)
    array([ 2.,  1., nan])
    """
    pairs = np.isfinite(matrix) & ~np.eye(len(matrix), dtype=bool)
    total = ((weights @ np.where(pairs, matrix, 0)) * weights).sum(axis=1)
    count = ((weights @ pairs) * weights).sum(axis=1)
    return np.divide(total, count, out=np.full(len(weights), np.nan), where=count > 0)
