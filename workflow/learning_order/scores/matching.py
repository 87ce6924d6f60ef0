"""Which extents of two collections to compare."""

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from learning_order.scores.checks import as_shares

DECIMALS = 9  # in floats, 0.51 − 0.50 is a little more than 0.01


class Match(NamedTuple):
    """Two extents, as indices into the accuracies of the collections a and b."""

    a: int
    b: int
    beyond: bool  # the stronger collection is past the weaker one's best accuracy


def match_extents(
    accuracy_a: ArrayLike, accuracy_b: ArrayLike, tolerance: float = 0.01
) -> list[Match]:
    """Pairs of extents at which two collections are equally accurate.

    Each extent of the stronger collection goes with the weaker one's nearest in accuracy, if they
    differ by at most `tolerance`. Where the stronger one is past the weaker one's best by more
    than that, it goes with the weaker one's last extent, and the match is `beyond` (the dashed
    line of Figs 8a and 9b). Other extents of the stronger one go with none.

    The stronger collection is the one with the higher best accuracy (where these tie, with the
    higher second best, and so on). Of several nearest extents, the one closest in position is
    taken, then the earlier. So swapping the collections swaps a and b and changes nothing else.

    Parameters
    ----------
    accuracy_a, accuracy_b : (extents,) shares
        Ensemble accuracies from 0 to 1, extents in training order; the two numbers of extents
        may differ.
    tolerance : float, default 0.01
        The largest absolute difference between accuracies that count as equal.

    Returns
    -------
    list of Match
        In ascending order of the stronger collection's accuracy.

    Raises
    ------
    ValueError
        If an accuracy is not a share, or the tolerance is negative.

    References
    ----------
    Hacohen, Choshen and Weinshall 2020, §4.1.

    Examples
    --------
    >>> for match in match_extents([0.2, 0.5, 0.9], [0.2, 0.505]):
    ...     print(match)
    Match(a=0, b=0, beyond=False)
    Match(a=1, b=1, beyond=False)
    Match(a=2, b=1, beyond=True)
    """
    a = as_shares(accuracy_a, "accuracy_a", ("extents",))
    b = as_shares(accuracy_b, "accuracy_b", ("extents",))
    if not tolerance >= 0:
        raise ValueError(f"tolerance should not be negative, got {tolerance}")
    if _strength(a) >= _strength(b):
        return [Match(*pair) for pair in _match(a, b, tolerance)]
    return [Match(weak, strong, beyond) for strong, weak, beyond in _match(b, a, tolerance)]


def _strength(accuracy: np.ndarray) -> tuple[list[float], list[float]]:
    """What orders two collections; equal only where the accuracies are the same throughout."""
    return sorted(accuracy.tolist(), reverse=True), accuracy.tolist()


def _match(
    stronger: np.ndarray, weaker: np.ndarray, tolerance: float
) -> list[tuple[int, int, bool]]:
    """(index of the stronger, index of the weaker, beyond)"""
    matches = []
    last = len(weaker) - 1
    for index in np.argsort(stronger, kind="stable").tolist():
        distance = np.abs(weaker - stronger[index]).round(DECIMALS)
        steps_away = np.abs(np.arange(len(weaker)) - index)
        nearest = int(np.lexsort((steps_away, distance))[0])
        if distance[nearest] <= round(tolerance, DECIMALS):
            matches.append((index, nearest, False))
        elif stronger[index] > weaker.max():
            matches.append((index, last, True))
    return matches
