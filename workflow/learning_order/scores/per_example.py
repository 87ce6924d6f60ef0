"""Who is right about what: TP-agreement, Agreement, Accessibility and what follows from them."""

from itertools import pairwise

import numpy as np

from learning_order.scores.checks import as_array, as_shares, same_length

CHUNK = 2**24  # predictions sorted at once


def tp_agreement(predictions, labels) -> np.ndarray:
    """The share of models that classify each example correctly (paper §2).

    predictions: (models, examples) integers; labels: (examples,) integers.
    Returns (examples,) multiples of 1/models.

    >>> tp_agreement([[0, 1], [0, 0]], [0, 1])
    array([1. , 0.5])
    """
    predictions = as_array(predictions, "models examples", "integer")
    labels = as_array(labels, "examples", "integer")
    same_length(predictions, labels, "examples")
    return (predictions == labels).mean(axis=0)


def agreement(predictions) -> np.ndarray:
    """The largest share of models that predict one and the same class (paper §2).

    predictions: (models, examples) integers. Returns (examples,) multiples of 1/models.

    >>> agreement([[0, 1], [2, 1], [2, 1], [1, 1]])
    array([0.5, 1. ])
    """
    return votes(predictions)[1] / len(predictions)


def modal_class(predictions) -> np.ndarray:
    """The class that most models predict, the smallest of them where several tie.

    predictions: (models, examples) integers. Returns (examples,) classes: the majority vote.

    >>> modal_class([[0, 1], [2, 1], [2, 0], [0, 1]])
    array([0, 1])
    """
    return votes(predictions)[0]


def votes(predictions) -> tuple[np.ndarray, np.ndarray]:
    """(modal class, number of models that predict it), each (examples,), in one pass."""
    predictions = as_array(predictions, "models examples", "integer")
    models, examples = predictions.shape
    step = max(1, CHUNK // models)
    parts = [_votes(predictions[:, start : start + step]) for start in range(0, examples, step)]
    classes, counts = (np.concatenate(part) for part in zip(*parts, strict=True))
    return classes, counts


def _votes(predictions: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Equal votes are neighbours once sorted, so the longest run of a column wins."""
    ordered = np.sort(predictions, axis=0)
    best, longest = ordered[0].copy(), np.ones(ordered.shape[1], np.int32)
    run = longest.copy()
    for previous, current in pairwise(ordered):
        run = np.where(current == previous, run + 1, 1)
        # Only a longer run takes over: of two equally long ones the smaller class came first.
        better = run > longest
        best[better], longest[better] = current[better], run[better]
    return best, longest


def ensemble_accuracy(predictions, labels) -> float:
    """The share of examples that the majority vote classifies correctly (paper §4.1).

    predictions: (models, examples) integers; labels: (examples,) integers.
    """
    labels = as_array(labels, "examples", "integer")
    voted = modal_class(predictions)
    same_length(voted, labels, "examples")
    return float((voted == labels).mean())


def accessibility(tp_agreement) -> np.ndarray:
    """The mean TP-agreement of each example over the extents (paper §2): how early it is learned.

    tp_agreement: (extents, examples) shares. Returns (examples,) shares.

    >>> accessibility([[0.0, 0.5], [1.0, 0.5]])
    array([0.5, 0.5])
    """
    return as_shares(tp_agreement, "extents examples").mean(axis=0)


def bimodality(values) -> float:
    """Pearson's bimodality: kurtosis − skewness² − 1 (Pearson 1894; paper §4.2).

    values: (examples,). 0 for two points only, 0.8 for a uniform and 2 for a normal distribution;
    lower is more bimodal. NaN where all values are the same.

    >>> bimodality([0, 0, 1, 1])
    0.0
    """
    values = as_array(values, "examples").astype(float)
    return _bimodality(values, np.full(len(values), 1 / len(values)))


def distribution_bimodality(points, shares) -> float:
    """The bimodality of a discrete distribution: points (n,) with shares (n,) that sum to 1."""
    points, shares = as_array(points, "points").astype(float), as_shares(shares, "points")
    same_length(points, shares, "points and shares")
    return _bimodality(points, shares)


def _bimodality(points: np.ndarray, shares: np.ndarray) -> float:
    centred = points - (points * shares).sum()
    second, third, fourth = ((centred**power * shares).sum() for power in (2, 3, 4))
    # Rounding leaves a constant with a spread of some 1e-16 of its size.
    if second <= (1e-12 * np.abs(points).max()) ** 2:
        return float("nan")
    # By Pearson's inequality it is never below 0; rounding can be.
    return max(0.0, float(fourth / second**2 - third**2 / second**3 - 1))


def learned_extent(correct, extents) -> np.ndarray:
    """The first recorded extent from which on a model is right at every later one (paper §3.1).

    correct: (extents, models, examples) booleans; extents: (extents,) ascending numbers of
    epochs. Returns (models, examples) floats; NaN where never, which is right-censored.

    >>> learned_extent([[[True, True]], [[False, True]], [[True, False]]], [0, 5, 9])
    array([[ 9., nan]])
    """
    correct = as_array(correct, "extents models examples", "boolean")
    extents = as_array(extents, "extents").astype(float)
    if len(extents) != len(correct):
        raise ValueError(f"{len(extents)} extents for {len(correct)} in `correct`")
    if (np.diff(extents) <= 0).any():
        raise ValueError(f"extents should ascend, got {extents.tolist()}")
    from_here_on = np.logical_and.accumulate(correct[::-1], axis=0)[::-1]
    first = from_here_on.argmax(axis=0)
    return np.where(from_here_on[-1], extents[first], np.nan)


def forgetting_events(correct) -> np.ndarray:
    """How often a model is right about an example and wrong at the next extent.

    correct: (extents, models, examples) booleans of a snapshots run. Returns (models, examples)
    integers. Source: Toneva et al. 2019.
    """
    correct = as_array(correct, "extents models examples", "boolean")
    return (correct[:-1] & ~correct[1:]).sum(axis=0)


def trivial_share(tp_agreement) -> float:
    """The share of examples that all models get right at the last extent (Meding et al. 2022).

    tp_agreement: (extents, examples) shares.
    """
    return float((as_shares(tp_agreement, "extents examples")[-1] == 1).mean())


def impossible_share(tp_agreement) -> float:
    """The share of examples that no model gets right at the last extent (Meding et al. 2022).

    tp_agreement: (extents, examples) shares.
    """
    return float((as_shares(tp_agreement, "extents examples")[-1] == 0).mean())
