"""The one input check that all scores share."""

from collections.abc import Iterator

import numpy as np

EXTENTS = ("extents", "models", "examples")
MODELS = ("models", "examples")
CERTAIN = 1e-12  # from 1, or of the whole: as good as nothing is left
CHUNK = 2**22  # entries of a (models, examples) array worked on at once


def as_classes(values, name: str, axes: tuple[str, ...]) -> np.ndarray:
    """`values` as a non-empty array of integers with the named axes."""
    array = _as_array(values, name, axes)
    if not np.issubdtype(array.dtype, np.integer):
        raise ValueError(f"{name} should be integers (classes), got {array.dtype}")
    return array


def as_correct(values, name: str, axes: tuple[str, ...]) -> np.ndarray:
    """`values` as a non-empty array of booleans with the named axes."""
    array = _as_array(values, name, axes)
    if array.dtype != bool:
        raise ValueError(f"{name} should be booleans (predictions == labels), got {array.dtype}")
    return array


def as_numbers(values, name: str, axes: tuple[str, ...]) -> np.ndarray:
    """`values` as a non-empty array of finite numbers with the named axes, in their own type."""
    array = _as_array(values, name, axes)
    if not (np.issubdtype(array.dtype, np.number) or array.dtype == bool):
        raise ValueError(f"{name} should be numbers, got {array.dtype}")
    if not np.isfinite(array).all():
        raise ValueError(f"{name} should be finite: leave out NaN and infinity")
    return array


def as_shares(values, name: str, axes: tuple[str, ...]) -> np.ndarray:
    """`values` as a non-empty float64 array of shares with the named axes."""
    array = as_numbers(values, name, axes).astype(float)
    if array.min() < 0 or array.max() > 1:
        raise ValueError(f"{name} should be shares from 0 to 1, not counts or percentages")
    return array


def same_length(a: np.ndarray, b: np.ndarray, names: str, what: str) -> None:
    """ValueError unless the last axes are equally long; names: such as "predictions and labels"."""
    if a.shape[-1] != b.shape[-1]:
        raise ValueError(
            f"{names} should have as many {what} each, got {a.shape[-1]} and {b.shape[-1]}"
        )


def at_least_one(number: int, name: str) -> None:
    """ValueError unless the number is 1 or more."""
    if number < 1:
        raise ValueError(f"{name} should be at least 1, got {number}")


def chunk_size(rows: int) -> int:
    """How many examples of so many rows are worked on at once.

    A multiple of 8, so that packed bits stay whole bytes. An odd one: rows that are a power of two
    apart share few places in the cache, which makes sorting models example by example three times
    as slow.
    """
    return CHUNK // rows // 16 * 16 + 8


def chunks(array: np.ndarray) -> Iterator[np.ndarray]:
    """A (models, examples) array in slices of examples that fit into memory several times."""
    step = chunk_size(len(array))
    for start in range(0, array.shape[1], step):
        yield array[:, start : start + step]


def _as_array(values, name: str, axes: tuple[str, ...]) -> np.ndarray:
    array = np.asarray(values)
    if array.ndim != len(axes):
        raise ValueError(f"{name} should have axes ({', '.join(axes)}), got shape {array.shape}")
    if array.size == 0:
        raise ValueError(f"{name} is empty: shape {array.shape}")
    return array
