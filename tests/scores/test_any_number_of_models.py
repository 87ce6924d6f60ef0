"""κ, moments and bimodality: plain loops, closed forms, other libraries, and collections whose p is
known."""

import math
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy import stats
from sklearn.metrics import cohen_kappa_score

from learning_order import scores
from learning_order.scores import centred_interval, draw_weights, model_draws

histograms = st.integers(2, 12).flatmap(
    lambda models: arrays(int, models + 1, elements=st.integers(0, 9))
)


def drawn(chance, models, seed=0):
    """(models, examples): models that are independent given each example's chance."""
    return np.random.default_rng(seed).random((models, len(chance))) < chance


def histogram(correct):
    return np.bincount(correct.sum(axis=0), minlength=len(correct) + 1)


def fleiss_kappa(table):
    """As Fleiss 1971 prints it; table: (examples, classes), how many models predict each."""
    models = table[0].sum()
    observed = ((table * (table - 1)).sum(axis=1) / (models * (models - 1))).mean()
    expected = ((table.sum(axis=0) / table.sum()) ** 2).sum()
    return (observed - expected) / (1 - expected)


def beta(a, b, examples=2500, seed=0):
    return np.random.default_rng(seed).beta(a, b, examples)


@given(histograms.filter(np.any))
def test_moments_are_means_of_falling_factorials(counts):
    models = len(counts) - 1
    right = np.repeat(np.arange(models + 1), counts)
    found = scores.unbiased_moments(counts)
    for order in range(1, 5):
        if order > models:
            assert np.isnan(found[order - 1])
            continue
        each = [math.perm(k, order) / math.perm(models, order) for k in right.tolist()]
        assert found[order - 1] == pytest.approx(np.mean(each))


@given(
    st.lists(st.floats(0, 1).map(lambda p: round(p, 6)), min_size=1, max_size=5), st.integers(4, 7)
)
def test_the_expected_moments_are_those_of_p(chances, models):
    """Over all that can be drawn of a few examples, weighted by how likely it is."""
    expected = sum(stats.binom.pmf(np.arange(models + 1), models, p) for p in chances)
    found = scores.unbiased_moments(expected)
    assert found == pytest.approx([np.mean(np.power(chances, r)) for r in (1, 2, 3, 4)])


@given(histograms.filter(lambda counts: len(counts) > 4 and np.count_nonzero(counts) > 1))
def test_the_bimodality_at_the_own_number_of_models_is_the_usual_one(counts):
    models = len(counts) - 1
    usual = scores.bimodality(np.arange(models + 1) / models, weights=counts)
    assert scores.bimodality_at(counts, models=models) == pytest.approx(usual, abs=1e-9)


@pytest.mark.parametrize("models", [4, 30, 100, math.inf])
def test_the_expected_bimodality_is_that_of_a_known_p(models):
    """Of a p with few values: from expected counts of 6 models to those of any other number."""
    chances, shares = np.array([0.1, 0.35, 0.9]), np.array([0.2, 0.3, 0.5])
    expected = sum(
        share * stats.binom.pmf(np.arange(7), 6, p)
        for p, share in zip(chances, shares, strict=True)
    )
    if math.isinf(models):
        truth = scores.bimodality(chances, weights=shares)
    else:
        mixed = sum(
            share * stats.binom.pmf(np.arange(models + 1), models, p)
            for p, share in zip(chances, shares, strict=True)
        )
        truth = scores.bimodality(np.arange(models + 1), weights=mixed)
    assert scores.bimodality_at(expected, models=models) == pytest.approx(truth)


@pytest.mark.parametrize(
    ("a", "b", "models", "spread"), [(0.4, 0.3, 4, 0.04), (0.4, 0.3, 8, 0.014), (2, 2, 8, 0.093)]
)
def test_collections_of_known_p(a, b, models, spread):
    """Fewer models make the bimodality smaller; corrected for that it is right on average."""

    def closed(count):
        right = np.arange(count + 1)
        return scores.bimodality(right, weights=stats.betabinom.pmf(right, count, a, b))

    counts = np.array(
        [histogram(drawn(beta(a, b, seed=seed), models, seed + 1000)) for seed in range(200)]
    )
    raw, corrected = scores.bimodality_of_counts(counts), scores.bimodality_at(counts)
    assert closed(models) < closed(100)
    assert raw.mean() == pytest.approx(closed(models), abs=0.01)
    assert corrected.mean() == pytest.approx(closed(100), abs=0.02)
    assert corrected.std() == pytest.approx(spread, rel=0.4)
    chance = stats.beta(a, b)
    shared = chance.var() / (chance.mean() * (1 - chance.mean()))
    assert scores.kappa(counts).mean() == pytest.approx(shared, abs=0.003)


