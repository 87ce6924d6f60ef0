"""Compares the order of a collection with a reference: values of the same examples by others."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
from scipy.stats import rankdata, spearmanr

from learning_order.claims.measured import RESAMPLES, Measured, NotMeasurable
from learning_order.scores import centred_interval, draw_weights, model_draws
from learning_order.tables.collection import Collection
from learning_order.tables.correct import times_right


def reference_correlation(sources: Sequence[Collection], split: str, reference: str) -> Measured:
    """Spearman's ρ between the Accessibility and the values of a reference."""
    right, values = _compared(sources[0], split, reference)
    found = spearmanr(right.sum(axis=0), values)
    ranks = rankdata(values)
    resampled = [
        np.corrcoef(rankdata(weights @ right), ranks)[0, 1] for weights in _model_weights(right)
    ]
    low, high = np.clip(centred_interval(found.statistic, np.array(resampled), len(right)), -1, 1)
    remark = f"{len(values)} examples"
    return Measured(float(found.statistic), low, high, p=float(found.pvalue), remark=remark)


def reference_auroc(sources: Sequence[Collection], split: str, reference: str) -> Measured:
    """How well a low Accessibility tells the examples that a reference marks: AUROC.

    Marked are those of a value above 0. Half is chance, 1 if all of them are learned last.
    """
    right, values = _compared(sources[0], split, reference)
    is_marked = values > 0
    marked = int(is_marked.sum())
    if not 0 < marked < len(is_marked):
        raise NotMeasurable(
            f"reference {reference} marks {marked} of {len(is_marked)} {split} examples of "
            f"{sources[0].dataset}: it takes marked ones and others"
        )
    value = _auroc(right.sum(axis=0), is_marked)
    resampled = [_auroc(weights @ right, is_marked) for weights in _model_weights(right)]
    low, high = np.clip(centred_interval(value, np.array(resampled), len(right)), 0, 1)
    ends = _auroc_over_examples(right.sum(axis=0), is_marked, value)
    remark = f"{marked} of {len(is_marked)} examples; over examples [{ends[0]:.2f}, {ends[1]:.2f}]"
    return Measured(value, low, high, remark=remark)


def _compared(source: Collection, split: str, reference: str) -> tuple[np.ndarray, np.ndarray]:
    """Of examples that the reference has a value for: (models, examples) times right, values."""
    table = source.references.get(reference, pd.DataFrame())
    if table.empty:
        reason = table.attrs.get("problem", f"nothing was joined to {source.dataset}")
        raise NotMeasurable(f"reference {reference}: {reason}")
    values = table[(table["split"] == split) & table["value"].notna()]
    right = times_right(source.tables["correct"], split)
    if len(values) < 2:
        raise NotMeasurable(f"reference {reference} has no values of {split} examples")
    if values["example"].max() >= right.shape[1]:
        raise NotMeasurable(
            f"collection {source.name} has {right.shape[1]} {split} examples, its dataset "
            f"{source.dataset} more: was it made from another version?"
        )
    right = right[:, values["example"]]
    if np.ptp(right.sum(axis=0)) == 0 or np.ptp(values["value"]) == 0:
        raise NotMeasurable(
            f"reference {reference} and collection {source.name}: one of them says the same of all "
            f"{split} examples"
        )
    return right, values["value"].to_numpy()


def _model_weights(right: np.ndarray) -> np.ndarray:
    """(resamples, models): how often each resample holds each model."""
    return draw_weights(model_draws(len(right), np.random.default_rng(0), RESAMPLES))


def _auroc(accessible: np.ndarray, is_marked: np.ndarray) -> float:
    """The share of pairs of a marked example and another in which the marked one is lower."""
    marked, others = int(is_marked.sum()), int((~is_marked).sum())
    ranks = rankdata(-accessible)[is_marked].sum()
    return float((ranks - marked * (marked + 1) / 2) / (marked * others))


def _auroc_over_examples(
    accessible: np.ndarray, is_marked: np.ndarray, value: float
) -> tuple[float, float]:
    """Its interval over examples, of which as many are marked in each resample."""
    rng = np.random.default_rng(0)
    marked, others = accessible[is_marked], np.sort(accessible[~is_marked])
    above = len(others) - np.searchsorted(others, marked, side="right")
    equal = len(others) - np.searchsorted(others, marked) - above
    shares = (above + equal / 2) / len(others)  # of the others, per marked example
    # The others are so many more that what is unsure is which are marked.
    drawn = rng.choice(shares, (RESAMPLES, len(shares))).mean(axis=1)
    low, high = np.clip(centred_interval(value, drawn, len(shares)), 0, 1)
    return float(low), float(high)
