"""The fully-connected network of the Gaussian data (paper Suppl B)."""

from collections.abc import Sequence
from math import prod

from torch import nn

from learning_order.networks.layers import ACTIVATIONS, dense_head


def fully_connected(
    shape: Sequence[int],
    classes: int,
    *,
    activation: str = "elu",
    dropout: Sequence[float] = (0.0, 0.5),
) -> nn.Module:
    """Flatten, two dense layers of 1024 with dropout, logits; any shape.

    Only dropout[1], that of dense layers, is used here. Source: paper Suppl B.
    """
    return nn.Sequential(
        nn.Flatten(),
        nn.Linear(prod(shape), 1024),
        ACTIVATIONS[activation](),
        nn.Dropout(dropout[1]),
        *dense_head(1024, 1024, classes, activation, dropout[1])[1:],  # the inputs are flat already
    )
