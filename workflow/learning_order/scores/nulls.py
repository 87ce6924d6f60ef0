"""What the scores would be if models made their mistakes independently of each other."""

import numpy as np

from learning_order.scores.checks import as_array, as_shares, same_length
from learning_order.scores.per_example import distribution_bimodality


def null_tp_agreement(accuracies, examples: int, rng: np.random.Generator) -> np.ndarray:
    """TP-agreement of independent random correctness vectors with the models' accuracies.

    accuracies: (models,) shares; examples: how many to draw. Returns (examples,) multiples of
    1/models, one Monte Carlo draw. Memory grows with examples, not with models. Source: paper §3.1.
    """
    accuracies = as_shares(accuracies, "models")
    if examples < 1:
        raise ValueError(f"examples should be at least 1, got {examples}")
    right = np.zeros(examples, np.int32)
    for accuracy in accuracies:
        right += rng.random(examples) < accuracy
    return right / len(accuracies)


def expected_null(accuracies) -> np.ndarray:
    """The exact distribution that null_tp_agreement draws from: the Poisson-binomial.

    accuracies: (models,) shares. Returns (models + 1,) shares of examples with TP-agreement k/N.

    >>> expected_null([0.5, 0.5])
    array([0.25, 0.5 , 0.25])
    """
    shares = np.ones(1)
    for accuracy in as_shares(accuracies, "models"):
        wrong, right = shares * (1 - accuracy), shares * accuracy
        shares = np.append(wrong, 0) + np.insert(right, 0, 0)
    return shares


def expected_null_bimodality(accuracies) -> float:
    """The bimodality of expected_null: about 2, less for few models or extreme accuracies.

    accuracies: (models,) shares. NaN where every model is always right or always wrong.
    """
    shares = expected_null(accuracies)
    return distribution_bimodality(np.arange(len(shares)) / (len(shares) - 1), shares)


def class_matched_null(correct, labels, rng: np.random.Generator) -> np.ndarray:
    """TP-agreement of independent models that match each model's accuracy on each class.

    A stricter null than the paper's: classes that all models find easy are no agreement yet.
    correct: (models, examples) booleans; labels: (examples,) integers from 0. Returns (examples,)
    multiples of 1/models, one Monte Carlo draw.
    """
    correct = as_array(correct, "models examples", "boolean")
    labels = as_array(labels, "examples", "integer")
    same_length(correct, labels, "examples")
    members = np.maximum(np.bincount(labels), 1)
    right = np.zeros(correct.shape[1], np.int32)
    for model in correct:
        accuracy = np.bincount(labels, weights=model) / members
        right += rng.random(len(labels)) < accuracy[labels]
    return right / len(correct)
