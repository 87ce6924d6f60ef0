"""What the TP-agreement would be if models agreed on nothing but which classes are easy.

A stricter null hypothesis than the paper's: each model keeps its accuracy on each class and is
right independently of the others within it. Every class has a Poisson-binomial of its own, and
the whole is their mixture. Beware of classes of few examples: one of a single example is matched
whole, order and all.
"""

import numpy as np

from learning_order.scores.checks import MODELS, as_classes, as_correct, as_numbers, same_length
from learning_order.scores.nulls import NO_VARIANCE


def class_matched_null(correct, labels, rng: np.random.Generator) -> np.ndarray:
    """TP-agreement of independent models that match each model's accuracy on each class.

    correct: (models, examples) booleans; labels: (examples,) integers.
    Returns (examples,) multiples of 1/models, one Monte Carlo draw.
    ValueError where the shapes or types are others.

    >>> correct = [[True, True, False], [True, True, False]]
    >>> class_matched_null(correct, [4, 4, 7], np.random.default_rng(0))
    array([1., 1., 0.])
    """
    accuracies, class_of, _ = _by_class(correct, labels)
    right = np.zeros(len(class_of), int)
    for accuracy in accuracies:
        right += rng.random(len(class_of)) < accuracy[class_of]
    return right / len(accuracies)


def expected_class_matched_null(correct, labels) -> np.ndarray:
    """The exact distribution that class_matched_null draws from.

    correct: (models, examples) booleans; labels: (examples,) integers.
    Returns (models + 1,): the probability of TP-agreement k/models, k = 0 … models.
    ValueError where the shapes or types are others.

    >>> correct = [[True, True, False], [True, True, False]]
    >>> expected_class_matched_null(correct, [4, 4, 7]).round(2)
    array([0.33, 0.  , 0.67])
    """
    accuracies, _, shares = _by_class(correct, labels)
    return expected_null_of_classes(accuracies, shares)


def expected_null_of_classes(accuracies: np.ndarray, shares: np.ndarray) -> np.ndarray:
    """expected_class_matched_null of models with these accuracies on each class.

    accuracies: (models, classes); shares: (classes,), of all examples.

    >>> expected_null_of_classes(np.array([[1.0, 0.0]] * 2), np.array([0.75, 0.25]))
    array([0.25, 0.  , 0.75])
    """
    models, classes = accuracies.shape
    probability = np.zeros((classes, models + 1))
    probability[:, 0] = 1
    for accuracy in accuracies[:, :, None]:  # adding one model at a time, as expected_null does
        one_more = accuracy * probability[:, :-1]
        probability *= 1 - accuracy
        probability[:, 1:] += one_more
    return shares @ probability


def expected_class_matched_bimodality(correct, labels, weights=None) -> float | np.ndarray:
    """The bimodality of expected_class_matched_null, also for resamples of the models.

    Within a class the cumulants of independent models add up; the central moments of the mixture
    follow from those of the classes and the distances of their means.

    correct: (models, examples) booleans; labels: (examples,) integers; weights: (resamples,
    models), how often each resample holds each model, for (resamples,) numbers instead of one.
    NaN where nothing is left to chance and all classes are alike. ValueError where the shapes or
    types are others.

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
    """(resamples,): expected_class_matched_bimodality of such models, see expected_null_of_classes.

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


def _by_class(correct, labels) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """(models, classes) accuracies, the class of each example, each class's share of them."""
    correct = as_correct(correct, "correct", MODELS)
    labels = as_classes(labels, "labels", ("examples",))
    same_length(correct, labels, "correct and labels", "examples")
    _, class_of, members = np.unique(labels, return_inverse=True, return_counts=True)
    right = [np.bincount(class_of, weights=model) for model in correct]
    return np.array(right) / members, class_of, members / len(labels)
