"""Curves of single examples, one of each typical shape."""

from dataclasses import replace

import numpy as np
import pytest
from support.collections import collection, scored
from support.figures import assert_csv_draws_the_same, assert_texts_are_readable, drawn

from learning_order.figures import style
from learning_order.figures.kinds import example_curves
from learning_order.figures.sources import NotToDraw

MAMMALS = scored(models=10, extents=(0, 2, 5, 10, 20, 30), examples={"train": 250, "test": 50})
LONG_NAME = scored("small-mammals-random-labels", "st-vgg-no-dropout", extents=tuple(range(31)))
ONE_MODEL = scored("digits", "small-st-vgg", models=1)
LAYOUTS = [([MAMMALS], {}), ([LONG_NAME, MAMMALS, ONE_MODEL], {"split": "test"})]


@pytest.mark.parametrize(("sources", "options"), LAYOUTS)
def test_every_text_can_be_read_and_the_saved_table_draws_the_same(sources, options):
    data, figure = drawn("example-curves", sources, options)
    assert figure.get_size_inches()[0] <= style.PAGE_WIDTH
    assert_texts_are_readable(figure)
    assert_csv_draws_the_same("example-curves", options, data, figure)


LATER = 6
SHAPES = {  # of 6 extents after 0, in three values: what it is, at which example
    "learned at once": [1, 1, 1, 1, 1, 1],
    "dips, then learned": [0, 0, 1, 1, 1, 1],
    "learned late": [0, 0, 0, 0, 0, 1],
    "never learned": [0, 0, 0, 0, 0, 0],
    "forgotten": [1, 0, 0, 0, 0, 0],
}


def with_curves(curves):
    """A collection whose train examples have that TP-agreement: (extents, examples)."""
    extents = range(len(curves))
    source = collection(extents=tuple(extents), examples={"train": curves.shape[1]})
    source.tables["examples"]["tp_agreement"] = np.ravel(curves)
    return source


def test_planted_shapes_are_found():
    rng = np.random.default_rng(0)
    curves = rng.uniform(0.3, 0.7, (LATER + 1, 50))
    for place, shape in zip((40, 3, 17, 29, 8), SHAPES.values(), strict=True):
        curves[1:, place] = shape
    data = example_curves.tabulate([with_curves(curves)], {})
    picked = data.groupby("shape", sort=False)["example"].first()
    assert picked.to_dict() == dict(zip(SHAPES, (40, 3, 17, 29, 8), strict=True))
    assert (data["distance"] == 0).all()
    for shape, rows in data.groupby("shape"):
        np.testing.assert_array_equal(rows["tp_agreement"], curves[:, picked[shape]])


def test_examples_are_shown_with_their_class_and_image_where_these_are_known():
    data, figure = drawn("example-curves", [replace(MAMMALS, classes=list("abcde"))], {})
    images = MAMMALS.images
    shown = data.dropna(subset="pixels")
    assert shown["shape"].tolist() == list(example_curves.LOOKS)
    assert shown["class_name"].tolist() == ["abcde"[images.labels[n]] for n in shown["example"]]
    for axes, number in zip(figure.axes[1:], shown["example"], strict=True):
        np.testing.assert_array_equal(axes.images[0].get_array(), images.images[number])
    for source, options in ((MAMMALS, {"split": "test"}), (replace(MAMMALS, images=None), {})):
        data, figure = drawn("example-curves", [source], options)
        assert "pixels" not in data
        assert len(figure.axes) == 1
        assert data["class_name"].str.fullmatch(r"class \d").all()


def plain_distance(curve, shape):
    """From the definition in the module: all switches tried, one after another."""
    n, half, held = len(curve), -(-len(curve) // 2), max(1, int(len(curve) / 8))
    switches = {
        "learned at once": [1],
        "dips, then learned": range(held + 1, half + 1),
        "learned late": range(half + 1, n + 2 - held),
        "never learned": [n + 1],
        "forgotten": range(held + 1, half + 1),
    }[shape]
    best = np.inf
    for switch in switches:
        total = 0
        for place, value in enumerate(curve, 1):
            ideal = 1 if place >= switch else 0
            total += (value - (1 - ideal if shape == "forgotten" else ideal)) ** 2
        best = min(best, total / n)
    return best


@pytest.mark.parametrize("later", [3, 4, 7, 16, 30])
def test_each_shape_gets_its_nearest_free_example(later):
    curves = np.random.default_rng(later).integers(0, 6, (later + 1, 40)) / 5
    picked = example_curves.pick(curves, list(range(later + 1)))
    taken = set()
    for shape, (example, distance) in picked.items():
        ranked = [
            (
                round(plain_distance(curves[1:, i], shape), 9),
                round(abs(curves[0, i] - curves[0].mean()), 9),
                i,
            )
            for i in range(40)
            if i not in taken
        ]
        assert example == min(ranked)[2]
        assert distance == pytest.approx(min(ranked)[0])
        taken.add(example)
    assert list(picked) == list(SHAPES)
    assert len(taken) == 5


def test_without_epoch_0_every_extent_counts():
    curves = np.array([[1.0, 0, 0, 0, 1, 0.5], [1, 1, 0, 0, 0, 0.5], [1, 1, 1, 0, 0, 0.5]])
    picked = example_curves.pick(curves, [1, 2, 3])
    assert [example for example, _ in picked.values()] == [0, 1, 2, 3, 4]


def test_a_shape_that_no_example_has_is_called_a_poor_fit():
    constant = np.ones((5, 5))
    data, figure = drawn("example-curves", [with_curves(constant)], {})
    assert data["example"].nunique() == 5
    labels = [text.get_text() for text in figure.legends[0].get_texts()]
    assert labels[0] == "learned at once: example 0, class 0"
    assert all(label.endswith("(poor fit)") for label in labels[1:])


def test_curves_need_extents_and_examples():
    with pytest.raises(NotToDraw, match="record at least 3 after 0"):
        example_curves.tabulate([with_curves(np.ones((3, 9)))], {})
    with pytest.raises(NotToDraw, match="4 train examples, too few"):
        example_curves.tabulate([with_curves(np.ones((9, 4)))], {})
    with pytest.raises(NotToDraw, match="no labels"):
        example_curves.tabulate([with_curves(np.full((9, 9), np.nan))], {})
