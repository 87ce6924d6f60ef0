"""The score tables of a collection against a computation with pandas alone."""

import doctest
import re
from itertools import combinations

import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import cohen_kappa_score

from learning_order import scores, tables
from learning_order.predictions.contract import NO_LABEL
from learning_order.tables import build, correct, intervals
from learning_order.tables.build import collection_tables

EXTENTS, SEEDS = [0, 5, 9], [3, 4, 5, 6]
LABELS = {
    split: np.random.default_rng(1).integers(0, 3, examples)
    for split, examples in (("train", 40), ("test", 15))
}
CELL = ["split", "extent"]
RELIABILITY = (
    *("split_half_reliability", "error_consistency", "trivial_share", "impossible_share"),
    *("forgetting_events", "r1", "alpha", "models_for_90", "models_for_95"),
    *("confidence_alpha", "aum_alpha", "el2n_alpha"),
)


@pytest.fixture(scope="module")
def collection():
    rng = np.random.default_rng(0)
    shape = (len(EXTENTS), len(SEEDS))
    predictions = {
        split: rng.integers(0, 3, (*shape, len(of_split))).astype(np.int16)
        for split, of_split in LABELS.items()
    }
    return predictions, LABELS


@pytest.fixture(scope="module")
def found(collection):
    return collection_tables(*collection, EXTENTS, SEEDS)


@pytest.fixture(scope="module")
def rows(collection):
    """One row per prediction, as in the Parquet files."""
    predictions, labels = collection
    rows = [
        (split, EXTENTS[e], SEEDS[m], x, labels[split][x], predictions[split][e, m, x])
        for split in labels
        for e, m, x in np.ndindex(predictions[split].shape)
    ]
    table = pd.DataFrame(rows, columns=[*CELL, "seed", "example", "label", "prediction"])
    return table.assign(correct=table["label"] == table["prediction"])


def by(table, keys):
    assert not table.duplicated(keys).any()
    return table.set_index(keys).sort_index()


@pytest.mark.parametrize("module", [build, correct, intervals])
def test_the_examples_in_docstrings_run(module):
    assert doctest.testmod(module, raise_on_error=True).attempted > 0


def test_every_table_and_column_is_described(found):
    sections = {text.partition(":")[0]: text for text in tables.__doc__.split("\n\n")}
    for name, table in found.items():
        described = set()
        for names in re.findall(r"^ {4}(\w+(?:, \w+)*)", sections[name], re.MULTILINE):
            first, *others = names.split(", ")
            # "accuracy, _low" is short for "accuracy, accuracy_low".
            described |= {first, *(first * other.startswith("_") + other for other in others)}
        assert described == set(table.columns)


def test_columns(found):
    assert {name: list(table) for name, table in found.items()} == {
        "examples": [*CELL, "example", "label", "tp_agreement", "agreement", "modal_class"],
        "accessibility": [
            *["split", "example", "label", "accessibility", "forgetting"],
            *["confidence", "variability", "aum", "el2n"],
        ],
        "models": [*CELL, "seed", "accuracy"],
        "summary": [
            *[*CELL, "models", "examples", "accuracy", "accuracy_sd", "accuracy_low"],
            *["accuracy_high", "ensemble_accuracy", "agreement", "agreement_low"],
            *["agreement_high", "bimodality", "bimodality_low", "bimodality_high"],
            *["null_bimodality", "null_bimodality_low", "null_bimodality_high"],
            *["class_null_bimodality", "class_null_bimodality_low", "class_null_bimodality_high"],
            *["kappa", "kappa_low", "kappa_high", "kappa_examples_low", "kappa_examples_high"],
            *["bimodality_at_100", "bimodality_at_100_low", "bimodality_at_100_high"],
            *["fleiss_kappa", "fleiss_kappa_low", "fleiss_kappa_high"],
            *["disagreement", "disagreement_low", "disagreement_high"],
            *["disagreement_over_error", "disagreement_over_error_low"],
            *["disagreement_over_error_high", "predicted_accuracy_sd", "accuracy_spread_ratio"],
            *["accuracy_spread_ratio_low", "accuracy_spread_ratio_high", "vote_calibration_error"],
        ],
        "reliability": [
            *["split", "models", "examples"],
            *(f"{name}{end}" for name in RELIABILITY for end in ("", "_low", "_high")),
            *(f"kappa_in_between{end}" for end in ("", "_examples_low", "_examples_high")),
        ],
        "null": [*CELL, "tp_agreement", "share", "agreement_share", "class_share"],
        "correct": [*CELL, "seed", "examples", "bits"],
    }
    integers = found["examples"].dtypes[["extent", "example", "label", "modal_class"]]
    assert (integers == np.int32).all()


