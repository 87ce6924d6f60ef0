"""Whether the TP-agreement has two peaks, or errors are shared, at every extent; and how surely.

Two numbers decide about peaks, each with an interval over models and examples, and the histogram:

- κ, the share of the variance of being right that all models have in common: 0 for independent
  models, 1 for two points;
- the share of the examples within 0.1 of an end, of both ends together;
- whether each end has a peak: more examples within 0.1 of it than in as wide a range beside.

The numbers are compared with the Beta distribution that has the accuracy of the models and only
just two peaks. With accuracy m, Beta(a, b) has κ = 1 / (a + b + 1) and a = m (a + b), and rises
towards both ends where a < 1 and b < 1. With M, the larger of m and 1 − m, that is where
κ > M / (1 + M): above 1/3 at an accuracy of a half, where the bound is the flat distribution, and
above 1/2 near 0 and 1.
Two peaks lie above it in both numbers, and show in the histogram: other distributions than Beta's
may lie above it with one peak, and are left undecided. What lies below it in one of the numbers has
no two peaks, so that no distribution can be both.

Where all models are right about all examples but a handful, or wrong, these numbers, and the
bimodality, are those of that handful. Such extents are left out.
"""

from collections.abc import Iterator, Mapping
from typing import NamedTuple

import numpy as np
import pandas as pd
from scipy.stats import betabinom

from learning_order.scores import centred_interval, draw_weights, model_draws
from learning_order.tables.correct import unpack

RESAMPLES = (200, 2000)  # at least and at most; the more, the fewer numbers one takes
NUMBERS = 4_000_000  # of all resamples together, between these
HANDFUL, OF_ALL = 10, 0.01  # fewer examples than both
NEGLIGIBLE = 0.1  # κ below which models share next to nothing


class Interval(NamedTuple):
    """A number and its 95 % bootstrap interval over models and examples."""

    value: float
    low: float
    high: float

    def above(self, bound: float) -> bool | None:
        """Whether all of the interval is, or False where none of it is; None in between."""
        if self.low > bound:
            return True
        return False if self.high < bound else None


class Shape(NamedTuple):
    """The distribution of the TP-agreement over the examples after one extent."""

    extent: int
    models: int
    accuracy: float
    kappa: Interval
    ends: Interval  # the share of the examples within 0.1 of 0 or 1
    peaks: bool  # whether each of these ends has more examples than as wide a range beside it

    @property
    def two_peaks(self) -> bool | None:
        """None where the data do not decide."""
        above = (
            self.kappa.above(least_kappa(self.accuracy)),
            self.ends.above(least_ends(self.models, self.accuracy)),
        )
        if False in above:
            return False
        return True if all(above) and self.peaks else None

    @property
    def shares_errors(self) -> bool | None:
        """None where κ may be 0, and may be more than next to nothing."""
        if self.kappa.low > 0:
            return True
        return False if self.kappa.high < NEGLIGIBLE else None


def least_kappa(accuracy: float) -> float:
    """The κ of the Beta distribution of that mean which has only just two peaks.

    >>> least_kappa(0.8)  # of Beta(1, 1/4)
    0.4444444444444444
    """
    larger = max(accuracy, 1 - accuracy)
    return larger / (1 + larger)


def least_ends(models: int, accuracy: float) -> float:
    """The share of that distribution within 0.1 of an end, seen by so many models.

    >>> round(least_ends(4, 0.5), 2)  # all of 0, 1, 2, 3, 4 right models are equally frequent
    0.4
    """
    both = 1 / max(accuracy, 1 - accuracy)
    counts = np.arange(models + 1)
    near = (10 * counts <= models) | (10 * counts >= 9 * models)
    shares = betabinom.pmf(counts, models, accuracy * both, (1 - accuracy) * both)
    return float(shares[near].sum())


def shapes_of(correct: pd.DataFrame, split: str) -> Iterator[Shape]:
    """The shapes at all extents above 0 of the table `correct`, but for those left out."""
    for extent, right in deciding(correct, split).items():
        shape = shape_of(extent, right)
        if not np.isnan(shape.kappa.value):
            yield shape


