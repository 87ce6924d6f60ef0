"""What the order depends on: the example, the architecture, or the single model."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from learning_order.scores.checks import MODELS, as_numbers, same_length


class VarianceComponents(NamedTuple):
    """Parts of the variance of one model's order over the examples, in the square of its unit.

    Estimates without bias, which chance can bring below 0.
    """

    example: float  # what all architectures have in common
    architecture: float  # example × architecture: where architectures part
    seed: float  # example × seed: what a model has for itself

    @property
    def shares(self) -> "VarianceComponents":
        """The same as shares of their sum; NaN where nothing varies."""
        total = sum(self)
        return VarianceComponents(*(part / total if total > 0 else np.nan for part in self))


def variance_components(orders: Sequence[ArrayLike]) -> VarianceComponents:
    """How much of the order of one model is that of the examples, the architecture, and its own.

    Means of covariances: of two models of different architectures; what two models of one
    architecture have beyond that; and what a model has beyond those. Architectures count the same
    however many models they have.

    Parameters
    ----------
    orders : sequence of (models, examples) numbers
        One array per architecture: the share of extents at which a model is right about an
        example, or anything else that orders the examples.

    Returns
    -------
    VarianceComponents
        In the square of the unit of the orders.

    Raises
    ------
    ValueError
        If there are fewer than two architectures, or fewer than two models of one.

    References
    ----------
    Searle, Casella and McCulloch 1992, Variance components (ANOVA estimates); Shavelson and Webb
    1991, Generalizability theory.

    Examples
    --------
    >>> a, b = [[0, 1, 0, 1], [0, 1, 0, 1]], [[0, 1, 1, 0], [0, 1, 1, 0]]
    >>> variance_components([a, b])
    VarianceComponents(example=0.0, architecture=0.25, seed=0.0)
    """
    centred = _centred(orders)
    sums = [each.sum(axis=0) for each in centred]
    counts = np.array([len(each) for each in centred])
    examples = centred[0].shape[1]
    products = np.array([[a @ b for b in sums] for a in sums]) / examples
    alone = np.array([(each**2).sum() for each in centred]) / examples
    one = (alone / counts).mean()
    within = ((products.diagonal() - alone) / (counts * (counts - 1))).mean()
    means = products / np.outer(counts, counts)
    between = means[np.triu_indices(len(means), k=1)].mean()
    return VarianceComponents(float(between), float(within - between), float(one - within))


def architecture_sensitivity(orders: Sequence[ArrayLike]) -> np.ndarray:
    """How far architectures part about each example: its share in the component `architecture`.

    The variance over architectures of the place of an example, less what chance between the models
    of one architecture adds to it. The mean over examples is that component.

    Parameters
    ----------
    orders : sequence of (models, examples) numbers
        As for `variance_components`.

    Returns
    -------
    (examples,) float64
        In the square of the unit of the orders; below 0 where architectures part less than chance
        would have them.

    Raises
    ------
    ValueError
        If there are fewer than two architectures, or fewer than two models of one.

    References
    ----------
    The estimate of `variance_components`, before its mean over the examples.

    Examples
    --------
    >>> a, b = [[0, 1, 0, 1], [0, 1, 0, 1]], [[0, 1, 1, 0], [0, 1, 1, 0]]
    >>> architecture_sensitivity([a, b]).tolist()
    [0.0, 0.0, 0.5, 0.5]
    """
    centred = _centred(orders)
    places = np.array([each.mean(axis=0) for each in centred])
    chance = np.array([each.var(axis=0, ddof=1) / len(each) for each in centred])
    return places.var(axis=0, ddof=1) - chance.mean(axis=0)


def _centred(orders: Sequence[ArrayLike]) -> list[np.ndarray]:
    """Each model's order less its mean over the examples."""
    arrays = [as_numbers(each, "orders", MODELS).astype(float) for each in orders]
    if len(arrays) < 2:
        raise ValueError(f"orders should be of at least two architectures, got {len(arrays)}")
    for array in arrays:
        same_length(arrays[0], array, "orders of two architectures", "examples")
        if len(array) < 2:
            raise ValueError("orders should hold at least two models of each architecture, got 1")
    return [array - array.mean(axis=1, keepdims=True) for array in arrays]
