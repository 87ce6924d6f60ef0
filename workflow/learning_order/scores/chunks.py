"""How many examples fit into memory at once: long arrays are scored in slices of examples."""

from collections.abc import Iterator

import numpy as np

CHUNK = 2**22  # entries of a (models, examples) array worked on at once


def chunk_size(rows: int) -> int:
    """How many examples to work on at once in an array of `rows` rows.

    A multiple of 8, so that packed bits stay whole bytes. An odd one: rows that are a power of two
    apart share few places in the cache, and sorting the models of each example then takes three
    times as long.
    """
    return CHUNK // rows // 16 * 16 + 8


def chunks(array: np.ndarray) -> Iterator[np.ndarray]:
    """Slices of a (models, examples) array along the examples; several fit into memory at once."""
    step = chunk_size(len(array))
    for start in range(0, array.shape[1], step):
        yield array[:, start : start + step]
