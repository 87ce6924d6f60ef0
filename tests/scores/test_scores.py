"""The scores of a collection against plain loops, closed forms and scipy."""

import doctest
import importlib
import inspect
import pkgutil
import re
from collections import Counter
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy import stats

from learning_order import scores
from learning_order.scores import chunks

shapes = st.tuples(st.integers(1, 9), st.integers(1, 12))
predictions = shapes.flatmap(lambda shape: arrays(np.int16, shape, elements=st.integers(-1, 4)))
histories = st.tuples(st.integers(1, 5), st.integers(1, 4), st.integers(1, 5)).flatmap(
    lambda shape: arrays(bool, shape)
)
MODULES = [name for _, name, _ in pkgutil.iter_modules(scores.__path__, "learning_order.scores.")]
FUNCTIONS = [name for name in scores.__all__ if not inspect.isclass(getattr(scores, name))]
SECTIONS = ("Parameters", "Returns", "Raises", "References", "Examples")


@pytest.mark.parametrize("name", ["learning_order.scores", *MODULES])
def test_the_examples_in_docstrings_run(name):
    assert doctest.testmod(importlib.import_module(name), raise_on_error=True).failed == 0


@pytest.mark.parametrize("name", FUNCTIONS)
def test_every_public_function_describes_its_parameters_and_result(name):
    function = getattr(scores, name)
    _, *parts = re.split(r"^(\w+)\n-+\n", inspect.getdoc(function), flags=re.MULTILINE)
    sections = dict(zip(parts[::2], parts[1::2], strict=True))
    assert list(sections) == [title for title in SECTIONS if title in sections]
    described = re.findall(r"^(\w[\w, ]*) : .", sections["Parameters"], re.MULTILINE)
    assert ", ".join(described).split(", ") == list(inspect.signature(function).parameters)
    assert sections["Returns"].strip()
    assert ">>> " in sections["Examples"]


@given(predictions, st.data())
def test_tp_agreement_is_a_plain_count(predictions, data):
    models, examples = predictions.shape
    labels = data.draw(arrays(np.int64, examples, elements=st.integers(-1, 4)))
    found = scores.tp_agreement(predictions, labels)
    assert found.dtype == np.float64
    for x in range(examples):
        assert found[x] == sum(predictions[i, x] == labels[x] for i in range(models)) / models


@given(predictions)
def test_votes_are_plain_counts(predictions):
    agreement, modal = scores.agreement(predictions), scores.modal_class(predictions)
    for x, column in enumerate(predictions.T):
        count = Counter(column.tolist())
        most = max(count.values())
        assert agreement[x] == most / len(column)
        assert modal[x] == min(value for value, times in count.items() if times == most)


@given(predictions)
def test_agreement_is_the_largest_tp_agreement_of_any_label(predictions):
    examples = predictions.shape[1]
    of_labels = [scores.tp_agreement(predictions, np.full(examples, k)) for k in range(-1, 5)]
    assert np.array_equal(scores.agreement(predictions), np.max(of_labels, axis=0))


@given(predictions)
def test_modal_class_is_the_mode_of_scipy(predictions):
    assert np.array_equal(scores.modal_class(predictions), stats.mode(predictions, axis=0).mode)


def test_votes_do_not_depend_on_the_chunks_they_are_counted_in(monkeypatch):
    predictions = np.random.default_rng(0).integers(0, 6, (7, 50))
    at_once = scores.votes(predictions)
    monkeypatch.setattr(chunks, "CHUNK", 21)
    assert [len(part.T) for part in chunks.chunks(predictions)] == [8] * 6 + [2]
    assert np.array_equal(at_once, scores.votes(predictions))


def test_the_ensemble_is_right_where_its_majority_is():
    predictions = [[0, 1, 2, 0], [0, 2, 1, 0], [1, 2, 0, 0]]
    # A majority for 0, one for 2, a tie that goes to 0, and all for 0.
    assert scores.ensemble_accuracy(predictions, [0, 1, 0, 0]) == 0.75


def test_identical_models_are_perfectly_bimodal():
    predictions, labels = np.tile([0, 1, 2, 1], (5, 1)), [0, 1, 1, 0]
    assert scores.tp_agreement(predictions, labels).tolist() == [1, 1, 0, 0]
    assert scores.agreement(predictions).tolist() == [1, 1, 1, 1]
    assert scores.bimodality(scores.tp_agreement(predictions, labels)) == 0


@given(histories)
def test_accessibility_is_the_mean_over_extents_and_models(correct):
    found = scores.accessibility(correct.mean(axis=1))
    assert found == pytest.approx(correct.mean(axis=(0, 1)))


@given(histories)
def test_learned_extent_is_a_plain_search(correct):
    extents = [0, 1, 3, 7, 20][: len(correct)]
    found = scores.learned_extent(correct, extents)
    for place in np.ndindex(found.shape):
        history = correct[:, *place]
        stays_right = [extent for k, extent in enumerate(extents) if history[k:].all()]
        expected = stays_right[0] if stays_right else np.nan
        assert found[place] == pytest.approx(expected, nan_ok=True)


