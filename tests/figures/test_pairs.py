"""Figures that compare two collections: readable, labelled, and refused where they cannot be."""

from functools import cache

import numpy as np
import pytest
from support.figures import (
    assert_csv_draws_the_same,
    assert_texts_are_readable,
    visible_texts,
)
from support.pairs import (
    ALEXNET,
    BOOSTED,
    DENSENET,
    FAST,
    HALVES,
    LINEAR,
    ONE,
    RESNET,
    SLOW,
    SMALL,
    ST_VGG,
    TWO,
    drawn,
    learner,
    tabulated,
)

from learning_order.figures import load_kind, style
from learning_order.figures.sources import NotToDraw

PAIRS = {
    "one": [(ST_VGG, SMALL)],
    "two": [(ST_VGG, SMALL), HALVES],
    "three": [(LINEAR, ST_VGG), (SMALL, LINEAR), HALVES],
    "five": [(ST_VGG, SMALL), (SMALL, ST_VGG), (LINEAR, SMALL), (BOOSTED, ST_VGG), (ONE, TWO)],
    "least": [(ONE, TWO)],
    "never equal": [(FAST, SLOW)],
}
DENSE = [(RESNET, ALEXNET), (RESNET, DENSENET), (ST_VGG, SMALL)]
KINDS = ["accessibility-scatter", "binned-accessibility", "matched-accuracy", "averaged-histograms"]
LAYOUTS = {f"{kind}, {pairs}": (kind, PAIRS[pairs], {}) for kind in KINDS for pairs in PAIRS}
LAYOUTS |= {
    "dense": ("accessibility-scatter", DENSE, {}),
    "one dense": ("accessibility-scatter", DENSE[:1], {"bins": 7}),
    "test": ("accessibility-scatter", PAIRS["two"], {"split": "test"}),
    "bins": ("binned-accessibility", PAIRS["two"], {"split": "test", "bins": 4}),
    "six panels": ("averaged-histograms", [(LINEAR, LINEAR), *PAIRS["two"]], {"panels": 6}),
    "one panel": ("averaged-histograms", PAIRS["two"], {"panels": 1, "bins": 10}),
    "train": ("matched-accuracy", PAIRS["one"], {"split": "train", "tolerance": 0.1}),
}


@cache
def laid_out(layout):
    kind, pairs, options = LAYOUTS[layout]
    return drawn(kind, pairs, **options)


@pytest.mark.parametrize("layout", LAYOUTS)
def test_no_text_overlaps_or_leaves_the_page(layout):
    _, figure = laid_out(layout)
    assert figure.get_size_inches()[0] <= style.PAGE_WIDTH
    assert_texts_are_readable(figure)


@pytest.mark.parametrize("layout", ["dense", *(f"{kind}, two" for kind in KINDS)])
def test_the_saved_table_draws_the_same_figure(layout):
    kind, _, options = LAYOUTS[layout]
    assert_csv_draws_the_same(kind, options, *laid_out(layout))


@pytest.mark.parametrize("kind", KINDS)
def test_names_may_be_numbers(kind):
    numbers = {"architecture": "2020", "dataset": "1"}
    pair = tuple(learner(name=name, **numbers) for name in ("7", "8"))
    assert_csv_draws_the_same(kind, {}, *drawn(kind, [pair]))


@pytest.mark.parametrize("layout", ["one dense", *(f"{kind}, one" for kind in KINDS)])
def test_every_figure_names_dataset_architectures_and_models(layout):
    _, figure = laid_out(layout)
    texts = " ".join(text for text, _ in visible_texts(figure)).replace("\n", " ")
    names = ["imagenet", "resnet50 (27 models)", "alexnet (22 models)"]
    if layout != "one dense":
        names = ["small-mammals", "st-vgg (6 models)", "small-st-vgg (5 models)"]
    for name in names:
        assert name in texts


def test_halves_of_a_collection_have_readable_names_and_the_letters_of_the_paper():
    _, figure = drawn("accessibility-scatter", [HALVES, (ST_VGG, SMALL)], first_letter="b")
    texts = [text for text, _ in visible_texts(figure)]
    assert "b) small-mammals, train examples" in texts
    assert "c) small-mammals, train examples" in texts
    words = " ".join(texts).replace("\n", " ")
    assert "st-vgg, first half and st-vgg, second half" in words
    assert "first-half" not in words


UNLABELLED = learner("unlabelled")
for name, column in [
    ("accessibility", "accessibility"),
    ("examples", "tp_agreement"),
    ("summary", "ensemble_accuracy"),
]:
    UNLABELLED.tables[name][column] = np.nan
OTHER_LABELS = learner("other-labels")
for name in ("accessibility", "examples"):
    OTHER_LABELS.tables[name]["label"] += OTHER_LABELS.tables[name]["example"] < 3
REFUSED = {
    "datasets are small-mammals and fish.*same_examples": learner("st-vgg", dataset="fish"),
    "have 300 and 200 train examples": learner("few", sizes={"train": 200, "test": 120}),
    "3 of their 300 train examples have different labels": OTHER_LABELS,
    "no split train, only test": learner("half", sizes={"test": 120}),
    "have no labels": UNLABELLED,
}


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("message", REFUSED)
def test_what_cannot_be_compared_is_refused(kind, message):
    with pytest.raises(NotToDraw, match=message):
        tabulated(kind, [(ST_VGG, REFUSED[message])], split="train")


@pytest.mark.parametrize("kind", KINDS)
def test_features_of_the_same_images_can_be_said_to_be_the_same_examples(kind):
    features = learner("st-vgg", dataset="small-mammals-features", models=2)
    data = tabulated(kind, [(features, ST_VGG)], same_examples=True)
    figure = load_kind(kind).draw(data, {})
    assert_texts_are_readable(figure)
    texts = " ".join(text for text, _ in visible_texts(figure)).replace("\n", " ")
    assert "small-mammals-features and small-mammals" in texts
