"""Comparisons of collections and models, and bootstrap intervals."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy import stats
from sklearn.metrics import cohen_kappa_score

from learning_order import scores
from learning_order.scores import chunks

percents = st.lists(st.integers(0, 12), min_size=1, max_size=7)


def rng(seed=0):
    return np.random.default_rng(seed)


def in_percent(stronger, weaker):
    """The matches by an exhaustive search in whole numbers, with a tolerance of 1."""
    matches = []
    for i in sorted(range(len(stronger)), key=lambda i: stronger[i]):
        rank = [(abs(value - stronger[i]), abs(j - i), j) for j, value in enumerate(weaker)]
        difference, _, nearest = min(rank)
        if difference <= 1:
            matches.append((i, nearest, False))
        elif stronger[i] > max(weaker):
            matches.append((i, len(weaker) - 1, True))
    return matches


@given(percents, percents)
def test_matches_are_those_of_an_exhaustive_search_in_whole_percents(a, b):
    if max(a) < max(b):
        a, b = b, a
    found = scores.match_extents(np.array(a) / 100, np.array(b) / 100)
    if max(a) > max(b):
        assert found == in_percent(a, b)
    # Every match keeps the tolerance, or is beyond, whichever counts as the stronger.
    assert all(m.beyond or abs(a[m.a] - b[m.b]) <= 1 for m in found)


@given(percents, percents)
def test_swapped_collections_have_swapped_matches(a, b):
    a, b = np.array(a) / 100, np.array(b) / 100
    swapped = [(m.b, m.a, m.beyond) for m in scores.match_extents(b, a)]
    assert swapped == scores.match_extents(a, b)


def test_what_is_beyond_goes_with_the_last_extent_even_if_not_the_best():
    found = scores.match_extents([0.3, 0.61, 0.9], [0.3, 0.6, 0.5])
    assert found == [(0, 0, False), (1, 1, False), (2, 2, True)]


def test_the_tolerance_is_absolute_and_inclusive():
    assert scores.match_extents([0.5, 0.9], [0.52, 0.9]) == [(1, 1, False)]
    assert len(scores.match_extents([0.5, 0.9], [0.52, 0.9], tolerance=0.02)) == 2


@given(st.data())
def test_error_consistency_is_the_kappa_of_sklearn(data):
    examples = data.draw(st.integers(2, 20))
    a = data.draw(arrays(bool, (2, examples)))
    b = data.draw(arrays(bool, (3, examples)))
    found = scores.error_consistency(a, b)
    assert found.shape == (2, 3)
    for i, j in np.ndindex(2, 3):
        same_everywhere = len(set(a[i]) | set(b[j])) == 1  # where sklearn warns
        expected = np.nan if same_everywhere else cohen_kappa_score(a[i], b[j])
        assert found[i, j] == pytest.approx(expected, abs=1e-9, nan_ok=True)
        single = scores.error_consistency(a[i], b[j])
        assert single == pytest.approx(expected, abs=1e-9, nan_ok=True)


def test_the_interval_of_a_mean_is_that_of_scipy():
    models = rng().normal(5, 2, 60)
    low, high = scores.bootstrap(np.mean, models, rng(), resamples=2000)
    theirs = stats.bootstrap((models,), np.mean, method="percentile", rng=rng(1))
    assert low == pytest.approx(theirs.confidence_interval.low, abs=0.1)
    assert high == pytest.approx(theirs.confidence_interval.high, abs=0.1)


def test_the_interval_is_centred_where_resampling_shifts_the_statistic():
    predictions = rng().integers(0, 10, (12, 300))

    def mean_agreement(models):
        return scores.agreement(models).mean()

    low, high = scores.bootstrap(mean_agreement, predictions, rng())
    draws = scores.model_draws(12, rng(), 200)
    resampled = [mean_agreement(predictions[draw]) for draw in draws]
    assert np.quantile(resampled, 0.025) > mean_agreement(predictions)  # what it is there for
    assert low < mean_agreement(predictions) < high
    assert high - low == pytest.approx(np.ptp(np.quantile(resampled, [0.025, 0.975])))


def test_a_wider_interval_is_surer_and_the_generator_decides():
    models = rng().normal(size=20)
    narrow, wide, again = (
        scores.bootstrap(np.mean, models, rng(3), confidence=c) for c in (0.5, 0.99, 0.5)
    )
    assert wide[0] < narrow[0] < narrow[1] < wide[1]
    assert narrow == again != scores.bootstrap(np.mean, models, rng(4), confidence=0.5)


def test_resamples_that_are_nan_are_left_out():
    def nan_without_the_first(models):
        return models.mean() if 0 in models else np.nan

    low, high = scores.bootstrap(nan_without_the_first, np.arange(5.0), rng())
    assert low < 2 < high
    assert np.isnan(scores.bootstrap(lambda _: np.nan, np.ones(3), rng())).all()


def test_one_model_shows_no_spread():
    assert np.isnan(scores.bootstrap(np.mean, np.ones((1, 9)), rng())).all()


predictions = st.tuples(st.integers(1, 7), st.integers(1, 9)).flatmap(
    lambda shape: arrays(np.int16, shape, elements=st.integers(0, 4))
)


@given(predictions, st.integers(0, 9))
def test_the_shortcuts_resample_as_the_plain_way_does(predictions, seed):
    draws = scores.model_draws(len(predictions), rng(seed), 5)
    weights = scores.draw_weights(draws)
    found = scores.resampled_agreement(predictions, weights)
    assert found == pytest.approx([scores.agreement(predictions[d]).mean() for d in draws])
    correct = predictions == 1
    found = scores.resampled_bimodality(correct, weights)
    expected = [scores.bimodality(correct[draw].mean(axis=0)) for draw in draws]
    assert found == pytest.approx(expected, abs=1e-9, nan_ok=True)


def test_the_shortcuts_do_not_depend_on_chunks(monkeypatch):
    predictions = rng().integers(0, 5, (6, 100))
    weights = scores.draw_weights(scores.model_draws(6, rng(1), 8))
    at_once = (
        scores.resampled_agreement(predictions, weights),
        scores.resampled_bimodality(predictions == 1, weights),
    )
    monkeypatch.setattr(chunks, "CHUNK", 50)
    assert np.array_equal(at_once[0], scores.resampled_agreement(predictions, weights))
    assert np.array_equal(at_once[1], scores.resampled_bimodality(predictions == 1, weights))


ONES = np.ones((2, 3), bool)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: scores.match_extents([0.5], [50]), "accuracy_b should be shares from 0 to 1"),
        (lambda: scores.match_extents([0.5], [0.5], -0.1), "should not be negative, got -0.1"),
        (lambda: scores.error_consistency(ONES, ONES[:, :2]), "number of examples, got 3 and 2"),
        (lambda: scores.error_consistency(ONES, ONES[0]), r"correct_b should have axes \(models"),
        (lambda: scores.split_half_reliability(ONES[:, None], rng()), "at least two models, got 1"),
        (
            lambda: scores.split_half_reliability(ONES[None], rng(), repeats=0),
            "repeats should be at least 1, got 0",
        ),
        (lambda: scores.bootstrap(np.mean, [], rng()), "at least one model along its first axis"),
        (lambda: scores.bootstrap(np.mean, [1, 2], rng(), resamples=0), "resamples should be at"),
        (
            lambda: scores.bootstrap(np.mean, [1, 2], rng(), confidence=95),
            "confidence should be between 0 and 1, got 95",
        ),
    ],
)
def test_bad_input_is_reported_by_name(call, message):
    with pytest.raises(ValueError, match=message):
        call()
