"""The small network the paper uses for MNIST (Suppl B)."""

from collections.abc import Sequence

from torch import nn

from learning_order.networks.layers import ACTIVATIONS, ChannelBias, ImageTooSmall, dense_head


def mnist_net(
    shape: Sequence[int],
    classes: int,
    *,
    activation: str = "relu",
    dropout: Sequence[float] = (0.25, 0.5),
) -> nn.Module:
    """Two 3×3 convolutions (32, 64), 2×2 max-pooling, a dense layer of 128, logits.

    shape is (channels, height, width), at least 6×6 pixels. The convolutions do not pad and the
    default activation is ReLU: layers, AdaDelta and 12 epochs are those of the well-known Keras
    example for MNIST, and the paper says nothing else. As in the other networks, the bias and the
    activation before a pooling are applied after it, which gives the same numbers.
    """
    channels, height, width = shape
    if min(height, width) < 6:
        raise ImageTooSmall(
            f"mnist-net needs at least 6×6 pixels; this dataset has {height}×{width}. "
            "Choose fully-connected, or larger images (`size`)."
        )
    features = 64 * ((height - 4) // 2) * ((width - 4) // 2)
    return nn.Sequential(
        nn.Conv2d(channels, 32, 3),
        ACTIVATIONS[activation](),
        nn.Conv2d(32, 64, 3, bias=False),
        nn.MaxPool2d(2),
        ChannelBias(64),
        ACTIVATIONS[activation](),
        nn.Dropout(dropout[0]),
        *dense_head(features, 128, classes, activation, dropout[1]),
    )
