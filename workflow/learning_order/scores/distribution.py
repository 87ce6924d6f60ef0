"""The shape of a distribution of scores."""

import numpy as np
from numpy.typing import ArrayLike

from learning_order.scores.checks import as_numbers, same_length


def bimodality(values: ArrayLike, *, weights: ArrayLike | None = None) -> float:
    """Pearson's bimodality, kurtosis − skewness² − 1: lower is more bimodal.

    0 for two points, 0.8 for a uniform and 2 for a normal distribution.

    Parameters
    ----------
    values : (examples,) numbers
        In any unit, which does not matter to the result.
    weights : (examples,) numbers, optional
        How often each value occurs; once if left out.

    Returns
    -------
    float
        0 or more, without a unit; NaN where all values are the same up to rounding.

    Raises
    ------
    ValueError
        If a shape or type is wrong, a number is not finite, or weights are negative or all 0.

    References
    ----------
    Pearson 1894, Contributions to the mathematical theory of evolution; Hacohen, Choshen and
    Weinshall 2020, §2.

    Examples
    --------
    >>> bimodality([0, 0, 1, 1])
    0.0
    >>> bimodality([0, 1, 2], weights=[1, 2, 1])
    1.0
    """
    values = as_numbers(values, "values", ("examples",))
    precision = np.finfo(values.dtype if values.dtype.kind == "f" else float).eps
    values = values.astype(float)
    shares = _as_distribution(values, weights)
    # The score depends on neither unit nor origin. These keep high powers within range, and
    # equal values equal.
    scaled = values / (np.abs(values).max() or 1)
    centred = scaled - scaled[0]
    centred -= (shares * centred).sum()
    second, third, fourth = ((shares * centred**power).sum() for power in (2, 3, 4))
    if second <= (8 * precision) ** 2:
        return float("nan")
    # Pearson's inequality: never below 0, save for rounding.
    return max(0.0, float(fourth / second**2 - third**2 / second**3 - 1))


def _as_distribution(values: np.ndarray, weights: ArrayLike | None) -> np.ndarray:
    if weights is None:
        return np.full(len(values), 1 / len(values))
    weights = as_numbers(weights, "weights", ("examples",)).astype(float)
    same_length(values, weights, "values and weights", "examples")
    if weights.min() < 0 or weights.max() == 0:
        raise ValueError("weights should not be negative, nor all 0")
    return weights / weights.sum()
