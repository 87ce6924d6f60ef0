"""When examples are learned, over all extents: Accessibility and what follows from it."""

import numpy as np
from numpy.typing import ArrayLike

from learning_order.scores.checks import EXTENTS, as_correct, as_numbers, as_shares


def accessibility(tp_agreement: ArrayLike) -> np.ndarray:
    """The mean TP-agreement of each example over the extents: how early it is learned.

    Parameters
    ----------
    tp_agreement : (extents, examples) shares
        The share of models that are right, from 0 to 1.

    Returns
    -------
    (examples,) float64
        Shares from 0 (never right) to 1 (every model right at every extent).

    Raises
    ------
    ValueError
        If the shape or type is wrong, or a number is not a share.

    References
    ----------
    Hacohen, Choshen and Weinshall 2020, §2.

    Examples
    --------
    >>> accessibility([[0.0, 0.5], [1.0, 0.5]])
    array([0.5, 0.5])
    """
    return as_shares(tp_agreement, "tp_agreement", ("extents", "examples")).mean(axis=0)


def learned_extent(correct: ArrayLike, extents: ArrayLike) -> np.ndarray:
    """The first recorded extent from which a model is right at every later one.

    Parameters
    ----------
    correct : (extents, models, examples) booleans
        Whether each model is right about each example after each extent.
    extents : (extents,) numbers
        In epochs, ascending.

    Returns
    -------
    (models, examples) float64
        In epochs; NaN where a model is wrong at the last extent (right-censored).

    Raises
    ------
    ValueError
        If a shape or type is wrong, or the extents do not ascend.

    References
    ----------
    Hacohen, Choshen and Weinshall 2020, §3.1.

    Examples
    --------
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


def forgetting_events(correct: ArrayLike) -> np.ndarray:
    """How often a model is right about an example and wrong at the next recorded extent.

    Parameters
    ----------
    correct : (extents, models, examples) booleans
        Whether each model is right about each example, the extents being snapshots of one run
        per model (protocol snapshots).

    Returns
    -------
    (models, examples) integers
        Number of events, from 0 to half the extents.

    Raises
    ------
    ValueError
        If the shape or type is wrong.

    References
    ----------
    Toneva et al. 2019, An empirical study of example forgetting during deep neural network
    learning.

    Examples
    --------
    >>> forgetting_events([[[True, True]], [[False, True]], [[True, True]]])
    array([[1, 0]])
    """
    correct = as_correct(correct, "correct", EXTENTS)
    return (correct[:-1] & ~correct[1:]).sum(axis=0)


def trivial_share(tp_agreement: ArrayLike) -> float:
    """The share of examples that every model gets right at the last extent.

    Parameters
    ----------
    tp_agreement : (extents, examples) shares
        The share of models that are right, from 0 to 1.

    Returns
    -------
    float
        A share from 0 to 1.

    Raises
    ------
    ValueError
        If the shape or type is wrong, or a number is not a share.

    References
    ----------
    Meding et al. 2022, Trivial or impossible: dichotomous data difficulty masks model differences.

    Examples
    --------
    >>> trivial_share([[0.0, 0.0, 0.5, 0.5], [0.0, 0.5, 1.0, 1.0]])
    0.5
    """
    last = as_shares(tp_agreement, "tp_agreement", ("extents", "examples"))[-1]
    return float((last == 1).mean())


def impossible_share(tp_agreement: ArrayLike) -> float:
    """The share of examples that no model gets right at the last extent.

    Parameters
    ----------
    tp_agreement : (extents, examples) shares
        The share of models that are right, from 0 to 1.

    Returns
    -------
    float
        A share from 0 to 1.

    Raises
    ------
    ValueError
        If the shape or type is wrong, or a number is not a share.

    References
    ----------
    Meding et al. 2022, Trivial or impossible: dichotomous data difficulty masks model differences.

    Examples
    --------
    >>> impossible_share([[0.0, 0.0, 0.5, 0.5], [0.0, 0.5, 1.0, 1.0]])
    0.25
    """
    last = as_shares(tp_agreement, "tp_agreement", ("extents", "examples"))[-1]
    return float((last == 0).mean())
