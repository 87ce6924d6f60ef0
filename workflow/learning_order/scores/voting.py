"""What the models of one extent predict, together: TP-agreement, Agreement, majority vote."""

from itertools import pairwise

import numpy as np
from numpy.typing import ArrayLike

from learning_order.scores.checks import MODELS, as_classes, same_length
from learning_order.scores.chunks import chunks


def tp_agreement(predictions: ArrayLike, labels: ArrayLike) -> np.ndarray:
    """The share of models that classify each example correctly.

    Parameters
    ----------
    predictions : (models, examples) integers
        The class that each model predicts for each example.
    labels : (examples,) integers
        The true classes.

    Returns
    -------
    (examples,) float64
        Shares from 0 to 1, multiples of 1/models.

    Raises
    ------
    ValueError
        If a shape or type is wrong, or the numbers of examples differ.

    References
    ----------
    Hacohen, Choshen and Weinshall 2020, §2: TPa.

    Examples
    --------
    >>> tp_agreement([[0, 1], [0, 0]], [0, 1])
    array([1. , 0.5])
    """
    predictions = as_classes(predictions, "predictions", MODELS)
    labels = as_classes(labels, "labels", ("examples",))
    same_length(predictions, labels, "predictions and labels", "examples")
    return (predictions == labels).mean(axis=0)


def agreement(predictions: ArrayLike) -> np.ndarray:
    """The largest share of models that predict one and the same class for each example.

    Needs no label, and is never below the TP-agreement.

    Parameters
    ----------
    predictions : (models, examples) integers
        The class that each model predicts for each example.

    Returns
    -------
    (examples,) float64
        Shares from 0 to 1, multiples of 1/models.

    Raises
    ------
    ValueError
        If the shape or type is wrong.

    References
    ----------
    Hacohen, Choshen and Weinshall 2020, §2: a.

    Examples
    --------
    >>> agreement([[0, 1], [2, 1], [2, 1], [1, 1]])
    array([0.5, 1. ])
    """
    _, counts = votes(predictions)
    return counts / np.shape(predictions)[0]


def modal_class(predictions: ArrayLike) -> np.ndarray:
    """The majority vote: the class that most models predict for each example.

    Parameters
    ----------
    predictions : (models, examples) integers
        The class that each model predicts for each example.

    Returns
    -------
    (examples,) integers
        Of the type of the predictions; where several classes tie, the smallest.

    Raises
    ------
    ValueError
        If the shape or type is wrong.

    References
    ----------
    Hacohen, Choshen and Weinshall 2020, §2: the class that reaches a.

    Examples
    --------
    >>> modal_class([[0, 1], [2, 1], [2, 0], [0, 1]])
    array([0, 1])
    """
    return votes(predictions)[0]


def votes(predictions: ArrayLike) -> tuple[np.ndarray, np.ndarray]:
    """The `modal_class` of each example and its number of votes, for the price of one.

    Parameters
    ----------
    predictions : (models, examples) integers
        The class that each model predicts for each example.

    Returns
    -------
    modal_class : (examples,) integers
        Of the type of the predictions; where several classes tie, the smallest.
    counts : (examples,) integers
        Number of models that predict it, from 1 to models.

    Raises
    ------
    ValueError
        If the shape or type is wrong.

    Examples
    --------
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


def ensemble_accuracy(predictions: ArrayLike, labels: ArrayLike) -> float:
    """The share of examples that the majority vote of the models classifies correctly.

    Parameters
    ----------
    predictions : (models, examples) integers
        The class that each model predicts for each example.
    labels : (examples,) integers
        The true classes.

    Returns
    -------
    float
        A share from 0 to 1.

    Raises
    ------
    ValueError
        If a shape or type is wrong, or the numbers of examples differ.

    References
    ----------
    Hacohen, Choshen and Weinshall 2020, §4.1.

    Examples
    --------
    >>> ensemble_accuracy([[0, 1], [0, 0], [1, 0]], [0, 1])
    0.5
    """
    labels = as_classes(labels, "labels", ("examples",))
    majority = modal_class(predictions)
    same_length(majority, labels, "predictions and labels", "examples")
    return float((majority == labels).mean())
