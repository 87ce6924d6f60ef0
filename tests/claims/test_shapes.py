"""Two peaks are told by κ and by the share at the ends, on data whose truth is known."""

from itertools import combinations

import numpy as np
import pytest

from learning_order.claims.shapes import (
    Interval,
    Shape,
    flat_ends,
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
    "learned but for a few": (np.concatenate([np.ones(380), EVENLY[::20]]), True),
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


def test_the_ends_of_a_flat_distribution_are_counted():
    for models in (3, 10, 37):
        counts = np.arange(models + 1)
        near = (10 * counts <= models) | (10 * counts >= 9 * models)
        assert flat_ends(models) == pytest.approx(near.mean())


@pytest.mark.parametrize("peaks", [[True, True], [True, None], [True, False], [None, False]])
def test_what_is_bimodal_is_never_not_bimodal(peaks):
    above, between, below = Interval(0.9, 0.8, 1), Interval(0.3, 0.1, 0.5), Interval(0, 0, 0)
    of = {True: above, None: between, False: below}
    shapes = [Shape(place, 10, of[each], of[each]) for place, each in enumerate(peaks)]
    assert [shape.two_peaks for shape in shapes] == peaks
    bimodal, opposite = verdict(shapes, True)[0], verdict(shapes, False)[0]
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
