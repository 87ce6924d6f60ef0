"""How alike the orders of collections are: correlations of their Accessibility."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import combinations

import numpy as np
from scipy.stats import pearsonr

from learning_order import scores
from learning_order.claims.measured import RESAMPLES, Measured, NotMeasurable
from learning_order.tables.collection import Collection
from learning_order.tables.correct import times_right

HUNDRED = 100  # models


def accessibility_correlation(sources: Sequence[Collection], split: str) -> Measured:
    """Pearson's r between the Accessibility of two collections; of more, the mean over all pairs.

    p is the largest of all pairs. A resample draws the models of every collection anew.
    """
    right = _times_right(sources, split)
    plain = _plain(right)
    low, high = np.clip(_interval(plain.value, _resampled_correlation(right), right), -1, 1)
    return replace(plain, low=low, high=high)


def accessibility_correlation_at_100(sources: Sequence[Collection], split: str) -> Measured:
    """Pearson's r that collections of a hundred such models would have (`correlation_at`).

    Few models have noisy orders, which makes r smaller. p is that of the r of these models.
    """
    right = _times_right(sources, split)
    for source, each in zip(sources, right, strict=True):
        if len(each) == 1:
            raise NotMeasurable(
                f"collection {source.name} is a single model, whose noise cannot be known"
            )
    ones = [np.ones((1, len(each))) for each in right]
    [value, *resampled] = _correlations_at_100(
        right, [np.vstack(pair) for pair in zip(ones, _weights(right), strict=True)]
    )
    if np.isnan(value):
        raise NotMeasurable(
            f"models of one of {', '.join(source.name for source in sources)} share no order on "
            f"the {split} split: there is none to correlate with"
        )
    low, high = _interval(value, np.array(resampled), right)
    plain = _plain(right)
    return Measured(value, low, high, raw=plain.value, p=plain.p, remark=plain.remark)


def _correlations_at_100(right: Sequence[np.ndarray], weights: Sequence[np.ndarray]) -> np.ndarray:
    """The mean over all pairs of collections in each resample, (resamples,)."""
    centred = [each - each.mean(axis=1, keepdims=True) for each in right]
    covariances = [each @ each.T for each in centred]
    found = [
        scores.resampled_correlation_at(
            centred[a] @ centred[b].T,
            [covariances[a], covariances[b]],
            [weights[a], weights[b]],
            HUNDRED,
        )
        for a, b in combinations(range(len(right)), 2)
    ]
    return np.mean(found, axis=0)


def _plain(right: Sequence[np.ndarray]) -> Measured:
    """The mean of scipy's correlations of every two Accessibilities, without an interval."""
    found = [pearsonr(a.sum(axis=0), b.sum(axis=0)) for a, b in combinations(right, 2)]
    value, p = np.mean([each.statistic for each in found]), max(each.pvalue for each in found)
    remark = f"mean of {len(found)} pairs" if len(found) > 1 else ""
    return Measured(float(value), np.nan, np.nan, p=p, remark=remark)


def _interval(
    value: float, resampled: np.ndarray, right: Sequence[np.ndarray]
) -> tuple[float, float]:
    return scores.centred_interval(value, resampled, max(len(each) for each in right))


def _times_right(sources: Sequence[Collection], split: str) -> list[np.ndarray]:
    """(models, examples) of each, how often models are right; in single precision, p has 7 digits.

    NotMeasurable unless all can be compared.
    """
    right = [times_right(source.tables["correct"], split).astype(float) for source in sources]
    _check_comparable(sources, split, right)
    return right


def _weights(right: Sequence[np.ndarray]) -> list[np.ndarray]:
    """How often each resample holds each model, (resamples, models) of each collection."""
    rng = np.random.default_rng(0)
    return [scores.draw_weights(scores.model_draws(len(each), rng, RESAMPLES)) for each in right]


def _resampled_correlation(right: list[np.ndarray]) -> np.ndarray:
    """The mean correlation of all pairs in each resample, (resamples,).

    right: which models are right, (models, examples), per collection.
    """
    weights = _weights(right)
    above = np.triu_indices(len(right), k=1)
    resampled = np.empty(RESAMPLES)
    for number in range(RESAMPLES):  # one at a time: ImageNet has many examples
        accessible = [each[number] @ of for each, of in zip(weights, right, strict=True)]
        resampled[number] = np.corrcoef(accessible)[above].mean()
    return resampled


def _check_comparable(sources: Sequence[Collection], split: str, right: list[np.ndarray]) -> None:
    """NotMeasurable unless all have equally many examples, and these differ in Accessibility."""
    counts = {source.name: each.shape[1] for source, each in zip(sources, right, strict=True)}
    if len(set(counts.values())) > 1:
        listed = ", ".join(f"{name} {count}" for name, count in counts.items())
        raise NotMeasurable(f"collections differ in their number of {split} examples: {listed}")
    for source, each in zip(sources, right, strict=True):
        if np.ptp(each.sum(axis=0)) == 0:
            raise NotMeasurable(
                f"all {split} examples are equally accessible to collection {source.name}: "
                "there is no order to correlate with"
            )
