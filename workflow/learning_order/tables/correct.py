"""The score table `correct`: which model is right about which example, one bit each.

A row is one split, extent and seed: its number of examples, and whether the model's prediction is
the label, eight examples per byte. A hundred models of fifty thousand examples take 600 kB per
extent, and whatever needs single models (intervals, learned epochs, consistency) follows from it.
"""

import math
from collections.abc import Iterator, Sequence

import numpy as np
import pandas as pd

from learning_order.scores.chunks import chunk_size

COLUMNS = ["split", "extent", "seed", "examples", "bits"]


def table(split: str, extent: int, seeds: Sequence[int], correct: np.ndarray) -> pd.DataFrame:
    """The rows of one split and extent; correct: (models, examples) booleans, ordered as seeds."""
    rows = packed_rows(seeds, np.packbits(correct, axis=1), correct.shape[1])
    return rows.assign(split=split, extent=np.int32(extent))[COLUMNS]


def empty_table() -> pd.DataFrame:
    """The columns without a row, for a collection without labels."""
    return table("", 0, [], np.empty((0, 0), bool))


def packed_rows(seeds: Sequence[int], bits: np.ndarray, examples: int) -> pd.DataFrame:
    """The same rows but for split and extent; bits: (models, bytes_of(examples)), packed.

    >>> packed_rows([3], np.array([[160]], np.uint8), examples=3)
       seed  examples     bits
    0     3         3  b'\\xa0'
    """
    return pd.DataFrame(
        {
            "seed": np.asarray(seeds, np.int32),
            "examples": np.int32(examples),
            "bits": [of_model.tobytes() for of_model in bits],
        }
    )


def unpack(rows: pd.DataFrame, split: str) -> tuple[list[int], np.ndarray]:
    """The extents and (extents, models, examples) booleans of one split of the table.

    Models are in the order of their seeds. ValueError where an extent lacks a model, and where
    the split has no labels.

    >>> extents, correct = unpack(table("test", 5, [0], np.array([[True, False, True]])), "test")
    >>> extents, correct.tolist()
    ([5], [[[True, False, True]]])
    """
    rows = _of_split(rows, split)
    extents, seeds = rows["extent"].unique(), rows["seed"].unique()
    if len(rows) != len(extents) * len(seeds):
        raise ValueError(
            f"split {split!r} has {len(rows)} rows for {len(extents)} extents and "
            f"{len(seeds)} models"
        )
    examples = rows["examples"].iloc[0]
    correct = np.empty((len(rows), examples), bool)
    for number, bits in enumerate(rows["bits"]):
        correct[number] = _unpacked(bits, examples)
    return extents.tolist(), correct.reshape(len(extents), len(seeds), examples)


def times_right(rows: pd.DataFrame, split: str) -> np.ndarray:
    """(models, examples) float32: at how many extents each model is right about each example.

    The mean over models, divided by the number of extents, is the Accessibility. Rows are unpacked
    one at a time, so that memory does not grow with the extents. ValueError where the split has no
    labels.

    >>> times_right(table("test", 5, [0], np.array([[True, False, True]])), "test").tolist()
    [[1.0, 0.0, 1.0]]
    """
    rows = _of_split(rows, split)
    examples = rows["examples"].iloc[0]
    place = {seed: number for number, seed in enumerate(sorted(rows["seed"].unique()))}
    right = np.zeros((len(place), examples), np.float32)
    for seed, bits in zip(rows["seed"], rows["bits"], strict=True):
        right[place[seed]] += _unpacked(bits, examples)
    return right


def unpacked_parts(bits: np.ndarray, examples: int) -> Iterator[tuple[slice, np.ndarray]]:
    """Slices of the examples, and which are right: (…, models, some examples) booleans.

    bits: (…, models, bytes_of(examples)), where … is nothing or extents.
    """
    step = chunk_size(math.prod(bits.shape[:-1]))
    for start in range(0, examples, step):
        here = slice(start, min(start + step, examples))
        of_part = np.ascontiguousarray(bits[..., start // 8 : bytes_of(here.stop)])
        count = here.stop - start
        yield here, np.unpackbits(of_part, axis=-1, count=count).view(bool)


def bytes_of(examples: int) -> int:
    """How many bytes hold one bit per example."""
    return -(-examples // 8)


def _of_split(rows: pd.DataFrame, split: str) -> pd.DataFrame:
    chosen = rows[rows["split"] == split].sort_values(["extent", "seed"])
    if chosen.empty:
        present = ", ".join(sorted(rows["split"].unique()))
        raise ValueError(f"there is no labelled split {split!r}, only {present or 'none'}")
    return chosen


def _unpacked(bits: bytes, examples: int) -> np.ndarray:
    return np.unpackbits(np.frombuffer(bits, np.uint8), count=examples)
