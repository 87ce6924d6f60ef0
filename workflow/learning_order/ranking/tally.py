"""What the models of a collection say of each example, counted in one pass over predictions."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import repeat

import numpy as np

from learning_order import scores
from learning_order.predictions.contract import NO_LABEL
from learning_order.predictions.reading import PredictionFiles, Predictions


@dataclass(frozen=True)
class Tally:
    """The counts of one collection and one split."""

    labels: np.ndarray  # (examples,) integers, NO_LABEL without one
    extents: list[int]
    votes: np.ndarray  # (examples, classes): shares of the votes, extents by scores.extent_weights
    support: np.ndarray  # the same, of probabilities where these are recorded
    margins: np.ndarray | None  # (examples,): AUM of all extents but 0, where margins are recorded
    right: np.ndarray  # (models, examples): the share of the extents at which it is right
    learned: np.ndarray  # (models, examples): the extent by which it is learned, inf for never
    forgotten: np.ndarray  # (examples,): mean number of forgetting events

    @property
    def models(self) -> int:
        return len(self.right)


def tally(found: PredictionFiles | Predictions, split: str, classes: int = 0) -> Tally:
    """Count the predictions of one split.

    Parameters
    ----------
    found : PredictionFiles or Predictions
        From `scan` or `read` of predictions/reading.py.
    split : str
        One of those in `found.labels`.
    classes : int, default 0
        The least number of classes; there are more where a label or prediction says so. Where it
        is 0, networks that guess are taken to choose among the labels that occur in any split.

    Returns
    -------
    Tally
        It takes 8 bytes per example and class, and 9 per example and model.
    """
    labels = found.labels[split].astype(int)
    choices = classes or _different(found.labels.values())
    classes = max(classes, int(labels.max()) + 1)
    trained = [extent for extent in found.extents if extent > 0] or found.extents
    accuracy, most = _first_pass(found, split, trained, labels)
    classes = max(classes, most + 1)
    weights = dict(zip(trained, scores.extent_weights(accuracy, choices), strict=True))
    history = _History((len(found.seeds), len(labels)))
    votes, support = np.zeros((2, len(labels), classes), np.float32)
    margins = np.zeros(len(labels)) if found.has_probabilities(split) else None
    for extent in found.extents:
        weight = weights.get(extent, 0) / len(found.seeds)
        for start, predictions, probabilities in _parts(found, split, extent):
            here = slice(start, start + predictions.shape[1])
            history.add(here, predictions == labels[here], extent)
            if weight:
                _add_votes(votes[here], predictions, weight)
                _add_support(support[here], predictions, labels[here], probabilities, weight)
            if margins is not None and probabilities is not None and extent in weights:
                of_models = probabilities[1].mean(axis=0, dtype=np.float32)
                margins[here] += of_models / len(trained)
    return Tally(
        labels,
        list(found.extents),
        votes,
        support,
        margins,
        history.right / len(found.extents),
        history.learned,
        history.forgotten / len(found.seeds),
    )


def _different(labels: Iterable[np.ndarray]) -> int:
    """How many labels occur; NO_LABEL is none."""
    return len(np.setdiff1d(np.concatenate(list(labels)), [NO_LABEL])) or 1


def _first_pass(
    found: PredictionFiles | Predictions, split: str, extents: list[int], labels: np.ndarray
) -> tuple[list[float], int]:
    """Mean accuracy at each extent, 0 without labels, and the largest class that is predicted."""
    accuracy, most = [], 0
    for extent in extents:
        right = 0
        for start, predictions, _ in _parts(found, split, extent):
            right += (predictions == labels[start : start + predictions.shape[1]]).sum()
            most = max(most, int(predictions.max()))
        accuracy.append(right / len(found.seeds) / len(labels))
    return accuracy, most


class _History:
    """Which model is right about which example, extent after extent."""

    def __init__(self, shape: tuple[int, int]) -> None:
        self.right = np.zeros(shape, np.int32)
        self.learned = np.full(shape, np.inf, np.float32)
        self.was_right = np.zeros(shape, bool)
        self.forgotten = np.zeros(shape[1], np.int64)

    def add(self, here: slice, correct: np.ndarray, extent: int) -> None:
        before, learned = self.was_right[:, here], self.learned[:, here]
        self.right[:, here] += correct
        self.forgotten[here] += (before & ~correct).sum(axis=0)
        learned[correct & ~before] = extent
        learned[~correct] = np.inf
        before[:] = correct


def _parts(
    found: PredictionFiles | Predictions, split: str, extent: int
) -> Iterator[tuple[int, np.ndarray, tuple[np.ndarray, np.ndarray] | None]]:
    """First example, predictions (models, some examples), and p_true and margin where recorded."""
    start = 0
    certain = found.has_probabilities(split)
    probabilities = found.probability_parts(split, extent) if certain else repeat(None)
    for part, pair in zip(found.parts(split, extent), probabilities, strict=certain):
        yield start, part, pair
        start += part.shape[1]


def _add_votes(votes: np.ndarray, predictions: np.ndarray, weight: float) -> None:
    """votes: (examples, classes), changed in place; predictions: (models, examples)."""
    examples = np.arange(len(votes))
    for of_model in predictions:
        votes[examples, of_model] += weight


def _add_support(
    support: np.ndarray,
    predictions: np.ndarray,
    labels: np.ndarray,
    probabilities: tuple[np.ndarray, np.ndarray] | None,
    weight: float,
) -> None:
    """Add the probability of the label, and of the predicted class where that is another one.

    The margin is log p_label − log p_other for the largest other class, which is the predicted one
    wherever a model is wrong. Without probabilities a prediction is certain.
    """
    if probabilities is None or labels[0] == NO_LABEL:
        _add_votes(support, predictions, weight)
        return
    examples = np.arange(len(support))
    for of_model, p_true, margin in zip(predictions, *probabilities, strict=True):
        p_true, margin = p_true.astype(float), margin.astype(float)
        support[examples, labels] += weight * p_true
        wrong = of_model != labels
        # What exp cannot hold goes with a p_true of 0: then the other class has all that is left.
        other = np.exp(np.minimum(np.log(np.maximum(p_true, 1e-300)) - margin, 0))
        other = np.where(p_true > 0, other, 1.0)
        support[examples[wrong], of_model[wrong]] += weight * np.minimum(other, 1 - p_true)[wrong]