@given(histories)
def test_forgetting_events_are_plain_counts(correct):
    found = scores.forgetting_events(correct)
    for place in np.ndindex(found.shape):
        assert found[place] == sum(a and not b for a, b in pairwise(correct[:, *place]))


def test_trivial_and_impossible_examples_are_those_of_the_last_extent():
    tp_agreement = [[1.0, 1.0, 0.0, 0.0, 0.0], [1.0, 0.5, 0.0, 0.0, 1.0]]
    assert scores.trivial_share(tp_agreement) == 0.4
    assert scores.impossible_share(tp_agreement) == 0.4
    assert scores.impossible_share(tp_agreement[:1]) == 0.6


@given(arrays(float, st.integers(1, 60), elements=st.integers(0, 20).map(lambda k: k / 20)))
def test_bimodality_is_made_of_the_moments_of_scipy(values):
    found = scores.bimodality(values)
    if len(set(values)) == 1:
        assert np.isnan(found)
    else:
        expected = stats.kurtosis(values, fisher=False) - stats.skew(values) ** 2 - 1
        assert found == pytest.approx(expected, rel=1e-9, abs=1e-9)


@given(
    st.lists(st.integers(0, 9), min_size=2, max_size=30),
    st.floats(1e-6, 1e6),
    st.floats(-10, 10),
)
def test_bimodality_depends_on_neither_unit_nor_origin(values, unit, origin):
    values = np.array(values)
    moved = unit * (values + origin)
    assert scores.bimodality(moved) == pytest.approx(
        scores.bimodality(values), rel=1e-6, abs=1e-6, nan_ok=True
    )


@given(st.lists(st.tuples(st.integers(-5, 5), st.integers(0, 4)), min_size=1, max_size=10))
def test_weights_are_repetitions(pairs):
    values, weights = np.array(pairs).T
    repeated = np.repeat(values, weights)
    if len(repeated):
        found = scores.bimodality(values, weights=weights)
        assert found == pytest.approx(scores.bimodality(repeated), abs=1e-9, nan_ok=True)


@given(st.integers(1, 50), st.integers(1, 50))
def test_bimodality_of_two_points_is_zero(low, high):
    assert scores.bimodality([0.1] * low + [0.7] * high) == pytest.approx(0, abs=1e-9)


def test_bimodality_of_a_uniform_and_of_a_normal_distribution():
    assert scores.bimodality(np.linspace(0, 1, 10001)) == pytest.approx(0.8, abs=1e-6)
    quantiles = stats.norm.ppf((np.arange(100_000) + 0.5) / 100_000)
    assert scores.bimodality(quantiles) == pytest.approx(2, abs=0.01)


@pytest.mark.parametrize("number_type", [np.float64, np.float32])
@pytest.mark.parametrize("constant", [0.0, 1.0, 0.1 + 0.2, 1 / 3, -7e100])
def test_bimodality_of_a_constant_is_nan_despite_rounding(constant, number_type):
    values = np.full(1001, np.clip(constant, -1e30, 1e30), number_type)
    assert np.isnan(scores.bimodality(values))
    values[::2] = np.nextafter(values[::2], number_type(9))
    if constant:
        assert np.isnan(scores.bimodality(values))


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (
            lambda: scores.tp_agreement([0, 1], [0, 1]),
            r"predictions should have axes \(models, examples\), got shape \(2,\)",
        ),
        (lambda: scores.tp_agreement([[0, 1]], [[0, 1]]), r"labels should have axes \(examples\)"),
        (lambda: scores.tp_agreement([[0, 1]], [0]), "same number of examples, got 2 and 1"),
        (lambda: scores.tp_agreement([[0.5, 1]], [0, 1]), "should be integers .* got float64"),
        (lambda: scores.agreement(np.empty((0, 3), int)), r"predictions is empty: shape \(0, 3\)"),
        (lambda: scores.accessibility([[0.5, 1.5]]), "should be shares from 0 to 1"),
        (lambda: scores.accessibility([[0.5, np.nan]]), "tp_agreement should be finite"),
        (lambda: scores.learned_extent([[[0, 1]]], [0]), "correct should be booleans"),
        (lambda: scores.learned_extent(np.ones((2, 1, 1), bool), [0]), "holds 2 .* but 1 are"),
        (lambda: scores.learned_extent(np.ones((2, 1, 1), bool), [5, 1]), "extents should ascend"),
        (lambda: scores.ensemble_accuracy([[0, 1]], [0]), "same number of examples, got 2 and 1"),
        (lambda: scores.bimodality([0, np.inf]), "values should be finite"),
        (lambda: scores.bimodality(["a", "b"]), "values should be numbers, got <U1"),
        (lambda: scores.bimodality([0, 1], weights=[1]), "values and weights .* got 2 and 1"),
        (lambda: scores.bimodality([0, 1], weights=[2, -1]), "should not be negative"),
    ],
)
def test_bad_input_is_reported_by_name(call, message):
    with pytest.raises(ValueError, match=message):
        call()
