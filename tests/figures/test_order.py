"""Figures of the order in which examples are learned."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from support.collections import scored
from support.figures import (
    assert_csv_draws_the_same,
    assert_texts_are_readable,
    drawn,
    visible_texts,
)

from learning_order import scores
from learning_order.figures import style
from learning_order.figures.kinds import image_strips, learned_epochs
from learning_order.figures.sources import NotToDraw
from learning_order.tables import correct as correct_table

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
}


@pytest.mark.parametrize("layout", LAYOUTS)
def test_every_text_can_be_read_and_the_saved_table_draws_the_same(layout):
    kind, _, options = LAYOUTS[layout]
    data, figure = drawn(*LAYOUTS[layout])
    assert figure.get_size_inches()[0] <= style.PAGE_WIDTH
    assert_texts_are_readable(figure)
    assert_csv_draws_the_same(kind, options, data, figure)


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
        "60 train examples of collection small-mammals are not the 250 of the": replace(
            scored(), images=MAMMALS.images
        ),
        "version of it, or in another order": replace(
            MAMMALS, images=replace(MAMMALS.images, labels=MAMMALS.images.labels[::-1])
        ),
        r"are no images, but arrays of shape \(9,\)": replace(
            MAMMALS, images=replace(MAMMALS.images, images=np.zeros((250, 9)))
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
    extents, correct = correct_table.unpack(MAMMALS.tables["correct"], "train")
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
    assert {"not by epoch 30", "> 30"} <= set(texts)
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
    trained = learned_epochs.tabulate([MAMMALS], {})
    pd.testing.assert_frame_equal(own, trained.assign(protocol="own"))
    with pytest.raises(NotToDraw, match="no labelled split noise, only train, test"):
        learned_epochs.tabulate([MAMMALS], {"split": "noise"})
