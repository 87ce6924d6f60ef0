"""A score and its interval as columns of a table."""

import numpy as np
from numpy.typing import ArrayLike

from learning_order.scores import centred_interval


def with_interval(
    name: str,
    estimate: float,
    resampled: ArrayLike,
    models: int,
    *,
    least: float = 0,
    most: float = 1,
    fewest: int = 2,
) -> dict[str, float]:
    """The columns name, name_low and name_high: the 95 % bootstrap interval over models.

    resampled: (resamples,) values of the score; least and most: what the score can be at all.
    The ends are NaN for fewer than `fewest` models, and without resamples.

    >>> with_interval("accuracy", 0.5, np.array([0.5, 0.5]), models=9)
    {'accuracy': 0.5, 'accuracy_low': 0.5, 'accuracy_high': 0.5}
    """
    interval = centred_interval(estimate, np.asarray(resampled, float), models)
    if models < fewest:
        interval = np.nan, np.nan
    # Centring can push an end beyond what the score can be at all.
    low, high = (float(end) for end in np.clip(interval, least, most))
    return {name: estimate, f"{name}_low": low, f"{name}_high": high}


def over_examples(
    name: str, estimate: float, resampled: ArrayLike, examples: int, *, least: float = -1
) -> dict[str, float]:
    """The columns name_examples_low and name_examples_high: the same over examples, at most 1.

    >>> over_examples("kappa", 0.5, np.array([0.5, 0.5]), examples=9)
    {'kappa_examples_low': 0.5, 'kappa_examples_high': 0.5}
    """
    found = with_interval(f"{name}_examples", estimate, resampled, examples, least=least)
    return {key: value for key, value in found.items() if key != f"{name}_examples"}
