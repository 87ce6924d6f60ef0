"""What a reader of the log should know about a dataset, which is no error."""

import hashlib
from collections.abc import Iterator

import numpy as np

from learning_order.datasets.examples import Examples, ImageFiles, Split


def remarks(examples: Examples) -> Iterator[str]:
    """Examples that are in both splits, and equal ones with two labels; not of streamed images."""
    if isinstance(examples.test.inputs, ImageFiles) or not examples.classes:
        return
    known: dict[bytes, int] = {}
    ambiguous = sum(known.setdefault(key, label) != label for key, label in _keys(examples.train))
    shared = sum(key in known for key, _ in _keys(examples.test))
    if shared:
        yield f"{shared} of the {len(examples.test.labels)} test examples are train examples too"
    if ambiguous:
        yield f"{ambiguous} train examples equal one of another class"


def _keys(split: Split) -> Iterator[tuple[bytes, int]]:
    """A digest of each example, and its label."""
    inputs = np.ascontiguousarray(split.inputs)
    for values, label in zip(inputs, split.labels, strict=True):
        yield hashlib.blake2b(values.tobytes(), digest_size=16).digest(), int(label)
