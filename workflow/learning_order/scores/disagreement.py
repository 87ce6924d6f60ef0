"""Whether models err independently, given how difficult each example is."""

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import chdtri

from learning_order.scores.checks import MODELS, as_correct
from learning_order.scores.chunks import chunks
from learning_order.scores.moments import unbiased_moments
from learning_order.scores.shared_errors import kappa


class Calibration(NamedTuple):
    """How often a vote is right, by the share of the models that agree with it."""

    vote_share: np.ndarray  # (models,) 1/N … 1
    right: np.ndarray  # (models,) share of those examples that the vote is right about; NaN of none
    examples: np.ndarray  # (models,) their number

    @property
    def error(self) -> float:
        """The mean distance of both shares, over the examples."""
        distance = np.abs(np.nan_to_num(self.right - self.vote_share))
        return float((distance * self.examples).sum() / self.examples.sum())


def predicted_accuracy_spread(counts: ArrayLike) -> float:
    """The standard deviation of accuracy over models that err independently, given each example.

    √(Σ p(1 − p)) / n, from the unbiased moments of p.

    Parameters
    ----------
    counts : (models + 1,) numbers
        The number of examples that k models are right about, k = 0 … models.

    Returns
    -------
    float
        A share of the examples; NaN for a single model.

    Raises
    ------
    ValueError
        If counts is empty, negative or not finite.

    References
    ----------
    Jordan 2023, Calibrated chaos: variance between runs of neural network training is harmless and
    inevitable.

    Examples
    --------
    >>> predicted_accuracy_spread([1, 2, 1])
    0.25
    """
    m1, m2 = unbiased_moments(counts)[:2]
    return float(np.sqrt(max(m1 - m2, 0) / np.sum(counts)) if m2 == m2 else np.nan)


def accuracy_spread_ratio(
    accuracies: ArrayLike, predicted: float, *, confidence: float = 0.95
) -> tuple[float, float, float]:
    """The observed variance of accuracy over the predicted one: 1 if errors are independent.

    Parameters
    ----------
    accuracies : (models,) shares
        Of the models on the same examples.
    predicted : float
        The `predicted_accuracy_spread`.
    confidence : float, default 0.95
        Of the interval, between 0 and 1.

    Returns
    -------
    ratio, low, high : float
        Without a unit. The interval is that of the variance of a normal distribution, as which a
        mean over many examples is distributed; a bootstrap of few models is too narrow. NaN for a
        single model, and where nothing is predicted to vary.

    References
    ----------
    Jordan 2023, Calibrated chaos; the interval: Cochran 1934, The distribution of quadratic forms
    in a normal system.

    Examples
    --------
    >>> [round(float(each), 2) for each in accuracy_spread_ratio([0.4, 0.5, 0.6], 0.1)]
    [1.0, 0.27, 39.5]
    """
    accuracies = np.asarray(accuracies, float)
    free = len(accuracies) - 1
    if free < 1 or not predicted > 0:
        return float("nan"), float("nan"), float("nan")
    ratio = float(accuracies.var(ddof=1) / predicted**2)
    tail = (1 - confidence) / 2
    low, high = (float(ratio * free / chdtri(free, above)) for above in (tail, 1 - tail))
    return ratio, low, high


def vote_calibration(votes: np.ndarray, right: np.ndarray, models: int) -> Calibration:
    """How often the majority vote is right, by its share of the votes.

    A calibrated vote of 70 % of the models is right about 70 % of such examples; then two models
    disagree as often as one of them errs.

    Parameters
    ----------
    votes : (examples,) integers
        The number of models that predict the modal class, from 1 to models (see `votes`).
    right : (examples,) booleans
        Whether the modal class is the label.
    models : int
        Number of models.

    Returns
    -------
    Calibration
        One entry per possible number of votes.

    References
    ----------
    Jiang et al. 2022, Assessing generalization of SGD via disagreement.

    Examples
    --------
    >>> vote_calibration(np.array([1, 2, 2]), np.array([False, True, False]), 2).right.tolist()
    [0.0, 0.5]
    """
    examples = np.bincount(votes, minlength=models + 1)[1:]
    rights = np.bincount(votes, weights=right, minlength=models + 1)[1:]
    share = np.full(models, np.nan)
    np.divide(rights, examples, out=share, where=examples > 0)
    return Calibration(np.arange(1, models + 1) / models, share, examples)


