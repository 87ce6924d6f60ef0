"""Batch normalisation with the statistics of the network as it is now."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager

import torch
from torch import Tensor, nn
from torch.nn.modules.batchnorm import _BatchNorm


@contextmanager
def reestimated(
    network: nn.Module, inputs: Iterable[Tensor], wanted: bool = True
) -> Iterator[None]:
    """Within the block, running statistics are those of `inputs`; after it, the old ones.

    The running averages of training lag behind the weights, which makes a network look worse
    than it is in its first epochs. Here the mean and variance of every layer are averaged over all
    batches of `inputs` at the present weights, dropout off. Nothing happens without batch
    normalisation, or where `wanted` is false.
    """
    layers = [layer for layer in network.modules() if isinstance(layer, _BatchNorm)]
    if not wanted or not layers:
        yield
        return
    before = [
        (layer.momentum, {key: value.clone() for key, value in layer.state_dict().items()})
        for layer in layers
    ]
    network.eval()
    for layer in layers:
        layer.reset_running_stats()
        layer.momentum = None  # the plain average over batches
        layer.train()
    with torch.no_grad():
        for batch in inputs:
            network(batch)
    try:
        yield
    finally:
        for layer, (momentum, state) in zip(layers, before, strict=True):
            layer.momentum = momentum
            layer.load_state_dict(state)
