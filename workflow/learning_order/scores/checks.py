"""The one input check that all scores share."""

import numpy as np


def as_array(values, dimensions: str, kind: str = "any") -> np.ndarray:
    """`values` as a non-empty array with the named dimensions; ValueError says what is wrong.

    dimensions: such as "models examples"; kind: "integer", "boolean" or "any".
    """
    array = np.asarray(values)
    names = dimensions.split()
    if array.ndim != len(names):
        raise ValueError(f"expected an array ({', '.join(names)}), got shape {array.shape}")
    if array.size == 0:
        raise ValueError(f"an empty array of shape {array.shape} has no scores")
    if kind == "integer" and not np.issubdtype(array.dtype, np.integer):
        raise ValueError(f"expected whole numbers (classes), got {array.dtype}")
    if kind == "boolean" and array.dtype != bool:
        raise ValueError(f"expected booleans (right or wrong), got {array.dtype}")
    return array


def as_shares(values, dimensions: str) -> np.ndarray:
    """Like as_array, for numbers between 0 and 1."""
    array = as_array(values, dimensions).astype(float)
    if not ((array >= 0) & (array <= 1)).all():
        raise ValueError("expected shares between 0 and 1")
    return array


def same_length(a: np.ndarray, b: np.ndarray, what: str) -> None:
    """ValueError unless the last axes are equally long."""
    if a.shape[-1] != b.shape[-1]:
        raise ValueError(f"{a.shape[-1]} and {b.shape[-1]} {what}: there should be as many of each")
