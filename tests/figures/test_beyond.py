"""Figures of what the paper's critics asked for: matrices, bimodality over training, difficulty."""

from dataclasses import replace
from functools import cache
from itertools import combinations, product

import numpy as np
import pandas as pd
import pytest
from matplotlib.colors import to_rgba
from scipy import stats
from sklearn.metrics import cohen_kappa_score
from support.collections import PAPER_EXTENTS, scored
from support.figures import (
    assert_csv_draws_the_same,
    assert_texts_are_readable,
    drawn,
    visible_texts,
)

from learning_order.config.catalogue import KINDS
from learning_order.figures import load_kind, style
from learning_order.figures.sources import NotToDraw
from learning_order.tables.correct import unpack

ARCHITECTURES = ["st-vgg", "linear-st-vgg", "small-st-vgg", "st-vgg-truncated-normal", "vgg19"]


def of_one_dataset(count, **choices):
    """Collections with ever more models; of more than five, some share their architecture."""
    return [
        replace(
            scored(f"c-{k}", ARCHITECTURES[k % 5], models=4 + k, seed=k, **choices), dataset="fish"
        )
        for k in range(count)
    ]


THREE = of_one_dataset(3)
ANEW = scored("insects", models=12, protocol="independent", extents=PAPER_EXTENTS)
EVERY_EPOCH = scored("small-mammals-random-labels", "st-vgg-no-dropout", extents=tuple(range(41)))
ONE_MODEL = scored(models=1)
TEST_ONLY = scored("mine", "svm", protocol="own", examples={"test": 50})
LAYOUTS = {
    "agreement of two": ("agreement-matrix", of_one_dataset(2), {}),
    "agreement of three": ("agreement-matrix", THREE, {"split": "train"}),
    "agreement of twelve": ("agreement-matrix", of_one_dataset(12), {}),
    "agreement of single models": ("agreement-matrix", [ONE_MODEL, ONE_MODEL], {}),
    "consistency of three": ("consistency-matrix", THREE, {}),
    "consistency of twelve": ("consistency-matrix", of_one_dataset(12), {}),
    "curve": ("bimodality-curves", [THREE[0]], {}),
    "curves": ("bimodality-curves", [*THREE[:2], EVERY_EPOCH, ANEW], {"splits": ["test"]}),
    "curves beyond": ("bimodality-curves", [EVERY_EPOCH, ANEW], {"top": 0.5}),
    "curve of one model": ("bimodality-curves", [ONE_MODEL], {"extents": [1]}),
    "difficulty": ("difficulty", [THREE[0], ANEW, EVERY_EPOCH], {}),
    "difficulty of one split": ("difficulty", [TEST_ONLY], {}),
    "difficulty of one model": ("difficulty", [ONE_MODEL], {"splits": ["train"]}),
}


@cache
def laid_out(layout):
    return drawn(*LAYOUTS[layout])


@pytest.mark.parametrize("layout", LAYOUTS)
def test_no_text_overlaps_or_leaves_the_page_and_the_saved_table_draws_the_same(layout):
    kind, _, options = LAYOUTS[layout]
    data, figure = laid_out(layout)
    assert figure.get_size_inches()[0] <= style.PAGE_WIDTH + 1e-9
    assert_texts_are_readable(figure)
    assert_csv_draws_the_same(kind, options, data, figure)


@pytest.mark.parametrize("layout", LAYOUTS)
def test_a_kind_reads_the_tables_that_it_names(layout):
    kind, sources, options = LAYOUTS[layout]
    named = {"summary", *KINDS[kind].tables}
    bare = [
        replace(source, tables={name: source.tables[name] for name in named}, images=None)
        for source in sources
    ]
    pd.testing.assert_frame_equal(load_kind(kind).tabulate(bare, options), laid_out(layout)[0])


def accessible(source, split):
    return source.tables["accessibility"].query("split == @split")["accessibility"]


def test_agreement_is_pearsons_r_below_the_reliabilities():
    data = laid_out("agreement of three")[0].set_index(["row", "column"])
    assert list(data.index) == [(0, 0), (1, 0), (1, 1), (2, 0), (2, 1), (2, 2)]
    reliable = [
        source.tables["reliability"].query("split == 'train'")["split_half_reliability"].item()
        for source in THREE
    ]
    for i, j in data.index:
        cell = data.loc[(i, j)]
        if i == j:
            assert cell["value"] == reliable[i]
            assert np.isnan(cell["ceiling"])
            continue
        expected = stats.pearsonr(accessible(THREE[i], "train"), accessible(THREE[j], "train"))
        assert cell["value"] == pytest.approx(expected.statistic)
        assert cell["ceiling"] == pytest.approx(np.sqrt(reliable[i] * reliable[j]))


def test_consistency_is_the_mean_kappa_of_pairs_of_different_models():
    data = laid_out("consistency of three")[0].set_index(["row", "column"])["value"]
    right = [unpack(source.tables["correct"], "test")[1][-1] for source in THREE]
    for (i, j), value in data.items():
        pairs = combinations(right[i], 2) if i == j else product(right[i], right[j])
        assert value == pytest.approx(np.mean([cohen_kappa_score(a, b) for a, b in pairs]))


@pytest.mark.parametrize(
    ("layout", "second"), [("agreement of three", 3), ("consistency of three", 0)]
)
def test_the_cells_say_their_numbers(layout, second):
    data, figure = laid_out(layout)
    texts = [text for text, _ in visible_texts(figure)]
    for value in data["value"]:
        assert f"{value:.2f}" in texts
    assert sum(text.startswith("of 0.") for text in texts) == second
    assert "b) linear-st-vgg, 5 models" in texts


