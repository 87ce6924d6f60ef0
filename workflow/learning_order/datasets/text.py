"""Labelled texts in a CSV file, as numbers of words.

A text becomes the numbers of its words, cut or padded to `max_tokens`. Number 0 is padding, 1 any
word that the vocabulary lacks. The vocabulary is that of the train split.
"""

import csv
import gzip
import html
import io
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from difflib import get_close_matches
from pathlib import Path
from typing import NamedTuple

import numpy as np

from learning_order.datasets.examples import DatasetError, DatasetNotFound, Examples, Split
from learning_order.datasets.word_vectors import vectors_of

PADDING, UNKNOWN = "", "<unknown>"
# Names with a sign of their own, as on Stack Overflow; words, with apostrophes; single signs.
TOKEN = re.compile(r"c\+\+|[cf]#|\.net\b|[^\W_]+(?:['’][^\W_]+)*|[^\w\s]|_")
TAG = re.compile(r"<[^<>]+>")
TEST_SHARE = 0.1
TEST_WORDS = {"test": "test", "val": "test", "valid": "test", "validation": "test", "dev": "test"}
SPLIT_WORDS = {"train": "train", "training": "train", **TEST_WORDS}
DEFAULTS = {
    "text_column": "text",
    "label_column": "label",
    "split_column": None,
    "split_seed": 0,
    "max_tokens": 100,
    "min_count": 2,
    "vocabulary_size": 20000,
    "html": False,
}
STACK_OVERFLOW = {
    "text_column": "post",
    "label_column": "tags",
    "test_examples": 1000,
    "html": True,
}


def text_csv(options: dict, root: Path, download: bool) -> Examples:
    """The CSV file `root` (also .csv.gz), with a header line, a text and a label column.

    Options: text_column, label_column; split_column with train and test (or val) in it, else
    test_examples (a tenth) are drawn at random by split_seed; max_tokens, min_count and
    vocabulary_size of the vocabulary; html (drop tags, read entities); vectors (see
    word_vectors.vectors_of). Classes are the labels in alphabetical order. DatasetError names file,
    row and line of what is missing.
    """
    if not root.is_file():
        raise DatasetNotFound(
            f"No CSV file at {root}. Set the dataset's `root:` in config.yaml to the file, which "
            "has a header line and a column each for text and label (`text_column`, "
            "`label_column`)."
        )
    return _read(root, {**DEFAULTS, **options})


def stack_overflow(options: dict, root: Path, download: bool) -> Examples:
    """stack-overflow-data.csv (columns post, tags; 20 tags), at `root` or below it.

    39000 of its 40000 posts train, 1000 test, drawn by a fixed seed. The same options as text_csv.
    Source: the public sample of Stack Overflow questions of Google's TensorFlow workshop; paper
    Suppl C.
    """
    name = "stack-overflow-data.csv"
    places = [root, root / name, root / "stack-overflow" / name]
    places += [place.with_name(f"{name}.gz") for place in places[1:]]
    found = next((place for place in places if place.is_file()), None)
    if found is None:
        looked = "\n".join(f"  - {place}" for place in places)
        raise DatasetNotFound(
            f"{name} was not found. Looked for:\n{looked}\n"
            "Put the file there, or set the dataset's `root:` in config.yaml to it, or to any CSV "
            "of texts and labels."
        )
    return _read(found, {**DEFAULTS, **STACK_OVERFLOW, **options})


class Row(NamedTuple):
    """One labelled text; number counts rows from 1 below the header."""

    number: int
    tokens: list[str]
    label: str
    split: str | None


def tokenise(text: str, is_html: bool = False) -> list[str]:
    """Lower-case words, numbers and signs, in order.

    >>> tokenise("I can't use C++ in <b>.NET</b>!", is_html=True)
    ['i', "can't", 'use', 'c++', 'in', '.net', '!']
    """
    if is_html:
        text = html.unescape(TAG.sub(" ", text))
    return TOKEN.findall(text.lower())


def _read(path: Path, options: dict) -> Examples:
    rows = list(_rows(path, options))
    if not rows:
        raise DatasetError(f"{path}: a header, but no rows")
    members = _splits(path, rows, options)
    classes = tuple(sorted({row.label for row in rows}))
    vocabulary = _vocabulary(members["train"], options)
    extras = {"vocabulary": np.array(vocabulary)}
    origin = f"{path.name}, texts of at most {options['max_tokens']} tokens"
    if "vectors" in options:
        counts = Counter(token for row in members["train"] for token in row.tokens)
        extras["vectors"], known = vectors_of(options["vectors"], vocabulary)
        share = sum(count for token, count in counts.items() if token not in known)
        share /= max(sum(counts.values()), 1)
        origin += f"; {share:.1%} of the tokens to train on have no word vector"
    splits = {
        name: _split(of_split, vocabulary, classes, options["max_tokens"])
        for name, of_split in members.items()
    }
    return Examples(**splits, classes=classes, origin=origin, extras=extras)


