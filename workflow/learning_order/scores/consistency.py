"""How consistent models, and halves of a collection, are with each other."""

import numpy as np

from learning_order.scores.checks import EXTENTS, MODELS, as_correct, at_least_one, same_length

CERTAIN = 1e-12  # from 1: an expected agreement that leaves nothing to explain
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
    accuracy_a, accuracy_b = a.mean(axis=1)[:, None], b.mean(axis=1)
    exact = np.float32 if examples <= EXACT_IN_FLOAT32 else np.float64
    both_right = (a.astype(exact) @ b.astype(exact).T).astype(float) / examples
    observed = 1 - accuracy_a - accuracy_b + 2 * both_right
    expected = accuracy_a * accuracy_b + (1 - accuracy_a) * (1 - accuracy_b)
    room = 1 - expected
    kappa = np.full(room.shape, np.nan)
    np.divide(observed - expected, room, out=kappa, where=room > CERTAIN)
    return float(kappa[0, 0]) if single else kappa


def split_half_reliability(correct, rng: np.random.Generator, *, repeats: int = 20) -> float:
    """How well one half of a collection predicts the Accessibility that the other half finds.

    Pearson's r between the Accessibility of two random, disjoint halves of the models, corrected
    to the whole collection by 2r / (1 + r), averaged over `repeats` halvings. It bounds what
    correlation with another collection can be expected. Of an odd number of models one sits out.
    correct: (extents, models, examples) booleans. NaN where some half finds all examples equally
    accessible. ValueError where the shape or type is another, or there are fewer than two models.
    Source: Spearman 1910 and Brown 1910.

    >>> correct = np.array([[[True, False, True]] * 4])
    >>> split_half_reliability(correct, np.random.default_rng(0))
    1.0
    """
    correct = as_correct(correct, "correct", EXTENTS)
    at_least_one(repeats, "repeats")
    models = correct.shape[1]
    if models < 2:
        raise ValueError("two halves need at least two models, got 1")
    # Accessibility is a mean over extents and models, in either order; whole numbers keep equal
    # examples equal.
    times_right = correct.sum(axis=0)
    return float(np.mean([_one_halving(times_right, rng) for _ in range(repeats)]))


def _one_halving(times_right: np.ndarray, rng: np.random.Generator) -> float:
    order = rng.permutation(len(times_right))
    half = len(order) // 2
    first = times_right[order[:half]].sum(axis=0)
    second = times_right[order[half : 2 * half]].sum(axis=0)
    r = _pearson(first, second)
    return 2 * r / (1 + r) if r > CERTAIN - 1 else float("nan")


def _pearson(a: np.ndarray, b: np.ndarray) -> float:
    a, b = a - a.mean(), b - b.mean()
    spread = np.sqrt((a @ a) * (b @ b))
    return float(np.clip(a @ b / spread, -1, 1)) if spread > 0 else float("nan")
