"""Whether the TP-agreement has two peaks, at every extent, and how sure that is.

Two numbers decide, each with an interval over models and examples:

- κ, the share of the variance of being right that all models have in common: 0 for independent
  models, 1/3 for a flat distribution of TP-agreement, 1 for two points;
- the share of the examples within 0.1 of an end, beside that of a flat distribution.

Two peaks lie above a flat distribution in both. What lies below it in one of them has no two
peaks, so that no distribution can be both.

Where all models are right about all examples but a handful, or wrong, both numbers, and the
bimodality, are those of that handful. Such extents are left out.
"""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd

from learning_order.scores import centred_interval, draw_weights, model_draws
from learning_order.tables.correct import unpack

RESAMPLES = 200
FLAT_KAPPA = 1 / 3
HANDFUL, OF_ALL = 10, 0.01  # fewer examples than both


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
    kappa: Interval
    ends: Interval  # the share of the examples within 0.1 of 0 or 1

    @property
    def two_peaks(self) -> bool | None:
        """None where the data do not decide."""
        above = self.kappa.above(FLAT_KAPPA), self.ends.above(flat_ends(self.models))
        if False in above:
            return False
        return None if None in above else True


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
    models, examples = right.shape
    right = right.astype(np.float32)
    rng = np.random.default_rng(0)
    resampled = np.array(
        [
            _numbers(right, weights, rng.poisson(np.ones(examples)))
            for weights in draw_weights(model_draws(models, rng, RESAMPLES))
        ]
    )
    found = _numbers(right, np.ones(models), np.ones(examples))
    kappa, ends = (
        Interval(value, *centred_interval(value, values, models))
        for value, values in zip(found, resampled.T, strict=True)
    )
    return Shape(extent, models, kappa, ends)


def flat_ends(models: int) -> float:
    """The share within 0.1 of an end where every number of right models is equally frequent."""
    return 2 * (models // 10 + 1) / (models + 1)


def _numbers(right: np.ndarray, weights: np.ndarray, counts: np.ndarray) -> tuple[float, float]:
    """κ and the share at the ends; weights of models and of examples, whole numbers.

    Pairs of a model with itself are left out, so that neither few models nor a model that was
    drawn twice raises κ.
    """
    total, examples = weights.sum(), counts.sum()
    times = weights.astype(np.float32) @ right
    with_itself = (weights**2).astype(np.float32) @ right
    mean = float(times @ counts) / total / examples
    pairs = total**2 - (weights**2).sum()
    room = mean * (1 - mean)
    kappa = np.nan
    if pairs > 0 and room > 0:
        both = float((times.astype(float) ** 2 - with_itself) @ counts) / pairs / examples
        kappa = (both - mean**2) / room
    near = (10 * times <= total) | (10 * times >= 9 * total)
    return kappa, float(near @ counts) / examples


def verdict(shapes: Sequence[Shape], wanted: bool) -> tuple[bool | None, str]:
    """Whether all have (or, if not wanted, lack) two peaks, and where not; None if undecided."""
    against = [shape.extent for shape in shapes if shape.two_peaks is (not wanted)]
    if against:
        return False, f"{'not' if wanted else 'two peaks'} at extent {_listed(against)}"
    open_at = [shape.extent for shape in shapes if shape.two_peaks is None]
    if open_at:
        return None, f"undecided at extent {_listed(open_at)}"
    return True, ""


def _listed(extents: list[int]) -> str:
    return ", ".join(map(str, extents))
