"""What the TP-agreement would be if models made their mistakes independently of each other."""

import numpy as np

from learning_order.scores.checks import as_shares, at_least_one

NO_VARIANCE = 1e-12  # of the number of right models: an accuracy is a multiple of 1/examples


def null_tp_agreement(accuracies, examples: int, rng: np.random.Generator) -> np.ndarray:
    """TP-agreement of independent random correctness vectors with the models' accuracies.

    accuracies: (models,) shares; examples: how many to draw.
    Returns (examples,) multiples of 1/models, one Monte Carlo draw; memory grows with the
    examples, not with the models. ValueError where an accuracy is no share or examples < 1.
    Source: paper §3.1, the null hypothesis.

    >>> null_tp_agreement([1.0, 0.0], 3, np.random.default_rng(0))
    array([0.5, 0.5, 0.5])
    """
    accuracies = as_shares(accuracies, "accuracies", ("models",))
    at_least_one(examples, "examples")
    right = np.zeros(examples, int)
    for accuracy in accuracies:
        right += rng.random(examples) < accuracy
    return right / len(accuracies)


def expected_null(accuracies) -> np.ndarray:
    """The exact distribution that null_tp_agreement draws from: the Poisson-binomial.

    accuracies: (models,) shares. Returns (models + 1,): the probability of TP-agreement k/models,
    k = 0 … models. ValueError where an accuracy is no share.
    Source: paper §3.1, by adding one model at a time.

    >>> expected_null([0.5, 0.5])
    array([0.25, 0.5 , 0.25])
    """
    accuracies = as_shares(accuracies, "accuracies", ("models",))
    probability = np.zeros(len(accuracies) + 1)
    probability[0] = 1
    for accuracy in accuracies:
        # Only sums of products of shares: nothing cancels, however many models there are.
        one_more = accuracy * probability[:-1]
        probability *= 1 - accuracy
        probability[1:] += one_more
    return probability


def expected_null_bimodality(accuracies) -> float:
    """The bimodality of expected_null: near 2 for many models, as of a Gaussian; 0 for one.

    accuracies: (models,) shares. NaN where every model is always right or always wrong.
    ValueError where an accuracy is no share. Source: paper §2 and §3.1; the cumulants of
    independent Bernoulli variables add up, so the distribution itself is not needed.

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
