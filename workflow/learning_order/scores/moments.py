"""Moments of the chance to be right, free of the number of models, and the bimodality they give.

Over trainings of one recipe an example is right with probability p; of N models k are right, and
given p they are independent draws. The share k/N that is seen varies more than p, the less so the
more models there are. Averages of falling factorials of k estimate the moments of p without bias.
"""

import math

import numpy as np
from numpy.typing import ArrayLike

ORDERS = 4
# Stirling numbers of the second kind: k^r as a sum of falling factorials of k, r = 1 … 4.
STIRLING = np.array([[1, 0, 0, 0], [1, 1, 0, 0], [1, 3, 1, 0], [1, 7, 6, 1]])
NO_SPREAD = 1e-12  # a variance of shares: nothing but rounding


def unbiased_moments(counts: ArrayLike) -> np.ndarray:
    """The first four raw moments of p over the examples, estimated without bias.

    The r-th is the mean over examples of k(k−1)…(k−r+1) / N(N−1)…(N−r+1), where k of N models are
    right about an example.

    Parameters
    ----------
    counts : (…, models + 1) numbers
        The number of examples that k models are right about, k = 0 … models.

    Returns
    -------
    (…, 4) float64
        Mean p, p², p³ and p⁴; NaN for orders above the number of models.

    Raises
    ------
    ValueError
        If counts is empty, negative or not finite, or holds no model.

    References
    ----------
    Jordan 2023, Calibrated chaos: variance between runs of neural network training is harmless and
    inevitable (the model). Factorial moments: Johnson, Kemp and Kotz 2005, Univariate discrete
    distributions, §1.2.7.

    Examples
    --------
    >>> unbiased_moments([0, 0, 4]).tolist()
    [1.0, 1.0, nan, nan]
    >>> unbiased_moments([1, 2, 1])[:2].tolist()
    [0.5, 0.25]
    """
    counts = _as_counts(counts)
    models = counts.shape[-1] - 1
    right = np.arange(models + 1)
    moments = np.full((*counts.shape[:-1], ORDERS), np.nan)
    falling = np.ones(models + 1)
    for order in range(1, min(ORDERS, models) + 1):
        falling *= np.maximum(right - order + 1, 0) / (models - order + 1)
        moments[..., order - 1] = counts @ falling / counts.sum(axis=-1)
    return moments


def bimodality_at(counts: ArrayLike, *, models: float = 100) -> float | np.ndarray:
    """The bimodality that another number of models of the same kind would have.

    Fewer models make the bimodality smaller, unless p takes two values far from 0 and 1. This one
    is the same for any number of models, up to chance. Where models are independent there is next
    to no spread of p to speak of, and the estimate means nothing: show it where κ is above 0.

    Parameters
    ----------
    counts : (…, N + 1) numbers
        The number of examples that k of N models are right about, k = 0 … N.
    models : number, default 100
        How many models the bimodality is that of; `math.inf` for that of p itself.

    Returns
    -------
    float, or (…) float64 for several histograms
        NaN for fewer than four models, and where p does not vary.

    Raises
    ------
    ValueError
        If counts is empty, negative or not finite, or models is below 1.

    References
    ----------
    Pearson 1894, Contributions to the mathematical theory of evolution (the score); the correction
    follows from `unbiased_moments`.

    Examples
    --------
    >>> float(bimodality_at([4, 0, 0, 0, 0, 4]))
    0.0
    >>> counts = [4, 6, 8, 8, 6, 4]
    >>> round(float(bimodality_at(counts, models=5)), 3)  # their own bimodality
    1.053
    >>> round(float(bimodality_at(counts)), 3)
    1.695
    """
    if models < 1:
        raise ValueError(f"models should be at least 1, got {models}")
    m1, m2, m3, m4 = np.moveaxis(_moments_at(unbiased_moments(counts), models), -1, 0)
    second = m2 - m1**2
    third = m3 - 3 * m1 * m2 + 2 * m1**3
    fourth = m4 - 4 * m1 * m3 + 6 * m1**2 * m2 - 3 * m1**4
    with np.errstate(divide="ignore", invalid="ignore"):
        found = fourth / second**2 - third**2 / second**3 - 1
    found = np.where(second > NO_SPREAD, found, np.nan)
    return float(found) if found.ndim == 0 else found


def resampled_examples(
    counts: ArrayLike, rng: np.random.Generator, resamples: int = 200
) -> np.ndarray:
    """The histogram of each bootstrap resample of the examples.

    All that matters of an example is how many models are right about it, so that drawing from the
    histogram is drawing examples.

    Parameters
    ----------
    counts : (bins,) integers
        The number of examples in each bin.
    rng : numpy.random.Generator
        Decides the resamples.
    resamples : int, default 200
        Number of resamples.

    Returns
    -------
    (resamples, bins) integers
        Each row sums to the number of examples.

    Raises
    ------
    ValueError
        If counts is empty, negative or not finite.

    References
    ----------
    Efron 1979, Bootstrap methods: another look at the jackknife.

    Examples
    --------
    >>> resampled_examples([0, 3, 0], np.random.default_rng(0), 2).tolist()
    [[0, 3, 0], [0, 3, 0]]
    """
    counts = _as_counts(counts)
    examples = counts.sum()
    return rng.multinomial(int(examples), counts / examples, size=resamples)


def _moments_at(moments: np.ndarray, models: float) -> np.ndarray:
    """The raw moments of the share of that many models that are right, from those of p."""
    if math.isinf(models):
        return moments
    # (M)_j, which is 0 beyond M.
    falling = np.cumprod(np.maximum(models - np.arange(ORDERS), 0))
    powers = float(models) ** np.arange(1, ORDERS + 1)
    return (moments * falling) @ STIRLING.T / powers


def _as_counts(counts: ArrayLike) -> np.ndarray:
    """As float64; there may be no histogram at all, as of no resamples."""
    array = np.asarray(counts, float)
    if array.ndim == 0 or array.shape[-1] < 2:
        raise ValueError("counts should be of 0, 1, … models, of at least one model")
    if not np.isfinite(array).all():
        raise ValueError("counts should be finite: leave out NaN and infinity")
    if (array < 0).any() or (array.sum(axis=-1) == 0).any():
        raise ValueError("counts should not be negative, nor all 0")
    return array
