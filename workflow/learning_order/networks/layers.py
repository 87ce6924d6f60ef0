"""Pieces the networks share: activations, dropout-aware blocks and the size check."""

from collections.abc import Callable, Sequence
from typing import cast

import torch
from torch import Tensor, nn
from torch.nn import functional

from learning_order.runtime.errors import ExplainedError

ACTIVATIONS = {
    "elu": nn.ELU,
    "relu": nn.ReLU,
    "tanh": nn.Tanh,
    "linear": nn.Identity,
}


class ImageTooSmall(ExplainedError, ValueError):
    """Images with fewer pixels than a network's poolings need."""


class SameConv2d(nn.Conv2d):
    """Convolution that keeps height and width; an even kernel pads one more below and right.

    So does padding "same" in the earlier public code for st-VGG (Hacohen & Weinshall 2019).
    """

    def forward(self, images: Tensor) -> Tensor:
        height, width = (size - 1 for size in self.kernel_size)
        if height % 2 == 0 and width % 2 == 0:
            padding = (height // 2, width // 2)
            return functional.conv2d(images, self.weight, self.bias, padding=padding)
        left, top = width // 2, height // 2
        padded = functional.pad(images, (left, width - left, top, height - top))
        return functional.conv2d(padded, self.weight, self.bias)


class AverageTo(nn.Module):
    """torch's AdaptiveAvgPool2d as two matrix products, whose gradient is deterministic on a GPU.

    The gradient of torch's own is not, so reproducible training refuses it.
    """

    def __init__(self, size: int | tuple[int, int]):
        super().__init__()
        self.size = (size, size) if isinstance(size, int) else size

    def forward(self, images: Tensor) -> Tensor:
        """(batch, channels, height, width) → (batch, channels, *size)."""
        if images.shape[2:] == self.size:
            return images
        rows, columns = (
            _windows(inputs, outputs, images.device).to(images.dtype)
            for inputs, outputs in zip(images.shape[2:], self.size, strict=True)
        )
        return rows @ images @ columns.T


def _windows(inputs: int, outputs: int, device: torch.device) -> Tensor:
    """(outputs, inputs) weights: each output averages from ⌊k·i/o⌋ to ⌈(k+1)·i/o⌉.

    Made on the device: a copy from the CPU would wait for it at every step.
    """
    k = torch.arange(outputs, device=device)[:, None]
    first, end = k * inputs // outputs, -(-(k + 1) * inputs // outputs)
    place = torch.arange(inputs, device=device)
    return ((place >= first) & (place < end)) / (end - first)


def make_deterministic(network: nn.Module) -> nn.Module:
    """Replace every nn.AdaptiveAvgPool2d of the network, in place, by an AverageTo.

    To one pixel it stays: there torch takes the plain mean, which is deterministic.
    """
    for module in list(network.modules()):
        for name, child in module.named_children():
            if not isinstance(child, nn.AdaptiveAvgPool2d):
                continue
            size = cast(int | tuple[int | None, ...], child.output_size)
            sides = size if isinstance(size, tuple) else (size,)
            # None keeps a side as it is; torch itself refuses that where it is not deterministic.
            if set(sides) != {1} and None not in sides:
                setattr(module, name, AverageTo(cast(int | tuple[int, int], size)))
    return network


class ChannelBias(nn.Module):
    """Adds a number to each channel, in place: the bias of a convolution, behind its pooling.

    There it has a quarter of the work, and max(x + b) = max(x) + b to the bit.
    """

    def __init__(self, channels: int):
        super().__init__()
        self.bias = nn.Parameter(torch.zeros(channels))

    def forward(self, images: Tensor) -> Tensor:
        return images.add_(self.bias.to(images.dtype)[:, None, None])


def convolution_pair(
    channels: Sequence[int],
    kernel: int,
    activation: str,
    pool: Callable[[int], nn.Module],
    dropout: float,
) -> list[nn.Module]:
    """Two convolutions, 2×2 pooling, dropout: channels is (in, middle, out).

    The second convolution's bias and activation stand after the pooling. For max-pooling every
    activation here is non-decreasing, so max(f(x)) = f(max(x)) and a quarter of the work gives the
    same numbers; average-pooling is only used where the activation is the identity.
    """
    first, middle, last = channels
    return [
        SameConv2d(first, middle, kernel),
        ACTIVATIONS[activation](),
        SameConv2d(middle, last, kernel, bias=False),
        pool(2),
        ChannelBias(last),
        ACTIVATIONS[activation](),
        nn.Dropout(dropout),
    ]


def dense_head(
    inputs: int, hidden: int, classes: int, activation: str, dropout: float
) -> list[nn.Module]:
    """Flatten, one hidden layer with dropout, and the output layer (logits)."""
    return [
        nn.Flatten(),
        nn.Linear(inputs, hidden),
        ACTIVATIONS[activation](),
        nn.Dropout(dropout),
        nn.Linear(hidden, classes),
    ]


def pooled(size: Sequence[int], poolings: int, network: str) -> tuple[int, int]:
    """(height, width) after `poolings` 2×2 poolings; ImageTooSmall where nothing is left."""
    height, width = (side // 2**poolings for side in size)
    if min(height, width) < 1:
        needed = 2**poolings
        raise ImageTooSmall(
            f"{network} halves an image {poolings} times, so it needs at least {needed}×{needed} "
            f"pixels; this dataset has {size[0]}×{size[1]}. Choose a network with fewer poolings "
            "(small-st-vgg: 2, mnist-net: 1, fully-connected: 0) or larger images (`size`)."
        )
    return height, width
