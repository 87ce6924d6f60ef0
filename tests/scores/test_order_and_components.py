"""Reliability of the order, variance components, data maps and independent errors."""

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy import stats

from learning_order import scores
from learning_order.scores import draw_weights, model_draws


def rng(seed=0):
    return np.random.default_rng(seed)


def orders(models, examples=400, *, example=1.0, architecture=0.5, seed_part=0.7, seed=0):
    """(architectures, models, examples): sums of normal parts of known variance."""
    shared = rng(seed).normal(0, example**0.5, examples)
    parts = rng(seed + 1).normal(0, architecture**0.5, (len(models), examples))
    return [
        shared + part + rng(seed + 2 + number).normal(0, seed_part**0.5, (count, examples))
        for number, (part, count) in enumerate(zip(parts, models, strict=True))
    ]


# Reliability


def test_r1_is_icc_3_1_of_the_analysis_of_variance():
    """Shrout and Fleiss 1979: (BMS − EMS) / (BMS + (k − 1) EMS)."""
    times_right = rng().binomial(7, rng(1).beta(0.5, 0.5, 300), (6, 300)).astype(float)
    models, examples = times_right.shape
    by_example, by_model = times_right.mean(axis=0), times_right.mean(axis=1, keepdims=True)
    left = times_right - by_example - by_model + times_right.mean()
    error = (left**2).sum() / ((models - 1) * (examples - 1))
    between = models * by_example.var(ddof=1)
    expected = (between - error) / (between + (models - 1) * error)
    found = scores.single_model_reliability(scores.model_covariance(times_right))
    assert found == pytest.approx(expected)


def test_the_reliability_of_all_models_is_cronbachs_alpha():
    covariance = np.cov(rng().random((5, 5)) @ rng(1).random((5, 90)), ddof=0)
    r1 = scores.single_model_reliability(covariance)
    alpha = scores.resampled_reliability(covariance, np.ones((1, 5)))
    assert scores.reliability_of(r1, 5) == pytest.approx(alpha[0])


@given(st.floats(0.01, 0.99), st.floats(0.01, 0.99))
def test_that_many_models_have_the_wanted_reliability(r1, wanted):
    needed = scores.models_needed(r1, wanted)
    assert scores.reliability_of(r1, float(needed)) == pytest.approx(wanted)


def test_models_needed_at_the_ends():
    found = scores.models_needed([np.nan, -0.1, 0, 1], 0.9)
    assert np.isnan(found[0])
    assert found[1:].tolist() == [np.inf, np.inf, 0]
    with pytest.raises(ValueError, match="between 0 and 1"):
        scores.models_needed(0.5, 1)


def test_r1_does_not_depend_on_the_number_of_models():
    chance = rng(1).beta(0.5, 0.5, 3000)
    few, many = (
        np.mean(
            [
                scores.single_model_reliability(
                    np.cov((rng(seed).random((3, models, 3000)) < chance).sum(axis=0))
                )
                for seed in range(20)
            ]
        )
        for models in (2, 30)
    )
    assert few == pytest.approx(many, abs=0.005)


def test_resampled_r1_counts_pairs_of_different_models():
    covariance = np.cov(rng().random((5, 80)) + rng(1).random(80), ddof=0)
    weights = draw_weights(model_draws(5, rng(), 20))
    found = scores.resampled_single_reliability(covariance, weights)
    for value, weight in zip(found, weights, strict=True):
        models = np.repeat(np.arange(5), weight.astype(int))
        pairs = [covariance[i, j] for i, j in combinations(models, 2) if i != j]
        assert value == pytest.approx(np.mean(pairs) / covariance.diagonal()[models].mean())


def test_the_disattenuated_correlation_is_that_of_the_true_orders():
    truth = rng().multivariate_normal([0, 0], [[1, 0.6], [0.6, 1]], 20000).T
    noisy = [each + rng(3 + n).normal(size=(4, 20000)) for n, each in enumerate(truth)]
    r = stats.pearsonr(noisy[0].mean(axis=0), noisy[1].mean(axis=0)).statistic
    alpha = [
        scores.reliability_of(scores.single_model_reliability(np.cov(each)), 4) for each in noisy
    ]
    assert r < 0.55
    assert scores.disattenuated_correlation(r, *alpha) == pytest.approx(0.6, abs=0.02)
    assert np.isnan(scores.disattenuated_correlation(0.5, 0, 0.9))


# Variance components


def test_components_are_those_that_were_drawn():
    found = np.mean(
        [scores.variance_components(orders([4, 7, 5], 500, seed=10 * k)) for k in range(30)], axis=0
    )
    assert found == pytest.approx([1, 0.5, 0.7], rel=0.08)


def test_components_are_means_of_covariances():
    drawn = orders([3, 2, 4], 60)
    found = scores.variance_components(drawn)
    groups = np.repeat([0, 1, 2], [3, 2, 4])
    covariance = np.cov(np.vstack(drawn), ddof=0)
    within = [
        np.mean([covariance[i, j] for i, j in combinations(np.flatnonzero(groups == g), 2)])
        for g in range(3)
    ]
    between = np.mean(
        [covariance[np.ix_(groups == a, groups == b)].mean() for a, b in combinations(range(3), 2)]
    )
    alone = np.mean([covariance.diagonal()[groups == g].mean() for g in range(3)])
    expected = [between, np.mean(within) - between, alone - np.mean(within)]
    assert found == pytest.approx(expected)
    assert sum(found.shares) == pytest.approx(1)


def test_the_sensitivity_of_examples_has_the_component_as_its_mean():
    drawn = orders([3, 2, 4], 60)
    component = scores.variance_components(drawn).architecture
    assert scores.architecture_sensitivity(drawn).mean() == pytest.approx(component)


