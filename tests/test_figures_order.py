"""Figures of single examples: in which order they are learned, and how."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from figure_checks import (
    assert_csv_draws_the_same,
    assert_texts_are_readable,
    drawn,
    visible_texts,
)
from figure_tables import collection, scored

from learning_order import correctness, scores
from learning_order.figures import example_curves, image_strips, learned_epochs, style
from learning_order.figures.sources import Dataset, NotToDraw

EVERY_EPOCH = tuple(range(31))
MAMMALS = scored(models=10, extents=(0, 2, 5, 10, 20, 30), examples={"train": 250, "test": 50})
LONG_NAME = scored("small-mammals-random-labels", "st-vgg-no-dropout", extents=EVERY_EPOCH)
ONE_MODEL = scored("digits", "small-st-vgg", models=1)
FEW = scored("few", examples={"train": 7, "test": 20})
LAYOUTS = {
    "strips": ("image-strips", [MAMMALS, LONG_NAME], {}),
    "short strips": ("image-strips", [FEW], {}),
    "long strips": ("image-strips", [MAMMALS], {"images": 30}),
    "one image": ("image-strips", [LONG_NAME], {"images": 1}),
    "boxes": ("learned-epochs", [MAMMALS], {}),
    "boxes of three": ("learned-epochs", [MAMMALS, LONG_NAME, ONE_MODEL], {"split": "test"}),
    "boxes of few": ("learned-epochs", [FEW], {}),
    "curves": ("example-curves", [MAMMALS], {}),
    "curves of three": ("example-curves", [LONG_NAME, MAMMALS, ONE_MODEL], {"split": "test"}),
}


@pytest.mark.parametrize("layout", LAYOUTS)
def test_every_text_can_be_read(layout):
    _, figure = drawn(*LAYOUTS[layout])
    assert figure.get_size_inches()[0] <= style.PAGE_WIDTH
    assert_texts_are_readable(figure)


@pytest.mark.parametrize("layout", LAYOUTS)
def test_the_saved_table_draws_the_same_figure(layout):
    assert_csv_draws_the_same(*LAYOUTS[layout])


@pytest.mark.parametrize("levels", [1, 2, 5, 1000])
def test_among_equals_classes_take_turns(levels):
    rng = np.random.default_rng(levels)
    accessibility, labels = rng.integers(0, levels, 80) / 7, rng.integers(0, 6, 80)

    def order(sign, indices):
        ranked, seen = [], {}
        for i in sorted(indices):
            turn = seen[accessibility[i], labels[i]] = (
                seen.get((accessibility[i], labels[i]), 0) + 1
            )
            ranked.append((sign * accessibility[i], turn, labels[i], i))
        return [i for *_, i in sorted(ranked)][:10]

    expected = order(-1, range(80))
    first, last = image_strips.extremes(accessibility, labels, 10)
    assert first.tolist() == expected
    assert last.tolist() == order(1, set(range(80)) - set(expected))


def test_rounding_makes_no_difference_between_equals():
    accessibility = np.array([0.3, 0.1 + 0.2, 0.3, 0.1])
    first, _ = image_strips.extremes(accessibility, np.array([1, 1, 0, 0]), 2)
    assert first.tolist() == [2, 0]


class ImagesOnDisk:
    """Gives only what is asked for, and remembers it."""

    def __init__(self, images):
        self.images, self.asked = images, []

    def __getitem__(self, indices):
        self.asked += list(indices)
        return self.images[indices]


def test_strips_show_the_images_of_the_extreme_examples_and_read_no_others():
    lazy = ImagesOnDisk(MAMMALS.images.images)
    data = image_strips.tabulate(
        [replace(MAMMALS, images=replace(MAMMALS.images, images=lazy))], {}
    )
    table = MAMMALS.tables["accessibility"].query("split == 'train'")
    ranked = table["accessibility"].sort_values()
    for strip, expected in zip(image_strips.STRIPS, (ranked[::-1], ranked), strict=True):
        shown = data[data["strip"] == strip]
        np.testing.assert_allclose(shown["accessibility"], expected[:10])
    assert lazy.asked == data["example"].tolist()
    for row in data.itertuples():
        pixels = np.frombuffer(bytes.fromhex(row.pixels[1:]), np.uint8)
        np.testing.assert_array_equal(pixels, MAMMALS.images.images[row.example].ravel())


def test_strips_of_few_examples_share_none():
    data = image_strips.tabulate([FEW], {})
    assert len(data) == data["example"].nunique() == 6


def test_strips_need_the_images_of_their_train_examples():
    refusals = {
        "are not at hand": replace(MAMMALS, images=None),
        "60 train examples, but the dataset small-mammals has 250": replace(
            scored(), images=MAMMALS.images
        ),
        r"are no images, but arrays of shape \(9,\)": replace(
            MAMMALS, images=Dataset("texts", [], np.zeros((250, 9)), MAMMALS.images.labels)
        ),
        "has 0 train examples": scored(examples={"test": 9}),
    }
    for message, source in refusals.items():
        with pytest.raises(NotToDraw, match=message):
            image_strips.tabulate([source], {})


def learned_plainly(right, extents):
    """The first extent from which on all is right, infinity where there is none."""
    for place, extent in enumerate(extents):
        if all(right[place:]):
            return extent
    return np.inf


def quantile(values, share):
    """The smallest value that at least that share of the values does not exceed."""
    ordered = sorted(values)
    return next(v for k, v in enumerate(ordered, 1) if k >= share * len(ordered))


def test_boxes_are_medians_and_bootstrap_intervals_over_models(monkeypatch):
    monkeypatch.setattr(learned_epochs, "RESAMPLES", 40)
    data = learned_epochs.tabulate([MAMMALS], {"boxes": 7})
    extents, correct = correctness.unpack(MAMMALS.tables["correct"], "train")
    models, examples = correct.shape[1:]
    learned = np.array(
        [
            [learned_plainly(correct[:, model, example], extents) for example in range(examples)]
            for model in range(models)
        ]
    )
    table = MAMMALS.tables["accessibility"].query("split == 'train'")
    order = np.argsort(-table["accessibility"].to_numpy().round(9), kind="stable")
    draws = scores.model_draws(models, np.random.default_rng(learned_epochs.RNG_SEED), 40)
    start = 0
    for row in data.itertuples():
        members = order[start : start + row.examples]
        medians = [quantile(learned[draw][:, members].ravel(), 0.5) for draw in draws]
        expected = {
            "median": quantile(learned[:, members].ravel(), 0.5),
            "median_low": quantile(medians, 0.025),
            "median_high": quantile(medians, 0.975),
        }
        for name, value in expected.items():
            shown = getattr(row, name)
            assert (shown == value) or (np.isnan(shown) and value == np.inf)
        assert row.learned_share == pytest.approx(np.isfinite(learned[:, members]).mean())
        assert row.accessibility_high == pytest.approx(table["accessibility"].iloc[members].max())
        start += row.examples
    assert start == examples
    assert data["median"].isna().any()
    assert data["median"].notna().any()


def test_medians_agree_with_numpy():
    rng = np.random.default_rng(0)
    counts = rng.integers(0, 5, (300, 6))
    counts[counts.sum(axis=1) == 0, 2] = 1
    expected = [
        np.quantile(np.repeat(np.arange(6), row), 0.5, method="inverted_cdf") for row in counts
    ]
    np.testing.assert_array_equal(learned_epochs.median_extents(counts), expected)


def test_what_is_never_learned_is_marked_beyond_the_last_epoch():
    data, figure = drawn("learned-epochs", [MAMMALS], {})
    [axes] = figure.axes
    marks = [line for line in axes.lines if line.get_marker() == "^"]
    assert len(marks) == data["median"].isna().sum() > 0
    assert all(mark.get_ydata()[0] > 30 for mark in marks)
    texts = [text for text, _ in visible_texts(figure)]
    assert {"not learned by epoch 30", "> 30"} <= set(texts)
    medians = [line.get_ydata()[0] for line in axes.lines if line.get_linewidth() == 1.6]
    assert medians == data["median"].dropna().tolist()


def test_a_single_model_has_medians_without_intervals():
    data, figure = drawn("learned-epochs", [ONE_MODEL], {})
    assert data[["median_low", "median_high"]].isna().all(axis=None)
    assert data["median"].notna().any()
    assert not figure.axes[0].patches


def test_learned_epochs_need_one_run_a_model():
    independent = replace(MAMMALS, protocol="independent")
    with pytest.raises(NotToDraw, match="protocol: snapshots"):
        learned_epochs.tabulate([independent], {})
    own = learned_epochs.tabulate([replace(MAMMALS, protocol="own")], {})
    pd.testing.assert_frame_equal(own, learned_epochs.tabulate([MAMMALS], {}))
    with pytest.raises(NotToDraw, match="no labelled split noise, only train, test"):
        learned_epochs.tabulate([MAMMALS], {"split": "noise"})


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


def plain_distance(curve, shape):
    """From the definition in the module: all switches tried, one after another."""
    n, half = len(curve), -(-len(curve) // 2)
    switches = {
        "learned at once": [1],
        "dips, then learned": range(2, half + 1),
        "learned late": range(half + 1, n + 1),
        "never learned": [n + 1],
        "forgotten": range(2, half + 1),
    }[shape]
    best = np.inf
    for switch in switches:
        total = 0
        for place, value in enumerate(curve, 1):
            ideal = 1 if place >= switch else 0
            total += (value - (1 - ideal if shape == "forgotten" else ideal)) ** 2
        best = min(best, total / n)
    return best


@pytest.mark.parametrize("later", [3, 4, 7])
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
    assert labels[0] == "learned at once: example 0"
    assert all(label.endswith("(poor fit)") for label in labels[1:])


def test_curves_need_extents_and_examples():
    with pytest.raises(NotToDraw, match="record at least 3 after 0"):
        example_curves.tabulate([with_curves(np.ones((3, 9)))], {})
    with pytest.raises(NotToDraw, match="4 train examples, too few"):
        example_curves.tabulate([with_curves(np.ones((9, 4)))], {})
    with pytest.raises(NotToDraw, match="no labels"):
        example_curves.tabulate([with_curves(np.full((9, 9), np.nan))], {})
