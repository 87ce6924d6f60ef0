"""Figures that cut, average or compare distributions: modal classes, partitions, out of sample."""

from dataclasses import replace
from itertools import combinations, product

import numpy as np
import pytest
from scipy import stats
from support.collections import scored
from support.figures import (
    assert_csv_draws_the_same,
    assert_texts_are_readable,
    drawn,
    visible_texts,
)

from learning_order import scores
from learning_order.figures import style
from learning_order.figures.kinds import (
    histograms,
    modal_class_histograms,
    out_of_sample,
    partitions,
)
from learning_order.figures.sources import NotToDraw

NAMES = ["hamster", "mouse", "rabbit", "shrew", "squirrel"]
MAMMALS = replace(scored(models=10, examples={"train": 90, "test": 60}), classes=NAMES)
TEN = scored("cifar10", "vgg19", classes=10, extents=(0, 1, 10, 30, 60, 80, 100))
LONG_NAMES = replace(TEN, name="long", classes=[f"a_rather_long_class_name_{k}" for k in range(10)])
MANY = scored("cifar100", classes=100, models=60, examples={"test": 900})
PARTS = [
    scored(f"fashion-mnist-part-{k:02}", seed=k, models=8, extents=(0, 1, 5, 10, 20, 30, 40))
    for k in range(5)
]
OTHERS = {"train": 50, "test": 90, "noise-224": 30, "stylegan": 40, "indoor-scenes": 30}
RESNET = scored("imagenet", "resnet50", models=27, classes=50, examples=OTHERS)
NINE = scored("small-mammals-random-labels", examples={f"a-long-split-{k}": 9 for k in range(8)})
LAYOUTS = {
    "modal": ("modal-class-histograms", [MAMMALS], {}),
    "modal in a column": ("modal-class-histograms", [MAMMALS], {"extents": [0, 2, 5]}),
    "modal of three": (
        "modal-class-histograms",
        [TEN, LONG_NAMES, MANY],
        {"bins": 10, "splits": ["test"]},
    ),
    "modal of many classes": ("modal-class-histograms", [MANY], {"splits": ["test"]}),
    "partitions": ("partitions", PARTS, {}),
    "two partitions": ("partitions", PARTS[:2], {"shown": 1, "extents": [0, 5]}),
    "the mean of partitions": ("partitions", PARTS, {"shown": 0, "null_hypothesis": False}),
    "out of sample": ("out-of-sample", [RESNET], {}),
    "out of sample of two": ("out-of-sample", [RESNET, MAMMALS], {"splits": ["train", "test"]}),
    "eight splits": ("out-of-sample", [NINE], {}),
}


@pytest.mark.parametrize("layout", LAYOUTS)
def test_every_text_can_be_read_and_the_saved_table_draws_the_same(layout):
    kind, _, options = LAYOUTS[layout]
    data, figure = drawn(*LAYOUTS[layout])
    assert figure.get_size_inches()[0] <= style.PAGE_WIDTH
    assert_texts_are_readable(figure)
    assert_csv_draws_the_same(kind, options, data, figure)


@pytest.mark.parametrize("source", [MAMMALS, MANY], ids=["every value", "equal bins"])
def test_modal_classes_add_up_to_the_histogram(source):
    data = modal_class_histograms.tabulate([source], {})
    whole = histograms.tabulate([source], {})
    keys = ["split", "extent", "left"]
    sums = data.groupby(keys)["share"].sum()
    np.testing.assert_allclose(sums, whole.set_index(keys)["share"].reindex(sums.index))


def test_bars_count_the_examples_of_their_modal_class():
    data, figure = drawn("modal-class-histograms", [MAMMALS], {"extents": [5], "splits": ["test"]})
    examples = MAMMALS.tables["examples"].query("split == 'test' and extent == 5")
    heights = np.array([bar.get_height() for bar in figure.axes[0].patches[:55]]).reshape(5, 11)
    for number, name in enumerate(NAMES):
        of_class = examples[examples["modal_class"] == number]["tp_agreement"]
        counts, _ = np.histogram(of_class * 10, np.arange(-0.5, 11))
        np.testing.assert_allclose(data[data["class"] == name]["share"] * 60, counts, atol=1e-9)
        np.testing.assert_allclose(heights[number] * 60, counts, atol=1e-9)
    assert [text.get_text() for text in figure.legends[0].get_texts()] == NAMES


