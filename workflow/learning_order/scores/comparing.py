"""Comparing collections and models, and how sure a score is."""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from learning_order.scores.checks import as_array, as_shares, same_length
from learning_order.scores.per_example import accessibility

ROUNDING = 1e-9  # 0.51 − 0.50 is a little more than 0.01


class Match(NamedTuple):
    """Indices of two extents, one a collection, whose ensembles are equally accurate."""

    a: int
    b: int
    beyond: bool  # the stronger collection is past the weaker one's best accuracy


def match_extents(accuracy_a, accuracy_b, tolerance: float = 0.01) -> list[Match]:
    """Pairs of extents at which two collections are equally accurate (paper §4.1, Figs 8a, 9b, 25).

    accuracy_a, accuracy_b: (extents,) ensemble accuracies. Each extent of the stronger collection
    (that with the higher best accuracy, the first where they tie) is paired with the nearest
    extent of the weaker one if they differ by at most `tolerance`. Where the stronger one is past
    the weaker one's best accuracy by more than that, it is paired with the weaker one's last
    extent, `beyond` (the dashed line). Ordered by the stronger one's accuracy.

    >>> match_extents([0.2, 0.5, 0.9], [0.2, 0.505])
    [Match(a=0, b=0, beyond=False), Match(a=1, b=1, beyond=False), Match(a=2, b=1, beyond=True)]
    """
    a, b = as_shares(accuracy_a, "extents"), as_shares(accuracy_b, "extents")
    if b.max() > a.max():
        swapped = match_extents(b, a, tolerance)
        return [Match(match.b, match.a, match.beyond) for match in swapped]
    matches = []
    for index in np.argsort(a, kind="stable"):
        distance = np.abs(b - a[index])
        nearest = int(distance.argmin())
        if distance[nearest] <= tolerance + ROUNDING:
            matches.append(Match(int(index), nearest, False))
        elif a[index] > b.max():
            matches.append(Match(int(index), len(b) - 1, True))
    return matches


def error_consistency(correct_a, correct_b):
    """Cohen's κ of correctness: agreement beyond that of independent mistakes.

    correct_a, correct_b: (examples,) booleans give one number; (models, examples) each give the
    matrix (models_a, models_b). NaN where chance alone agrees everywhere. Source: Geirhos,
    Meding and Wichmann 2020.

    >>> error_consistency(np.array([True, False]), np.array([True, False]))
    1.0
    """
    single = np.ndim(correct_a) == 1 and np.ndim(correct_b) == 1
    a, b = (
        as_array(np.atleast_2d(correct), "models examples", "boolean").astype(float)
        for correct in (correct_a, correct_b)
    )
    same_length(a, b, "examples")
    examples = a.shape[1]
    accuracy_a, accuracy_b = a.mean(axis=1)[:, None], b.mean(axis=1)
    observed = (a @ b.T + (1 - a) @ (1 - b).T) / examples
    expected = accuracy_a * accuracy_b + (1 - accuracy_a) * (1 - accuracy_b)
    beyond_chance = 1 - expected
    consistency = np.full(observed.shape, np.nan)
    np.divide(observed - expected, beyond_chance, out=consistency, where=beyond_chance > 1e-12)
    return float(consistency[0, 0]) if single else consistency


def split_half_reliability(correct, rng: np.random.Generator, *, repeats: int = 20) -> float:
    """How well the Accessibility of half the models predicts that of the other half.

    Pearson's r between two random, disjoint halves, corrected to the full number of models by
    Spearman and Brown, 2r / (1 + r), averaged over `repeats` halvings: the ceiling of any
    correlation with another collection. correct: (extents, models, examples) booleans, at least
    two models. NaN where a half has the same Accessibility for all examples.
    """
    correct = as_array(correct, "extents models examples", "boolean")
    models = correct.shape[1]
    if models < 2:
        raise ValueError("two halves need at least two models")
    values = []
    for _ in range(repeats):
        order = rng.permutation(models)
        half = models // 2
        first, second = (
            accessibility(correct[:, chosen].mean(axis=1))
            for chosen in (order[:half], order[half : 2 * half])
        )
        values.append(_spearman_brown(_pearson(first, second)))
    return float(np.mean(values))


def _pearson(a: np.ndarray, b: np.ndarray) -> float:
    a, b = a - a.mean(), b - b.mean()
    spread = np.sqrt((a @ a) * (b @ b))
    return float(a @ b / spread) if spread > 0 else float("nan")


def _spearman_brown(r: float) -> float:
    return 2 * r / (1 + r) if r != -1 else float("nan")


def bootstrap(
    statistic: Callable[[np.ndarray], float],
    models,
    rng: np.random.Generator,
    *,
    resamples: int = 200,
    confidence: float = 0.95,
) -> tuple[float, float]:
    """(low, high): the bootstrap interval of a statistic over models.

    models: an array whose first axis is models; `statistic` gets arrays of the same shape, with
    models drawn with replacement. Because a model that is drawn twice agrees with itself,
    resampled scores such as the bimodality are shifted; the percentile interval is therefore moved
    so that its median lies on the estimate itself. Resamples whose statistic is NaN are left out.
    """
    models = np.asarray(models)
    if models.ndim == 0 or len(models) == 0:
        raise ValueError("a bootstrap needs at least one model")
    draws = rng.integers(0, len(models), (resamples, len(models)))
    values = np.array([statistic(models[draw]) for draw in draws], float)
    return centred_interval(float(statistic(models)), values, confidence)


def centred_interval(
    estimate: float, resampled: np.ndarray, confidence: float = 0.95
) -> tuple[float, float]:
    """The percentile interval of resampled values (n,), moved so that its median is the estimate."""
    resampled = resampled[~np.isnan(resampled)]
    if np.isnan(estimate) or not len(resampled):
        return float("nan"), float("nan")
    outside = (1 - confidence) / 2
    low, median, high = np.quantile(resampled, [outside, 0.5, 1 - outside])
    return float(estimate + low - median), float(estimate + high - median)
