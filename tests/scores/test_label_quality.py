"""The quality of labels is what plain loops find, and keeps the order of what it combines."""

from math import sqrt

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from learning_order.scores import label_quality, label_quality_with_margins

EXAMPLES, CLASSES = 12, 3


@st.composite
def supported(draw):
    """Support, labels and margins of some examples."""
    votes = draw(arrays(int, (EXAMPLES, CLASSES), elements=st.integers(0, 20)))
    labels = draw(arrays(int, EXAMPLES, elements=st.integers(0, CLASSES - 1)))
    margins = draw(arrays(float, EXAMPLES, elements=st.floats(-60, 60)))
    return votes / np.maximum(votes.sum(axis=1, keepdims=True), 1), labels, margins


def spread(values):
    mean = sum(values) / len(values)
    return max(sqrt(sum((value - mean) ** 2 for value in values) / len(values)), 0.001)


@given(supported())
def test_support_and_margins_are_added_in_units_of_their_spread(drawn):
    support, labels, margins = drawn
    differences = []
    for row, label in zip(support, labels, strict=True):
        others = [share for number, share in enumerate(row) if number != label]
        differences.append(row[label] - max(others))
    found = label_quality_with_margins(support, labels, margins)
    for quality, difference, margin in zip(found, differences, margins, strict=True):
        x = difference / spread(differences) + margin / spread(margins)
        assert quality == pytest.approx(0.5 + x / (2 + 2 * abs(x)))


@given(supported())
def test_more_of_both_is_never_less_quality(drawn):
    support, labels, margins = drawn
    quality = label_quality_with_margins(support, labels, margins)
    assert ((quality > 0) & (quality < 1)).all()
    of_support = label_quality(support, labels)
    for one in range(EXAMPLES):
        worse = (of_support <= of_support[one]) & (margins <= margins[one])
        assert (quality[worse] <= quality[one]).all()


@given(supported(), st.floats(0.1, 1000))
def test_the_quality_does_not_depend_on_the_unit_of_the_margins(drawn, unit):
    support, labels, margins = drawn
    assume(margins.std() > 0.1)
    one = label_quality_with_margins(support, labels, margins)
    other = label_quality_with_margins(support, labels, unit * margins)
    assert other == pytest.approx(one)


@pytest.mark.parametrize("margins", [[0.0, 0.0, 0.0], [7.0, 7.0, 7.0]])
def test_what_does_not_differ_between_examples_leaves_the_order_to_the_other(margins):
    support = [[0.8, 0.2], [0.2, 0.8], [0.5, 0.5]]
    assert np.argsort(label_quality_with_margins(support, [0, 0, 0], margins)).tolist() == [1, 2, 0]
    alike = [[1.0, 0.0]] * 3
    assert np.argsort(label_quality_with_margins(alike, [0, 0, 0], [5, 3, 9])).tolist() == [1, 0, 2]


def test_errors_of_rounding_are_not_magnified():
    support = [[1.0, 0.0], [1 - 1e-6, 1e-6]]
    low, high = label_quality_with_margins(support, [0, 0], [3, 9])
    assert low < high


def test_the_most_certain_labels_are_still_told_apart():
    margins = [-65504, -65000, 65000, 65504]
    quality = label_quality_with_margins([[0, 1], [0, 1], [1, 0], [1, 0]], [0] * 4, margins)
    assert (np.diff(quality) > 0).all()


def test_undecided_labels_lie_in_the_middle():
    support = [[0.5, 0.5], [0.9, 0.1]]
    assert label_quality_with_margins(support, [0, 0], [0, 4])[0] == 0.5


def test_margins_of_other_examples_are_refused():
    with pytest.raises(ValueError, match="support and margins"):
        label_quality_with_margins([[0.5, 0.5]], [0], [1, 2])
    with pytest.raises(ValueError, match="margins should be finite"):
        label_quality_with_margins([[0.5, 0.5]], [0], [np.nan])
