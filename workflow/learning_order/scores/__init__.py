"""The scores of the paper (§2) and those its critics asked for, as pure functions on arrays.

Shapes: predictions (models, examples) integers; labels (examples,); tp_agreement (extents,
examples); correct (extents, models, examples) booleans. One collection, one split at a time.
"""

from learning_order.scores.comparing import (
    Match,
    bootstrap,
    centred_interval,
    error_consistency,
    match_extents,
    split_half_reliability,
)
from learning_order.scores.nulls import (
    class_matched_null,
    expected_null,
    expected_null_bimodality,
    null_tp_agreement,
)
from learning_order.scores.per_example import (
    accessibility,
    agreement,
    bimodality,
    distribution_bimodality,
    ensemble_accuracy,
    forgetting_events,
    impossible_share,
    learned_extent,
    modal_class,
    tp_agreement,
    trivial_share,
    votes,
)

__all__ = [
    "Match",
    "accessibility",
    "agreement",
    "bimodality",
    "bootstrap",
    "centred_interval",
    "class_matched_null",
    "distribution_bimodality",
    "ensemble_accuracy",
    "error_consistency",
    "expected_null",
    "expected_null_bimodality",
    "forgetting_events",
    "impossible_share",
    "learned_extent",
    "match_extents",
    "modal_class",
    "null_tp_agreement",
    "split_half_reliability",
    "tp_agreement",
    "trivial_share",
    "votes",
]
