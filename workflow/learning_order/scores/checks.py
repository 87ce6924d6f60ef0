"""Checks of arguments that all scores share; each error names the argument."""

import numpy as np
from numpy.typing import ArrayLike

EXTENTS = ("extents", "models", "examples")
MODELS = ("models", "examples")


def as_classes(values: ArrayLike, name: str, axes: tuple[str, ...]) -> np.ndarray:
    """`values` as a non-empty array of integers with the named axes."""
    array = _as_array(values, name, axes)
    if not np.issubdtype(array.dtype, np.integer):
        raise ValueError(f"{name} should be integers (classes), got {array.dtype}")
    return array


def as_correct(values: ArrayLike, name: str, axes: tuple[str, ...]) -> np.ndarray:
    """`values` as a non-empty array of booleans with the named axes."""
    array = _as_array(values, name, axes)
    if array.dtype != bool:
        raise ValueError(f"{name} should be booleans (predictions == labels), got {array.dtype}")
    return array


def as_numbers(values: ArrayLike, name: str, axes: tuple[str, ...]) -> np.ndarray:
    """`values` as a non-empty array of finite numbers with the named axes, in their own type."""
    array = _as_array(values, name, axes)
    if not (np.issubdtype(array.dtype, np.number) or array.dtype == bool):
        raise ValueError(f"{name} should be numbers, got {array.dtype}")
    if not np.isfinite(array).all():
        raise ValueError(f"{name} should be finite: leave out NaN and infinity")
    return array


def as_shares(values: ArrayLike, name: str, axes: tuple[str, ...]) -> np.ndarray:
    """`values` as a non-empty float64 array of shares with the named axes."""
    array = as_numbers(values, name, axes).astype(float)
    if array.min() < 0 or array.max() > 1:
        raise ValueError(f"{name} should be shares from 0 to 1, not counts or percentages")
    return array


def same_length(a: np.ndarray, b: np.ndarray, names: str, what: str) -> None:
    """ValueError unless the last axes are equally long; names: such as "predictions and labels"."""
    if a.shape[-1] != b.shape[-1]:
        raise ValueError(
            f"{names} should have the same number of {what}, got {a.shape[-1]} and {b.shape[-1]}"
        )


def at_least_one(number: int, name: str) -> None:
    """ValueError unless the number is 1 or more."""
    if number < 1:
        raise ValueError(f"{name} should be at least 1, got {number}")


def _as_array(values: ArrayLike, name: str, axes: tuple[str, ...]) -> np.ndarray:
    array = np.asarray(values)
    if array.ndim != len(axes):
        raise ValueError(f"{name} should have axes ({', '.join(axes)}), got shape {array.shape}")
    if array.size == 0:
        raise ValueError(f"{name} is empty: shape {array.shape}")
    return array
