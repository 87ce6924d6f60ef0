"""Two peaks are told by κ and by the share at the ends, on data whose truth is known."""

from itertools import combinations

import numpy as np
import pytest
from scipy.stats import beta

from learning_order.claims.shapes import (
    Interval,
    Shape,
    least_ends,
    least_kappa,
    peak_at_both_ends,
    rests_on_a_handful,
    shape_of,
    verdict,
)


def drawn(probabilities, models=20, seed=0):
    """Independent draws: which models are right about which example."""
    rng = np.random.default_rng(seed)
    return rng.random((models, len(probabilities))) < probabilities


EVENLY = (np.arange(400) + 0.5) / 400
TRUTH = {  # the chance of a model to be right about each example, and whether there are two peaks
    "independent models": (np.full(400, 0.5), False),
    "independent, nearly always right": (np.full(400, 0.97), False),
    "one broad peak": (np.clip(0.5 + 0.15 * np.linspace(-2, 2, 400), 0, 1), False),
    "two points": (np.repeat([0.05, 0.95], 200), True),
    "learned but for a few": (np.repeat([1, 0.03], [360, 40]), True),
    "flat": (EVENLY, None),
}


@pytest.mark.parametrize("models", [4, 8, 20, 100])
@pytest.mark.parametrize("name", TRUTH)
def test_the_truth_is_found(name, models):
    probabilities, expected = TRUTH[name]
    found = shape_of(1, drawn(probabilities, models)).two_peaks
    # Four models that are nearly always right make too few mistakes to tell.
    assert found is expected or (found is None and models == 4 and probabilities.mean() > 0.9)


def test_kappa_is_that_of_pairs_of_models():
    right = drawn(EVENLY, models=7)
    both = np.mean([np.mean(right[a] & right[b]) for a, b in combinations(range(7), 2)])
    mean = right.mean()
    found = shape_of(1, right).kappa
    assert found.value == pytest.approx((both - mean**2) / (mean * (1 - mean)), abs=1e-6)
    assert found.low < found.value < found.high


def test_intervals_cover_the_truth():
    """Of new examples and models: κ is 1/3 where every chance is equally likely."""
    inside = 0
    for seed in range(40):
        chances = np.random.default_rng(100 + seed).random(300)
        kappa = shape_of(1, drawn(chances, models=12, seed=seed)).kappa
        inside += kappa.low <= 1 / 3 <= kappa.high
    assert inside >= 35


def test_at_an_accuracy_of_a_half_two_peaks_begin_at_the_flat_distribution():
    assert least_kappa(0.5) == pytest.approx(1 / 3)
    for models in (3, 10, 37):
        counts = np.arange(models + 1)
        near = (10 * counts <= models) | (10 * counts >= 9 * models)
        assert least_ends(models, 0.5) == pytest.approx(near.mean())


@pytest.mark.parametrize("accuracy", [0.1, 0.3, 0.5, 0.75, 0.95])
def test_two_peaks_begin_where_a_beta_distribution_rises_at_both_ends(accuracy):
    """Near the bound, told by the density itself and by large samples of it."""
    for room, rises in ((0.97, False), (1.03, True)):
        both = 1 / (room * least_kappa(accuracy)) - 1
        distribution = beta(accuracy * both, (1 - accuracy) * both)
        ends, inside = distribution.pdf([1e-6, 1 - 1e-6]), distribution.pdf([1e-3, 1 - 1e-3])
        assert bool(np.all(ends > inside)) is rises
        kappa = distribution.var() / (accuracy * (1 - accuracy))
        assert kappa == pytest.approx(room * least_kappa(accuracy))
    chances = beta(accuracy * both, (1 - accuracy) * both).rvs(200_000, random_state=0)
    right = np.random.default_rng(0).binomial(20, chances)
    near = np.mean((right <= 2) | (right >= 18))
    assert least_ends(20, accuracy) == pytest.approx(near, abs=0.02)


