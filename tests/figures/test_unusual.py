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


@pytest.mark.parametrize(
    ("shape", "count"),
    [((12,), 60), ((4, 4, 3), 90), ((4, 4, 3), 60)],
    ids=["texts", "images of another version", "images in another order"],
)
def test_curves_of_examples_without_their_images_are_drawn(shape, count):
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


@pytest.mark.parametrize("kind", ["accuracy", "bimodality-curves", "agreement-curves"])
@pytest.mark.parametrize(
    ("count", "last"), [(1, 1_543_210), (6, 900_000), (8, 1_543_210), (8, 200)]
)
def test_ticks_of_curves_beside_each_other_do_not_touch(kind, count, last):
    extents = (0, last // 10, last // 4, last // 2, last)
    one = scored(extents=extents, models=6)
    sources = [replace(one, name=f"run-{number}") for number in range(count)]
    texts = texts_of(kind, sources, extent_name="steps")
    assert not any(text.startswith("1e") for text in texts)


def test_the_range_of_a_strip_does_not_lie_on_its_images():
    module, source = load_kind("image-strips"), scored(models=6)
    figure = module.draw(module.tabulate([source], {}), {})
    renderer = figure.canvas.get_renderer()
    images = min(axes.get_window_extent(renderer).x0 for axes in figure.axes)
    ranges = [text for text in figure.texts if text.get_text().startswith("Accessibility")]
    assert len(ranges) == 2
    assert all(text.get_window_extent(renderer).x1 < images for text in ranges)


DOGS = "n02093428-American_Staffordshire_terrier"
SPLIT = "out-of-distribution-validation"


@pytest.mark.parametrize("kind", ["image-strips", "example-curves", "modal-class-histograms"])
def test_long_names_of_classes_stay_apart(kind):
    source = scored(extents=(0, 1, 2, 5, 9), models=6)
    labels = source.tables["accessibility"].query("split == 'train'")["label"].to_numpy()
    classes = [f"{DOGS}-{number}" for number in range(labels.max() + 1)]
    images = Pictures("dogs", classes, np.zeros((len(labels), 8, 8, 3), np.uint8), labels)
    texts = texts_of(kind, [replace(source, images=images, classes=classes)])
    assert any("n02" in text and "…" in text for text in texts)


@pytest.mark.parametrize("kind", ["histograms", "difficulty", "overview"])
def test_long_names_of_splits_stay_on_their_page(kind):
    source = scored()
    names = {"train": SPLIT, "test": "test-corrupted"}
    tables = {
        name: rows.assign(split=rows["split"].replace(names))
        for name, rows in source.tables.items()
        if "split" in rows
    }
    texts_of(kind, [replace(source, tables=tables)], splits=list(names.values()))


def test_long_names_of_architectures_stay_apart():
    sources = []
    for batch in (16, 64):
        source = scored("data", models=3, seed=batch)
        labels = source.tables["accessibility"].query("split == 'train'")["label"].to_numpy()
        images = Pictures("data", list("abcde"), np.zeros((len(labels), 8, 8, 3), np.uint8), labels)
        name = f"st-vgg-small-mammals-batch-{batch}"
        sources.append(replace(source, name=name, images=images))
    texts = texts_of("architecture-sensitivity", sources)
    assert sum(text.endswith(("-16)", "-64)")) for text in texts) == 2


def test_long_names_of_datasets_beside_each_other_stay_apart():
    sources = [
        Pictures(f"{LONG}-{number}", ["a", "b"], np.zeros((4, 8, 8, 3), np.uint8), np.arange(4) % 2)
        for number in (0, 1)
    ]
    texts_of("dataset-samples", sources)


def test_samples_of_what_has_no_images_to_train_on_are_refused():
    noise = Pictures("noise", [], np.zeros((0, 8, 8, 3), np.uint8), np.zeros(0, int))
    with pytest.raises(NotToDraw, match="noise has no train images"):
        table_of("dataset-samples", [noise])


def test_spots_of_a_data_map_hold_what_lies_on_their_lower_edges():
    source = scored(probabilities=True)
    table = source.tables["accessibility"]
    edges = table.assign(confidence=np.resize([0.25, 0.5, 0.75], len(table)), variability=0.25)
    data = table_of("data-map", [replace(source, tables=source.tables | {"accessibility": edges})])
    assert sorted(data["confidence"]) == pytest.approx([0.2625, 0.5125, 0.7625])
    assert data["variability"].unique() == pytest.approx([0.25625])
