"""The score table `summary`: one row per split and extent, each score with its interval."""

import numpy as np
import pandas as pd

from learning_order import scores
from learning_order.tables import shared_errors
from learning_order.tables.counts import Counts
from learning_order.tables.intervals import with_interval

INTERVALS = ("agreement", "bimodality", "null_bimodality", "class_null_bimodality")
COLUMNS = (  # in order
    *("models", "examples", "accuracy", "accuracy_sd", "accuracy_low", "accuracy_high"),
    "ensemble_accuracy",
    *(f"{name}{end}" for name in INTERVALS for end in ("", "_low", "_high")),
    *shared_errors.COLUMNS,
)


def row(counts: Counts, examples: pd.DataFrame) -> pd.DataFrame:
    """The row of one split and extent; examples: its rows of the table `examples`."""
    scored = counts.models * len(examples)
    found = {
        **dict.fromkeys(COLUMNS, np.nan),
        **{"models": counts.models, "examples": len(examples)},
        **with_interval(
            "agreement",
            examples["agreement"].mean(),
            counts.resampled_votes / scored,
            counts.models,
        ),
        **shared_errors.of_predictions(counts),
        **(_of_labelled(counts, examples) if counts.labels.known else {}),
    }
    return pd.DataFrame([found])


def _of_labelled(counts: Counts, examples: pd.DataFrame) -> dict[str, float]:
    """The scores that need labels."""
    models, accuracies = counts.models, counts.accuracies
    drawn = accuracies[counts.draws]
    class_null, *class_nulls = scores.expected_bimodality_of_classes(
        counts.class_accuracies, counts.labels.shares, np.vstack([np.ones(models), counts.weights])
    )
    return {
        **with_interval("accuracy", accuracies.mean(), drawn.mean(axis=1), models),
        "accuracy_sd": accuracies.std(ddof=1) if models > 1 else np.nan,
        "ensemble_accuracy": (examples["modal_class"] == examples["label"]).mean(),
        **with_interval(
            "bimodality",
            scores.bimodality(examples["tp_agreement"]),
            scores.bimodality_of_counts(counts.resampled_right),
            models,
            most=np.inf,
        ),
        **with_interval(
            "null_bimodality",
            scores.expected_null_bimodality(accuracies),
            [scores.expected_null_bimodality(resample) for resample in drawn],
            models,
            most=np.inf,
        ),
        **with_interval("class_null_bimodality", class_null, class_nulls, models, most=np.inf),
        **shared_errors.of_labelled(counts),
    }
