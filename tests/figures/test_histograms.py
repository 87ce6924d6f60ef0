"""Pages of histograms, maps, curves and samples: what the table says, and readable."""

from dataclasses import replace
from functools import cache

import numpy as np
import pytest
from matplotlib.colors import to_rgba
from support.collections import collection, pictures
from support.figures import (
    assert_csv_draws_the_same,
    assert_texts_are_readable,
    drawn,
    visible_texts,
)

from learning_order.config.catalogue import KINDS
from learning_order.figures import load_kind, style

EVERY_TENTH = tuple(range(0, 141, 10))
FIVE = [
    collection("stack-overflow", "bilstm-attention", extents=EVERY_TENTH),
    collection("cifar100", "vgg19", models=20, extents=EVERY_TENTH),
    collection("cats-dogs", extents=tuple(range(141)), examples={"train": 60, "test": 30}),
    collection("small-mammals", extents=EVERY_TENTH),
    collection("mnist", "mnist-net", extents=tuple(range(13))),
]
RANDOM = collection("small-mammals-random-labels", "st-vgg-no-dropout", shared_order=False)
DIGITS = collection("digits", "small-st-vgg", models=20, extents=(0, 1, 2, 3, 5, 8, 12, 20))
GAUSSIAN = collection("gaussian", "fully-connected", models=20, shared_order=False)
RESNET = collection("imagenet", "resnet50", models=27, extents=(1, 2, 5, 30, 40, 100))
VARIANTS = ["st-vgg", "st-vgg-relu", "st-vgg-truncated-normal", "st-vgg-rate-0.001"]
SWEEP = [
    replace(
        collection(models=20), name=f"sweep-{k}", architecture=f"{name}{f'-{k // 4}' * (k > 3)}"
    )
    for k, name in enumerate(VARIANTS * 6)
]
TEST_ONLY = collection("mine", "own predictions", models=5, examples={"test": 90})
TRAIN_ONLY = collection("birds", "svm", models=7, examples={"train": 90})
UNLABELLED = collection(examples={"train": 400, "test": 200, "noise": 90, "indoor-scenes": 80})
for table, column in (("examples", "tp_agreement"), ("summary", "bimodality")):
    rows = UNLABELLED.tables[table]
    rows.loc[rows["split"].isin(["noise", "indoor-scenes"]), column] = np.nan
LAYOUTS = {
    "7x2": ("histograms", [collection()], {}),
    "7x4": ("histograms", [collection("cifar10"), collection("cifar100")], {}),
    "7x6": ("histograms", [collection("fish"), collection("insects"), RANDOM], {}),
    "1x2": ("histograms", [RANDOM], {"extents": [30]}),
    "3x1": ("histograms", [DIGITS], {"extents": [0, 5, 20], "splits": ["test"]}),
    "agreement": ("histograms", [RESNET], {"score": "agreement"}),
    "mixed": ("histograms", [DIGITS, GAUSSIAN], {"bins": 10}),
    "five maps": ("heatmaps", FIVE, {}),
    "three maps": ("heatmaps", [GAUSSIAN, RANDOM, collection("gabor", shared_order=False)], {}),
    "one map": ("heatmaps", [RANDOM], {}),
    "null map": ("heatmaps", [RESNET], {"null_hypothesis": True, "splits": ["test"]}),
    "overview": ("overview", [DIGITS, GAUSSIAN], {"labels": ["real", "synthetic"]}),
    "overview of one": ("overview", [DIGITS], {"extents": [0, 8]}),
    "overview of three": ("overview", [DIGITS, GAUSSIAN, RESNET], {}),
    "curves": ("accuracy", [DIGITS, GAUSSIAN], {"extent_name": "weak classifiers"}),
    "curve": ("accuracy", [collection(extents=tuple(range(1, 101)), models=1)], {}),
    "five curves": ("accuracy", FIVE, {"splits": ["test"]}),
    "sweep": ("sweep", SWEEP, {}),
    "sweep of one": ("sweep", [RANDOM], {"extents": [10, 140], "split": "train"}),
    "score": ("score-illustration", [], {}),
    "samples": ("dataset-samples", [pictures(), pictures("gaussian", 2)], {}),
    # Own predictions need not have both splits, and may have others.
    "one split": ("histograms", [TEST_ONLY, DIGITS, TRAIN_ONLY], {}),
    "maps of one split": ("heatmaps", [TEST_ONLY, DIGITS, TRAIN_ONLY], {}),
    "overview of one split": ("overview", [TEST_ONLY, TRAIN_ONLY], {}),
    "further splits": (
        "histograms",
        [UNLABELLED],
        {"splits": ["test", "noise", "indoor-scenes"], "score": "agreement"},
    ),
    "many classes": (
        "dataset-samples",
        [pictures(classes=30, per_class=2, size=4)],
        {"per_class": 2},
    ),
    "grey": ("dataset-samples", [pictures("digits", 10, channels=1, size=8)], {}),
}


