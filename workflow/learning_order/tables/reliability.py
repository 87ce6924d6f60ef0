"""The score table `reliability`: how far a collection agrees with itself, and leaves examples out.

One row per split: what needs all extents at once, or only the last. It is made from bits: which
model is right about which example, (extents, models, bytes), packed as in the table `correct`.
"""

from collections.abc import Mapping
from itertools import pairwise

import numpy as np
import pandas as pd

from learning_order import scores
from learning_order.tables.correct import unpacked_parts
from learning_order.tables.intervals import over_examples, with_interval

ENDS = ("", "_low", "_high")
OTHERS = ("confidence", "aum", "el2n")  # measures of difficulty beside Accessibility
SCORES = (  # each with its _low and _high
    "split_half_reliability",
    "error_consistency",
    "trivial_share",
    "impossible_share",
    "forgetting_events",
    *("r1", "alpha", "models_for_90", "models_for_95"),
    *(f"{name}_alpha" for name in OTHERS),
)
IN_BETWEEN = ("kappa_in_between", "kappa_in_between_examples_low", "kappa_in_between_examples_high")
HALVINGS = 200  # of the models, at random
KAPPA_HALVINGS = 20  # each is a pass over the examples
GROUPS = 50  # of examples, which are resampled as wholes
FEWEST = 3  # models: two make a single pair, which shows no spread


def row(
    bits: np.ndarray,
    tp_agreement: np.ndarray,
    forgotten: np.ndarray,
    rng: np.random.Generator,
    resamples: int,
    covariances: Mapping[str, np.ndarray],
) -> pd.DataFrame:
    """The row of one split; its columns are those of `reliability` in tables/__init__.py.

    bits: (extents, models, bytes), extents ascending; tp_agreement: (examples,) of the last extent;
    forgotten: (models,) mean numbers of forgetting events, from `forgetting`; covariances: of other
    measures of difficulty, as far as they are known, from `Probabilities.covariances`.
    """
    models, examples = bits.shape[1], len(tp_agreement)
    weights = scores.draw_weights(scores.model_draws(models, rng, resamples))
    covariance = _covariance(bits, examples)
    consistency, shares = _last_extent(bits[-1], examples, weights)
    last = tp_agreement[None]
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
        **with_interval("trivial_share", scores.trivial_share(last), shares[:, -1], models),
        **with_interval("impossible_share", scores.impossible_share(last), shares[:, 0], models),
        **with_interval(
            "forgetting_events",
            forgotten.mean(),
            weights @ forgotten / models,
            models,
            most=np.inf,
        ),
        **_order(covariance, weights),
        **_others(covariances, weights),
        **_in_between(bits[-1], examples, rng, resamples),
    }
    return pd.DataFrame([{"models": models, "examples": examples, **found}])


def unknown_row(models: int, examples: int) -> pd.DataFrame:
    """The row of examples without labels: all scores are NaN."""
    names = (*(f"{name}{end}" for name in SCORES for end in ENDS), *IN_BETWEEN)
    return pd.DataFrame([{"models": models, "examples": examples, **dict.fromkeys(names, np.nan)}])


def forgetting(bits: np.ndarray, examples: int) -> tuple[np.ndarray, np.ndarray]:
    """Mean numbers of forgetting events: (examples,) over models, and (models,) over examples."""
    models = bits.shape[1]
    of_example, of_model = np.zeros(examples, int), np.zeros(models, int)
    for before, after in pairwise(bits):
        forgotten = before & ~after
        of_model += np.bitwise_count(forgotten).sum(axis=1, dtype=int)
        for here, events in unpacked_parts(forgotten, examples):
            of_example[here] += events.sum(axis=0)
    return of_example / models, of_model / examples


def _halving(covariance: np.ndarray, rng: np.random.Generator) -> float:
    enough = len(covariance) > 1
    return scores.halving_reliability(covariance, rng, repeats=HALVINGS) if enough else np.nan


