"""What the TP-agreement would be if models agreed on nothing but which classes are easy.

A stricter null hypothesis than the paper's: each model keeps its accuracy on each class and is
right independently of the others within it. Every class has a Poisson-binomial of its own, and
the whole is their mixture. Beware of small classes: one of a single example is matched whole,
order and all.
"""

import numpy as np
from numpy.typing import ArrayLike

from learning_order.scores.checks import MODELS, as_classes, as_correct, as_numbers, same_length
from learning_order.scores.nulls import NO_VARIANCE


def class_matched_null(
    correct: ArrayLike, labels: ArrayLike, rng: np.random.Generator
) -> np.ndarray:
    """TP-agreement of independent models that match each model's accuracy on each class.

    Parameters
    ----------
    correct : (models, examples) booleans
        Whether each model is right about each example.
    labels : (examples,) integers
        The class of each example.
    rng : numpy.random.Generator
        Decides what is drawn.

    Returns
    -------
    (examples,) float64
        One Monte Carlo draw: shares from 0 to 1, multiples of 1/models.

    Raises
    ------
    ValueError
        If a shape or type is wrong, or the numbers of examples differ.

    References
    ----------
    Hacohen, Choshen and Weinshall 2020, §3.1; matching within classes is this package's.

    Examples
    --------
    >>> correct = [[True, True, False], [True, True, False]]
    >>> class_matched_null(correct, [4, 4, 7], np.random.default_rng(0))
    array([1., 1., 0.])
    """
    accuracies, class_of, _ = _by_class(correct, labels)
    right = np.zeros(len(class_of), int)
    for accuracy in accuracies:
        right += rng.random(len(class_of)) < accuracy[class_of]
    return right / len(accuracies)


def expected_class_matched_null(correct: ArrayLike, labels: ArrayLike) -> np.ndarray:
    """The exact distribution that `class_matched_null` draws from.

    Parameters
    ----------
    correct : (models, examples) booleans
        Whether each model is right about each example.
    labels : (examples,) integers
        The class of each example.

    Returns
    -------
    (models + 1,) float64
        The probability of TP-agreement k/models, k = 0 … models.

    Raises
    ------
    ValueError
        If a shape or type is wrong, or the numbers of examples differ.

    References
    ----------
    Hacohen, Choshen and Weinshall 2020, §3.1; matching within classes is this package's.

    Examples
    --------
    >>> correct = [[True, True, False], [True, True, False]]
    >>> expected_class_matched_null(correct, [4, 4, 7]).round(2)
    array([0.33, 0.  , 0.67])
    """
    accuracies, _, shares = _by_class(correct, labels)
    return expected_null_of_classes(accuracies, shares)


def expected_null_of_classes(accuracies: np.ndarray, shares: np.ndarray) -> np.ndarray:
    """`expected_class_matched_null` from the accuracy of each model on each class.

    Parameters
    ----------
    accuracies : (models, classes) shares
        Of the examples of a class, those that the model is right about, from 0 to 1.
    shares : (classes,) shares
        Of all examples, those of the class; they sum to 1.

    Returns
    -------
    (models + 1,) float64
        The probability of TP-agreement k/models, k = 0 … models.

    Examples
    --------
    >>> expected_null_of_classes(np.array([[1.0, 0.0]] * 2), np.array([0.75, 0.25]))
    array([0.25, 0.  , 0.75])
    """
    models, classes = accuracies.shape
    probability = np.zeros((classes, models + 1))
    probability[:, 0] = 1
    for accuracy in accuracies[:, :, None]:  # one more model at a time, as in expected_null
        one_more = accuracy * probability[:, :-1]
        probability *= 1 - accuracy
        probability[:, 1:] += one_more
    return shares @ probability


def expected_class_matched_bimodality(
    correct: ArrayLike, labels: ArrayLike, weights: ArrayLike | None = None
) -> float | np.ndarray:
    """The bimodality of `expected_class_matched_null`, also for resamples of the models.

    Within a class the cumulants of independent models add up; the central moments of the mixture
    follow from those of the classes and the distances of their means.

    Parameters
    ----------
    correct : (models, examples) booleans
        Whether each model is right about each example.
    labels : (examples,) integers
        The class of each example.
    weights : (resamples, models) numbers, optional
        How often each resample holds each model (see `draw_weights`).

    Returns
    -------
    float, or (resamples,) float64 where weights are given
        As of `bimodality`; NaN where nothing is left to chance and all classes are alike.

    Raises
    ------
    ValueError
        If a shape or type is wrong, or the numbers of examples differ.

    References
    ----------
    Hacohen, Choshen and Weinshall 2020, §2 and §3.1; matching within classes is this package's.

    Examples
    --------
    >>> expected_class_matched_bimodality([[True, False], [False, True]], [0, 0])
    1.0
    """
    accuracies, _, shares = _by_class(correct, labels)
    if weights is None:
        every = np.ones((1, len(accuracies)))
        return float(expected_bimodality_of_classes(accuracies, shares, every)[0])
    weights = as_numbers(weights, "weights", ("resamples", "models")).astype(float)
    return expected_bimodality_of_classes(accuracies, shares, weights)


def expected_bimodality_of_classes(
    accuracies: np.ndarray, shares: np.ndarray, weights: np.ndarray
) -> np.ndarray:
    """`expected_class_matched_bimodality` from the accuracy of each model on each class.

    Parameters
    ----------
    accuracies : (models, classes) shares
        Of the examples of a class, those that the model is right about, from 0 to 1.
    shares : (classes,) shares
        Of all examples, those of the class; they sum to 1.
    weights : (resamples, models) numbers
        How often each resample holds each model (see `draw_weights`).

    Returns
    -------
    (resamples,) float64
        As of `bimodality`; NaN where nothing is left to chance and all classes are alike.

    Examples
    --------
    >>> accuracies, shares = np.array([[0.5], [0.5]]), np.ones(1)
    >>> expected_bimodality_of_classes(accuracies, shares, np.ones((1, 2)))
    array([1.])
    """
    wrong = 1 - accuracies
    variances = accuracies * wrong
    # (resamples, classes): mean and central moments of the number of right models
    mean, second, third, fourth = (
        weights @ cumulant
        for cumulant in (
            accuracies,
            variances,
            variances * (wrong - accuracies),
            variances * (1 - 6 * variances),
        )
    )
    fourth += 3 * second**2
    off = mean - (mean @ shares)[:, None]
    fourth = (fourth + 4 * off * third + 6 * off**2 * second + off**4) @ shares
    third = (third + 3 * off * second + off**3) @ shares
    second = (second + off**2) @ shares
    second[second <= NO_VARIANCE] = np.nan
    # Pearson's inequality: never below 0, save for rounding.
    return np.maximum(fourth / second**2 - third**2 / second**3 - 1, 0)


def _by_class(correct: ArrayLike, labels: ArrayLike) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """(models, classes) accuracies, the class of each example, each class's share of them."""
    correct = as_correct(correct, "correct", MODELS)
    labels = as_classes(labels, "labels", ("examples",))
    same_length(correct, labels, "correct and labels", "examples")
    _, class_of, members = np.unique(labels, return_inverse=True, return_counts=True)
    right = [np.bincount(class_of, weights=model) for model in correct]
    return np.array(right) / members, class_of, members / len(labels)
