"""Labelled texts in a CSV file, as numbers of words.

A text becomes the numbers of its words, cut or padded to `max_tokens`. Number 0 is padding, 1 any
word that the vocabulary lacks. The vocabulary is that of the train split.
"""

import csv
import gzip
import html
import io
import math
import re
import zlib
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

import numpy as np

from learning_order.datasets.examples import DatasetError, DatasetNotFound, Examples, Split
from learning_order.datasets.loaders.word_vectors import vectors_of
from learning_order.runtime.errors import did_you_mean

PADDING, UNKNOWN = "", "<unknown>"
# Names with signs in them; numbers; do|n't and it|'s, split as in GloVe; words; single signs.
TOKEN = re.compile(
    r"""
      (?<!\w) (?: c\+\+ | [cf]\# | (?:asp|vb)?\.net | node\.js | objective-c ) (?![^\W\d])
    | \d+ (?:[.,]\d+)* (?!\w)
    | [^\W_]+? (?=n't(?!\w)) | n't (?!\w) | (?<=\w) '(?:s|m|d|ll|re|ve) (?!\w)
    | [^\W_]+
    | [^\w\s] | _
    """,
    re.VERBOSE,
)
# Not a tag, though it looks like one: "a < b and c > d".
TAG = re.compile(r"<(?:!--.*?--|[!/]?[a-z][^<>]*)>", re.IGNORECASE | re.DOTALL)
SEPARATORS = (";", "\t", "|")  # that take the place of commas in some files
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
    tokens: list[str]  # cut
    label: str
    split: str | None


def tokenise(text: str, is_html: bool = False) -> list[str]:
    """Lower-case words, numbers and signs, in order; words are split as in GloVe.

    >>> tokenise("I can't use C++ in <b>.NET</b> 4.5!", is_html=True)
    ['i', 'ca', "n't", 'use', 'c++', 'in', '.net', '4.5', '!']
    """
    if is_html:
        text = html.unescape(TAG.sub(" ", text))
    return TOKEN.findall(text.lower().replace("’", "'"))


def _read(path: Path, options: dict) -> Examples:
    rows = list(_rows(path, options))
    if not rows:
        raise DatasetError(f"{path}: a header, but no rows")
    _check_labels(path, rows)
    return examples_of(_splits(path, rows, options), options, path.name)


def _check_labels(path: Path, rows: list[Row]) -> None:
    """DatasetError for labels that are one number, written in two ways: 0 and 0.0."""
    written: dict[float, str] = {}
    for row in rows:
        number = math.nan
        with suppress(ValueError):
            number = float(row.label)
        first = written.setdefault(number, row.label) if math.isfinite(number) else row.label
        if first != row.label:
            raise DatasetError(
                f"{path}, row {row.number}: label {row.label!r} is the number that is written "
                f"{first!r} before; write it alike"
            )


def examples_of(members: dict[str, list[Row]], options: dict, source: str) -> Examples:
    """The dataset of the rows of each split; its origin begins with `source`.

    Options: max_tokens, min_count, vocabulary_size and, optionally, vectors.
    """
    classes = tuple(sorted({row.label for rows in members.values() for row in rows}))
    vocabulary = _vocabulary(members["train"], options)
    extras = {"vocabulary": np.array(vocabulary)}
    origin = f"{source}, texts of at most {options['max_tokens']} tokens"
    if "vectors" in options:
        counts = Counter(token for row in members["train"] for token in row.tokens)
        extras["vectors"], known = vectors_of(options["vectors"], vocabulary)
        without = sum(count for token, count in counts.items() if token not in known)
        words = vocabulary[2:]  # after those that stand for no word of a text
        origin += (
            f"; no word vector for {without / max(sum(counts.values()), 1):.1%} of the tokens to "
            f"train on, {sum(word not in known for word in words) / max(len(words), 1):.1%} of the "
            "vocabulary"
        )
    splits = {
        name: _split(of_split, vocabulary, classes, options["max_tokens"])
        for name, of_split in members.items()
    }
    return Examples(splits["train"], splits["test"], classes, origin, extras)


