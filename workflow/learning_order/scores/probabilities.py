"""What the probability of the true class says about each example."""

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from learning_order.scores.checks import EXTENTS, MODELS, as_numbers, as_shares


class DataMap(NamedTuple):
    """The coordinates of each example, (examples,) float64 each."""

    confidence: np.ndarray  # mean probability of the true class, over extents and models
    variability: np.ndarray  # its standard deviation over the extents, mean over the models


def data_map(p_true: ArrayLike) -> DataMap:
    """Where each example lies on the data map.

    The third coordinate, correctness, is the `accessibility`.

    Parameters
    ----------
    p_true : (extents, models, examples) shares
        The probability that each model gives to the true class after each extent.

    Returns
    -------
    DataMap
        Both coordinates from 0 to 1.

    Raises
    ------
    ValueError
        If the shape or type is wrong, or a number is not a share.

    References
    ----------
    Swayamdipta et al. 2020, Dataset cartography: mapping and diagnosing datasets with training
    dynamics.

    Examples
    --------
    >>> data_map([[[0.0, 0.5]], [[1.0, 0.5]]])
    DataMap(confidence=array([0.5, 0.5]), variability=array([0.5, 0. ]))
    """
    p_true = as_shares(p_true, "p_true", EXTENTS)
    return DataMap(p_true.mean(axis=(0, 1)), p_true.std(axis=0).mean(axis=0))


def area_under_margin(margins: ArrayLike) -> np.ndarray:
    """AUM: the mean margin over the extents, and over the models.

    Parameters
    ----------
    margins : (extents, models, examples) numbers
        The logit of the true class minus the largest other logit.

    Returns
    -------
    (examples,) float64
        In the unit of the logits; low where the label may be wrong.

    Raises
    ------
    ValueError
        If the shape or type is wrong, or a number is not finite.

    References
    ----------
    Pleiss et al. 2020, Identifying mislabeled data using the area under the margin ranking.

    Examples
    --------
    >>> area_under_margin([[[-1.0, 2.0]], [[2.0, 4.0]]])
    array([0.5, 3. ])
    """
    return as_numbers(margins, "margins", EXTENTS).mean(axis=(0, 1), dtype=float)


def el2n(p_true: ArrayLike, sum_p_squared: ArrayLike) -> np.ndarray:
    """EL2N: the mean over models of the distance between the probabilities and the label.

    ‖p − y‖₂ = √(Σ p_c² − 2 p_y + 1), where y is 1 for the true class and 0 for the others.

    Parameters
    ----------
    p_true : (models, examples) shares
        The probability that each model gives to the true class, early in training.
    sum_p_squared : (models, examples) or (models,) numbers
        The sum over the classes of the squared probabilities; or its mean over the examples, per
        model. From the means, the other classes of every example share their probability in the
        same way, so that only the mean square over the examples is exact.

    Returns
    -------
    (examples,) float64
        From 0 to √2.

    Raises
    ------
    ValueError
        If a shape or type is wrong.

    References
    ----------
    Paul, Ganguli and Dziugaite 2021, Deep learning on a data diet: finding important examples
    early in training.

    Examples
    --------
    >>> el2n([[1.0, 0.5, 0.0]], [[1.0, 0.5, 1.0]]).round(2)
    array([0.  , 0.71, 1.41])
    >>> el2n([[1.0, 0.5, 0.0]], [2.5 / 3]).round(2)
    array([0.  , 0.71, 1.41])
    """
    p_true = as_shares(p_true, "p_true", MODELS)
    squares = np.asarray(sum_p_squared, float)
    if squares.shape == p_true.shape:
        return np.sqrt(np.maximum(squares - 2 * p_true + 1, 0)).mean(axis=0)
    if squares.shape != p_true.shape[:1]:
        raise ValueError(
            f"sum_p_squared should be of each example, {p_true.shape}, or of each model, "
            f"{p_true.shape[:1]}, got {squares.shape}"
        )
    mean, mean_square = p_true.mean(axis=1), (p_true**2).mean(axis=1)
    concentration = rest_concentration(mean, mean_square, squares)
    return ((1 - p_true) * np.sqrt(1 + concentration[:, None])).mean(axis=0)


def rest_concentration(
    mean: ArrayLike, mean_square: ArrayLike, sum_p_squared: ArrayLike
) -> np.ndarray:
    """How concentrated the probability of the other classes is, over all examples.

    The mean of their squares over the mean square of their sum: 1 where all of it is on one class.

    Parameters
    ----------
    mean, mean_square : (models,) numbers
        Of the probability of the true class and of its square, over the examples.
    sum_p_squared : (models,) numbers
        The mean over the examples of the sum over the classes of the squared probabilities.

    Returns
    -------
    (models,) float64
        From 0 to 1; 0 where the true class has all the probability.

    Examples
    --------
    >>> rest_concentration([0.5], [0.25], [0.375])
    array([0.5])
    """
    mean, square, total = (np.asarray(each, float) for each in (mean, mean_square, sum_p_squared))
    rest = 1 - 2 * mean + square
    found = np.zeros(rest.shape)
    np.divide(total - square, rest, out=found, where=rest > 0)
    return found.clip(0, 1)
