"""How consistently models are right about the same examples, beyond what their accuracies imply."""

import numpy as np
from numpy.typing import ArrayLike, DTypeLike

from learning_order.scores.checks import MODELS, as_correct, same_length

EXACT_IN_FLOAT32 = 2**24  # whole numbers up to here
NO_ROOM = 1e-12  # between the agreement expected by chance and 1: nothing but rounding


def error_consistency(correct_a: ArrayLike, correct_b: ArrayLike) -> float | np.ndarray:
    """Cohen's κ of correctness: how far two models agree beyond independent mistakes.

    1 where they are right about the same examples, 0 where they agree as often as by chance.

    Parameters
    ----------
    correct_a, correct_b : (examples,) booleans, or (models, examples) booleans
        Whether a model is right about each example; or whether each of several models is.

    Returns
    -------
    float, or (models_a, models_b) float64 for several models
        From −1 to 1; NaN where chance alone makes two models agree on every example.

    Raises
    ------
    ValueError
        If a shape or type is wrong, or the numbers of examples differ.

    References
    ----------
    Geirhos, Meding and Wichmann 2020, Beyond accuracy.

    Examples
    --------
    >>> error_consistency([True, True, False, False], [True, False, True, False])
    0.0
    """
    single = np.ndim(correct_a) == np.ndim(correct_b) == 1
    axes = ("examples",) if single else MODELS
    a = np.atleast_2d(as_correct(correct_a, "correct_a", axes))
    b = np.atleast_2d(as_correct(correct_b, "correct_b", axes))
    same_length(a, b, "correct_a and correct_b", "examples")
    examples = a.shape[1]
    kappa = consistency_of_shares(both_right(a, b) / examples, a.mean(axis=1), b.mean(axis=1))
    return float(kappa[0, 0]) if single else kappa


def both_right(correct_a: np.ndarray, correct_b: np.ndarray) -> np.ndarray:
    """The number of examples that two models are both right about.

    Parameters
    ----------
    correct_a : (models_a, examples) booleans
        Whether each model of one collection is right about each example.
    correct_b : (models_b, examples) booleans
        The same of another collection.

    Returns
    -------
    (models_a, models_b) float64
        Whole numbers of examples.

    Examples
    --------
    >>> both_right(np.array([[True, True, False]]), np.array([[True, False, True], [True] * 3]))
    array([[1., 2.]])
    """
    exact: DTypeLike = np.float32 if correct_a.shape[1] <= EXACT_IN_FLOAT32 else np.float64
    return (correct_a.astype(exact) @ correct_b.astype(exact).T).astype(float)


def consistency_of_shares(
    both: np.ndarray, accuracy_a: np.ndarray, accuracy_b: np.ndarray
) -> np.ndarray:
    """`error_consistency` from the shares of examples that models are right about.

    Parameters
    ----------
    both : (models_a, models_b) shares
        Of all examples, those that both models are right about, from 0 to 1.
    accuracy_a : (models_a,) shares
        The accuracy of each model of one collection, from 0 to 1.
    accuracy_b : (models_b,) shares
        The same of another collection.

    Returns
    -------
    (models_a, models_b) float64
        From −1 to 1; NaN where chance alone makes two models agree on every example.

    References
    ----------
    Geirhos, Meding and Wichmann 2020, Beyond accuracy.

    Examples
    --------
    >>> consistency_of_shares(np.array([[0.25]]), np.array([0.5]), np.array([0.5]))
    array([[0.]])
    """
    accuracy_a = accuracy_a[:, None]
    observed = 1 - accuracy_a - accuracy_b + 2 * both
    expected = accuracy_a * accuracy_b + (1 - accuracy_a) * (1 - accuracy_b)
    room = 1 - expected
    kappa = np.full(room.shape, np.nan)
    np.divide(observed - expected, room, out=kappa, where=room > NO_ROOM)
    return kappa
