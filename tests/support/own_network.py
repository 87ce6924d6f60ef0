"""Somebody's own network, as the configuration names it: support.own_network:normalised."""

from torch import nn


def normalised(shape, classes, *, width=8) -> nn.Module:
    """One convolution with batch normalisation and dropout."""
    return nn.Sequential(
        nn.Conv2d(shape[0], width, 3, padding=1, bias=False),
        nn.BatchNorm2d(width),
        nn.ReLU(),
        nn.AdaptiveAvgPool2d(2),
        nn.Flatten(),
        nn.Dropout(0.2),
        nn.Linear(4 * width, classes),
    )