@cache
def laid_out(layout):
    return drawn(*LAYOUTS[layout])


@pytest.mark.parametrize("layout", LAYOUTS)
def test_no_text_overlaps_or_leaves_the_page(layout):
    _, figure = laid_out(layout)
    assert figure.get_size_inches()[0] <= style.PAGE_WIDTH
    assert_texts_are_readable(figure)


@pytest.mark.parametrize(
    "layout",
    [
        "3x1",
        "agreement",
        "null map",
        "curves",
        "sweep of one",
        "overview of one",
        "score",
        "samples",
        "grey",
    ],
)
def test_the_saved_table_draws_the_same_figure(layout):
    kind, _, options = LAYOUTS[layout]
    assert_csv_draws_the_same(kind, options, *laid_out(layout))


def test_bars_are_the_shares_and_panels_name_their_bimodality():
    data, figure = laid_out("7x2")
    panels = list(data.groupby(["split", "extent"], sort=False))
    assert len(figure.axes) == len(panels) == 14
    for axes, ((split, _), panel) in zip(figure.axes, panels, strict=True):
        np.testing.assert_array_equal(axes.patches[0].get_data().values, panel["share"])
        assert axes.patches[0].get_facecolor() == to_rgba(style.SPLIT_COLOURS[split])
        null = axes.patches[-1].get_data()
        np.testing.assert_array_equal(null.values, panel["null_share"])
        above = [text.get_text() for text in axes.texts]
        accuracy, bimodality = panel[["accuracy", "bimodality"]].iloc[0]
        assert above == [f"raw B = {bimodality:.2f}", f"{100 * accuracy:.0f} % right"]


def test_the_null_can_be_left_out():
    kind = load_kind("histograms")
    data = kind.tabulate([DIGITS], {"null_hypothesis": False})
    figure = kind.draw(data, {})
    assert [text.get_text() for text in figure.legends[0].get_texts()] == ["train", "test"]
    assert len(figure.axes[0].patches) == 1  # one area: single bars leave seams in vector files


def test_a_constant_score_has_no_bimodality():
    constant = collection(models=20, extents=(9,))
    constant.tables["summary"]["bimodality"] = np.nan
    constant.tables["examples"]["tp_agreement"] = 0.5
    for kind in ("histograms", "heatmaps"):
        figure = load_kind(kind).draw(load_kind(kind).tabulate([constant], {}), {})
        lines = [line for text, _ in visible_texts(figure) for line in text.split("\n")]
        assert lines.count("raw B n/a") == 2


def test_maps_are_the_shares():
    data, figure = laid_out("null map")
    maps = [axes.images[0].get_array() for axes in figure.axes if axes.images]
    assert len(maps) == 2
    for array, value in zip(maps, ["share", "null_share"], strict=True):
        for column, (_, rows) in enumerate(data.groupby("extent")):
            np.testing.assert_array_equal(array[:, column], rows[value])


def test_the_null_hypothesis_stands_below_what_was_measured():
    kind, options = load_kind("heatmaps"), {"null_hypothesis": True}
    sources = [collection("mine", examples={"test": 50}), RANDOM]
    figure = kind.draw(kind.tabulate(sources, options), options)
    assert_texts_are_readable(figure)
    maps = [axes for axes in figure.axes if axes.images]
    rows = sorted({axes.get_position().y0 for axes in maps}, reverse=True)
    placed = [
        [rows.index(axes.get_position().y0) for axes in maps if axes.get_position().x0 == left]
        for left in sorted({axes.get_position().x0 for axes in maps})
    ]
    assert len(rows) == 4
    assert placed == [[0, 1], [0, 1, 2, 3]]
    names = {axes.get_ylabel().partition("\n")[0] for axes in maps}
    assert names == {"train", "train, null", "test", "test, null", ""}


def test_maps_of_collections_with_one_split_stand_beside_those_with_two():
    kind = load_kind("heatmaps")
    only_test = collection("mine", examples={"test": 50})
    figure = kind.draw(kind.tabulate([only_test, RANDOM], {}), {})
    assert_texts_are_readable(figure)
    maps = [axes for axes in figure.axes if axes.images]
    assert len(maps) == 3
    assert [axes.get_ylabel() for axes in maps if axes.get_ylabel()] == [
        "test\nTP-agreement",
        "train\nTP-agreement",
    ]


def test_overview_shows_the_asked_histograms_and_whole_maps():
    data, figure = laid_out("overview of one")
    assert data.query("histogram")["extent"].unique().tolist() == [0, 8]
    maps = [axes.images[0].get_array() for axes in figure.axes if axes.images]
    assert [array.shape for array in maps] == [(21, 8), (21, 8)]
    data, figure = laid_out("overview")
    assert data.query("histogram and dataset == 'digits'")["extent"].unique().tolist() == [
        0,
        2,
        8,
        20,
    ]
    texts = [text for text, _ in visible_texts(figure)]
    assert "real: small-st-vgg, 20 models" in texts