def test_examples(found, rows):
    keys = [*CELL, "example"]
    groups = rows.groupby(keys)
    examples = by(found["examples"], keys)
    assert np.array_equal(examples["label"], groups["label"].first())
    assert np.allclose(examples["tp_agreement"], groups["correct"].mean())
    shares = groups["prediction"].value_counts(normalize=True)
    assert np.allclose(examples["agreement"], shares.groupby(level=keys).max())
    modes = groups["prediction"].agg(lambda values: values.mode().min())
    assert np.array_equal(examples["modal_class"], modes)


def test_accessibility(found, rows):
    groups = rows.groupby(["split", "example"])
    accessibility = by(found["accessibility"], ["split", "example"])
    assert np.allclose(accessibility["accessibility"], groups["correct"].mean())
    assert np.array_equal(accessibility["label"], groups["label"].first())


def test_models(found, rows):
    keys = [*CELL, "seed"]
    expected = rows.groupby(keys)["correct"].mean()
    assert np.allclose(by(found["models"], keys)["accuracy"], expected)


def test_summary(collection, found):
    summary = by(found["summary"], CELL)
    accuracies = found["models"].groupby(CELL)["accuracy"]
    assert np.allclose(summary["accuracy"], accuracies.mean())
    assert np.allclose(summary["accuracy_sd"], accuracies.std())
    examples = found["examples"].assign(voted=lambda t: t["modal_class"] == t["label"])
    cells = examples.groupby(CELL)
    assert np.allclose(summary["ensemble_accuracy"], cells["voted"].mean())
    assert np.allclose(summary["agreement"], cells["agreement"].mean())
    assert np.allclose(summary["bimodality"], cells["tp_agreement"].agg(scores.bimodality))
    null = accuracies.agg(scores.expected_null_bimodality)
    assert np.allclose(summary["null_bimodality"], null)
    for (split, extent), row in summary.iterrows():
        right = rights(collection, split)[EXTENTS.index(extent)]
        null = scores.expected_class_matched_bimodality(right, collection[1][split])
        assert row["class_null_bimodality"] == pytest.approx(null)
    assert summary["models"].tolist() == [4] * 6
    assert summary["examples"].tolist() == [15] * 3 + [40] * 3


@pytest.mark.parametrize(
    ("name", "statistic"),
    [
        ("accuracy", lambda right, _: right.mean()),
        ("agreement", lambda _, models: scores.agreement(models).mean()),
        ("bimodality", lambda right, _: scores.bimodality(right.mean(axis=0))),
        (
            "null_bimodality",
            lambda right, _: scores.expected_null_bimodality(right.mean(axis=1)),
        ),
        (
            "class_null_bimodality",
            lambda right, _: scores.expected_class_matched_bimodality(right, LABELS["test"]),
        ),
    ],
)
def test_intervals_are_those_of_the_plain_bootstrap(collection, found, name, statistic):
    predictions, labels = collection[0]["test"][1], collection[1]["test"]
    rng = np.random.default_rng([0, 5, *b"test"])
    low, high = scores.bootstrap(
        lambda models: statistic(models == labels, models), predictions, rng
    )
    cell = by(found["summary"], CELL).loc[("test", 5)]
    assert cell[f"{name}_low"] == pytest.approx(low)
    assert cell[f"{name}_high"] == pytest.approx(high)