def kappa_in_between(correct: ArrayLike, rng: np.random.Generator, *, halvings: int = 20) -> float:
    """`kappa` on the examples that are neither trivial nor impossible.

    One random half of the models tells which examples all of it has right, or none; κ is that of
    the other half on the rest, so that choosing the examples does not bias it. The mean over
    halvings, each taken both ways.

    Parameters
    ----------
    correct : (models, examples) booleans
        Whether each model is right about each example.
    rng : numpy.random.Generator
        Decides the halvings.
    halvings : int, default 20
        Their number.

    Returns
    -------
    float
        At most 1; NaN for fewer than four models, and where no example is left.

    Raises
    ------
    ValueError
        If the shape or type is wrong.

    References
    ----------
    Meding et al. 2022, Trivial or impossible: dichotomous data difficulty masks model differences.

    Examples
    --------
    >>> kappa_in_between([[True, False, True]] * 4, np.random.default_rng(0))
    nan
    """
    correct = as_correct(correct, "correct", MODELS)
    halves = model_halves(len(correct), rng, halvings)
    counts = [counts_in_between(part, halves) for part in chunks(correct)]
    return kappa_of_halves(np.sum(counts, axis=0))


def model_halves(models: int, rng: np.random.Generator, halvings: int) -> np.ndarray:
    """Random disjoint halves of the models; of an odd number one sits out.

    Parameters
    ----------
    models : int
        Number of models.
    rng : numpy.random.Generator
        Decides the halvings.
    halvings : int
        Their number.

    Returns
    -------
    (halvings, 2, models) booleans
        Which models are in each half.

    Examples
    --------
    >>> model_halves(4, np.random.default_rng(0), 1).sum(axis=2).tolist()
    [[2, 2]]
    """
    half = models // 2
    places = rng.permuted(np.tile(np.arange(models), (halvings, 1)), axis=1)
    return np.stack([places < half, (places >= half) & (places < 2 * half)], axis=1)


def counts_in_between(correct: np.ndarray, halves: np.ndarray) -> np.ndarray:
    """How many models of one half are right about what is in between for the other half.

    Parameters
    ----------
    correct : (models, examples) booleans
        Whether each model is right about each example.
    halves : (halvings, 2, models) booleans
        From `model_halves`.

    Returns
    -------
    (2 · halvings, half + 1) integers
        The number of examples that k models of the half are right about, k = 0 … half; of all
        examples that some models of the other half are right about, and some are not.

    Examples
    --------
    >>> halves = np.array([[[True, True, False, False], [False, False, True, True]]])
    >>> counts_in_between(np.array([[True], [False], [True], [True]]), halves).tolist()
    [[0, 0, 1], [0, 0, 0]]
    """
    bins = int(halves[0, 0].sum()) + 1
    each = correct.astype(np.float32)
    found = []
    for first, second in halves.astype(np.float32):
        place = ((first * bins + second) @ each).astype(np.intp)
        together = np.bincount(place, minlength=bins * bins).reshape(bins, bins)
        found += [together[1:-1].sum(axis=0), together[:, 1:-1].sum(axis=1)]
    return np.array(found)


def kappa_of_halves(counts: np.ndarray) -> float:
    """`kappa_in_between` from the counts of all halvings.

    Parameters
    ----------
    counts : (2 · halvings, half + 1) numbers
        From `counts_in_between`, of all examples.

    Returns
    -------
    float
        NaN for halves of a single model, and where no halving leaves an example.

    Examples
    --------
    >>> kappa_of_halves(np.array([[1, 0, 1], [0, 0, 0]]))
    1.0
    """
    counts = counts[counts.sum(axis=1) > 0]
    found = np.asarray(kappa(counts)) if len(counts) else np.array([])
    known = found[np.isfinite(found)]
    return float(known.mean()) if known.size else float("nan")