def test_examples_on_which_architectures_part_are_found():
    one, other = (np.full((4, 50), 0.5) for _ in range(2))
    one, other = one + rng().normal(0, 0.05, (4, 50)), other + rng(1).normal(0, 0.05, (4, 50))
    one[:, 7], other[:, 7] = 0.9, 0.1
    assert scores.architecture_sensitivity([one, other]).argmax() == 7


def test_refuses_single_architectures_and_models():
    with pytest.raises(ValueError, match="two architectures"):
        scores.variance_components([np.zeros((2, 3))])
    with pytest.raises(ValueError, match="two models"):
        scores.variance_components([np.zeros((2, 3)), np.zeros((1, 3))])
    with pytest.raises(ValueError, match="same number of examples"):
        scores.variance_components([np.zeros((2, 3)), np.zeros((2, 4))])


# Probabilities


@given(
    st.tuples(st.integers(1, 4), st.integers(1, 3), st.integers(1, 5)).flatmap(
        lambda shape: arrays(float, shape, elements=st.floats(0, 1))
    )
)
def test_the_data_map_is_plain_means_and_deviations(p_true):
    found = scores.data_map(p_true)
    for x in range(p_true.shape[2]):
        each = [p_true[:, m, x] for m in range(p_true.shape[1])]
        assert found.confidence[x] == pytest.approx(np.mean(each))
        expected = np.mean([of_model.std() for of_model in each])
        assert found.variability[x] == pytest.approx(expected, abs=1e-7)
    assert scores.area_under_margin(p_true) == pytest.approx(p_true.mean(axis=(0, 1)))


def test_el2n_is_the_distance_from_the_label():
    p = rng().dirichlet(np.ones(5), (3, 40))
    labels = rng(1).integers(0, 5, 40)
    onehot = np.eye(5)[labels]
    exact = np.linalg.norm(p - onehot, axis=2).mean(axis=0)
    p_true = p[:, np.arange(40), labels]
    assert scores.el2n(p_true, (p**2).sum(axis=2)) == pytest.approx(exact)
    means = (p**2).sum(axis=2).mean(axis=1)
    estimated = scores.el2n(p_true, means)
    assert stats.spearmanr(estimated, exact).statistic > 0.95
    for model in range(3):
        square = (scores.el2n(p_true[model][None], means[model][None]) ** 2).mean()
        of_model = np.linalg.norm(p[model] - onehot, axis=1)
        assert square == pytest.approx((of_model**2).mean())
    with pytest.raises(ValueError, match="sum_p_squared"):
        scores.el2n(p_true, means[:2])


# Independent errors


def test_independent_errors_spread_as_predicted():
    chance, ratios, inside = rng().beta(0.4, 0.3, 1500), [], []
    for seed in range(200):
        correct = rng(seed).random((6, 1500)) < chance
        predicted = scores.predicted_accuracy_spread(np.bincount(correct.sum(axis=0), minlength=7))
        ratio, low, high = scores.accuracy_spread_ratio(correct.mean(axis=1), predicted)
        ratios.append(ratio)
        inside.append(low <= 1 <= high)
    assert np.sqrt((chance * (1 - chance)).sum()) / 1500 == pytest.approx(predicted, rel=0.05)
    assert np.mean(ratios) == pytest.approx(1, abs=0.15)
    assert np.mean(inside) == pytest.approx(0.95, abs=0.04)


def test_models_of_different_skill_spread_more():
    skill = np.linspace(-0.1, 0.1, 6)[:, None]
    correct = rng().random((6, 1500)) < rng(1).uniform(0.3, 0.7, 1500) + skill
    predicted = scores.predicted_accuracy_spread(np.bincount(correct.sum(axis=0), minlength=7))
    assert scores.accuracy_spread_ratio(correct.mean(axis=1), predicted)[1] > 1
    assert np.isnan(scores.accuracy_spread_ratio([0.5], 0.1)).all()


def test_the_calibration_of_a_vote():
    votes, right = rng().integers(1, 6, 200), rng(1).random(200) < 0.6
    found = scores.vote_calibration(votes, right, 5)
    expected = 0
    for count in range(1, 6):
        here = votes == count
        assert found.right[count - 1] == pytest.approx(right[here].mean())
        expected += here.sum() * abs(right[here].mean() - count / 5) / 200
    assert found.error == pytest.approx(expected)


def test_kappa_in_between_chooses_by_one_half_and_measures_by_the_other():
    correct = rng().random((7, 200)) < rng(1).beta(0.3, 0.3, 200)
    halves = scores.model_halves(7, rng(2), 10)
    assert (halves.sum(axis=2) == 3).all()
    assert not (halves[:, 0] & halves[:, 1]).any()
    expected = []
    for first, second in halves:
        for chooses, measures in ((first, second), (second, first)):
            share = correct[chooses].mean(axis=0)
            rest = correct[measures][:, (share > 0) & (share < 1)]
            counts = np.bincount(rest.sum(axis=0), minlength=4)
            expected.append(scores.kappa(counts))
    found = scores.kappa_in_between(correct, rng(2), halvings=10)
    assert found == pytest.approx(np.mean(expected))


def test_choosing_examples_does_not_make_independent_models_agree():
    """Trivial and impossible aside, p is the same: by the same models κ would be far below 0."""
    chance = np.repeat([0.0, 0.5, 1.0], 1000)
    correct = rng().random((8, 3000)) < chance
    assert scores.kappa(np.bincount(correct.sum(axis=0), minlength=9)) > 0.6
    assert scores.kappa_in_between(correct, rng(1)) == pytest.approx(0, abs=0.02)