def test_beyond_ten_classes_the_rarest_are_other():
    data = modal_class_histograms.tabulate([MANY], {})
    frequent = MANY.tables["examples"]["modal_class"].value_counts(sort=False)
    own = sorted(frequent.sort_index().sort_values(ascending=False, kind="stable").index[:9])
    assert data["modal_class"].unique().tolist() == [*own, modal_class_histograms.OTHER]
    assert data["class"].iloc[-1] == "other"
    rest = MANY.tables["examples"].query("extent == 0 and modal_class not in @own")
    shown = data.query("extent == 0 and `class` == 'other'")["share"].sum()
    assert shown == pytest.approx(len(rest) / 900)


def test_classes_without_names_are_numbered():
    data = modal_class_histograms.tabulate([replace(MAMMALS, classes=NAMES[:3])], {})
    assert data["class"].unique().tolist() == [*NAMES[:3], "class 3", "class 4"]


def test_the_last_row_is_the_mean_over_all_parts():
    data = partitions.tabulate(PARTS, {"shown": 2})
    blocks = dict(list(data.groupby("collection", sort=False)))
    assert list(blocks) == [PARTS[0].name, PARTS[1].name, partitions.ALL]
    mean = blocks[partitions.ALL]
    each = [histograms.tabulate([part], {"splits": ["test"]}) for part in PARTS]
    for column in ("share", "null_share"):
        expected = sum(table[column].to_numpy() for table in each) / len(PARTS)
        np.testing.assert_allclose(mean[column], expected)
    for extent, rows in mean.groupby("extent"):
        chosen = f"split == 'test' and extent == {extent}"
        pooled = np.concatenate(
            [part.tables["examples"].query(chosen)["tp_agreement"] for part in PARTS]
        )
        expected = stats.kurtosis(pooled, fisher=False) - stats.skew(pooled) ** 2 - 1
        assert rows["bimodality"].iloc[0] == pytest.approx(expected)
    for name, part in zip(blocks, PARTS[:2], strict=False):
        own = histograms.tabulate([part], {})
        np.testing.assert_array_equal(blocks[name]["share"], own["share"])


def test_the_correlation_is_that_of_every_pair_of_parts():
    data, figure = drawn("partitions", PARTS, {})
    rows = [part.tables["accessibility"].query("split == 'test'") for part in PARTS]
    pairs = [
        stats.pearsonr(one["accessibility"], other["accessibility"]).statistic
        for one, other in combinations(rows, 2)
    ]
    last = data.iloc[-1]
    assert last["correlation"] == pytest.approx(np.mean(pairs))
    assert last["correlation_sd"] == pytest.approx(np.std(pairs, ddof=1))
    texts = [text for text, _ in visible_texts(figure)]
    heading = f"r = {np.mean(pairs):.2f} ± {np.std(pairs, ddof=1):.2f}"
    [last_heading] = [text for text in texts if text.startswith("e) ")]
    assert last_heading.startswith("e) fashion-mnist-part: mean of 5, st-vgg, 8 models each")
    assert last_heading.endswith(heading)
    assert [text[:5] for text in texts if "part-0" in text] == ["a–b) ", "c–d) "]


def test_a_constant_accessibility_has_no_correlation():
    table = PARTS[1].tables["accessibility"].assign(accessibility=0.1 + 0.2)
    flat = replace(PARTS[1], tables=PARTS[1].tables | {"accessibility": table})
    assert partitions.tabulate([PARTS[0], flat], {})["correlation"].isna().all()
    three = partitions.tabulate([PARTS[0], flat, PARTS[2]], {}).iloc[-1]
    two = partitions.tabulate([PARTS[0], PARTS[2]], {}).iloc[-1]
    assert three["correlation"] == pytest.approx(two["correlation"])
    assert np.isnan(two["correlation_sd"])
    _, figure = drawn("partitions", [PARTS[0], flat], {})
    assert any("r of Accessibility n/a" in text for text, _ in visible_texts(figure))