def rights(collection, split):
    predictions, labels = collection
    return predictions[split] == labels[split]


def test_forgetting(collection, found):
    for split, rows in found["accessibility"].groupby("split"):
        right = rights(collection, split)
        forgotten = np.zeros(right.shape[1:])
        for e, m, x in np.ndindex(len(EXTENTS) - 1, *right.shape[1:]):
            forgotten[m, x] += right[e, m, x] and not right[e + 1, m, x]
        assert np.allclose(rows["forgetting"], forgotten.mean(axis=0))
        reliability = by(found["reliability"], ["split"]).loc[split]
        assert reliability["forgetting_events"] == pytest.approx(forgotten.mean())


def test_reliability(collection, found):
    for split, row in found["reliability"].set_index("split").iterrows():
        right = rights(collection, split)
        kappas = [cohen_kappa_score(a, b) for a, b in combinations(right[-1], 2)]
        assert row["error_consistency"] == pytest.approx(np.mean(kappas))
        assert row["trivial_share"] == np.mean(right[-1].all(axis=0))
        assert row["impossible_share"] == np.mean(~right[-1].any(axis=0))
        assert row[["models", "examples"]].tolist() == [4, right.shape[-1]]
        # Four models have three halvings; each is met about as often as the others.
        halved = scores.split_half_reliability(right, np.random.default_rng(0), repeats=400)
        assert row["split_half_reliability"] == pytest.approx(halved, abs=0.1)


@pytest.mark.parametrize(
    ("name", "statistic"),
    [
        ("trivial_share", lambda right: right[:, -1].all(axis=0).mean()),
        ("impossible_share", lambda right: 1 - right[:, -1].any(axis=0).mean()),
        ("forgetting_events", lambda right: (right[:, :-1] & ~right[:, 1:]).sum(axis=1).mean()),
    ],
)
def test_intervals_of_the_reliability_are_those_of_the_plain_bootstrap(
    collection, found, name, statistic
):
    by_model = rights(collection, "train").swapaxes(0, 1)
    rng = np.random.default_rng([0, *b"reliability", *b"train"])
    low, high = scores.bootstrap(statistic, by_model, rng)
    row = by(found["reliability"], ["split"]).loc["train"]
    assert row[f"{name}_low"] == pytest.approx(max(low, 0), abs=1e-6)
    assert row[f"{name}_high"] == pytest.approx(high, abs=1e-6)


def test_one_pair_of_models_shows_no_spread(collection):
    predictions, labels = collection
    two = {split: of_split[:, :2] for split, of_split in predictions.items()}
    reliability = collection_tables(two, labels, EXTENTS, SEEDS[:2])["reliability"]
    for name in ("split_half_reliability", "error_consistency"):
        assert reliability[name].notna().all()
        assert reliability[[f"{name}_low", f"{name}_high"]].isna().all(axis=None)
    assert reliability["trivial_share_low"].notna().all()


def test_null(collection, found):
    for cell, null in found["null"].groupby(CELL):
        models = by(found["models"], [*CELL, "seed"]).loc[cell]
        assert null["tp_agreement"].tolist() == [0, 0.25, 0.5, 0.75, 1]
        assert np.allclose(null["share"], scores.expected_null(models["accuracy"]))
        expected = scores.expected_null_agreement(models["accuracy"], classes=3)
        assert np.allclose(null["agreement_share"], expected)
        split, extent = cell
        right = rights(collection, split)[EXTENTS.index(extent)]
        expected = scores.expected_class_matched_null(right, collection[1][split])
        assert np.allclose(null["class_share"], expected)


