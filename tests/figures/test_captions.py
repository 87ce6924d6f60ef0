"""Captions state what was measured."""

from dataclasses import replace

import pytest
from support.collections import collection, pictures, scored
from support.figures import drawn, visible_texts

from learning_order.config.catalogue import KINDS
from learning_order.figures import load_kind
from learning_order.figures.captions import caption
from learning_order.figures.sources import NotToDraw


def test_numbers_come_from_the_tables():
    source = collection("digits", models=20, extents=(0, 5), examples={"train": 1437, "test": 360})
    assert caption({"caption": "As in Fig. 3."}, [source]) == (
        "digits, st-vgg: 20 models, each extent trained from scratch with new random streams; "
        "extents of 0, 5 epochs; 1,437 train and 360 test examples. As in Fig. 3."
    )


def test_the_letters_of_parts_are_those_of_their_panels_and_all_are_one_sentence():
    parts = [collection(f"fashion-mnist-part-{k:02}", models=100) for k in range(60)]
    text = caption({"kind": "partitions", "options": {}}, parts)
    figure = drawn("partitions", [scored(f"part-{k}") for k in range(3)], {})[1]
    letters = [words[0].split(")")[0] for words in visible_texts(figure) if ") part" in words[0]]
    assert letters == ["a–b", "c–d", "e"]
    for start in ("a–b) fashion-mnist-part-00, ", "c–d) fashion-mnist-part-01, "):
        assert start in text
    assert "e) The mean of fashion-mnist-part-00 to fashion-mnist-part-59 (60), st-vgg: 100" in text
    assert len(text) < 700


def test_the_rows_of_a_sweep_have_one_sentence_and_no_letters():
    sources = [collection("mammals", f"st-vgg-{k}") for k in range(25)]
    text = caption({"kind": "sweep", "options": {"split": "test"}}, sources)
    assert text.startswith("mammals, st-vgg-0 to st-vgg-24 (25): 100 models, ")
    assert text.count("models") == 1


def test_maps_of_the_null_have_the_letter_of_their_collection():
    sources = [collection("fish"), collection("insects")]
    text = caption({"kind": "heatmaps", "options": {"null_hypothesis": True}}, sources)
    assert text.startswith("a) fish")
    assert "b) insects" in text


def test_out_of_sample_says_the_one_extent_that_is_drawn():
    text = caption({"kind": "out-of-sample", "options": {}}, [collection(extents=(1, 5, 30))])
    assert "extents of 30 epochs" in text


def test_one_model_is_a_model():
    text = caption({}, [collection(models=1)])
    assert text.startswith("small-mammals, st-vgg: 1 model, each extent trained")
    kind = load_kind("heatmaps")
    figure = kind.draw(kind.tabulate([collection(models=1)], {}), {})
    assert "1 model" in [text for text, _ in visible_texts(figure)]


def test_only_the_shown_extents_and_a_letter_for_each_source():
    sources = [collection("fish"), collection("insects", protocol="snapshots")]
    text = caption({"options": {"extents": [10, 30]}}, sources)
    assert text.startswith("a) fish, st-vgg: 100 models, ")
    assert "b) insects, st-vgg: 100 models, each model trained once and recorded" in text
    assert text.count("extents of 10, 30 epochs") == 2


def test_parts_of_epochs_are_called_so():
    source = replace(collection(extents=(0, 1, 7), protocol="snapshots"), parts_per_epoch=5)
    assert "; extents of 0, 1, 7 parts of epochs, 5 per epoch; " in caption({}, [source])


def test_pooled_pairs_have_no_letters():
    pairs = [(collection("fish"), collection("fish", "vgg19")) for _ in range(2)]
    assert caption({}, pairs).startswith("a) fish, st-vgg: ")
    assert caption({"options": {"pooled": True}}, pairs).startswith("fish, st-vgg: ")


def test_own_predictions_are_called_so_and_their_extents_need_not_be_epochs():
    source = collection("mine", "svm", models=3, extents=(1, 4), protocol="own")
    assert caption({}, [source]) == (
        "mine, svm: 3 models, predictions that were made elsewhere; extents 1, 4; "
        "400 train and 200 test examples."
    )


def test_datasets_and_no_source():
    assert caption({}, [pictures()]) == "gabor: 12 classes, 60 images."
    assert caption({"caption": "Scores."}, []) == "Scores."


def test_the_extents_of_boosting_are_weak_classifiers_and_many_in_a_row_are_a_range():
    source = collection(
        "cifar10", "adaboost", models=1, extents=tuple(range(1, 101)), protocol="boosted"
    )
    assert caption({}, [source]) == (
        "cifar10, adaboost: 1 model, recorded at every size of the ensemble; "
        "1 to 100 weak classifiers; 400 train and 200 test examples."
    )


def test_only_drawn_splits_are_counted():
    source = collection(examples={"train": 40, "test": 20, "noise": 7})
    assert "40 train and 20 test examples." in caption({}, [source])
    assert "; 7 noise examples." in caption({"options": {"splits": ["noise"]}}, [source])
    assert "; 20 test examples." in caption({"options": {"split": "test"}}, [source])


def test_of_examples_unlike_those_of_training_the_train_split_is_not_drawn():
    """Each collection ends at an extent of its own."""
    sources = [
        scored("a", extents=(0, last), examples={"train": 40, "test": 20, "noise": 7})
        for last in (5, 9)
    ]
    text = caption({"kind": "out-of-sample"}, sources)
    assert "extents of 5 epochs; 20 test and 7 noise examples." in text
    assert "extents of 9 epochs" in text
    assert "train examples" not in text


def test_an_extent_that_own_predictions_lack_is_said():
    source = scored(extents=(0, 1), protocol="own")
    with pytest.raises(NotToDraw, match=r"has no extent \[7\]: choose among \[0, 1\]"):
        caption({"kind": "histograms", "options": {"extents": [7]}}, [source])


def test_a_sweep_says_all_protocols():
    sources = [scored("a", protocol=protocol) for protocol in ("snapshots", "independent")]
    text = caption({"kind": "sweep"}, sources)
    assert "recorded at every extent or each extent trained from scratch" in text


ALWAYS_TRAIN = ("image-strips", "architecture-sensitivity")


@pytest.mark.parametrize("name", KINDS)
def test_the_registry_knows_the_split_that_a_kind_draws(name):
    options = load_kind(name).OPTIONS
    if name != "partitions":  # which draws the train splits besides
        assert KINDS[name].split == options.get("split", KINDS[name].split)
        assert ("split" in options) == (KINDS[name].split is not None and name not in ALWAYS_TRAIN)
