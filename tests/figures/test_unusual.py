"""Figures of collections that are legitimate and unusual: what they show is still true."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from support.collections import scored
from support.figures import assert_texts_are_readable, visible_texts

from learning_order.datasets.pictures import Pictures
from learning_order.figures import curve_page, load_kind
from learning_order.figures.sources import NotToDraw


def table_of(kind, sources, **options):
    return load_kind(kind).tabulate(sources, options)


def texts_of(kind, sources, **options):
    module = load_kind(kind)
    figure = module.draw(module.tabulate(sources, options), options)
    assert_texts_are_readable(figure)
    return [text for text, _ in visible_texts(figure)]


def measures(source):
    table = table_of("difficulty-matrix", [source], split="train")
    return table.set_index(["name", "other"])["value"], table["missing"].iloc[0]


def test_what_is_never_learned_is_learned_later_than_at_the_only_extent():
    values, _ = measures(scored(extents=(20,), models=8))
    names = {name for name, _ in values.index}
    [early] = [name for name in names if name.startswith("learned extent")]
    found = values.get((early, "Accessibility"), values.get(("Accessibility", early)))
    assert found == pytest.approx(1)


def test_models_of_other_runs_have_no_learned_extent_and_forget_nothing():
    values, missing = measures(scored(protocol="independent"))
    assert missing.startswith("learned extent; forgetting")
    assert {name for name, _ in values.index} == {"Accessibility"}


def test_own_predictions_of_one_run_have_forgetting_events():
    assert "not recorded along one run" not in texts_of("difficulty", [scored(protocol="own")])
    assert "not recorded along one run" in texts_of("difficulty", [scored(protocol="independent")])


@pytest.mark.parametrize("kind", ["consistency-matrix", "agreement-matrix"])
def test_matrices_compare_the_same_examples_only(kind):
    one, other = scored("data", "a"), scored("data", "b")
    table = other.tables["accessibility"]
    turned = table.assign(label=(table["label"] + 1) % 5)
    other = replace(other, tables=other.tables | {"accessibility": turned})
    with pytest.raises(NotToDraw, match="labels of collections data and data differ"):
        table_of(kind, [one, other])


def test_rows_of_a_sweep_over_datasets_have_their_names():
    sources = [scored("fish", models=4), scored("insects", models=4)]
    texts = texts_of("sweep", sources)
    assert {"fish", "insects", "2 datasets, test split, 4 models each"} <= set(texts)


def test_of_equal_architectures_the_collections_are_named():
    sources = [
        replace(scored("data", models=3, seed=seed), name=f"run-{seed}") for seed in range(2)
    ]
    assert {"st-vgg (run-0)", "st-vgg (run-1)"} <= set(
        texts_of("architecture-sensitivity", sources)
    )


def test_further_splits_have_lines_of_their_own():
    data = pd.DataFrame({"split": ["train", "test", "val", "noise", "rooms"]})
    lines = [str(look["linestyle"]) for look in curve_page.split_looks(data).values()]
    assert len(set(lines)) == 5


def test_no_accuracy_at_all_lies_on_the_bottom_of_its_scale():
    source = scored(extents=(0, 1))
    never = source.tables["summary"].assign(accuracy=0.0, accuracy_low=0.0, accuracy_high=0.0)
    module = load_kind("accuracy")
    source = replace(source, tables=source.tables | {"summary": never})
    figure = module.draw(module.tabulate([source], {}), {})
    assert figure.axes[0].get_ylim()[0] == 0


@pytest.mark.parametrize("shape", [(12,), (4, 4, 3)], ids=["texts", "images of another version"])
def test_curves_of_examples_without_their_images_are_drawn(shape):
    count = 60 if len(shape) == 1 else 90
    images = Pictures("other", ["a"], np.zeros((count, *shape), np.uint8), np.zeros(count, int))
    source = replace(scored(extents=(0, 1, 2, 5, 9)), images=images)
    table = table_of("example-curves", [source])
    assert len(table)
    assert "pixels" not in table


LONG = "small-mammals-of-cifar100-with-random-labels-and-without-any-augmentation"


@pytest.mark.parametrize(
    "kind", ["learned-epochs", "overview", "histograms", "partitions", "data-map", "difficulty"]
)
def test_long_names_stay_on_their_page(kind):
    sources = [
        replace(
            scored(LONG, "st-vgg-no-dropout-batch-16", probabilities=True),
            name=f"{LONG}-{number}",
        )
        for number in (0, 1)
    ]
    texts_of(kind, sources)


def test_long_names_of_a_matrix_stand_on_lines():
    sources = [replace(scored("data", models=3), name=f"{LONG}-{number}") for number in (0, 1)]
    texts = texts_of("consistency-matrix", sources)
    [label] = [text for text in texts if text.startswith("b) ")]
    assert label.replace("\n", "").replace(" ", "") == f"b)st-vgg({LONG}-1),3models"


@pytest.mark.parametrize("last", [20_000, 54_321, 200_000, 1_543_210])
@pytest.mark.parametrize("kind", ["sweep", "learned-epochs", "example-curves"])
def test_extents_may_be_many_steps(kind, last):
    extents = (0, last // 10, last // 4, last // 2, last)
    texts_of(kind, [scored(extents=extents, models=6)], extent_name="steps")
