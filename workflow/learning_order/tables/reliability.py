"""The score table `reliability`: how far a collection agrees with itself, and leaves examples out.

One row a split: what needs all extents at once, or only the last.
"""

from itertools import pairwise

import numpy as np
import pandas as pd

from learning_order import scores
from learning_order.tables.correct import unpacked_parts
from learning_order.tables.intervals import with_interval

SCORES = (  # each with its _low and _high
    "split_half_reliability",
    "error_consistency",
    "trivial_share",
    "impossible_share",
    "forgetting_events",
)
HALVINGS = 200  # of the models, at random
FEWEST = 3  # models: of two there is one pair, which tells nothing of a spread


def row(
    bits: np.ndarray, right: np.ndarray, rng: np.random.Generator, resamples: int
) -> tuple[pd.DataFrame, np.ndarray]:
    """The row of one split, and the mean number of forgetting events of each example.

    bits: (extents, models, bytes), which model is right about which example, packed as in the
    table `correct`, extents ascending; right: (examples,) models at the last extent.
    The row has, each with the ends of its bootstrap interval over models:

    - ``split_half_reliability``: how well this Accessibility predicts that of another such
      collection; the spread is that of Cronbach's α (see scores.resampled_reliability);
    - ``error_consistency``: the mean of Cohen's κ over pairs of different models, last extent;
    - ``trivial_share`` and ``impossible_share``: examples that all, or no, models get right at the
      last extent;
    - ``forgetting_events``: the mean over examples and models of how often a model is right at an
      extent and wrong at the next. That is forgetting only where the extents of a model are
      snapshots of one run. Where each was trained anew it is how often two runs differ so.
    """
    models, examples = bits.shape[1], len(right)
    weights = scores.draw_weights(scores.model_draws(models, rng, resamples))
    covariance = _covariance(bits, examples)
    forgetting, forgotten = _forgetting(bits, examples)
    consistency, counts = _last_extent(bits[-1], examples, weights)
    tp_agreement = (right / models)[None]
    found = {
        **with_interval(
            "split_half_reliability",
            _halving(covariance, rng),
            scores.resampled_reliability(covariance, weights),
            models,
            least=-1,
            fewest=FEWEST,
        ),
        **with_interval(
            "error_consistency",
            float(scores.resampled_pair_means(consistency, np.ones((1, models)))[0]),
            scores.resampled_pair_means(consistency, weights),
            models,
            least=-1,
            fewest=FEWEST,
        ),
        **with_interval("trivial_share", scores.trivial_share(tp_agreement), counts[:, -1], models),
        **with_interval(
            "impossible_share", scores.impossible_share(tp_agreement), counts[:, 0], models
        ),
        **with_interval(
            "forgetting_events",
            forgotten.mean(),
            weights @ forgotten / models,
            models,
            most=np.inf,
        ),
    }
    return pd.DataFrame([{"models": models, "examples": examples, **found}]), forgetting


def unknown_row(models: int, examples: int) -> pd.DataFrame:
    """The row of examples without labels: nothing of this is known."""
    names = (f"{name}{end}" for name in SCORES for end in ("", "_low", "_high"))
    return pd.DataFrame([{"models": models, "examples": examples, **dict.fromkeys(names, np.nan)}])


def _halving(covariance: np.ndarray, rng: np.random.Generator) -> float:
    enough = len(covariance) > 1
    return scores.halving_reliability(covariance, rng, repeats=HALVINGS) if enough else np.nan


def _covariance(bits: np.ndarray, examples: int) -> np.ndarray:
    """The model_covariance of how often models are right."""
    mean = np.bitwise_count(bits).sum(axis=(0, 2), dtype=int)[:, None] / examples
    fits = np.min_scalar_type(len(bits))
    products = sum(
        scores.cross_products(correct.sum(axis=0, dtype=fits), mean)
        for _, correct in unpacked_parts(bits, examples)
    )
    return products / examples


def _forgetting(bits: np.ndarray, examples: int) -> tuple[np.ndarray, np.ndarray]:
    """(examples,) and (models,): the mean number of forgetting events."""
    models = bits.shape[1]
    of_example, of_model = np.zeros(examples, int), np.zeros(models, int)
    for before, after in pairwise(bits):
        forgotten = before & ~after
        of_model += np.bitwise_count(forgotten).sum(axis=1, dtype=int)
        for here, events in unpacked_parts(forgotten, examples):
            of_example[here] += events.sum(axis=0)
    return of_example / models, of_model / examples


def _last_extent(
    bits: np.ndarray, examples: int, weights: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """(models, models) error consistency; (resamples, models + 1) shares of each TP-agreement."""
    both, counts = 0, 0
    for _, correct in unpacked_parts(bits, examples):
        both += scores.both_right(correct, correct)
        counts += scores.resampled_counts(correct, weights)
    both, counts = both / examples, counts / examples
    return scores.consistency_of_shares(both, both.diagonal(), both.diagonal()), counts