def test_curves_are_the_accuracies():
    data, figure = laid_out("curves")
    assert len(figure.axes) == 2
    for axes, name in zip(figure.axes, ("digits", "gaussian"), strict=True):
        for line, split in zip(axes.lines, ("train", "test"), strict=True):
            rows = data[(data["collection"] == name) & (data["split"] == split)]
            np.testing.assert_array_equal(line.get_xdata(), rows["extent"])
            np.testing.assert_array_equal(line.get_ydata(), rows["accuracy"])
    assert "weak classifiers" in [text for text, _ in visible_texts(figure)]


def test_a_sweep_names_what_differs_and_the_largest_bimodality_after_epoch_0():
    data, figure = laid_out("sweep")
    texts = [text for text, _ in visible_texts(figure)]
    names = [text.replace("\n", "") for text in texts]
    for name in ("st-vgg", "relu", "truncated-normal", "rate-0.001"):
        assert names.count(name) == 1
    trained = data.query("extent > 0").groupby("collection")["bimodality"].max()
    assert texts.count(f"{trained['sweep-0']:.2f}") >= 6
    assert len(figure.axes) == 7 * len(SWEEP)


def test_collections_of_other_lengths_share_seven_columns():
    lengths = (141, 101, 61, 51)
    sources = [
        replace(collection("a", extents=tuple(range(length))), name=str(length))
        for length in lengths
    ]
    odd = collection("odd", extents=(1, 2))
    shown = load_kind("sweep").shown_extents([*sources, odd], None)
    assert shown[0] == [0, 23, 47, 70, 93, 117, 140]
    assert shown[1:4] == [[0, 23, 47, 70, 93], [0, 23, 47], [0, 23, 47]]
    assert shown[4] == [2], "its last, as it has none of these"
    assert load_kind("sweep").shown_extents([odd], [1]) == [[1]]


def test_rows_of_a_sweep_stand_below_their_own_epochs():
    sources = [collection("long", extents=(0, 10, 140)), collection("short", extents=(5, 10))]
    module = load_kind("sweep")
    figure = module.draw(module.tabulate(sources, {}), {})
    columns = {
        text.get_text(): text.get_position()[0]
        for text in figure.texts
        if text.get_text().startswith("epoch")
    }
    assert list(columns) == ["epoch 0", "epoch 5", "epoch 10", "epoch 140"]
    boxes = [axes.get_position() for axes in figure.axes]
    assert [(box.x0 + box.x1) / 2 for box in boxes] == pytest.approx(
        [columns[f"epoch {extent}"] for extent in (0, 10, 140, 5, 10)]
    )
    labelled = [axes.xaxis.get_tick_params()["labelbottom"] for axes in figure.axes]
    assert labelled == [True, False, True, True, True]
    assert_texts_are_readable(figure)


def extents_that_fit(kind):
    count = KINDS[kind].most_extents
    for extents in (range(count), range(count + 1)):
        yield [collection(extents=tuple(extents))], {"extents": list(extents)}


@pytest.mark.parametrize("kind", ["histograms", "overview"])
def test_as_many_histograms_as_the_registry_says_fit_a_row(kind):
    module = load_kind(kind)
    (fitting, options), (too_many, more) = extents_that_fit(kind)
    assert_texts_are_readable(module.draw(module.tabulate(fitting, options), options))
    with pytest.raises(ValueError, match="do not fit a row"):
        module.draw(module.tabulate(too_many, more), more)


def test_a_sweep_of_as_many_extents_as_the_registry_says_fits_the_page():
    module, (fitting, too_many) = load_kind("sweep"), extents_that_fit("sweep")
    widths = [
        module.draw(module.tabulate(*sources), sources[1]).get_size_inches()[0]
        for sources in (fitting, too_many)
    ]
    assert widths[0] <= style.PAGE_WIDTH < widths[1]


def test_as_many_maps_as_the_registry_says_can_be_read():
    count = KINDS["heatmaps"].most_maps
    sources = [collection(f"small-mammals-{k}", extents=EVERY_TENTH) for k in range(count + 1)]
    module = load_kind("heatmaps")
    assert_texts_are_readable(module.draw(module.tabulate(sources[:count], {}), {}))
    with pytest.raises(AssertionError):
        assert_texts_are_readable(module.draw(module.tabulate(sources, {}), {}))


def test_of_very_many_extents_seven_are_drawn():
    for kind in ("histograms", "modal-class-histograms"):
        data = load_kind(kind).tabulate([collection(extents=EVERY_TENTH)], {})
        assert data["extent"].unique().tolist() == [0, 20, 50, 70, 90, 120, 140]
        wanted = {"extents": list(EVERY_TENTH)}
        data = load_kind(kind).tabulate([collection(extents=EVERY_TENTH)], wanted)
        with pytest.raises(ValueError, match="15 histograms do not fit"):
            load_kind(kind).draw(data, wanted)
