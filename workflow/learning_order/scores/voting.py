"""What the models of one extent predict, together: TP-agreement, Agreement, majority vote."""

from itertools import pairwise

import numpy as np

from learning_order.scores.checks import MODELS, as_classes, chunks, same_length


def tp_agreement(predictions, labels) -> np.ndarray:
    """The share of models that classify each example correctly (paper §2, TPa).

    predictions: (models, examples) integers; labels: (examples,) integers.
    Returns (examples,) float64, multiples of 1/models.
    ValueError where the shapes or types are others.

    >>> tp_agreement([[0, 1], [0, 0]], [0, 1])
    array([1. , 0.5])
    """
    predictions = as_classes(predictions, "predictions", MODELS)
    labels = as_classes(labels, "labels", ("examples",))
    same_length(predictions, labels, "predictions and labels", "examples")
    return (predictions == labels).mean(axis=0)


def agreement(predictions) -> np.ndarray:
    """The largest share of models that predict one and the same class (paper §2, a).

    Needs no label, and is never below the TP-agreement. predictions: (models, examples) integers.
    Returns (examples,) float64, multiples of 1/models.
    ValueError where the shape or type is another.

    >>> agreement([[0, 1], [2, 1], [2, 1], [1, 1]])
    array([0.5, 1. ])
    """
    return votes(predictions)[1] / len(predictions)


def modal_class(predictions) -> np.ndarray:
    """The majority vote: the class most models predict, the smallest of them where several tie.

    predictions: (models, examples) integers. Returns (examples,) integers of the same type.
    ValueError where the shape or type is another. Source: paper §2, the class that reaches a.

    >>> modal_class([[0, 1], [2, 1], [2, 0], [0, 1]])
    array([0, 1])
    """
    return votes(predictions)[0]


def votes(predictions) -> tuple[np.ndarray, np.ndarray]:
    """modal_class and its number of votes, each (examples,), for the price of one.

    predictions: (models, examples) integers. ValueError where the shape or type is another.

    >>> votes([[0, 1], [2, 1], [2, 0], [0, 1]])
    (array([0, 1]), array([2, 3]))
    """
    predictions = as_classes(predictions, "predictions", MODELS)
    classes, counts = zip(*map(_longest_run, chunks(predictions)), strict=True)
    return np.concatenate(classes), np.concatenate(counts)


def _longest_run(predictions: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Equal votes are neighbours once sorted, so the longest run of a column wins.

    Unlike a table of votes, this costs the same for 10 classes and for 1000.
    """
    ordered = np.sort(predictions, axis=0)
    winner, longest = ordered[0].copy(), np.ones(ordered.shape[1], np.int32)
    run = longest.copy()
    for previous, current in pairwise(ordered):
        run *= current == previous
        run += 1
        # Only a longer run takes over: of two equally long ones the smaller class came first.
        longer = run > longest
        winner += longer * (current - winner)  # a third of the time of where=longer
        np.maximum(longest, run, out=longest)
    return winner, longest.astype(int)


def ensemble_accuracy(predictions, labels) -> float:
    """The share of examples that the majority vote classifies correctly (paper §4.1).

    predictions: (models, examples) integers; labels: (examples,) integers.
    ValueError where the shapes or types are others.

    >>> ensemble_accuracy([[0, 1], [0, 0], [1, 0]], [0, 1])
    0.5
    """
    labels = as_classes(labels, "labels", ("examples",))
    majority = modal_class(predictions)
    same_length(majority, labels, "predictions and labels", "examples")
    return float((majority == labels).mean())
