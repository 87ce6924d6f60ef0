"""What a figure is made from."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from learning_order.errors import ExplainedError


class NotToDraw(ExplainedError, ValueError):
    """Something that a figure was asked to show and its sources do not have."""


@dataclass(frozen=True)
class Dataset:
    """Train images of a dataset, their integer labels, and the class names.

    images: (n, h, w, channels), or what gives such an array for an array of indices: images of
    large datasets stay in their files.
    """

    name: str
    classes: list[str]
    images: np.ndarray
    labels: np.ndarray


@dataclass(frozen=True)
class Collection:
    """One collection of models and the tables of its scores that the kind of figure reads.

    tables: see learning_order.tables for what there is and what their columns are.
    images: its dataset, for the kinds that show images and where the dataset is at hand.
    classes: the names of its dataset's classes, where they are known.
    """

    name: str
    dataset: str
    architecture: str
    protocol: str
    tables: dict[str, pd.DataFrame]
    images: Dataset | None = None
    classes: list[str] | None = None