def test_one_peak_at_an_end_is_not_two():
    """As Gaussian data that is nearly learned: independent models would be as often right."""
    hits = np.repeat([0, 1, 2, 3, 4], [30, 60, 120, 350, 4000])
    right = np.random.default_rng(0).permuted(np.arange(4)[:, None] < hits, axis=0)
    found = shape_of(1, right)
    assert found.ends.value > 0.8
    assert found.two_peaks is False


@pytest.mark.parametrize("models", [4, 8, 20, 100])
def test_a_lower_peak_away_from_the_end_leaves_it_open(models):
    """κ and the share at the ends are those of two peaks, and the lower one is at 0.3."""
    found = shape_of(1, drawn(np.repeat([0.3, 1], [400, 1600]), models))
    assert found.kappa.low > least_kappa(found.accuracy)
    assert found.ends.low > least_ends(models, found.accuracy)
    assert found.two_peaks is None


@pytest.mark.parametrize(
    ("hits", "expected"),
    [
        ([30, 9, 5, 9, 60], True),
        ([9, 9, 5, 9, 60], False),
        ([60, 9, 5, 30, 29], False),
        ([8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 9], True),
        ([4, 4, 7, 0, 0, 0, 0, 0, 0, 0, 9], True),  # within 0.1 of an end is up to one of ten
        ([4, 3, 4, 3, 0, 0, 0, 0, 0, 0, 9], False),
    ],
)
def test_each_end_has_more_examples_than_lie_beside_it(hits, expected):
    models = len(hits) - 1
    right = np.arange(models)[:, None] < np.repeat(np.arange(models + 1), hits)
    assert peak_at_both_ends(right) is expected


def test_resamples_decide_alike():
    """The interval is that of a plain loop over ten times as many resamples, of every example."""
    right = drawn(EVENLY, models=4)
    rng = np.random.default_rng(1)
    values = [
        shape_of(1, right[rng.integers(0, 4, 4)][:, rng.integers(0, 400, 400)]).ends.value
        for _ in range(1500)
    ]
    low, high = np.quantile(values, [0.025, 0.975]) - np.median(values)
    found = shape_of(1, right).ends
    assert found.low - found.value == pytest.approx(low, abs=0.015)
    assert found.high - found.value == pytest.approx(high, abs=0.015)


@pytest.mark.parametrize(
    ("low", "high", "expected"), [(0.01, 0.4, True), (-0.05, 0.09, False), (-0.05, 0.2, None)]
)
def test_errors_are_shared_or_next_to_none_are(low, high, expected):
    kappa = Interval((low + high) / 2, low, high)
    assert Shape(1, 10, 0.5, kappa, kappa, peaks=True).shares_errors is expected


@pytest.mark.parametrize("peaks", [[True, True], [True, None], [True, False], [None, False]])
def test_what_is_bimodal_is_never_not_bimodal(peaks):
    above, between, below = Interval(0.9, 0.8, 1), Interval(0.3, 0.1, 0.5), Interval(0, 0, 0)
    of = {True: above, None: between, False: below}
    shapes = [Shape(at, 10, 0.5, of[each], of[each], peaks=True) for at, each in enumerate(peaks)]
    decided = {shape.extent: shape.two_peaks for shape in shapes}
    assert list(decided.values()) == peaks
    bimodal, opposite = (verdict(decided, wanted, "peaks")[0] for wanted in (True, False))
    assert not (bimodal and opposite)
    assert bimodal is (True if peaks == [True, True] else False if False in peaks else None)
    assert opposite is (False if True in peaks else None)


@pytest.mark.parametrize(
    ("examples", "others", "expected"),
    [(2500, 9, True), (2500, 10, False), (500, 4, True), (500, 5, False), (60, 1, False)],
)
@pytest.mark.parametrize("most_are", [True, False])
def test_a_handful_of_examples_decides_nothing(examples, others, expected, most_are):
    """Four models that err on the same nine images have κ = 1 and B = 0."""
    right = np.full((4, examples), most_are)
    right[:, :others] = not most_are
    assert rests_on_a_handful(right) is expected
    assert rests_on_a_handful(np.full((4, examples), most_are))
