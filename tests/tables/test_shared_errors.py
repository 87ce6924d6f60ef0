"""κ, disagreement, reliability and data maps in the tables, against plain computations."""

from itertools import combinations

import numpy as np
import pytest
from sklearn.metrics import cohen_kappa_score

from learning_order import scores
from learning_order.predictions.contract import NO_LABEL
from learning_order.predictions.reading import Predictions
from learning_order.tables import probabilities
from learning_order.tables.build import collection_tables, table_parts

EXTENTS, SEEDS, EXAMPLES, CLASSES = [0, 3, 8], list(range(6)), 400, 4
LABELS = np.random.default_rng(5).integers(0, CLASSES, EXAMPLES)


def collection(*, shared=True, seed=0):
    """(extents, models, examples) predictions, of models with a common order or without."""
    rng = np.random.default_rng(seed)
    chance = np.random.default_rng(1).beta(0.5, 0.5, EXAMPLES) if shared else 0.6
    right = rng.random((3, 6, EXAMPLES)) < chance
    wrong = (LABELS + rng.integers(1, CLASSES, right.shape)) % CLASSES
    return np.where(right, LABELS, wrong).astype(np.int16)


PREDICTIONS = collection()
RIGHT = PREDICTIONS == LABELS
TABLES = collection_tables({"test": PREDICTIONS}, {"test": LABELS}, EXTENTS, SEEDS)
SUMMARY = TABLES["summary"].set_index("extent")
RELIABILITY = TABLES["reliability"].iloc[0]
PAIRS = list(combinations(SEEDS, 2))


@pytest.mark.parametrize("place", range(3))
def test_shared_errors(place):
    row, right, predictions = SUMMARY.iloc[place], RIGHT[place], PREDICTIONS[place]
    p = right.mean()
    together = np.mean([(right[a] & right[b]).mean() for a, b in PAIRS])
    assert row["kappa"] == pytest.approx((together - p**2) / (p - p**2))
    pairs = [cohen_kappa_score(right[a], right[b]) for a, b in PAIRS]
    assert row["kappa"] == pytest.approx(np.mean(pairs), abs=0.005)
    assert row["fleiss_kappa"] == pytest.approx(scores.fleiss_kappa(predictions))
    differ = np.mean([(predictions[a] != predictions[b]).mean() for a, b in PAIRS])
    assert row["disagreement"] == pytest.approx(differ)
    assert row["disagreement_over_error"] == pytest.approx(differ / (1 - p))
    counts = np.bincount(right.sum(axis=0), minlength=7)
    assert row["bimodality_at_100"] == pytest.approx(scores.bimodality_at(counts))
    predicted = row["predicted_accuracy_sd"]
    assert predicted == pytest.approx(np.sqrt((p - together) / EXAMPLES))
    assert row["accuracy_spread_ratio"] == pytest.approx((row["accuracy_sd"] / predicted) ** 2)
    modal, votes = scores.votes(predictions)
    expected = scores.vote_calibration(votes, modal == LABELS, 6).error
    assert row["vote_calibration_error"] == pytest.approx(expected)


@pytest.mark.parametrize(
    "name", ["kappa", "fleiss_kappa", "disagreement", "disagreement_over_error"]
)
def test_an_interval_holds_its_estimate(name):
    assert (SUMMARY[f"{name}_low"] < SUMMARY[name]).all()
    assert (SUMMARY[name] < SUMMARY[f"{name}_high"]).all()


def test_the_interval_over_examples_is_that_of_the_bootstrap():
    right = RIGHT[1]
    low, high = scores.bootstrap(
        lambda drawn: scores.kappa(np.bincount(drawn, minlength=7)),
        right.sum(axis=0),
        np.random.default_rng(0),
    )
    row = SUMMARY.iloc[1]
    ends = row[["kappa_examples_low", "kappa_examples_high"]].tolist()
    assert ends == pytest.approx([low, high], abs=0.015)


def test_without_a_shared_part_there_is_no_bimodality_at_100():
    tables = collection_tables({"test": collection(shared=False)}, {"test": LABELS}, EXTENTS, SEEDS)
    summary = tables["summary"]
    without = (summary["kappa_low"] < 0) | (summary["kappa_examples_low"] < 0)
    assert without.sum() >= 2
    assert (summary["bimodality_at_100"].isna() == without).all()