def _rows(path: Path, options: dict) -> Iterator[Row]:
    opened = gzip.open if path.suffix == ".gz" else io.FileIO
    csv.field_size_limit(2**31 - 1)
    with opened(path) as binary, io.TextIOWrapper(binary, "utf-8-sig", newline="") as file:
        reader, number = csv.reader(file, strict=True), 0
        try:
            header = next(reader, None)
            columns = _columns(path, header, options)
            for number, fields in enumerate(reader, start=1):
                yield _row(path, number, reader.line_num, fields, header, columns, options)
        except (csv.Error, UnicodeDecodeError, OSError, EOFError) as error:
            raise DatasetError(
                f"{path}, after row {number}: expected CSV in UTF-8 ({error})"
            ) from error


def _columns(path: Path, header: list[str] | None, options: dict) -> dict[str, int]:
    """Where text, label and split stand in a row."""
    if not header:
        raise DatasetError(f"{path}: empty; expected a header line with the names of its columns")
    names = {"text": options["text_column"], "label": options["label_column"]}
    if options["split_column"]:
        names["split"] = options["split_column"]
    for role, name in names.items():
        if name not in header:
            close = get_close_matches(name, header, n=1)
            hint = f"did you mean {close[0]!r}?" if close else f"it has {', '.join(header)}"
            raise DatasetError(f"{path}: no column {name!r}; {hint} Set `{role}_column`.")
    return {role: header.index(name) for role, name in names.items()}


def _row(path, number, line, fields, header, columns, options) -> Row:
    place = f"{path}, row {number} (up to line {line})"
    if len(fields) != len(header):
        raise DatasetError(f"{place}: {len(fields)} fields, but the header has {len(header)}")
    values = {role: fields[column].strip() for role, column in columns.items()}
    for role in ("text", "label"):
        if not values[role]:
            column = options[f"{role}_column"]
            raise DatasetError(f"{place}: no {role}; expected one in column {column!r}")
    split = None
    if "split" in values:
        split = SPLIT_WORDS.get(values["split"].lower())
        if split is None:
            raise DatasetError(f"{place}: split {values['split']!r}, expected train, test or val")
    return Row(number, tokenise(values["text"], options["html"]), values["label"], split)


def _splits(path: Path, rows: list[Row], options: dict) -> dict[str, list[Row]]:
    """The rows of each split, in the order of the file."""
    if options["split_column"]:
        test = {row.number for row in rows if row.split == "test"}
    else:
        count = options.get("test_examples", max(1, round(TEST_SHARE * len(rows))))
        if count >= len(rows):
            raise DatasetError(f"{path}: {len(rows)} rows leave none to train on beside {count}")
        order = np.random.default_rng(options["split_seed"]).permutation(len(rows))
        test = {rows[position].number for position in order[:count]}
    return {
        "train": [row for row in rows if row.number not in test],
        "test": [row for row in rows if row.number in test],
    }


def _vocabulary(rows: Sequence[Row], options: dict) -> list[str]:
    """Padding, unknown, then the words that are frequent enough, the most frequent first."""
    counts = Counter(token for row in rows for token in row.tokens)
    frequent = sorted(
        (token for token, count in counts.items() if count >= options["min_count"]),
        key=lambda token: (-counts[token], token),
    )
    return [PADDING, UNKNOWN, *frequent[: options["vocabulary_size"]]]


def _split(rows: list[Row], vocabulary: list[str], classes: tuple, max_tokens: int) -> Split:
    numbers = {token: number for number, token in enumerate(vocabulary)}
    inputs = np.zeros((len(rows), max_tokens), np.int32)
    for position, row in enumerate(rows):
        known = [numbers.get(token, 1) for token in row.tokens[:max_tokens]]
        inputs[position, : len(known)] = known
    labels = {name: label for label, name in enumerate(classes)}
    return Split(
        inputs,
        np.array([labels[row.label] for row in rows], np.int64),
        np.array([f"row {row.number}" for row in rows]),
    )