def deciding(correct: pd.DataFrame, split: str) -> dict[int, np.ndarray]:
    """Extent → (models, examples) which are right; without 0 and what a handful decides."""
    found = {}
    extents = sorted(correct.loc[(correct["split"] == split) & (correct["extent"] > 0), "extent"])
    for extent in dict.fromkeys(map(int, extents)):
        _, right = unpack(correct[correct["extent"] == extent], split)
        if not rests_on_a_handful(right[0]):
            found[extent] = right[0]
    return found


def rests_on_a_handful(right: np.ndarray) -> bool:
    """Whether all models are right about all examples but a few, or wrong about all but a few."""
    models, examples = right.shape
    hits = right.sum(axis=0)
    others = examples - max(np.sum(hits == models), np.sum(hits == 0))
    return bool(others < min(HANDFUL, OF_ALL * examples))


def shape_of(extent: int, right: np.ndarray) -> Shape:
    """right: which models are right about which example, (models, examples) booleans."""
    models = len(right)
    patterns, counts = np.unique(right, axis=1, return_counts=True)
    patterns = patterns.astype(np.float32)  # (models, patterns): equal examples are drawn as one
    rng = np.random.default_rng(0)
    resamples = int(np.clip(NUMBERS // len(counts), *RESAMPLES))
    resampled = _numbers(
        patterns,
        draw_weights(model_draws(models, rng, resamples)),
        rng.poisson(counts, (resamples, len(counts))),
    )
    found = _numbers(patterns, np.ones((1, models), np.float32), counts[None])
    kappa, ends = (
        Interval(float(value), *centred_interval(float(value), values, models))
        for [value], values in zip(found, resampled, strict=True)
    )
    return Shape(extent, models, float(right.mean()), kappa, ends, peak_at_both_ends(right))


def peak_at_both_ends(right: np.ndarray) -> bool:
    """Whether more examples are within 0.1 of each end than in as wide a range beside it.

    >>> peak_at_both_ends(np.array([[0, 1, 1, 1, 1], [0, 0, 1, 1, 1]]))  # 1, 1 and 3 examples
    False
    """
    models = len(right)
    examples = np.bincount(right.sum(axis=0), minlength=models + 1)  # by the number of models
    width = models // 10 + 1
    return all(
        each[:width].sum() > each[width : 2 * width].sum() for each in (examples, examples[::-1])
    )


def _numbers(
    patterns: np.ndarray, weights: np.ndarray, counts: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """κ and the share at the ends of each resample, NaN where there is no κ.

    patterns: (models, patterns) 0 or 1; weights: (resamples, models), how often each model was
    drawn; counts: (resamples, patterns), how many examples have each pattern.

    Pairs of a model with itself are left out, so that neither few models nor a model that was
    drawn twice raises κ.
    """
    total, examples = len(patterns), counts.sum(axis=1)
    times = (weights @ patterns).astype(float)
    with_itself = weights**2 @ patterns
    mean = (times * counts).sum(axis=1) / total / examples
    pairs = total**2 - (weights**2).sum(axis=1)
    near = (10 * times <= total) | (10 * times >= 9 * total)
    with np.errstate(divide="ignore", invalid="ignore"):
        both = ((times**2 - with_itself) * counts).sum(axis=1) / pairs / examples
        kappa = (both - mean**2) / (mean * (1 - mean))
    return np.where(np.isfinite(kappa), kappa, np.nan), (near * counts).sum(axis=1) / examples


def verdict(decided: Mapping[int, bool | None], wanted: bool, what: str) -> tuple[bool | None, str]:
    """Whether all extents have it (or, if not wanted, lack it), and where not; None if undecided.

    decided: extent → whether it has it, None where that is open; what: its name.
    """
    against = [extent for extent, has in decided.items() if has is (not wanted)]
    if against:
        return False, f"{'no ' if wanted else ''}{what} at extent {_listed(against)}"
    open_at = [extent for extent, has in decided.items() if has is None]
    if open_at:
        return None, f"undecided at extent {_listed(open_at)}"
    return True, ""


def _listed(extents: list[int]) -> str:
    return ", ".join(map(str, extents))
