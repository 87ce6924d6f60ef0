"""How consistent models are with each other, beyond what their accuracies make of chance."""

import numpy as np

from learning_order.scores.checks import CERTAIN, MODELS, as_correct, same_length

EXACT_IN_FLOAT32 = 2**24  # whole numbers up to here


def error_consistency(correct_a, correct_b) -> float | np.ndarray:
    """Cohen's κ of correctness: how far two models agree beyond independent mistakes.

    1 where they are right about the same examples, 0 where as often as by chance.
    correct_a, correct_b: (examples,) booleans each, which gives a float; or (models, examples)
    each, which gives the matrix (models_a, models_b). NaN where chance alone agrees everywhere.
    ValueError where the shapes or types are others.
    Source: Geirhos, Meding and Wichmann 2020, Beyond accuracy.

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
    """(models_a, models_b): how many examples two models are both right about.

    correct_a, correct_b: (models, examples) booleans.

    >>> both_right(np.array([[True, True, False]]), np.array([[True, False, True], [True] * 3]))
    array([[1., 2.]])
    """
    exact = np.float32 if correct_a.shape[1] <= EXACT_IN_FLOAT32 else np.float64
    return (correct_a.astype(exact) @ correct_b.astype(exact).T).astype(float)


def consistency_of_shares(
    both: np.ndarray, accuracy_a: np.ndarray, accuracy_b: np.ndarray
) -> np.ndarray:
    """error_consistency of models that are both right about these shares of the examples.

    both: (models_a, models_b); accuracy_a: (models_a,); accuracy_b: (models_b,).

    >>> consistency_of_shares(np.array([[0.25]]), np.array([0.5]), np.array([0.5]))
    array([[0.]])
    """
    accuracy_a = accuracy_a[:, None]
    observed = 1 - accuracy_a - accuracy_b + 2 * both
    expected = accuracy_a * accuracy_b + (1 - accuracy_a) * (1 - accuracy_b)
    room = 1 - expected
    kappa = np.full(room.shape, np.nan)
    np.divide(observed - expected, room, out=kappa, where=room > CERTAIN)
    return kappa