def test_examples_without_labels_have_a_null_of_the_agreement_alone(collection):
    predictions, labels = collection
    predictions = {**predictions, "noise": predictions["test"]}
    labels = {**labels, "noise": np.full(15, NO_LABEL)}
    null = collection_tables(predictions, labels, EXTENTS, SEEDS)["null"].query("split == 'noise'")
    assert null[["share", "class_share"]].isna().all(axis=None)
    # Four models, three classes at random: 3 of 81 cases are all alike, 24 are three of a kind.
    expected = np.array([0, 0, 54, 24, 3]) / 81
    assert null["agreement_share"].to_numpy() == pytest.approx(np.tile(expected, len(EXTENTS)))


def test_the_same_seed_gives_the_same_tables_and_another_other_intervals(collection, found):
    again = collection_tables(*collection, EXTENTS, SEEDS)
    other = collection_tables(*collection, EXTENTS, SEEDS, rng_seed=1)
    for name, table in found.items():
        pd.testing.assert_frame_equal(again[name], table)
    assert not other["summary"]["agreement_low"].equals(found["summary"]["agreement_low"])
    assert other["summary"]["agreement"].equals(found["summary"]["agreement"])


def test_other_splits_and_extents_move_no_number(collection, found):
    predictions, labels = collection
    fewer = {"test": predictions["test"][[0, 2]]}
    summary = collection_tables(fewer, {"test": labels["test"]}, [0, 9], SEEDS)["summary"]
    whole = found["summary"]
    kept = whole[(whole["split"] == "test") & (whole["extent"] != 5)]
    pd.testing.assert_frame_equal(summary, kept.reset_index(drop=True))


def test_a_single_model_has_scores_but_no_spread(collection):
    predictions, labels = collection
    one = {split: of_split[:, :1] for split, of_split in predictions.items()}
    summary = collection_tables(one, labels, EXTENTS, [3])["summary"]
    without = [name for name in summary if summary[name].isna().all()]
    pairs = ("kappa", "disagreement", "accuracy_spread", "bimodality_at_100", "fleiss")
    of_several = [
        name
        for name in summary
        if name.endswith(("_sd", "_low", "_high")) or name.startswith(pairs)
    ]
    assert without == of_several


def test_shapes_that_do_not_fit_are_reported(collection):
    predictions, labels = collection
    with pytest.raises(ValueError, match=r"of train should have shape .*\(3, 5, 40\), got \(3, 4"):
        collection_tables(predictions, labels, EXTENTS, [0, 1, 2, 3, 4])


def test_extents_that_do_not_ascend_are_reported(collection):
    with pytest.raises(ValueError, match=r"extents should ascend, got \[0, 9, 5\]"):
        collection_tables(*collection, [0, 9, 5], SEEDS)


def test_splits_that_do_not_fit_are_reported(collection):
    predictions, labels = collection
    partly = {**labels, "test": np.where(labels["test"] == 0, -1, labels["test"])}
    with pytest.raises(ValueError, match=r"examples of test have no label \(−1\): give all"):
        collection_tables(predictions, partly, EXTENTS, SEEDS)
    with pytest.raises(ValueError, match=r"same splits, got \['test', 'train'\] and \['test'\]"):
        collection_tables(predictions, {"test": labels["test"]}, EXTENTS, SEEDS)


def test_intervals_stay_within_what_a_score_can_be():
    # Nearly all right: resamples differ wildly in bimodality, and accuracy touches 1.
    labels = np.zeros(300, int)
    predictions = np.zeros((1, 6, 300), int)
    predictions[0, 0, :5] = 1
    predictions[0, 1, 5] = 1
    summary = collection_tables({"train": predictions}, {"train": labels}, [9], range(6))["summary"]
    ends = summary.filter(regex="_(low|high)$").iloc[0]
    assert (ends.filter(regex="^(kappa|fleiss)") >= -1).all()
    others = ends.drop(ends.filter(regex="^(kappa|fleiss|bimodality_at)").index)
    assert (others >= 0).all()
    assert (ends.filter(regex="^(accuracy_(low|high)|agreement)") <= 1).all()
    assert ends["bimodality_high"] > 20