def test_independent_models_have_no_kappa():
    counts = np.array([histogram(drawn(np.full(2500, 0.6), 8, seed)) for seed in range(200)])
    assert scores.kappa(counts).mean() == pytest.approx(0, abs=0.001)
    assert scores.kappa(counts).std() == pytest.approx(0.004, abs=0.001)


@given(st.tuples(st.integers(2, 6), st.integers(2, 12)).flatmap(lambda shape: arrays(bool, shape)))
def test_kappa_is_fleiss_kappa_of_being_right(correct):
    right = correct.sum(axis=0)
    table = np.column_stack([right, len(correct) - right])
    if right.sum() in (0, correct.size):
        assert np.isnan(scores.kappa(histogram(correct)))
        return
    assert scores.kappa(histogram(correct)) == pytest.approx(fleiss_kappa(table))


def test_kappa_is_the_mean_of_pairs_of_equal_accuracy():
    correct = np.array([np.random.default_rng(seed).permutation(300) < 120 for seed in range(5)])
    pairs = [cohen_kappa_score(a, b) for a, b in combinations(correct, 2)]
    assert scores.kappa(histogram(correct)) == pytest.approx(np.mean(pairs))


@given(
    st.tuples(st.integers(2, 6), st.integers(2, 12)).flatmap(
        lambda shape: arrays(np.int16, shape, elements=st.integers(-1, 3))
    )
)
def test_fleiss_kappa_of_classes_is_that_of_the_paper(predictions):
    if len(np.unique(predictions)) == 1:
        assert np.isnan(scores.fleiss_kappa(predictions))
        return
    table = np.array([np.bincount(column + 1, minlength=5) for column in predictions.T])
    assert scores.fleiss_kappa(predictions) == pytest.approx(fleiss_kappa(table))


def test_resamples_leave_out_pairs_of_a_model_with_itself():
    correct = drawn(beta(0.5, 0.5, 200), 5)
    both = scores.both_right(correct, correct) / 200
    weights = draw_weights(model_draws(5, np.random.default_rng(0), 20))
    for found, weight in zip(scores.resampled_kappa(both, weights), weights, strict=True):
        models = np.repeat(np.arange(5), weight.astype(int))
        pairs = [both[i, j] for i, j in combinations(models, 2) if i != j]
        accuracy = correct.mean(axis=1)[models].mean()
        expected = (np.mean(pairs) - accuracy**2) / (accuracy - accuracy**2)
        assert found == pytest.approx(expected)
    whole = scores.resampled_kappa(both, np.ones((1, 5)))
    assert whole == pytest.approx(scores.kappa(histogram(correct)))


@pytest.mark.parametrize("chance", [beta(0.4, 0.3, 600), np.full(600, 0.6)])
def test_both_intervals_of_kappa_hold_the_truth(chance):
    """That over models of one recipe on these examples, and that over examples."""
    truth = chance.var() / (chance.mean() * (1 - chance.mean()))
    held = []
    for seed in range(100):
        correct, rng = drawn(chance, 8, seed), np.random.default_rng(seed)
        counts, both = histogram(correct), scores.both_right(correct, correct) / len(chance)
        weights = draw_weights(model_draws(8, rng, 200))
        of_models = scores.resampled_kappa(both, weights)
        of_examples = scores.kappa(scores.resampled_examples(counts, rng))
        found = scores.kappa(counts)
        held.append(
            [
                low <= truth <= high
                for low, high in (
                    centred_interval(found, of_models, 8),
                    centred_interval(found, of_examples, len(chance)),
                )
            ]
        )
    assert (np.mean(held, axis=0) >= 0.88).all()


def test_drawing_from_the_histogram_is_drawing_examples():
    right = drawn(beta(0.4, 0.3, 400), 6).sum(axis=0)
    counts, rng = np.bincount(right, minlength=7), np.random.default_rng(0)
    short = scores.kappa(scores.resampled_examples(counts, rng, 2000))
    plain = [
        scores.kappa(np.bincount(rng.choice(right, len(right)), minlength=7)) for _ in range(2000)
    ]
    assert np.quantile(short, [0.1, 0.5, 0.9]) == pytest.approx(
        np.quantile(plain, [0.1, 0.5, 0.9]), abs=0.006
    )


@pytest.mark.parametrize("counts", [[], [3], [0, 0], [1, -1], [[1, 2], [0, 0]], [1, np.nan]])
def test_refuses_what_are_no_counts(counts):
    with pytest.raises(ValueError, match="counts"):
        scores.unbiased_moments(counts)
    with pytest.raises(ValueError, match="counts"):
        scores.kappa(counts)


def test_too_few_models_have_no_corrected_bimodality():
    assert np.isnan(scores.bimodality_at([3, 1, 1, 5]))
    with pytest.raises(ValueError, match="models should be at least 1"):
        scores.bimodality_at([3, 1, 1, 5, 3], models=0)