def test_collections_of_one_architecture_have_their_own_names_besides():
    names = laid_out("agreement of twelve")[0]["name"].unique()
    assert len(names) == 12
    assert "st-vgg (c-5)" in names


def test_what_does_not_vary_has_no_agreement():
    data, figure = laid_out("agreement of single models")
    diagonal = data[data["row"] == data["column"]]
    assert diagonal["value"].isna().all()
    assert data["ceiling"].isna().all()
    assert [text for text, _ in visible_texts(figure)].count("n/a") == 2


@pytest.mark.parametrize("kind", ["agreement-matrix", "consistency-matrix"])
@pytest.mark.parametrize(
    ("sources", "options", "message"),
    [
        ([THREE[0], ANEW], {}, "of 2 datasets, fish, insects: name collections of one"),
        (THREE[:1], {}, "1 collections: a matrix compares 2 to 12"),
        (of_one_dataset(13), {}, "13 collections: a matrix compares 2 to 12"),
        (
            [THREE[0], *of_one_dataset(2, examples={"test": 30})[1:]],
            {},
            "differ in their number of test examples: c-0 40, c-1 30",
        ),
        (THREE, {"split": "noise"}, "c-0 has no split noise, only train, test"),
        (
            of_one_dataset(2, examples={"test": 30, "noise": 20}),
            {"split": "noise"},
            "noise examples of collection c-0 have no labels",
        ),
    ],
)
def test_what_no_matrix_can_compare_is_told(kind, sources, options, message):
    with pytest.raises(NotToDraw, match=message):
        load_kind(kind).tabulate(sources, options)


def test_other_labels_are_other_examples():
    tables = {name: table.copy() for name, table in THREE[1].tables.items()}
    tables["accessibility"]["label"] += 1
    other = replace(THREE[1], tables=tables)
    with pytest.raises(NotToDraw, match="test labels of collections c-0 and c-1 differ"):
        load_kind("agreement-matrix").tabulate([THREE[0], other], {})


def test_curves_are_the_bimodality_and_both_nulls():
    data, figure = laid_out("curves")
    assert len(figure.axes) == 4
    for axes, (_, rows) in zip(figure.axes, data.groupby("collection", sort=False), strict=True):
        names = ("null_bimodality", "class_null_bimodality", "bimodality")
        for line, name in zip(axes.lines, names, strict=False):
            np.testing.assert_array_equal(line.get_xdata(), rows["extent"])
            np.testing.assert_array_equal(line.get_ydata(), rows[name])
    legend = [text.get_text() for text in figure.legends[0].get_texts()]
    assert legend[:3] == ["test", "null hypothesis", "null within classes"]


def test_what_lies_above_the_scale_is_marked_at_its_edge():
    data, figure = laid_out("curves beyond")
    for axes, (_, panel) in zip(figure.axes, data.groupby("collection", sort=False), strict=True):
        assert axes.get_ylim() == (0, 0.5)
        marked = [line.get_xdata() for line in axes.lines if line.get_marker() == "^"]
        names = ("bimodality", "null_bimodality", "class_null_bimodality")
        above = [panel.loc[panel[name] > 0.5, "extent"] for name in names]
        assert sorted(np.concatenate(marked)) == sorted(np.concatenate(above))
    assert figure.legends[0].get_texts()[-1].get_text() == "above 0.5"


def test_difficulty_adds_up_to_all_examples():
    data, figure = laid_out("difficulty")
    for (name, split), rows in data.groupby(["collection", "split"], sort=False):
        source = next(each for each in LAYOUTS["difficulty"][1] if each.name == name)
        right = unpack(source.tables["correct"], split)[1]
        parts = rows[rows["part"] != "forgetting events"].set_index("part")["share"]
        assert parts["trivial"] == pytest.approx(right[-1].all(axis=0).mean())
        assert parts["impossible"] == pytest.approx(1 - right[-1].any(axis=0).mean())
        assert parts.sum() == pytest.approx(1)
        bars = rows[rows["part"] == "forgetting events"]
        if name == "insects":  # trained anew for each extent
            assert bars.empty
            continue
        events = (right[:-1] & ~right[1:]).sum(axis=0).mean(axis=0)
        counts, _ = np.histogram(events, [*bars["left"], bars["right"].iloc[-1]])
        assert bars["share"].to_numpy() == pytest.approx(counts / len(events))
        assert bars["mean"].to_numpy() == pytest.approx(events.mean())
    assert "not recorded along one run" in [text for text, _ in visible_texts(figure)]


def test_grey_copies_keep_parts_and_nulls_apart():
    grey = np.array([0.299, 0.587, 0.114])
    _, figure = laid_out("difficulty")
    fills = [grey @ patch.get_facecolor()[:3] for patch in figure.legends[0].get_patches()]
    assert -np.diff(fills).max() > 0.1
    nulls = [grey @ to_rgba(colour)[:3] for colour in (style.NULL, style.CLASS_NULL)]
    assert nulls[0] - nulls[1] > 0.2


@pytest.mark.parametrize("kind", ["bimodality-curves", "difficulty"])
def test_examples_without_labels_have_no_difficulty(kind):
    source = scored(examples={"test": 30, "noise": 20})
    with pytest.raises(NotToDraw, match="noise examples of collection small-mammals have no lab"):
        load_kind(kind).tabulate([source], {"splits": ["noise"]})
