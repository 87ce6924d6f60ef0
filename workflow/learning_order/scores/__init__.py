"""The scores of the paper (§2) and those its critics asked for, as pure functions on arrays.

The paper: Hacohen, Choshen and Weinshall 2020, Let's Agree to Agree: Neural Networks Share
Classification Order on Real Datasets.

Everywhere the same shapes, for one collection and one split:

- predictions: (models, examples) integers, the class each model predicts after one extent;
- labels: (examples,) integers;
- tp_agreement: (extents, examples) shares between 0 and 1;
- correct: (extents, models, examples) booleans, ``predictions == labels`` at every extent.

An argument of a wrong shape or type, or an empty one, is a ValueError that names it. Functions that
take summaries, such as covariances or weights, trust them. What is undefined, such as the
bimodality of a constant, is NaN. What is random takes a numpy Generator.

========================  ==========================================================
one extent                tp_agreement, agreement, modal_class, votes, ensemble_accuracy
all extents               accessibility, learned_extent, forgetting_events,
                          trivial_share, impossible_share
wrong labels              label_quality, label_quality_with_margins, extent_weights
a distribution            bimodality
independent models        null_tp_agreement, expected_null, expected_null_bimodality,
                          expected_null_agreement; within classes: class_matched_null,
                          expected_class_matched_null, expected_class_matched_bimodality
any number of models      unbiased_moments, kappa, bimodality_at, fleiss_kappa
one order, many models    single_model_reliability, reliability_of, models_needed,
                          disattenuated_correlation, correlation_at, variance_components,
                          architecture_sensitivity
probabilities             data_map, area_under_margin, el2n
independent errors        predicted_accuracy_spread, accuracy_spread_ratio, vote_calibration,
                          kappa_in_between
two collections, models   match_extents, error_consistency, split_half_reliability
the same from summaries   model_covariance, halving_reliability, cross_products, both_right,
                          consistency_of_shares, expected_null_of_classes,
                          expected_bimodality_of_classes, bimodality_of_counts, same_class,
                          fleiss_kappa_of_shares, model_halves, counts_in_between,
                          kappa_of_halves, rest_concentration
uncertainty               bootstrap, and for whole tables model_draws, draw_weights,
                          resampled_agreement, resampled_votes, resampled_bimodality,
                          resampled_counts, resampled_pair_means, resampled_reliability,
                          resampled_kappa, resampled_single_reliability, resampled_examples,
                          centred_interval
========================  ==========================================================

>>> import numpy as np
>>> predictions, labels = np.array([[0, 1, 1], [0, 1, 0], [0, 0, 1]]), np.array([0, 1, 0])
>>> tp_agreement(predictions, labels).round(2)
array([1.  , 0.67, 0.33])
"""

from learning_order.scores.agreement_null import expected_null_agreement
from learning_order.scores.class_nulls import (
    class_matched_null,
    expected_bimodality_of_classes,
    expected_class_matched_bimodality,
    expected_class_matched_null,
    expected_null_of_classes,
)
from learning_order.scores.components import (
    VarianceComponents,
    architecture_sensitivity,
    variance_components,
)
from learning_order.scores.consistency import both_right, consistency_of_shares, error_consistency
from learning_order.scores.disagreement import (
    Calibration,
    accuracy_spread_ratio,
    counts_in_between,
    kappa_in_between,
    kappa_of_halves,
    model_halves,
    predicted_accuracy_spread,
    vote_calibration,
)
from learning_order.scores.distribution import bimodality
from learning_order.scores.label_quality import (
    extent_weights,
    label_quality,
    label_quality_with_margins,
)
from learning_order.scores.matching import Match, match_extents
from learning_order.scores.moments import (
    bimodality_at,
    resampled_examples,
    unbiased_moments,
)
from learning_order.scores.nulls import expected_null, expected_null_bimodality, null_tp_agreement
from learning_order.scores.order import (
    accessibility,
    forgetting_events,
    impossible_share,
    learned_extent,
    trivial_share,
)
from learning_order.scores.order_reliability import (
    correlation_at,
    disattenuated_correlation,
    models_needed,
    reliability_of,
    resampled_correlation_at,
    resampled_single_reliability,
    single_model_reliability,
)
from learning_order.scores.probabilities import (
    DataMap,
    area_under_margin,
    data_map,
    el2n,
    rest_concentration,
)
from learning_order.scores.reliability import (
    cross_products,
    halving_reliability,
    model_covariance,
    resampled_reliability,
    split_half_reliability,
)
from learning_order.scores.resampled_scores import (
    bimodality_of_counts,
    resampled_agreement,
    resampled_bimodality,
    resampled_counts,
    resampled_pair_means,
    resampled_votes,
)
from learning_order.scores.resampling import (
    bootstrap,
    centred_interval,
    draw_weights,
    model_draws,
)
from learning_order.scores.shared_errors import (
    fleiss_kappa,
    fleiss_kappa_of_shares,
    kappa,
    resampled_kappa,
    same_class,
)
from learning_order.scores.voting import (
    agreement,
    ensemble_accuracy,
    modal_class,
    tp_agreement,
    votes,
)

__all__ = [
    "Calibration",
    "DataMap",
    "Match",
    "VarianceComponents",
    "accessibility",
    "accuracy_spread_ratio",
    "agreement",
    "architecture_sensitivity",
    "area_under_margin",
    "bimodality",
    "bimodality_at",
    "bimodality_of_counts",
    "bootstrap",
    "both_right",
    "centred_interval",
    "class_matched_null",
    "consistency_of_shares",
    "correlation_at",
    "counts_in_between",
    "cross_products",
    "data_map",
    "disattenuated_correlation",
    "draw_weights",
    "el2n",
    "ensemble_accuracy",
    "error_consistency",
    "expected_bimodality_of_classes",
    "expected_class_matched_bimodality",
    "expected_class_matched_null",
    "expected_null",
    "expected_null_agreement",
    "expected_null_bimodality",
    "expected_null_of_classes",
    "extent_weights",
    "fleiss_kappa",
    "fleiss_kappa_of_shares",
    "forgetting_events",
    "halving_reliability",
    "impossible_share",
    "kappa",
    "kappa_in_between",
    "kappa_of_halves",
    "label_quality",
    "label_quality_with_margins",
    "learned_extent",
    "match_extents",
    "modal_class",
    "model_covariance",
    "model_draws",
    "model_halves",
    "models_needed",
    "null_tp_agreement",
    "predicted_accuracy_spread",
    "reliability_of",
    "resampled_agreement",
    "resampled_bimodality",
    "resampled_correlation_at",
    "resampled_counts",
    "resampled_examples",
    "resampled_kappa",
    "resampled_pair_means",
    "resampled_reliability",
    "resampled_single_reliability",
    "resampled_votes",
    "rest_concentration",
    "same_class",
    "single_model_reliability",
    "split_half_reliability",
    "tp_agreement",
    "trivial_share",
    "unbiased_moments",
    "variance_components",
    "vote_calibration",
    "votes",
]
