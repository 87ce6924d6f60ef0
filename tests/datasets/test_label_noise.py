"""Errors planted in the labels of the train split."""

import numpy as np
import pandas as pd
import pytest

from learning_order.datasets import prepared
from learning_order.datasets.examples import DatasetError, Examples, ImageFiles, Split, numbered
from learning_order.datasets.label_noise import nearest_classes, plant_errors
from learning_order.datasets.load import load

CLASSES = ("a", "b", "c", "d")


def made_up() -> Examples:
    """400 images whose classes have means 0, 10, 100 and 115."""
    labels = np.arange(400) % 4
    images = np.array([0, 10, 100, 115])[labels, None, None, None] + np.zeros((1, 3, 3, 1))
    split = numbered("train", images.astype(np.uint8), labels)
    return Examples(split, split, CLASSES, "made up")


@pytest.mark.parametrize("kind", ["symmetric", "pairs"])
def test_the_share_is_wrong_and_test_labels_are_not(kind):
    clean = made_up()
    noisy = plant_errors(clean, 0.15, kind, seed=3)
    assert (noisy.train.labels != noisy.train.true_labels).sum() == 60
    assert np.array_equal(noisy.train.true_labels, clean.train.labels)
    assert np.array_equal(noisy.test.labels, clean.test.labels)
    again = plant_errors(clean, 0.15, kind, seed=3)
    assert np.array_equal(again.train.labels, noisy.train.labels)
    other = plant_errors(clean, 0.15, kind, seed=4)
    assert not np.array_equal(other.train.labels, noisy.train.labels)
    assert "60 of 400 train labels wrong on purpose" in noisy.origin


def test_pairs_are_of_the_classes_with_the_nearest_means():
    clean = made_up()
    assert nearest_classes(clean.train, 4).tolist() == [1, 0, 3, 2]
    noisy = plant_errors(clean, 0.5, "pairs").train
    wrong = noisy.labels != noisy.true_labels
    partner = np.array([1, 0, 3, 2])
    assert np.array_equal(noisy.labels[wrong], partner[noisy.true_labels[wrong]])


def test_symmetric_errors_reach_every_other_class():
    noisy = plant_errors(made_up(), 0.9).train
    pairs = set(zip(noisy.true_labels.tolist(), noisy.labels.tolist(), strict=True))
    assert len(pairs) == 16


def test_texts_are_similar_by_their_words():
    tokens = np.array([[2, 3, 0], [3, 3, 2], [7, 8, 0], [8, 7, 7]], np.int32)
    assert nearest_classes(numbered("train", tokens, [0, 1, 2, 3]), 4).tolist() == [1, 0, 3, 2]


def test_streamed_images_have_no_means(tmp_path):
    files = ImageFiles(tmp_path, np.zeros(2, np.int64), 32)
    split = Split(files, np.array([0, 1]), np.array(["x", "y"]))
    with pytest.raises(DatasetError, match="need images in memory"):
        nearest_classes(split, 2)


def test_the_truth_is_kept_beside_the_prepared_examples(tmp_path):
    options = {"loader": "learning_order.datasets.loaders.generated:digits"}
    clean = load("digits", options, tmp_path)
    noisy = load("digits", {**options, "label_noise": {"share": 0.1}}, tmp_path)
    for name, examples in (("clean", clean), ("noisy", noisy)):
        prepared.write(examples, tmp_path / name, name)
    tables = {n: pd.read_parquet(tmp_path / n / "examples.parquet") for n in ("clean", "noisy")}
    assert "true_label" not in tables["clean"]
    assert np.array_equal(tables["noisy"]["true_label"], tables["clean"]["label"])
    of_test = tables["noisy"]["split"] == "test"
    assert np.array_equal(tables["noisy"]["label"][of_test], tables["clean"]["label"][of_test])
    hashes = [prepared.read(tmp_path / name).content_hash for name in ("clean", "noisy")]
    assert hashes[0] != hashes[1]