def test_no_bimodality_at_100_lies_below_0():
    """Of two chances near 0 and 1 the estimate from six models often does, by little."""
    chance = np.repeat([0.05, 0.95], EXAMPLES // 2)
    estimates, shown = [], []
    for seed in range(8):
        rng = np.random.default_rng(seed)
        right = rng.random((3, 6, EXAMPLES)) < chance
        made = np.where(right, LABELS, (LABELS + 1) % CLASSES).astype(np.int16)
        summary = collection_tables({"test": made}, {"test": LABELS}, EXTENTS, SEEDS, resamples=20)
        shown += summary["summary"]["bimodality_at_100"].tolist()
        hits = [np.bincount(each.sum(axis=0), minlength=7) for each in right]
        estimates += scores.bimodality_at(np.array(hits)).tolist()
    assert min(estimates) < 0
    assert shown == pytest.approx(np.maximum(estimates, 0))


def test_without_labels_only_what_needs_none_is_known():
    none = np.full(EXAMPLES, NO_LABEL)
    row = collection_tables({"test": PREDICTIONS}, {"test": none}, EXTENTS, SEEDS)["summary"]
    assert row["fleiss_kappa"].tolist() == SUMMARY["fleiss_kappa"].tolist()
    assert row["disagreement_low"].notna().all()
    assert row[["kappa", "disagreement_over_error", "vote_calibration_error"]].isna().all(axis=None)


def test_the_reliability_of_the_order():
    covariance = np.cov(RIGHT.sum(axis=0), ddof=0)
    r1 = np.mean([covariance[a, b] for a, b in PAIRS]) / covariance.diagonal().mean()
    assert RELIABILITY["r1"] == pytest.approx(r1)
    assert RELIABILITY["alpha"] == pytest.approx(6 * r1 / (1 + 5 * r1))
    assert RELIABILITY["models_for_95"] == pytest.approx(19 * (1 - r1) / r1)
    for name in ("r1", "alpha", "models_for_90", "models_for_95", "kappa_in_between"):
        over = "_examples" if name == "kappa_in_between" else ""
        low, high = (RELIABILITY[f"{name}{over}{end}"] for end in ("_low", "_high"))
        assert low < RELIABILITY[name] < high
    in_between = scores.kappa_in_between(RIGHT[-1], np.random.default_rng(3), halvings=100)
    assert RELIABILITY["kappa_in_between"] == pytest.approx(in_between, abs=0.02)


def with_probabilities(extents=EXTENTS):
    rng = np.random.default_rng(2)
    p = rng.dirichlet(np.ones(CLASSES), (len(extents), 6, EXAMPLES))
    p = (p + rng.dirichlet(np.ones(CLASSES), EXAMPLES)) / 2  # models have something in common
    p_true = p[..., np.arange(EXAMPLES), LABELS].astype(np.float16)
    margin = rng.normal(size=p_true.shape).astype(np.float16)
    squares = {
        (seed, extent, "test"): float((p[e, seed] ** 2).sum(axis=-1).mean())
        for e, extent in enumerate(extents)
        for seed in SEEDS
    }
    labels = {"noise": np.full(EXAMPLES, NO_LABEL, np.int16), "test": LABELS.astype(np.int16)}
    predictions = dict.fromkeys(labels, PREDICTIONS)
    return Predictions(
        SEEDS,
        extents,
        predictions,
        labels,
        p_true={"test": p_true},
        margin={"test": margin},
        sum_p_squared=squares,
    )


def test_the_data_map_of_the_table_is_that_of_the_scores():
    found = with_probabilities()
    parts = [part for name, part in table_parts(found, resamples=0) if name == "accessibility"]
    unknown, table = parts
    p_true, margin = found.p_true["test"].astype(float), found.margin["test"].astype(float)
    expected = scores.data_map(p_true)
    assert table["confidence"].to_numpy() == pytest.approx(expected.confidence, abs=1e-6)
    assert table["variability"].to_numpy() == pytest.approx(expected.variability, abs=1e-6)
    assert table["aum"].to_numpy() == pytest.approx(scores.area_under_margin(margin), abs=1e-6)
    early = [found.sum_p_squared[seed, 3, "test"] for seed in SEEDS]
    assert table["el2n"].to_numpy() == pytest.approx(scores.el2n(p_true[1], early), abs=1e-6)
    assert unknown[["confidence", "variability", "aum", "el2n"]].isna().all(axis=None)


def test_a_constant_probability_does_not_vary():
    """Sums of squares would give it a deviation of some ten thousandths."""
    found = with_probabilities()
    found.p_true["test"][:] = np.float16(0.9)
    table = [part for name, part in table_parts(found, resamples=0) if name == "accessibility"][1]
    assert (table["variability"] < 1e-6).all()


def _cronbach(values):
    """Of values (models, examples), by the textbook: from the variance of the sum."""
    models = len(values)
    alone = values.var(axis=1).sum()
    return models / (models - 1) * (1 - alone / values.sum(axis=0).var())


def _per_model(found):
    """Confidence, AUM and EL2N of each model, (models, examples)."""
    p_true, margin = found.p_true["test"].astype(float), found.margin["test"].astype(float)
    squares = [found.sum_p_squared[seed, 3, "test"] for seed in found.seeds]
    el2n = [
        scores.el2n(of_model[None], [square])
        for of_model, square in zip(p_true[1], squares, strict=True)
    ]
    return {"confidence": p_true.mean(axis=0), "aum": margin.mean(axis=0), "el2n": np.array(el2n)}


def test_the_reliability_of_other_measures_is_cronbachs():
    found = with_probabilities()
    unknown, table = (part.iloc[0] for name, part in table_parts(found) if name == "reliability")
    for name, values in _per_model(found).items():
        assert table[f"{name}_alpha"] == pytest.approx(_cronbach(values), abs=1e-5)
        assert table[f"{name}_alpha_low"] <= table[f"{name}_alpha"] <= table[f"{name}_alpha_high"]
    assert np.isnan([unknown[f"{name}_alpha"] for name in ("confidence", "aum", "el2n")]).all()


class _InParts(Predictions):
    def probability_parts(self, split, extent):
        for p_true, margin in super().probability_parts(split, extent):
            for start in range(0, p_true.shape[1], 7):
                yield p_true[:, start : start + 7], margin[:, start : start + 7]


def test_of_many_examples_an_even_sample_decides_the_reliability(monkeypatch):
    whole = with_probabilities()
    monkeypatch.setattr(probabilities, "SAMPLE", EXAMPLES // 4)
    table = dict(table_parts(_InParts(**vars(whole))))["reliability"].iloc[0]
    for name, values in _per_model(whole).items():
        assert table[f"{name}_alpha"] == pytest.approx(_cronbach(values[:, ::4]), abs=1e-5)
