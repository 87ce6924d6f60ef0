"""What a figure is made from."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from learning_order.errors import ExplainedError


class NotToDraw(ExplainedError, ValueError):
    """Something that a figure was asked to show and its sources do not have."""


@dataclass(frozen=True)
class Collection:
    """One collection of models and the tables of its scores.

    tables holds ``summary`` (a row per split and extent: models, examples, accuracy,
    bimodality, …), ``examples`` (a row per split, extent and example: label, tp_agreement,
    agreement, modal_class), ``null`` (the expected distribution of the TP-agreement under
    independence: split, extent, tp_agreement, share) and ``accessibility`` (split, example,
    label, accessibility).
    """

    name: str
    dataset: str
    architecture: str
    protocol: str
    tables: dict[str, pd.DataFrame]


@dataclass(frozen=True)
class Dataset:
    """Images of a dataset: (n, h, w, channels), their integer labels, and the class names."""

    name: str
    classes: list[str]
    images: np.ndarray
    labels: np.ndarray
