"""One pass over the predictions of a split and extent: the counts that all its scores follow from.

Predictions come some examples at a time and are forgotten once counted. Only which model is right
about which example stays, one bit each.
"""

from dataclasses import dataclass

import numpy as np

from learning_order import scores
from learning_order.predictions.contract import NO_LABEL
from learning_order.scores.chunks import chunks
from learning_order.tables.correct import bytes_of


@dataclass(frozen=True)
class Labels:
    """The labels of a split, each also as a number among those that occur."""

    labels: np.ndarray  # (examples,) integers
    number: np.ndarray  # (examples,) which of the classes, from 0
    members: np.ndarray  # (classes,) number of examples

    @classmethod
    def of(cls, labels: np.ndarray) -> "Labels":
        """labels: (examples,) integers; −1 throughout a split without labels."""
        _, number, members = np.unique(labels, return_inverse=True, return_counts=True)
        return cls(labels, number, members)

    @property
    def examples(self) -> int:
        """Number of examples."""
        return len(self.labels)

    @property
    def shares(self) -> np.ndarray:
        """(classes,) shares of the examples."""
        return self.members / self.examples

    @property
    def known(self) -> bool:
        """Whether any example has a label."""
        return bool((self.labels != NO_LABEL).any())


class Counts:
    """The counts of one split and extent. Where no label is known there are votes alone.

    draws: (resamples, models) indices from scores.model_draws, possibly of no resamples; rng draws
    resamples of the examples.
    """

    def __init__(self, labels: Labels, draws: np.ndarray, rng: np.random.Generator) -> None:
        models = draws.shape[1]
        self.labels = labels
        self.draws, self.weights = draws, scores.draw_weights(draws)
        self.rng = rng
        self.counted = 0  # examples, so far
        self.largest_class = max(0, int(labels.labels.max()))  # of labels and predictions
        self.modal_class = np.empty(labels.examples, np.int32)
        self.votes = np.empty(labels.examples, np.int32)  # for the modal class
        self.resampled_votes = np.zeros(len(draws))
        self.same = np.zeros((models, models))  # examples of the same class to two models
        self.given = np.zeros((models, 0))  # examples that a model gives each class
        self.both = np.zeros((models, models))  # examples that two models are right about
        self.right = np.empty(labels.examples, np.int32)  # number of models
        self.bits = np.empty((models, bytes_of(labels.examples)), np.uint8)  # which, packed
        self.right_of_class = np.zeros((models, len(labels.members)))
        self.resampled_right = np.zeros((len(draws), models + 1), int)

    def add(self, part: np.ndarray) -> None:
        """Count the next examples; part: (models, examples), of whole bytes but for the last."""
        for predictions in chunks(part):
            here = slice(self.counted, self.counted + predictions.shape[1])
            self._add_votes(predictions, here)
            self._add_classes(predictions)
            if self.labels.known:
                self._add_right(predictions == self.labels.labels[here], here)
            self.counted = here.stop

    def _add_votes(self, predictions: np.ndarray, here: slice) -> None:
        self.largest_class = max(self.largest_class, int(predictions.max()))
        self.modal_class[here], self.votes[here] = scores.votes(predictions)
        self.resampled_votes += scores.resampled_votes(predictions, self.weights)

    def _add_classes(self, predictions: np.ndarray) -> None:
        self.same += scores.same_class(predictions)
        more = max(0, self.largest_class + 1 - self.given.shape[1])
        self.given = np.pad(self.given, [(0, 0), (0, more)])
        for of_model, predicted in zip(self.given, predictions, strict=True):
            of_model += np.bincount(predicted, minlength=len(of_model))

    def _add_right(self, correct: np.ndarray, here: slice) -> None:
        correct.sum(axis=0, out=self.right[here])
        self.bits[:, here.start // 8 : bytes_of(here.stop)] = np.packbits(correct, axis=1)
        self.both += scores.both_right(correct, correct)
        number = self.labels.number[here]
        for of_model, right in zip(self.right_of_class, correct, strict=True):
            of_model += np.bincount(number, weights=right, minlength=len(of_model))
        self.resampled_right += scores.resampled_counts(correct, self.weights)

    @property
    def models(self) -> int:
        """Number of models."""
        return len(self.bits)

    @property
    def tp_agreement(self) -> np.ndarray:
        """(examples,) shares of the models, NaN where no label is known."""
        return self.right / self.models if self.labels.known else np.full(self.counted, np.nan)

    @property
    def agreement(self) -> np.ndarray:
        """(examples,) shares of the models."""
        return self.votes / self.models

    @property
    def accuracies(self) -> np.ndarray:
        """(models,) shares of the examples, NaN where no label is known."""
        if not self.labels.known:
            return np.full(self.models, np.nan)
        return self.right_of_class.sum(axis=1) / self.labels.examples

    @property
    def class_accuracies(self) -> np.ndarray:
        """(models, classes) shares of the examples of each class."""
        return self.right_of_class / self.labels.members
