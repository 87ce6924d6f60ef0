"""Columns of the table `accessibility` that need the probability of the true class.

They are added up extent by extent. Memory grows with the examples and models of one split, not with
its extents. How far the models agree on AUM and EL2N takes the values of each: these are kept of an
even sample of the examples, which is all of them up to SAMPLE.
"""

import math
from collections.abc import Callable, Iterator

import numpy as np

from learning_order import scores
from learning_order.predictions.reading import PredictionFiles, Predictions
from learning_order.tables.counts import Labels

Parts = Iterator[tuple[np.ndarray, np.ndarray]]

COLUMNS = ("confidence", "variability", "aum", "el2n")
SAMPLE = 2**17  # examples


def unknown_columns(examples: int) -> dict[str, np.ndarray]:
    """The columns of examples whose probabilities are not known."""
    return {name: np.full(examples, np.nan) for name in COLUMNS}


class Probabilities:
    """What is known so far of the probabilities of one split."""

    def __init__(self, models: int, labels: Labels) -> None:
        shape = models, labels.examples
        self.extents = 0
        # Running mean and sum of squared distances from it: sums of squares would lose the digits
        # of a small deviation.
        self.mean = np.zeros(shape, np.float32)
        self.squares = np.zeros(shape, np.float32)
        self.margins = np.zeros(labels.examples)
        self.el2n = np.full(labels.examples, np.nan)
        self.step = math.ceil(labels.examples / SAMPLE)
        sampled = models, len(range(0, labels.examples, self.step))
        self.sampled_margins = np.zeros(sampled, np.float32)
        self.sampled_el2n = np.full(sampled, np.nan, np.float32)

    def add(self, found: PredictionFiles | Predictions, split: str, extent: int) -> None:
        """Add the next extent; EL2N is that of the first one above 0."""
        self.extents += 1
        counted = 0
        for p_true, margin in found.probability_parts(split, extent):
            here = slice(counted, counted + p_true.shape[1])
            self._add_part(p_true, here)
            self.margins[here] += margin.mean(axis=0, dtype=np.float32)
            self.sampled_margins[:, self._sampled(here)] += margin[:, self._every(here)]
            counted = here.stop
            del p_true, margin  # before the next ones, or the second reading, take as much
        if extent > 0 and np.isnan(self.el2n).all():
            known = found.sum_p_squared
            squares = [known.get((seed, extent, split), np.nan) for seed in found.seeds]
            if not np.isnan(squares).any():
                self._add_el2n(lambda: found.probability_parts(split, extent), squares)

    def _every(self, here: slice) -> slice:
        """Of these examples, those of the sample."""
        return slice(-here.start % self.step, None, self.step)

    def _sampled(self, here: slice) -> slice:
        """Of the sample, those among these examples."""
        return slice(-(-here.start // self.step), -(-here.stop // self.step))

    def _add_part(self, p_true: np.ndarray, here: slice) -> None:
        rows = zip(p_true, self.mean[:, here], self.squares[:, here], strict=True)
        for probability, mean, squares in rows:  # a model at a time, which fits into the cache
            distance = probability - mean
            mean += distance / np.float32(self.extents)
            squares += distance * (probability - mean)

    def _add_el2n(self, read: Callable[[], Parts], sum_p_squared: list[float]) -> None:
        """scores.el2n of one extent, read twice: first for what it takes of all examples."""
        concentration = _concentration(read(), sum_p_squared)
        scale = (np.sqrt(1 + concentration) / len(concentration)).astype(np.float32)
        counted = 0
        for p_true, _ in read():
            here = slice(counted, counted + p_true.shape[1])
            distance = np.zeros(p_true.shape[1], np.float32)
            for of_model, row, kept in zip(scale, p_true, self.sampled_el2n, strict=True):
                of_row = (1 - row.astype(np.float32)) * of_model
                kept[self._sampled(here)] = of_row[self._every(here)]
                distance += of_row
            self.el2n[here] = distance
            counted = here.stop
            del p_true

    def columns(self) -> dict[str, np.ndarray]:
        """The columns of the table, (examples,) each."""
        deviation = np.zeros(self.mean.shape[1])
        for squares in self.squares:
            deviation += np.sqrt(squares / np.float32(self.extents))
        return {
            "confidence": self.mean.mean(axis=0, dtype=float),
            "variability": deviation / len(self.squares),
            "aum": self.margins / self.extents,
            "el2n": self.el2n,
        }

    def covariances(self) -> dict[str, np.ndarray]:
        """Column → (models, models): how models vary together over examples, to a factor."""
        sampled: dict[str, np.ndarray] = {
            "confidence": self.mean[:, :: self.step],
            "aum": self.sampled_margins,
            "el2n": self.sampled_el2n,
        }
        return {
            name: scores.model_covariance(values)
            for name, values in sampled.items()
            if not np.isnan(values).any()
        }


def _concentration(parts: Parts, sum_p_squared: list[float]) -> np.ndarray:
    """scores.rest_concentration of each model."""
    sums = np.zeros((2, len(sum_p_squared)))
    examples = 0
    for p_true, _ in parts:
        for of_model, row in zip(sums.T, p_true, strict=True):
            of_model += row.sum(dtype=float), np.square(row, dtype=np.float32).sum(dtype=float)
        examples += p_true.shape[1]
        del p_true
    mean, mean_square = sums / examples
    return scores.rest_concentration(mean, mean_square, sum_p_squared)
