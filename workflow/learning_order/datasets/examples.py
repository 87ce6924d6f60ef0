"""What every loader returns: the examples of two splits, checked."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import ClassVar

import numpy as np

from learning_order.runtime.errors import ExplainedError, did_you_mean

MOST_CLASSES = 2**15 - 1  # that predictions of 16 bits tell apart
STORED = (np.uint8, np.float32, np.int32)
MOST_LISTED = 5  # classes in a message
CONTROL = re.compile(r"[\x00-\x1f\x7f]")  # characters that end a line, or show nothing
SPLITS = ("train", "test")  # content hashes follow this order


class DatasetError(ExplainedError, ValueError):
    """A dataset that was found but is not what it should be; the message names file or class."""


class DatasetNotFound(ExplainedError, FileNotFoundError):
    """A dataset that was not found; the message says what was looked for, where, and what to do."""


@dataclass(frozen=True)
class ImageFiles:
    """Images too many for memory: they stay in their files and are decoded when needed.

    A split's `sources` are their paths below `folder`. Length, index and shape are those of the
    array of all images.
    """

    folder: Path
    bytes: np.ndarray  # (examples,) int64: the length of each file, to notice a change
    size: int  # pixels of the square that is cut from the centre

    def __len__(self) -> int:
        return len(self.bytes)

    def __getitem__(self, index: np.ndarray) -> "ImageFiles":
        return replace(self, bytes=self.bytes[index])

    @property
    def shape(self) -> tuple[int, int, int, int]:
        return (len(self), self.size, self.size, 3)


@dataclass(frozen=True)
class Split:
    """Examples of one split, in a fixed order.

    Inputs are images (examples, height, width, channels) uint8 or float32, images that stay in
    their files, or texts (examples, tokens) int32 of word numbers.
    """

    inputs: np.ndarray | ImageFiles
    labels: np.ndarray  # (examples,) int64, indices into the class names; NO_LABEL without one
    sources: np.ndarray  # (examples,) str: what identifies each example at its origin
    true_labels: np.ndarray | None = None  # (examples,), where `labels` are wrong on purpose

    def take(self, index: np.ndarray) -> "Split":
        """The examples at `index`, in that order."""
        truth = None if self.true_labels is None else self.true_labels[index]
        return Split(self.inputs[index], self.labels[index], self.sources[index], truth)


@dataclass(frozen=True)
class Examples:
    """A dataset: train and test split, class names, and one sentence on what was loaded.

    extras holds what else its networks need, such as the vocabulary of a text. A dataset without
    classes is unlabelled: nothing can train on it, its train split is empty, and the label of
    every test example is NO_LABEL.
    """

    NO_LABEL: ClassVar[int] = -1

    train: Split
    test: Split
    classes: tuple[str, ...]
    origin: str
    extras: dict[str, np.ndarray] = field(default_factory=dict)

    def __post_init__(self) -> None:
        _check_classes(self.classes)
        for name, split in (("train", self.train), ("test", self.test)):
            _check_split(name, split, len(self.classes))
            _check_names(split.sources, f"{name} example")
        shapes = self.train.inputs.shape[1:], self.test.inputs.shape[1:]
        if shapes[0] != shapes[1]:
            raise DatasetError(f"train examples have shape {shapes[0]}, test examples {shapes[1]}")
        if 0 in shapes[0]:
            raise DatasetError(f"examples of shape {shapes[0]} hold nothing to learn from")

    def absent_classes(self) -> list[str]:
        """The classes without any train example."""
        present = np.bincount(self.train.labels, minlength=len(self.classes))
        return [name for name, count in zip(self.classes, present, strict=True) if not count]

    def map_splits(self, function: Callable[[str, Split], Split]) -> "Examples":
        """The dataset with `function(name, split)` in place of each split."""
        return replace(self, train=function("train", self.train), test=function("test", self.test))


def numbered(
    split: str, inputs: np.ndarray | ImageFiles, labels: Sequence[int] | np.ndarray
) -> Split:
    """A split whose examples are identified by their number at the origin."""
    sources = np.array([f"{split}:{number}" for number in range(len(inputs))])
    whole = np.asarray(labels).astype(np.int64)
    if (whole != np.asarray(labels)).any():
        raise DatasetError(f"{split} split: labels should be whole numbers, such as {whole[0]}")
    return Split(inputs, whole, sources)


def listed(names: Sequence[str]) -> str:
    """Some of the names, and how many others there are."""
    shown = ", ".join(map(repr, names[:MOST_LISTED]))
    others = len(names) - MOST_LISTED
    return f"{shown} and {others} others" if others > 0 else shown


def unknown_class(name: str, known: Sequence[str]) -> DatasetError:
    """The error for a class that the dataset does not have; it suggests the nearest one."""
    return DatasetError(f"no class {name!r} in this dataset{did_you_mean(name, known)}")


def _check_split(name: str, split: Split, classes: int) -> None:
    lengths = {len(split.inputs), len(split.labels), len(split.sources)}
    if len(lengths) > 1:
        raise DatasetError(
            f"{name} split: {len(split.inputs)} inputs, {len(split.labels)} labels and "
            f"{len(split.sources)} sources should be equally many"
        )
    if not len(split.labels):
        if name == "train" and not classes:
            return
        raise DatasetError(f"{name} split: no examples")
    if not isinstance(split.inputs, np.ndarray | ImageFiles):
        raise DatasetError(
            f"{name} split: inputs are a {type(split.inputs).__name__}, expected a NumPy array"
        )
    if isinstance(split.inputs, np.ndarray) and split.inputs.dtype not in STORED:
        raise DatasetError(
            f"{name} split: inputs are {split.inputs.dtype}, expected uint8 or float32 of images, "
            "int32 of texts"
        )
    inputs = split.inputs
    are_numbers = isinstance(inputs, np.ndarray) and inputs.dtype == np.float32
    if are_numbers and not np.isfinite(np.asarray(inputs)).all():
        raise DatasetError(f"{name} split: inputs hold numbers that are not finite")
    if len(split.inputs.shape) not in (2, 4):
        raise DatasetError(
            f"{name} split: inputs should be (examples, height, width, channels) or "
            f"(examples, tokens), got shape {split.inputs.shape}"
        )
    least, most = (0, classes - 1) if classes else (Examples.NO_LABEL, Examples.NO_LABEL)
    wrong = (split.labels < least) | (split.labels > most)
    if wrong.any():
        first = int(np.argmax(wrong))
        expected = f"0 to {most} of the {classes} classes" if classes else "no label (−1)"
        raise DatasetError(
            f"{name} split: example {first} ({split.sources[first]}) has label "
            f"{split.labels[first]}, expected {expected}"
        )


def _check_classes(names: Sequence[str]) -> None:
    """DatasetError for names that cannot be told apart or written on one line, and for too many."""
    _check_names(names, "class")
    for name in names:
        if not name or CONTROL.search(name):
            raise DatasetError(f"a class is called {name!r}: give it a name on one line")
    if len(set(names)) < len(names):
        twice = next(name for name in names if list(names).count(name) > 1)
        raise DatasetError(f"two classes are called {twice!r}: give each a name of its own")
    if len(names) > MOST_CLASSES:
        raise DatasetError(f"{len(names)} classes: predictions are recorded of {MOST_CLASSES}")


def _check_names(names: Sequence[str] | np.ndarray, what: str) -> None:
    """DatasetError for names that are no text."""
    try:
        "".join(names).encode()
    except UnicodeEncodeError:
        wrong = next(name for name in names if not _is_text(name))
        raise DatasetError(
            f"the name of {what} {str(wrong)!r} is not UTF-8: rename the file or folder"
        ) from None


def _is_text(name: str) -> bool:
    try:
        name.encode()
    except UnicodeEncodeError:
        return False
    return True
