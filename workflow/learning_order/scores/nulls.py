"""What the TP-agreement would be if models made their mistakes independently of each other."""

import numpy as np
from numpy.typing import ArrayLike

from learning_order.scores.checks import as_shares, at_least_one

NO_VARIANCE = 1e-12  # of the number of right models: an accuracy is a multiple of 1/examples


def null_tp_agreement(accuracies: ArrayLike, examples: int, rng: np.random.Generator) -> np.ndarray:
    """TP-agreement of independent random correctness vectors with the models' accuracies.

    Memory grows with the examples, not with the models.

    Parameters
    ----------
    accuracies : (models,) shares
        The accuracy of each model, from 0 to 1.
    examples : int
        Number of examples to draw.
    rng : numpy.random.Generator
        Decides what is drawn.

    Returns
    -------
    (examples,) float64
        One Monte Carlo draw: shares from 0 to 1, multiples of 1/models.

    Raises
    ------
    ValueError
        If an accuracy is not a share, or examples < 1.

    References
    ----------
    Hacohen, Choshen and Weinshall 2020, §3.1: the null hypothesis.

    Examples
    --------
    >>> null_tp_agreement([1.0, 0.0], 3, np.random.default_rng(0))
    array([0.5, 0.5, 0.5])
    """
    accuracies = as_shares(accuracies, "accuracies", ("models",))
    at_least_one(examples, "examples")
    right = np.zeros(examples, int)
    for accuracy in accuracies:
        right += rng.random(examples) < accuracy
    return right / len(accuracies)


def expected_null(accuracies: ArrayLike) -> np.ndarray:
    """The exact distribution that `null_tp_agreement` draws from: the Poisson-binomial.

    Parameters
    ----------
    accuracies : (models,) shares
        The accuracy of each model, from 0 to 1.

    Returns
    -------
    (models + 1,) float64
        The probability of TP-agreement k/models, k = 0 … models.

    Raises
    ------
    ValueError
        If an accuracy is not a share.

    References
    ----------
    Hacohen, Choshen and Weinshall 2020, §3.1: the null hypothesis.

    Examples
    --------
    >>> expected_null([0.5, 0.5])
    array([0.25, 0.5 , 0.25])
    """
    accuracies = as_shares(accuracies, "accuracies", ("models",))
    probability = np.zeros(len(accuracies) + 1)
    probability[0] = 1
    for accuracy in accuracies:  # one more model at a time
        # Only sums of products of shares: nothing cancels, however many models there are.
        one_more = accuracy * probability[:-1]
        probability *= 1 - accuracy
        probability[1:] += one_more
    return probability


def expected_null_bimodality(accuracies: ArrayLike) -> float:
    """The bimodality of `expected_null`: near 2 for many models, as of a Gaussian; 0 for one.

    The cumulants of independent Bernoulli variables add up, so the distribution itself is not
    needed.

    Parameters
    ----------
    accuracies : (models,) shares
        The accuracy of each model, from 0 to 1.

    Returns
    -------
    float
        As of `bimodality`; NaN where every model is always right or always wrong.

    Raises
    ------
    ValueError
        If an accuracy is not a share.

    References
    ----------
    Hacohen, Choshen and Weinshall 2020, §2 and §3.1.

    Examples
    --------
    >>> expected_null_bimodality([0.5, 0.5])
    1.0
    """
    right = as_shares(accuracies, "accuracies", ("models",))
    wrong = 1 - right
    variances = right * wrong
    second = variances.sum()
    if second <= NO_VARIANCE:
        return float("nan")
    third = (variances * (wrong - right)).sum()
    fourth = (variances * (1 - 6 * variances)).sum()
    # kurtosis − 3 and skewness² in terms of cumulants
    return max(0.0, float(2 + fourth / second**2 - third**2 / second**3))
