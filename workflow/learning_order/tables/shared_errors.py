"""Columns of the table `summary` that say how far models make the same mistakes.

κ and what follows from it mean the same for any number of models. They come from the counts of one
split and extent: how many models are right about each example, and about how many examples two
models are right together, or predict the same.
"""

import numpy as np

from learning_order import scores
from learning_order.tables.counts import Counts
from learning_order.tables.intervals import over_examples, with_interval

FEWEST = 3  # models: two make a single pair, which shows no spread
MODELS = 100  # the bimodality is that of so many, as in the paper
ENDS = ("", "_low", "_high")
TOO_LOW = 0.1  # so far below 0, an estimate of a bimodality says nothing
COLUMNS = (  # in order
    *(f"kappa{end}" for end in (*ENDS, "_examples_low", "_examples_high")),
    *(f"bimodality_at_{MODELS}{end}" for end in ENDS),
    *(f"fleiss_kappa{end}" for end in ENDS),
    *(f"disagreement{end}" for end in ENDS),
    *(f"disagreement_over_error{end}" for end in ENDS),
    "predicted_accuracy_sd",
    *(f"accuracy_spread_ratio{end}" for end in ENDS),
    "vote_calibration_error",
)


def of_predictions(counts: Counts) -> dict[str, float]:
    """What needs no labels: Fleiss' κ of the predicted classes, and the disagreement of two."""
    examples, weights = counts.labels.examples, _with_all(counts)
    same, given = counts.same / examples, counts.given / examples
    fleiss, *of_resamples = scores.fleiss_kappa_of_shares(same, given, weights)
    disagreement, *resampled = 1 - scores.resampled_pair_means(same, weights)
    return {
        **with_interval(
            "fleiss_kappa", fleiss, of_resamples, counts.models, least=-1, fewest=FEWEST
        ),
        **with_interval("disagreement", disagreement, resampled, counts.models, fewest=FEWEST),
    }


def of_labelled(counts: Counts) -> dict[str, float]:
    """What needs labels."""
    right = np.bincount(counts.right, minlength=counts.models + 1)
    kappa = _kappa(counts, right)
    predicted = scores.predicted_accuracy_spread(right)
    spread = scores.accuracy_spread_ratio(counts.accuracies, predicted)
    is_right = counts.modal_class == counts.labels.labels
    return {
        **kappa,
        **_bimodality(counts, right, is_shared(kappa)),
        **_over_error(counts),
        "predicted_accuracy_sd": predicted,
        **dict(zip((f"accuracy_spread_ratio{end}" for end in ENDS), spread, strict=True)),
        "vote_calibration_error": scores.vote_calibration(
            counts.votes, is_right, counts.models
        ).error,
    }


def is_shared(kappa: dict[str, float]) -> bool:
    """Whether the intervals of κ that are known lie above 0, and any is.

    >>> is_shared({"kappa_low": np.nan, "kappa_examples_low": 0.1})
    True
    """
    ends = np.array([kappa["kappa_low"], kappa["kappa_examples_low"]])
    known = ends[~np.isnan(ends)]
    return bool(known.size and (known > 0).all())


def _kappa(counts: Counts, right: np.ndarray) -> dict[str, float]:
    """κ with both intervals."""
    kappa, examples = float(scores.kappa(right)), counts.labels.examples
    over_models = scores.resampled_kappa(counts.both / examples, counts.weights)
    drawn = scores.resampled_examples(right, counts.rng, len(counts.draws))
    return {
        **with_interval("kappa", kappa, over_models, counts.models, least=-1, fewest=FEWEST),
        **over_examples("kappa", kappa, np.asarray(scores.kappa(drawn)), examples),
    }


def _bimodality(counts: Counts, right: np.ndarray, shared: bool) -> dict[str, float]:
    """That of a hundred such models; without a shared part there is none to speak of.

    No distribution has one below 0 (Pearson's inequality), but an estimate from few models may lie
    there: near 0 it is 0, farther off it says nothing.
    """
    name = f"bimodality_at_{MODELS}"
    if not shared:
        return dict.fromkeys((f"{name}{end}" for end in ENDS), np.nan)
    resampled = scores.bimodality_at(counts.resampled_right, models=MODELS)
    found = float(scores.bimodality_at(right, models=MODELS))
    found = max(found, 0.0) if found > -TOO_LOW else np.nan
    return with_interval(name, found, resampled, counts.models, most=np.inf)


def _over_error(counts: Counts) -> dict[str, float]:
    """The disagreement of two models as a share of the error of one."""
    weights = _with_all(counts)
    disagreement = 1 - scores.resampled_pair_means(counts.same / counts.labels.examples, weights)
    error = 1 - weights @ counts.accuracies / counts.models
    ratio = np.full(len(error), np.nan)
    np.divide(disagreement, error, out=ratio, where=error > 0)
    return with_interval(
        "disagreement_over_error",
        ratio[0],
        ratio[1:],
        counts.models,
        most=np.inf,
        fewest=FEWEST,
    )


def _with_all(counts: Counts) -> np.ndarray:
    """The weights of the resamples below those of all models once."""
    return np.vstack([np.ones(counts.models), counts.weights])
