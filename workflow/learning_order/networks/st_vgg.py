"""st-VGG, the stripped VGG of the paper (Suppl B), and its small and linear relatives."""

from collections.abc import Callable, Sequence

from torch import nn

from learning_order.networks.layers import convolution_pair, dense_head, pooled

WIDTHS = (32, 32, 64, 64, 128, 128, 256, 256)
KERNELS = (3, 3, 3, 2)  # one per pair of convolutions: the first six 3×3, the last two 2×2


def st_vgg(
    shape: Sequence[int],
    classes: int,
    *,
    activation: str = "elu",
    dropout: Sequence[float] = (0.25, 0.5),
) -> nn.Module:
    """Eight convolutions in four pooled pairs, a dense layer of 512, logits.

    shape is (channels, height, width), at least 16×16 pixels; dropout is the share dropped
    (after each pair, after the dense layer). Source: paper Suppl B.
    """
    return _vgg("st-vgg", shape, classes, WIDTHS, KERNELS, 512, activation, nn.MaxPool2d, dropout)


def linear_st_vgg(
    shape: Sequence[int],
    classes: int,
    *,
    activation: str = "linear",
    dropout: Sequence[float] = (0.25, 0.5),
) -> nn.Module:
    """st-VGG with identity activations and average-pooling (paper §4.2 and Suppl B)."""
    if activation != "linear":
        raise ValueError(f"linear-st-vgg has identity activations; got activation {activation!r}")
    return _vgg(
        "linear-st-vgg", shape, classes, WIDTHS, KERNELS, 512, "linear", nn.AvgPool2d, dropout
    )


def small_st_vgg(
    shape: Sequence[int],
    classes: int,
    *,
    activation: str = "elu",
    dropout: Sequence[float] = (0.25, 0.5),
) -> nn.Module:
    """The first four convolutions of st-VGG and a dense layer of 128 (paper Suppl B)."""
    return _vgg(
        "small-st-vgg",
        shape,
        classes,
        WIDTHS[:4],
        KERNELS[:2],
        128,
        activation,
        nn.MaxPool2d,
        dropout,
    )


def _vgg(
    name: str,
    shape: Sequence[int],
    classes: int,
    widths: Sequence[int],
    kernels: Sequence[int],
    hidden: int,
    activation: str,
    pool: Callable[[int], nn.Module],
    dropout: Sequence[float],
) -> nn.Module:
    channels, *size = shape
    height, width = pooled(size, len(kernels), name)
    layers: list[nn.Module] = []
    previous = channels
    for kernel, middle, last in zip(kernels, widths[0::2], widths[1::2], strict=True):
        layers += convolution_pair((previous, middle, last), kernel, activation, pool, dropout[0])
        previous = last
    layers += dense_head(previous * height * width, hidden, classes, activation, dropout[1])
    return nn.Sequential(*layers)
