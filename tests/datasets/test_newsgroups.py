"""20 newsgroups, from the file that scikit-learn keeps, and by the download that makes it."""

import codecs
import hashlib
import pickle
import time
from concurrent.futures import ThreadPoolExecutor
from http.client import BadStatusLine
from urllib.error import URLError

import numpy as np
import pytest
from sklearn.datasets import _twenty_newsgroups as sklearns
from support.loading import load
from support.miniatures import text

from learning_order.datasets.examples import DatasetError, DatasetNotFound

CACHE = "20news-bydate_py3.pkz"


def read(root, download=False, **options):
    return load("posts", {"loader": "newsgroups", **options}, root, download)


def contents(examples, split):
    """The posts of a split as (group, words), in alphabetical order."""
    vocabulary, part = examples.extras["vocabulary"], getattr(examples, split)
    return sorted(
        (examples.classes[label], [str(vocabulary[number]) for number in row if number])
        for row, label in zip(part.inputs, part.labels, strict=True)
    )


@pytest.fixture
def archive(tmp_path, monkeypatch):
    """scikit-learn's download, from a file in place of the network; returns the times it began."""
    path = text.newsgroups_archive(tmp_path)
    checksum = hashlib.sha256(path.read_bytes()).hexdigest()
    there = sklearns.ARCHIVE._replace(url=path.as_uri(), checksum=checksum)
    monkeypatch.setattr(sklearns, "ARCHIVE", there)
    fetch, calls = sklearns._fetch_remote, []

    def slowly(*arguments, **keywords):
        calls.append(time.monotonic())
        time.sleep(0.3)
        return fetch(*arguments, **keywords)

    monkeypatch.setattr(sklearns, "_fetch_remote", slowly)
    return calls


def test_posts_have_no_header_quote_or_signature(tmp_path):
    text.newsgroups(tmp_path)
    posts = read(tmp_path, min_count=1, max_tokens=9)
    assert posts.classes == tuple(f"comp.lang.{tag}" for tag in sorted(text.TAGS))
    words = set(posts.extras["vocabulary"])
    assert words.isdisjoint({"jane", "secret", "doe", "subject"})
    assert "numpy" in words
    assert posts.train.inputs.shape == (22, 9)
    assert posts.test.inputs.shape == (11, 9)
    assert posts.origin.startswith("20 newsgroups without 3 empty posts, texts of at most 9 tokens")


def test_labels_are_those_of_the_words(tmp_path):
    text.newsgroups(tmp_path)
    posts = read(tmp_path, min_count=1)
    vocabulary = posts.extras["vocabulary"]
    for inputs, label in zip(posts.test.inputs, posts.test.labels, strict=True):
        tag = posts.classes[label].removeprefix("comp.lang.")
        assert vocabulary[inputs[0]] in " ".join(text.WORDS[tag]).lower()
    assert posts.test.sources[0] == "row 1"
    assert np.bincount(posts.train.labels).min() >= 5


def test_classes_and_limits_apply_as_to_every_dataset(tmp_path):
    text.newsgroups(tmp_path)
    classes = ["comp.lang.java", "comp.lang.c#"]
    posts = read(tmp_path, classes=classes, limit={"train": 6})
    assert posts.classes == tuple(classes)
    assert np.bincount(posts.train.labels).tolist() == [3, 3]


def test_vectors_and_vocabulary_are_as_of_other_texts(tmp_path):
    text.newsgroups(tmp_path)
    glove = text.glove(tmp_path)
    posts = read(tmp_path, vocabulary_size=10, vectors=str(glove))
    assert posts.extras["vectors"].shape == (12, 5), "padding and unknown besides"
    assert "no word vector for" in posts.origin


def test_the_download_is_what_a_kept_file_holds(tmp_path, archive):
    text.newsgroups(tmp_path / "kept")
    kept = read(tmp_path / "kept", min_count=1)
    loaded = read(tmp_path / "new", download=True, min_count=1)
    for split in ("train", "test"):
        assert contents(loaded, split) == contents(kept, split)
    assert "naïve" in loaded.extras["vocabulary"]
    again = read(tmp_path / "new", min_count=1)
    assert np.array_equal(again.train.inputs, loaded.train.inputs)
    assert len(archive) == 1


def test_jobs_that_need_the_download_at_once_do_not_disturb_each_other(tmp_path, archive):
    def job(delay: float) -> int:
        time.sleep(delay)
        return len(read(tmp_path / "new", download=True).train.labels)

    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(job, (0, 0.05, 0.15, 0.3))) == [22] * 4
    assert len(archive) == 1


def test_a_missing_file_is_explained(tmp_path):
    with pytest.raises(DatasetNotFound, match=r"Looked for .*20news-bydate_py3\.pkz"):
        read(tmp_path / "no")
    assert not (tmp_path / "no").exists()


@pytest.mark.parametrize("failure", [URLError("no route"), BadStatusLine("no route")])
def test_a_download_without_a_network_is_explained(tmp_path, monkeypatch, failure):
    def unreachable(*_, **__):
        raise failure

    monkeypatch.setattr(sklearns, "_fetch_remote", unreachable)
    with pytest.raises(DatasetNotFound, match=r"the download failed: .*no route") as error:
        read(tmp_path, download=True)
    assert f"Looked for {tmp_path / CACHE}" in str(error.value)


def test_a_download_that_is_not_the_official_file_is_refused(tmp_path, archive, monkeypatch):
    monkeypatch.setattr(sklearns, "ARCHIVE", sklearns.ARCHIVE._replace(checksum="0" * 64))
    with pytest.raises(DatasetNotFound, match=r"the download failed: .*SHA256 checksum"):
        read(tmp_path / "new", download=True)


def test_a_cut_file_is_named_or_downloaded_again(tmp_path, archive):
    path = text.newsgroups(tmp_path)
    path.write_bytes(path.read_bytes()[:200])
    with pytest.raises(DatasetError, match=r"20news-bydate_py3\.pkz: not the whole file that sci"):
        read(tmp_path)
    assert len(read(tmp_path, download=True).train.labels) == 22
    assert len(read(tmp_path).train.labels) == 22


@pytest.mark.parametrize("content", [{"posts": 1}, ["posts"], {"train": 1, "test": 2}])
@pytest.mark.parametrize("download", [False, True])
def test_a_file_of_something_else_is_named(tmp_path, content, download):
    (tmp_path / CACHE).write_bytes(codecs.encode(pickle.dumps(content), "zlib_codec"))
    with pytest.raises(DatasetError, match=r"20news-bydate_py3\.pkz: not what scikit-learn writes"):
        read(tmp_path, download=download)
