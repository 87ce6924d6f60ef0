"""AdaBoost of linear classifiers, which learns a dataset in another order (paper §6).

Multi-class AdaBoost is SAMME (Hastie et al. 2009) as scikit-learn has it. A weak classifier is a
perceptron that sees the weighted examples a few times: linear, one against the rest, quick on
50000 × 3072 inputs, and weak enough that a hundred of them are better than one. A better linear
classifier leaves nothing to boost: of logistic losses or averaged hinge losses, ensembles get worse
with size (measured in docs/gallery.md).

What scikit-learn's AdaBoost leaves to be done here: it reports nothing while it trains, does not
say why it ended, and has no predictions for sizes that it did not reach.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from itertools import repeat

import numpy as np
from sklearn.ensemble import AdaBoostClassifier
from sklearn.linear_model import Perceptron

from learning_order.predictions.contract import Record
from learning_order.runtime.errors import ExplainedError

Votes = tuple[np.ndarray, np.ndarray]  # (examples,) predictions, (examples, classes) shares
OnRound = Callable[[int, float], None]  # weak classifiers so far, weighted error of the last


class NotLearnable(ExplainedError, ValueError):
    """Data of which not even the first weak classifier learns anything."""


@dataclass(frozen=True)
class Boosted:
    """A trained ensemble: what its first classifiers predict together, and how it ended."""

    classifier: AdaBoostClassifier
    rounds: int  # weak classifiers asked for

    @property
    def size(self) -> int:
        """The number of weak classifiers, less than asked for when the next was no use."""
        return len(self.classifier.estimators_)

    @property
    def stopped(self) -> str | None:
        """Why there are fewer weak classifiers than asked for, or None."""
        if self.size == self.rounds:
            return None
        if self.classifier.estimator_errors_[self.size - 1] == 0:
            return f"weak classifier {self.size} makes no mistake"
        return f"weak classifier {self.size + 1} would be no better than chance"

    def staged(self, inputs: np.ndarray) -> np.ndarray:
        """(rounds, examples) predictions of the first 1, 2, … weak classifiers.

        Beyond the last weak classifier the ensemble stays what it is.
        """
        return np.stack([predicted for predicted, _ in self.votes(inputs)])

    def votes(self, inputs: np.ndarray) -> Iterator[Votes]:
        """As `staged`: predictions (examples,), and each class's share of the weighted votes."""
        votes = map(self._votes, self.classifier.staged_decision_function(inputs))
        for last in votes:
            yield last
        yield from repeat(last, self.rounds - self.size)

    def _votes(self, scores: np.ndarray) -> Votes:
        classes = self.classifier.n_classes_
        if classes == 2:  # scikit-learn's score: twice the share of class 1 less that of class 0
            predicted = (scores > 0).astype(int)
            shares = np.stack([2 - scores, 2 + scores], axis=1) / 4
        else:  # a vote counts 1 for its class and −1 / (classes − 1) for each of the others
            predicted = scores.argmax(axis=1)
            shares = (1 + (classes - 1) * scores) / classes
        present = self.classifier.classes_  # in the train split
        of_all = np.zeros((len(shares), present[-1] + 1))
        of_all[:, present] = shares.clip(0, 1)
        return present[predicted], of_all


def boost(
    inputs: np.ndarray,
    labels: np.ndarray,
    *,
    rounds: int,
    passes: int = 1,
    seed: int = 0,
    on_round: OnRound = lambda size, error: None,
) -> Boosted:
    """Train an ensemble of at most `rounds` weak classifiers.

    inputs: (examples, features) floats; labels: (examples,) integers from 0.
    passes is how often a weak classifier sees the examples. The order in which each sees them
    follows from `seed`, and nothing else is random. on_round is called after each round.
    Boosting ends early when a weak classifier is no better than chance: a weighted error of at
    least 1 − 1/K. NotLearnable where that is the first one. Source: Hastie et al. 2009,
    Algorithm 2.
    """
    chance = 1 - 1 / len(np.unique(labels))
    errors: list[float] = []

    def on_fit(error: float) -> None:
        if error < chance:
            errors.append(error)
            on_round(len(errors), error)
        elif not errors:
            raise NotLearnable(
                f"A linear classifier that sees the examples {passes} time(s) is no better than "
                "chance here. Raise `passes` of the boosting entry, or look at the data."
            )

    weak = _reporting_perceptron(on_fit)(max_iter=passes, tol=None)
    classifier = AdaBoostClassifier(weak, n_estimators=rounds, random_state=seed)
    return Boosted(classifier.fit(inputs, labels), rounds)


def _reporting_perceptron(on_fit: Callable[[float], None]) -> type[Perceptron]:
    """Perceptrons that tell their weighted error once they are trained.

    A class of its own per call, since AdaBoost copies its classifiers by class and parameters.
    """

    class ReportingPerceptron(Perceptron):
        def fit(
            self, X: np.ndarray, y: np.ndarray, sample_weight: np.ndarray | None = None
        ) -> Perceptron:
            super().fit(X, y, sample_weight=sample_weight)
            on_fit(float(np.average(self.predict(X) != y, weights=sample_weight)))
            return self

    return ReportingPerceptron


def records(
    boosted: Boosted, inputs: Mapping[str, np.ndarray], labels: Mapping[str, np.ndarray], seed: int
) -> Iterator[Record]:
    """The ensemble's predictions as those of any model; its extent is the number of classifiers.

    inputs: split → (examples, features); labels: split → (examples,). The Accessibility of an
    example over the extents 1 … rounds is the share of ensemble sizes that are right (paper §6).
    Shares of the weighted votes stand for probabilities: p_true is that of the label, margin its
    lead over the class with the most votes of the others.
    """
    found = [Record(seed, size, {}, {}, loss={}) for size in range(1, boosted.rounds + 1)]
    for split, values in inputs.items():
        for record, (predicted, shares) in zip(found, boosted.votes(values), strict=True):
            record.predictions[split] = predicted.astype(np.int16)
            record.accuracy[split] = float(np.mean(predicted == labels[split]))
            _add_shares(record, split, shares, labels[split])
    return iter(found)


def _add_shares(record: Record, split: str, shares: np.ndarray, labels: np.ndarray) -> None:
    """The shares (examples, classes) of the votes in place of probabilities and of logits."""
    is_label = labels[:, None] == np.arange(shares.shape[1])
    own = (shares * is_label).sum(axis=1)  # none of a class that was not learned
    record.p_true[split] = own.astype(np.float16)
    record.margin[split] = (own - np.where(is_label, 0, shares).max(axis=1)).astype(np.float16)
    record.sum_p_squared[split] = float((shares**2).sum(axis=1).mean())
