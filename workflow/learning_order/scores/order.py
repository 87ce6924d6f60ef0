"""When examples are learned, over all extents: Accessibility and what follows from it."""

import numpy as np

from learning_order.scores.checks import EXTENTS, as_correct, as_numbers, as_shares


def accessibility(tp_agreement) -> np.ndarray:
    """The mean TP-agreement of each example over the extents (paper §2): how early it is learned.

    tp_agreement: (extents, examples) shares. Returns (examples,) shares.
    ValueError where the shape is another or a number is no share.

    >>> accessibility([[0.0, 0.5], [1.0, 0.5]])
    array([0.5, 0.5])
    """
    return as_shares(tp_agreement, "tp_agreement", ("extents", "examples")).mean(axis=0)


def learned_extent(correct, extents) -> np.ndarray:
    """The first recorded extent from which on a model is right at every later one (paper §3.1).

    correct: (extents, models, examples) booleans; extents: (extents,) epochs, ascending.
    Returns (models, examples) float64 epochs; NaN where that never happens (right-censored).
    ValueError where the shapes or types are others, or the extents do not ascend.

    >>> learned_extent([[[True, True]], [[False, True]], [[True, False]]], [0, 5, 9])
    array([[ 9., nan]])
    """
    correct = as_correct(correct, "correct", EXTENTS)
    extents = as_numbers(extents, "extents", ("extents",)).astype(float)
    if len(extents) != len(correct):
        raise ValueError(f"correct holds {len(correct)} extents, but {len(extents)} are named")
    if (np.diff(extents) <= 0).any():
        raise ValueError(f"extents should ascend, got {extents.tolist()}")
    right_from_here_on = np.logical_and.accumulate(correct[::-1], axis=0)[::-1]
    first = right_from_here_on.argmax(axis=0)
    return np.where(correct[-1], extents[first], np.nan)


def forgetting_events(correct) -> np.ndarray:
    """How often a model is right about an example and wrong at the next recorded extent.

    correct: (extents, models, examples) booleans of one run a model (protocol snapshots).
    Returns (models, examples) integers. ValueError where the shape or type is another.
    Source: Toneva et al. 2019, An empirical study of example forgetting.

    >>> forgetting_events([[[True, True]], [[False, True]], [[True, True]]])
    array([[1, 0]])
    """
    correct = as_correct(correct, "correct", EXTENTS)
    return (correct[:-1] & ~correct[1:]).sum(axis=0)


def trivial_share(tp_agreement) -> float:
    """The share of examples that every model gets right at the last extent.

    tp_agreement: (extents, examples) shares. ValueError where the shape is another or a number is
    no share. Source: Meding et al. 2022, Trivial or impossible (dichotomous data difficulty).

    >>> trivial_share([[0.0, 0.0, 0.5, 0.5], [0.0, 0.5, 1.0, 1.0]])
    0.5
    """
    last = as_shares(tp_agreement, "tp_agreement", ("extents", "examples"))[-1]
    return float((last == 1).mean())


def impossible_share(tp_agreement) -> float:
    """The share of examples that no model gets right at the last extent.

    tp_agreement: (extents, examples) shares. ValueError where the shape is another or a number is
    no share. Source: Meding et al. 2022, Trivial or impossible (dichotomous data difficulty).

    >>> impossible_share([[0.0, 0.0, 0.5, 0.5], [0.0, 0.5, 1.0, 1.0]])
    0.25
    """
    last = as_shares(tp_agreement, "tp_agreement", ("extents", "examples"))[-1]
    return float((last == 0).mean())
