"""What the Agreement would be if models made their mistakes independently of each other.

The wrong models of an example are spread evenly over the wrong classes, whichever models they are.
So two distributions are enough: that of the number of right models, a Poisson-binomial, and that of
the votes for the fullest wrong class, given the number of wrong models.
"""

from functools import lru_cache

import numpy as np
from numpy.typing import ArrayLike

from learning_order.scores.checks import as_shares, at_least_one
from learning_order.scores.nulls import expected_null


def expected_null_agreement(accuracies: ArrayLike, classes: int) -> np.ndarray:
    """The exact distribution of the Agreement of independent models.

    Each model is right with its accuracy, and otherwise predicts any of the other classes with
    equal probability. Accuracies of 1/classes are predictions at random, which need no label.

    Parameters
    ----------
    accuracies : (models,) shares
        The accuracy of each model, from 0 to 1.
    classes : int
        Number of classes to choose from, the right one included.

    Returns
    -------
    (models + 1,) float64
        The probability of Agreement k/models, k = 0 … models; that of 0 is 0.

    Raises
    ------
    ValueError
        If an accuracy is not a share, or a model can be wrong and there is no other class.

    References
    ----------
    Hacohen, Choshen and Weinshall 2020, §3.1: the null hypothesis of Fig 5.

    Examples
    --------
    >>> expected_null_agreement([0.5, 0.5], classes=2)
    array([0. , 0.5, 0.5])
    """
    accuracies = as_shares(accuracies, "accuracies", ("models",))
    at_least_one(classes, "classes")
    if classes == 1 and accuracies.min() < 1:
        raise ValueError("where a model is wrong there should be at least 2 classes, got 1")
    right = expected_null(accuracies)
    if classes == 1:
        return right
    # Agreement is at most k where at most k models are right and no wrong class has more votes.
    wrong_at_most = _fullest_at_most(len(accuracies), classes - 1)[:, ::-1]
    at_most = np.tril(wrong_at_most) @ right
    return np.diff(at_most, prepend=0).clip(0)


@lru_cache(maxsize=64)  # the same at all extents and splits of a collection
def _fullest_at_most(most_votes: int, classes: int) -> np.ndarray:
    """[k, n]: the probability that n votes at random leave no class with more than k.

    Joined from two halves of the classes, between which votes split binomially. Only products and
    sums of probabilities: nothing cancels.
    """
    votes = np.arange(most_votes + 1)
    if classes == 1:
        return (votes <= votes[:, None]).astype(float)
    part = classes // 2
    first = _fullest_at_most(most_votes, part)
    second = _fullest_at_most(most_votes, classes - part)
    to_first = np.ones(1)  # the probability that 0 … n of n votes go to the first half
    joined = np.empty_like(first)
    for n in votes:
        joined[:, n] = (first[:, : n + 1] * second[:, n::-1]) @ to_first
        to_first = np.convolve(to_first, [1 - part / classes, part / classes])
    return joined
