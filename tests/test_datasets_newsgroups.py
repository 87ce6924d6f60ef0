"""20 newsgroups, from the file that scikit-learn keeps."""

import miniatures_text
import numpy as np
import pytest

from learning_order.catalogue import load
from learning_order.datasets.examples import DatasetNotFound


def read(root, **options):
    return load("posts", {"loader": "newsgroups", **options}, root)


def test_posts_have_no_header_quote_or_signature(tmp_path):
    miniatures_text.newsgroups(tmp_path)
    posts = read(tmp_path, min_count=1, max_tokens=9)
    assert posts.classes == tuple(f"comp.lang.{tag}" for tag in sorted(miniatures_text.TAGS))
    words = set(posts.extras["vocabulary"])
    assert words.isdisjoint({"jane", "secret", "doe", "subject"})
    assert "numpy" in words
    assert posts.train.inputs.shape == (22, 9)
    assert posts.test.inputs.shape == (11, 9)
    assert posts.origin.startswith("20 newsgroups without 3 empty posts, texts of at most 9 tokens")


def test_labels_are_those_of_the_words(tmp_path):
    miniatures_text.newsgroups(tmp_path)
    posts = read(tmp_path, min_count=1)
    vocabulary = posts.extras["vocabulary"]
    for inputs, label in zip(posts.test.inputs, posts.test.labels, strict=True):
        tag = posts.classes[label].removeprefix("comp.lang.")
        assert vocabulary[inputs[0]] in " ".join(miniatures_text.WORDS[tag]).lower()
    assert posts.test.sources[0] == "row 1"
    assert np.bincount(posts.train.labels).min() >= 5


def test_classes_and_limits_apply_as_to_every_dataset(tmp_path):
    miniatures_text.newsgroups(tmp_path)
    classes = ["comp.lang.java", "comp.lang.c#"]
    posts = read(tmp_path, classes=classes, limit={"train": 6})
    assert posts.classes == tuple(classes)
    assert np.bincount(posts.train.labels).tolist() == [3, 3]


def test_a_missing_file_is_explained(tmp_path):
    with pytest.raises(DatasetNotFound, match=r"Looked for .*20news-bydate_py3\.pkz"):
        read(tmp_path)


def test_a_download_without_a_network_is_explained(tmp_path, monkeypatch):
    def unreachable(**_):
        raise OSError("no route")

    monkeypatch.setattr("sklearn.datasets.fetch_20newsgroups", unreachable)
    with pytest.raises(DatasetNotFound, match=r"could not be downloaded \(no route\)"):
        load("posts", {"loader": "newsgroups"}, tmp_path, download=True)
