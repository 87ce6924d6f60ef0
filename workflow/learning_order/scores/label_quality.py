"""How far the models support the label of each example, and which extents tell most of it."""

import numpy as np
from numpy.typing import ArrayLike

from learning_order.scores.checks import as_classes, as_numbers, as_shares, same_length

LEAST_SPREAD = 1e-3  # of margins: less may be errors of rounding, which would be magnified


def label_quality(support: ArrayLike, labels: ArrayLike) -> np.ndarray:
    """How far the label of each example is supported against the best other class, from 0 to 1.

    (1 + support of the label − largest support of another class) / 2: 1 where all support is for
    the label, 0 where all is for one other class. Low values come first in a search for wrong
    labels.

    Parameters
    ----------
    support : (examples, classes) numbers
        Mean over models and extents of the votes for each class, or of its probability: shares from
        0 to 1 that add up to at most 1. The extents are best weighted by `extent_weights`.
    labels : (examples,) integers
        The labels in question.

    Returns
    -------
    (examples,) float64

    Raises
    ------
    ValueError
        If a shape or type is wrong, or a label is not a class.

    References
    ----------
    The normalised margin of Northcutt, Jiang and Chuang 2021, Confident Learning, here of votes
    during training, where Pleiss et al. 2020 (AUM) average the margins of logits.

    Examples
    --------
    >>> label_quality([[0.9, 0.1, 0.0], [0.2, 0.3, 0.5]], [0, 1])
    array([0.9, 0.4])
    """
    support = as_numbers(support, "support", ("examples", "classes")).astype(float)
    labels = as_classes(labels, "labels", ("examples",))
    if len(support) != len(labels):
        raise ValueError(f"support is of {len(support)} examples, labels of {len(labels)}")
    if labels.min() < 0 or labels.max() >= support.shape[1]:
        raise ValueError(f"labels should be 0 to {support.shape[1] - 1}, one per class")
    rows = np.arange(len(labels))
    others = support.copy()
    others[rows, labels] = -np.inf
    most = others.max(axis=1) if support.shape[1] > 1 else 0.0
    return np.clip((1 + support[rows, labels] - most) / 2, 0, 1)


def label_quality_with_margins(
    support: ArrayLike, labels: ArrayLike, margins: ArrayLike
) -> np.ndarray:
    """How far the label of each example is supported, by probabilities and logits, from 0 to 1.

    x = P/σ(P) + A/σ(A): P is the support of the label minus the largest support of another class, A
    the mean margin of the logits, σ the standard deviation over the examples, but at least 0.001.
    Probabilities cannot tell an unlikely label from an impossible one, which logits do; logits grow
    with how confident a model is, which probabilities do not.

    The result, 1/2 + x / (2 + 2|x|), is 1/2 where x = 0 and never levels off. It orders the
    examples of one dataset; as it depends on their spread, it cannot be compared between datasets.

    Parameters
    ----------
    support : (examples, classes) numbers
        As `label_quality` takes it.
    labels : (examples,) integers
        The labels in question.
    margins : (examples,) numbers
        `area_under_margin`, in the unit of the logits.

    Returns
    -------
    (examples,) float64

    Raises
    ------
    ValueError
        If a shape or type is wrong, a label is not a class, or a margin is not finite.

    References
    ----------
    Pleiss et al. 2020, Identifying mislabeled data using the area under the margin ranking, for A.

    Examples
    --------
    >>> support, labels = [[0.9, 0.1], [0.5, 0.5], [0.1, 0.9], [0.1, 0.9]], [0, 0, 0, 0]
    >>> label_quality_with_margins(support, labels, [3, 0, -2, -9]).round(2)
    array([0.83, 0.5 , 0.19, 0.12])
    """
    of_support = 2 * label_quality(support, labels) - 1
    margins = as_numbers(margins, "margins", ("examples",)).astype(float)
    same_length(of_support, margins, "support and margins", "examples")
    x = sum(each / max(each.std(), LEAST_SPREAD) for each in (of_support, margins))
    to_the_end = 0.5 / (1 + np.abs(x))
    return np.where(x < 0, to_the_end, 1 - to_the_end)


def extent_weights(accuracy: ArrayLike, classes: int) -> np.ndarray:
    """How much each extent says of which labels are wrong; the weights add up to 1.

    (accuracy − chance) · (1 − accuracy): nothing while models guess, and nothing once they have
    learned all labels by heart, right or wrong.

    Parameters
    ----------
    accuracy : (extents,) shares
        Mean accuracy of the models at each extent, on the split in question.
    classes : int
        Their number; chance is 1 / classes.

    Returns
    -------
    (extents,) float64
        All equal where no extent says anything.

    Raises
    ------
    ValueError
        If a shape or type is wrong.

    References
    ----------
    Networks fit right labels before wrong ones: Arpit et al. 2017; Liu et al. 2020.

    Examples
    --------
    >>> extent_weights([0.5, 0.75, 1.0], 2)
    array([0., 1., 0.])
    """
    accuracy = as_shares(accuracy, "accuracy", ("extents",))
    weights = np.clip(accuracy - 1 / max(classes, 1), 0, None) * (1 - accuracy)
    total = weights.sum()
    return weights / total if total > 0 else np.full(len(accuracy), 1 / len(accuracy))
