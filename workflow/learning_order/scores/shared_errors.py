"""κ: how much of being right models share, from 0 (independent) to 1 (the same examples)."""

import numpy as np
from numpy.typing import ArrayLike

from learning_order.scores.checks import MODELS, as_classes
from learning_order.scores.chunks import chunks
from learning_order.scores.moments import unbiased_moments
from learning_order.scores.resampled_scores import resampled_pair_means

NO_ROOM = 1e-12  # between agreement by chance and 1: nothing but rounding


def kappa(counts: ArrayLike) -> float | np.ndarray:
    """The share of the variance of being right that all models have in common.

    Var(p) / [p̄ (1 − p̄)], where p is the chance of a model to be right about an example. It is the
    mean of `error_consistency` over pairs of models of equal accuracy, Fleiss' κ of right and
    wrong, and the intraclass correlation ICC(1,1). Its expectation does not depend on the number
    of models, and it is 0 for independent ones.

    Parameters
    ----------
    counts : (…, models + 1) numbers
        The number of examples that k models are right about, k = 0 … models.

    Returns
    -------
    float, or (…) float64 for several histograms
        At most 1; NaN for a single model, and where all are right or all are wrong everywhere.

    Raises
    ------
    ValueError
        If counts is empty, negative or not finite.

    References
    ----------
    Fleiss 1971, Measuring nominal scale agreement among many raters; Geirhos, Meding and Wichmann
    2020, Beyond accuracy.

    Examples
    --------
    >>> kappa([2, 0, 2])
    1.0
    >>> kappa([1, 2, 1])
    0.0
    """
    m1, m2 = np.moveaxis(unbiased_moments(counts)[..., :2], -1, 0)
    return _ratio(m1, m2)


def resampled_kappa(both: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """`kappa` of each resample of the models, pairs of a model with itself left out.

    Parameters
    ----------
    both : (models, models) shares
        Of all examples, those that both models are right about; the diagonal holds accuracies.
    weights : (resamples, models) numbers
        How often each resample holds each model (see `draw_weights`).

    Returns
    -------
    (resamples,) float64
        NaN where a resample holds a single model.

    References
    ----------
    Klein et al. 2025, Quantifying uncertainty in error consistency (arXiv 2507.06645).

    Examples
    --------
    >>> both = np.array([[0.5, 0.25], [0.25, 0.5]])
    >>> resampled_kappa(both, np.array([[1, 1], [2, 0]]))
    array([ 0., nan])
    """
    accuracy = weights @ both.diagonal() / weights.sum(axis=1)
    return np.asarray(_ratio(accuracy, resampled_pair_means(both, weights)))


def same_class(predictions: np.ndarray) -> np.ndarray:
    """The number of examples to which two models give the same class.

    Parameters
    ----------
    predictions : (models, examples) integers
        The class that each model predicts for each example.

    Returns
    -------
    (models, models) float64
        Whole numbers of examples; the diagonal holds all of them.

    Examples
    --------
    >>> same_class(np.array([[0, 1, 2], [0, 1, 1]]))
    array([[3., 2.],
           [2., 3.]])
    """
    models, examples = predictions.shape
    same = np.full((models, models), float(examples))
    for model in range(models):
        for other in range(model):
            count = np.count_nonzero(predictions[model] == predictions[other])
            same[model, other] = same[other, model] = count
    return same


def fleiss_kappa(predictions: ArrayLike) -> float:
    """Fleiss' κ of the classes that models predict: agreement beyond that of their frequencies.

    Needs no labels. Mistakes count as well: two models that are wrong in the same way agree.

    Parameters
    ----------
    predictions : (models, examples) integers
        The class that each model predicts for each example, from 0.

    Returns
    -------
    float
        At most 1; NaN for a single model, and where all predictions are of one class.

    Raises
    ------
    ValueError
        If the shape or type is wrong.

    References
    ----------
    Fleiss 1971, Measuring nominal scale agreement among many raters.

    Examples
    --------
    >>> fleiss_kappa([[0, 1, 0, 1], [0, 1, 1, 0]])
    0.0
    """
    predictions = as_classes(predictions, "predictions", MODELS)
    models, examples = predictions.shape
    same = sum(same_class(part) for part in chunks(predictions)) / examples
    least = predictions.min()
    classes = int(predictions.max() - least) + 1
    given = np.array([np.bincount(each - least, minlength=classes) for each in predictions])
    return float(fleiss_kappa_of_shares(same, given / examples, np.ones((1, models)))[0])


def fleiss_kappa_of_shares(same: np.ndarray, given: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """`fleiss_kappa` of each resample of the models, pairs of a model with itself left out.

    Parameters
    ----------
    same : (models, models) shares
        Of the examples, those to which two models give the same class.
    given : (models, classes) shares
        Of the examples, those to which a model gives each class.
    weights : (resamples, models) numbers
        How often each resample holds each model; ones for all models once.

    Returns
    -------
    (resamples,) float64
        NaN where a resample holds a single model, or a single class.

    References
    ----------
    Fleiss 1971, Measuring nominal scale agreement among many raters.

    Examples
    --------
    >>> same, given = np.array([[1, 0.5], [0.5, 1]]), np.array([[0.5, 0.5], [0.5, 0.5]])
    >>> fleiss_kappa_of_shares(same, given, np.ones((1, 2)))
    array([0.])
    """
    observed = resampled_pair_means(same, weights)
    shares = weights @ given / weights.sum(axis=1, keepdims=True)
    room = 1 - (shares**2).sum(axis=1)
    found = np.full(len(weights), np.nan)
    # 1 − (1 − observed) / room, where agreement by chance is 1 − room.
    np.divide(1 - observed, room, out=found, where=room > NO_ROOM)
    return 1 - found


def _ratio(m1: np.ndarray, m2: np.ndarray) -> float | np.ndarray:
    """The variance of p as a share of that of being right."""
    room = np.asarray(m1 - m1**2)
    found = np.full(room.shape, np.nan)
    np.divide(m2 - m1**2, room, out=found, where=room > NO_ROOM)
    return float(found) if found.ndim == 0 else found
