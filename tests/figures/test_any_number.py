"""Figures of what means the same for any number of models: κ, data maps, difficulty, components."""

from dataclasses import replace
from functools import cache

import numpy as np
import pandas as pd
import pytest
from scipy import stats
from support.collections import PAPER_EXTENTS, scored
from support.figures import (
    assert_csv_draws_the_same,
    assert_texts_are_readable,
    drawn,
    visible_texts,
)

from learning_order import scores
from learning_order.config.catalogue import KINDS
from learning_order.figures import load_kind, style
from learning_order.figures.sources import NotToDraw
from learning_order.tables.correct import times_right, unpack

ARCHITECTURES = ["st-vgg", "linear-st-vgg", "st-vgg-truncated-normal"]
THREE = [
    replace(scored(f"c-{k}", name, models=4 + k, seed=k, probabilities=True), dataset="fish")
    for k, name in enumerate(ARCHITECTURES)
]
MANY = scored("small-mammals-random-labels", "st-vgg", models=12, extents=tuple(range(41)))
ANEW = scored("insects", models=9, protocol="independent", extents=PAPER_EXTENTS)


def with_references(collection):
    values = np.linspace(0, 1, 60)
    table = pd.DataFrame({"split": "train", "example": np.arange(60), "value": values})
    nothing = pd.DataFrame({"split": [], "example": [], "value": []})
    return replace(collection, references={"c-scores": table, "humans": nothing})


LAYOUTS = {
    "agreement": ("agreement-curves", [THREE[0]], {}),
    "agreements": ("agreement-curves", [*THREE[:2], MANY, ANEW], {"splits": ["test"]}),
    "agreement of two models": ("agreement-curves", [scored(models=2)], {}),
    "data map": ("data-map", THREE[:1], {}),
    "data maps": ("data-map", THREE, {"split": "test", "bins": 10}),
    "difficulty": ("difficulty-matrix", THREE[:1], {}),
    "difficulty without": ("difficulty-matrix", [MANY], {"split": "test"}),
    "difficulty and references": (
        *("difficulty-matrix", [with_references(THREE[1])]),
        {"references": ["c-scores", "humans"]},
    ),
    "sensitivity": ("architecture-sensitivity", THREE, {}),
    "sensitivity of two": ("architecture-sensitivity", THREE[:2], {"images": 20}),
    "bimodality at 100": ("bimodality-curves", THREE[:2], {"at_100": True}),
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
        replace(source, tables={name: source.tables[name] for name in named}) for source in sources
    ]
    pd.testing.assert_frame_equal(load_kind(kind).tabulate(bare, options), laid_out(layout)[0])


def test_agreement_curves_hold_kappa_with_both_intervals():
    data = laid_out("agreement")[0].set_index(["split", "extent"]).sort_index()
    summary = THREE[0].tables["summary"].set_index(["split", "extent"]).sort_index()
    columns = ["kappa", "kappa_low", "kappa_high", "kappa_examples_low", "kappa_examples_high"]
    pd.testing.assert_frame_equal(data[columns], summary[columns])


def test_the_data_map_counts_every_example_once():
    data, _ = laid_out("data map")
    examples = THREE[0].tables["accessibility"].query("split == 'train'")
    assert data["examples"].sum() == 60
    weighted = np.average(data["confidence"], weights=data["examples"])
    assert weighted == pytest.approx(examples["confidence"].mean(), abs=1 / 40)
    weighted = np.average(data["accessibility"], weights=data["examples"])
    assert weighted == pytest.approx(examples["accessibility"].mean())


def test_without_probabilities_there_is_no_data_map():
    with pytest.raises(NotToDraw, match="has no probabilities of the train split"):
        drawn("data-map", [MANY], {})


def test_the_difficulty_matrix_is_spearmans_of_what_is_turned_alike():
    data, figure = laid_out("difficulty and references")
    cells = data.set_index(["name", "other"])
    rows = THREE[1].tables["accessibility"].query("split == 'train'")
    extents, correct = unpack(THREE[1].tables["correct"], "train")
    learned = np.nan_to_num(scores.learned_extent(correct, extents), nan=8).mean(axis=0)
    for name, values in {
        "learned extent, early": -learned,
        "forgetting, few": -rows["forgetting"],
        "confidence": rows["confidence"],
        "AUM": rows["aum"],
        "EL2N, low": -rows["el2n"],
        "c-scores": np.linspace(0, 1, 60),
    }.items():
        expected = stats.spearmanr(rows["accessibility"], values).statistic
        assert cells.loc[(name, "Accessibility"), "value"] == pytest.approx(expected)
    [row] = THREE[1].tables["reliability"].query("split == 'train'").to_dict("records")
    alpha = row["alpha"]
    assert cells.loc[("Accessibility", "Accessibility"), "value"] == alpha
    for column, name in {"confidence": "confidence", "aum": "AUM", "el2n": "EL2N, low"}.items():
        assert cells.loc[(name, name), "value"] == row[f"{column}_alpha"]
    ceilings = cells["ceiling"].dropna()
    assert set(ceilings.index.get_level_values("name")) == {"c-scores"}
    assert ceilings["c-scores", "Accessibility"] == pytest.approx(np.sqrt(alpha))
    texts = " ".join(text for text, _ in visible_texts(figure))
    assert "Not shown: humans." in texts
    assert 1 / 7 < data["first_share"].iloc[0] < 1


def test_components_images_and_pairs_of_the_sensitivity():
    data, figure = laid_out("sensitivity")
    orders = [times_right(source.tables["correct"], "train") / 4 for source in THREE]
    found = scores.variance_components(orders)
    assert data["share"].dropna().tolist() == pytest.approx(list(found.shares))
    sensitive = scores.architecture_sensitivity(orders)
    images = data[data["place"].notna()]
    first = images[images["collection"] == "c-0"]
    assert first["example"].tolist() == np.argsort(-sensitive, kind="stable")[:10].tolist()
    assert first["accessibility"].tolist() == pytest.approx(
        orders[0][:, first["example"].astype(int)].mean(axis=0).tolist()
    )
    pairs = data[data["other"].notna()]
    assert len(pairs) == 3
    expected = stats.pearsonr(orders[0].mean(axis=0), orders[1].mean(axis=0)).statistic
    assert pairs["r"].iloc[0] == pytest.approx(expected)
    assert (pairs["r_free_of_noise"] > pairs["r"]).all()
    texts = [text for text, _ in visible_texts(figure)]
    assert f"example: {100 * found.shares.example:.1f} %" in texts


@pytest.mark.parametrize(
    ("kind", "sources", "message"),
    [
        ("difficulty-matrix", THREE[:2], "2 collections: a difficulty matrix shows one"),
        ("architecture-sensitivity", THREE[:1], "take two collections or more"),
        (
            *("architecture-sensitivity", [THREE[0], replace(THREE[1], dataset="insects")]),
            "are of 2 datasets",
        ),
        (
            *("architecture-sensitivity", [replace(each, images=None) for each in THREE]),
            "images of fish are not at hand",
        ),
    ],
)
def test_what_cannot_be_drawn_says_why(kind, sources, message):
    with pytest.raises(NotToDraw, match=message):
        drawn(kind, sources, {})