def test_parts_of_different_sizes_share_equal_bins():
    larger = scored("fashion-mnist-part-9", models=12, extents=(0, 1, 5, 10, 20, 30, 40))
    data, figure = drawn("partitions", [PARTS[0], larger], {})
    assert data.groupby("collection")["left"].nunique().eq(20).all()
    np.testing.assert_allclose(data.groupby(["collection", "split", "extent"])["share"].sum(), 1)
    assert any("8–12 models each" in text for text, _ in visible_texts(figure))


def test_parts_that_have_no_mean_are_refused():
    refusals = {
        "at least two collections": PARTS[:1],
        "different extents": [PARTS[0], scored("other")],
        "are not those of": [PARTS[0], scored("b", extents=(0, 1, 5, 10, 20, 30, 40), classes=3)],
        "has no split test, only train": [
            scored("a", examples={"train": 9}),
            scored("b", examples={"train": 9}),
        ],
    }
    for message, sources in refusals.items():
        with pytest.raises(NotToDraw, match=message):
            partitions.tabulate(sources, {})


def at_random(models, classes):
    return scores.expected_null_agreement(np.full(models, 1 / classes), classes)


@pytest.mark.parametrize(("models", "classes"), [(1, 4), (2, 2), (3, 5), (6, 3), (5, 1)])
def test_agreement_at_random_is_that_of_all_equally_likely_votes(models, classes):
    agreements = [
        max(votes.count(number) for number in votes)
        for votes in product(range(classes), repeat=models)
    ]
    expected = np.bincount(agreements, minlength=models + 1) / classes**models
    np.testing.assert_allclose(at_random(models, classes), expected, atol=1e-12)


def test_agreement_at_random_is_what_random_predictions_have():
    draws = np.random.default_rng(0).integers(0, 1000, (27, 40_000))
    counts = np.bincount(np.rint(scores.agreement(draws) * 27).astype(int), minlength=28)
    expected = at_random(27, 1000)
    error = np.sqrt(expected * (1 - expected) / 40_000)
    assert (np.abs(counts / 40_000 - expected) <= 4.5 * error + 1e-4).all()


@pytest.mark.parametrize(("models", "classes"), [(1000, 1), (300, 1000), (1, 1000), (400, 2)])
def test_agreement_at_random_of_many_is_still_a_distribution(models, classes):
    probability = at_random(models, classes)
    assert probability.sum() == pytest.approx(1)
    assert (probability >= 0).all()
    assert probability[: -(-models // classes)].sum() == 0  # some class gets its part


def test_panels_of_other_examples_show_their_agreement_at_one_extent():
    data, figure = drawn("out-of-sample", [RESNET], {"extent": 2})
    splits = ["noise-224", "stylegan", "indoor-scenes", "test"]
    assert data["split"].unique().tolist() == [out_of_sample.INDEPENDENT, *splits]
    assert data["classes"].unique().tolist() == [50]
    for axes, split in zip(figure.axes[1:], splits, strict=True):
        chosen = f"split == '{split}' and extent == 2"
        agreement = RESNET.tables["examples"].query(chosen)["agreement"]
        counts, _ = np.histogram(agreement * 27, np.arange(-0.5, 28))
        heights = axes.patches[0].get_data().values
        np.testing.assert_allclose(heights, counts / len(agreement))
        assert f"mean {agreement.mean():.2f}" in axes.get_title()
    chance = data[data["split"] == out_of_sample.INDEPENDENT]
    np.testing.assert_allclose(chance["share"], at_random(27, 50))
    assert chance["agreement"].iloc[0] == pytest.approx(
        (np.arange(28) / 27 * chance["share"]).sum()
    )
    assert any("epoch 2" in text for text, _ in visible_texts(figure))


def test_panels_that_are_not_there_are_refused():
    for options, message in (
        ({"splits": ["noise"]}, "no split noise"),
        ({"extent": 7}, r"no extent \[7\]: choose among"),
    ):
        with pytest.raises(NotToDraw, match=message):
            out_of_sample.tabulate([RESNET], options)
    ten = scored(examples={f"split-{k}": 9 for k in range(10)})
    with pytest.raises(NotToDraw, match="11 histograms do not fit"):
        drawn("out-of-sample", [ten], {})
