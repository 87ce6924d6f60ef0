"""The score table `reliability`: how far a collection agrees with itself, and leaves examples out.

One row a split: what needs all extents at once, or only the last.
"""

import numpy as np
import pandas as pd

from learning_order import scores
from learning_order.intervals import with_interval

SCORES = (  # each with its _low and _high
    "split_half_reliability",
    "error_consistency",
    "trivial_share",
    "impossible_share",
    "forgetting_events",
)
CHUNK = 2**24  # predictions compared with labels at once
FEWEST = 3  # models: of two there is one pair, which tells nothing of a spread


def row(
    predictions: np.ndarray, labels: np.ndarray, rng: np.random.Generator, resamples: int
) -> tuple[pd.DataFrame, np.ndarray]:
    """The row of one split, and the mean number of forgetting events of each example.

    predictions: (extents, models, examples) integers, extents ascending; labels: (examples,).
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
    models = len(predictions[0])
    times_right, forgetting, forgotten = _over_extents(predictions, labels)
    weights = scores.draw_weights(scores.model_draws(models, rng, resamples))
    covariance = scores.model_covariance(times_right)
    last = predictions[-1] == labels
    consistency = scores.error_consistency(last, last)
    counts = scores.resampled_counts(last, weights) / len(labels)
    right = last.mean(axis=0)[None]
    found = {
        **with_interval(
            "split_half_reliability",
            _halving(covariance, rng, resamples),
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
        **with_interval("trivial_share", scores.trivial_share(right), counts[:, -1], models),
        **with_interval("impossible_share", scores.impossible_share(right), counts[:, 0], models),
        **with_interval(
            "forgetting_events",
            forgotten.mean(),
            weights @ forgotten / models,
            models,
            most=np.inf,
        ),
    }
    return pd.DataFrame([{"models": models, "examples": len(labels), **found}]), forgetting


def unknown_row(models: int, examples: int) -> pd.DataFrame:
    """The row of examples without labels: nothing of this is known."""
    names = (f"{name}{end}" for name in SCORES for end in ("", "_low", "_high"))
    return pd.DataFrame([{"models": models, "examples": examples, **dict.fromkeys(names, np.nan)}])


def _halving(covariance, rng, repeats) -> float:
    enough = len(covariance) > 1
    return scores.halving_reliability(covariance, rng, repeats=repeats) if enough else np.nan


def _over_extents(predictions, labels) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """(models, examples) times right; (examples,) and (models,) mean forgetting events."""
    extents, models, examples = predictions.shape
    times_right = np.empty((models, examples), np.int32)
    forgetting, forgotten = np.empty(examples), np.zeros(models)
    step = max(1, CHUNK // (extents * models))
    for start in range(0, examples, step):
        part = slice(start, start + step)
        correct = predictions[:, :, part] == labels[part]
        events = scores.forgetting_events(correct)
        times_right[:, part] = correct.sum(axis=0)
        forgetting[part] = events.mean(axis=0)
        forgotten += events.sum(axis=1)
    return times_right, forgetting, forgotten / examples