def _order(covariance: np.ndarray, weights: np.ndarray) -> dict[str, float]:
    """The reliability of the order of one model and of all, and how many it takes for more."""
    found = _r1(covariance, weights)
    needed = {
        # The less reliable one model, the more it takes.
        f"models_for_{wanted}{end}": float(scores.models_needed(found[f"r1{of}"], wanted / 100))
        for wanted in (90, 95)
        for end, of in zip(ENDS, ("", "_high", "_low"), strict=True)
    }
    return {**found, **_alpha("alpha", found, len(covariance)), **needed}


def _r1(covariance: np.ndarray, weights: np.ndarray) -> dict[str, float]:
    """The reliability of one model."""
    r1 = scores.single_model_reliability(covariance)
    resampled = scores.resampled_single_reliability(covariance, weights)
    return with_interval("r1", r1, resampled, len(covariance), least=-1, fewest=FEWEST)


def _alpha(name: str, r1: Mapping[str, float], models: int) -> dict[str, float]:
    """That of the mean over all models, by Spearman–Brown."""
    of_all = scores.reliability_of([r1[f"r1{end}"] for end in ENDS], models)
    return {f"{name}{end}": float(of) for end, of in zip(ENDS, of_all, strict=True)}


def _others(covariances: Mapping[str, np.ndarray], weights: np.ndarray) -> dict[str, float]:
    """The reliability of other measures of difficulty."""
    found = {f"{name}_alpha{end}": np.nan for name in OTHERS for end in ENDS}
    for name, covariance in covariances.items():
        found |= _alpha(f"{name}_alpha", _r1(covariance, weights), len(covariance))
    return found


def _in_between(
    bits: np.ndarray, examples: int, rng: np.random.Generator, resamples: int
) -> dict[str, float]:
    """κ on the examples that are neither trivial nor impossible, with its interval over examples.

    Groups of examples are drawn, not single ones: one pass then counts for all resamples.
    """
    halves = scores.model_halves(len(bits), rng, KAPPA_HALVINGS)
    half = len(bits) // 2
    counts = np.zeros((GROUPS, 2 * KAPPA_HALVINGS, half + 1), np.int32)
    for here, correct in unpacked_parts(bits, examples):
        for group, of_group in enumerate(counts):
            first = (group - here.start) % GROUPS  # the same groups, however parts are cut
            of_group += scores.counts_in_between(correct[:, first::GROUPS], halves)
    drawn = rng.multinomial(GROUPS, np.full(GROUPS, 1 / GROUPS), size=resamples)
    kappa = scores.kappa_of_halves(counts.sum(axis=0))
    resampled = [scores.kappa_of_halves(np.tensordot(weights, counts, axes=1)) for weights in drawn]
    interval = over_examples("kappa_in_between", kappa, resampled, examples)
    return {"kappa_in_between": kappa, **interval}


def _covariance(bits: np.ndarray, examples: int) -> np.ndarray:
    """(models, models): the model_covariance of how often models are right."""
    extents, models, _ = bits.shape
    mean = np.bitwise_count(bits).sum(axis=(0, 2), dtype=int)[:, None] / examples
    fits = np.min_scalar_type(extents)
    products = np.zeros((models, models))
    for _, correct in unpacked_parts(bits, examples):
        products += scores.cross_products(correct.sum(axis=0, dtype=fits), mean)
    return products / examples


def _last_extent(
    bits: np.ndarray, examples: int, weights: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """(models, models) error consistency; (resamples, models + 1) shares of each TP-agreement."""
    resamples, models = weights.shape
    both = np.zeros((models, models))
    counts = np.zeros((resamples, models + 1), int)
    for _, correct in unpacked_parts(bits, examples):
        both += scores.both_right(correct, correct)
        counts += scores.resampled_counts(correct, weights)
    both /= examples
    accuracy = both.diagonal()
    return scores.consistency_of_shares(both, accuracy, accuracy), counts / examples