def _rows(path: Path, options: dict) -> Iterator[Row]:
    csv.field_size_limit(2**31 - 1)
    reader, number = csv.reader(io.StringIO(_text_of(path), newline=""), strict=True), 0
    try:
        header = next(reader, [])
        columns = _columns(path, header, options)
        for number, fields in enumerate(filter(None, reader), start=1):  # without blank lines
            yield _row(path, number, reader.line_num, fields, header, columns, options)
    except csv.Error as error:
        raise DatasetError(f"{path}, after row {number}: expected CSV ({error})") from error


def _text_of(path: Path) -> str:
    try:
        content = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
        text = content.decode("utf-8-sig")
    except (OSError, EOFError, zlib.error) as error:
        raise DatasetError(f"{path}: not a whole gzip file ({error})") from error
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        raise DatasetError(
            f"{path}, line {line}: byte {content[error.start]:#04x} is not UTF-8, as is expected; "
            "convert the file, for example with iconv"
        ) from error
    if "\0" in text:
        line = text[: text.index("\0")].count("\n") + 1
        raise DatasetError(f"{path}, line {line}: a NUL byte, which no text has")
    return text


def _columns(path: Path, header: list[str], options: dict) -> dict[str, int]:
    """The positions of text, label and, if given, split in a row."""
    if not header:
        raise DatasetError(f"{path}: empty; expected a header line with the names of its columns")
    names = {"text": options["text_column"], "label": options["label_column"]}
    if options["split_column"]:
        names["split"] = options["split_column"]
    for role, name in names.items():
        if name not in header:
            raise DatasetError(
                f"{path}: no column {name!r}, which `{role}_column` names"
                f"{did_you_mean(name, header)}{_other_separator(header)}"
            )
    return {role: header.index(name) for role, name in names.items()}


def _other_separator(header: list[str]) -> str:
    found = [sign for sign in SEPARATORS if len(header) == 1 and sign in header[0]]
    return f". Columns should be separated by commas, not by {found[0]!r}" if found else ""


def _row(
    path: Path,
    number: int,
    line: int,
    fields: list[str],
    header: list[str],
    columns: dict[str, int],
    options: dict,
) -> Row:
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
    tokens = tokenise(values["text"], options["html"])[: options["max_tokens"]]
    return Row(number, tokens, values["label"], split)


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
    splits = {
        "train": [row for row in rows if row.number not in test],
        "test": [row for row in rows if row.number in test],
    }
    for split, members in splits.items():
        if not members:
            raise DatasetError(
                f"{path}: no row of the {split} split; column {options['split_column']!r} should "
                "say train in some rows, and test or val in others"
            )
    return splits


def _vocabulary(rows: Sequence[Row], options: dict) -> list[str]:
    """Padding, unknown, then the words that are frequent enough, the most frequent first."""
    counts = Counter(token for row in rows for token in row.tokens)
    frequent = sorted(
        (token for token, count in counts.items() if count >= options["min_count"]),
        key=lambda token: (-counts[token], token),
    )
    if not frequent:
        raise DatasetError(
            f"no word occurs {options['min_count']} times in the train split: lower `min_count`"
        )
    return [PADDING, UNKNOWN, *frequent[: options["vocabulary_size"]]]


def _split(rows: list[Row], vocabulary: list[str], classes: tuple, max_tokens: int) -> Split:
    numbers = {token: number for number, token in enumerate(vocabulary)}
    inputs = np.zeros((len(rows), max_tokens), np.int32)
    for position, row in enumerate(rows):
        known = [numbers.get(token, 1) for token in row.tokens]
        inputs[position, : len(known)] = known
    labels = {name: label for label, name in enumerate(classes)}
    return Split(
        inputs,
        np.array([labels[row.label] for row in rows], np.int64),
        np.array([f"row {row.number}" for row in rows]),
    )
