"""Initialisers: weights from one distribution, biases zero."""

import math
from collections.abc import Callable
from functools import partial

from torch import Generator, Tensor, nn


def _uniform_default(weight: Tensor, generator: Generator) -> None:
    bound = 1 / math.sqrt(_fan_in(weight))
    nn.init.uniform_(weight, -bound, bound, generator=generator)


def _normal_by_fan_in(gain: float) -> Callable[[Tensor, Generator], None]:
    def draw(weight: Tensor, generator: Generator) -> None:
        nn.init.normal_(weight, std=math.sqrt(gain / _fan_in(weight)), generator=generator)

    return draw


def _fan_in(weight: Tensor) -> int:
    return weight[0].numel()


INITIALISERS: dict[str, Callable[..., object]] = {
    "glorot-uniform": nn.init.xavier_uniform_,
    "glorot-normal": nn.init.xavier_normal_,
    "he-uniform": partial(nn.init.kaiming_uniform_, nonlinearity="relu"),
    "he-normal": _normal_by_fan_in(2),
    "lecun-normal": _normal_by_fan_in(1),
    "truncated-normal": partial(nn.init.trunc_normal_, std=0.05, a=-0.1, b=0.1),
    "torch-default": _uniform_default,
}


def initialise(network: nn.Module, initialiser: str, generator: Generator) -> None:
    """Draw all weights of `network` in place from `generator`; biases become zero.

    `initialiser` is a key of INITIALISERS; the generator is the CPU's, so that a seed gives the
    same weights on any device. With "own" the network keeps what its own code drew, and so do
    layers other than convolutions and dense ones with any initialiser. Sources: Glorot & Bengio
    2010; He et al. 2015; LeCun et al. 1998; the truncated normal has standard deviation 0.05, cut
    at two, as in Keras; "torch-default" is torch's own uniform within 1/√fan-in.
    """
    if initialiser == "own":
        return
    for layer in network.modules():
        if isinstance(layer, nn.Conv2d | nn.Linear):
            INITIALISERS[initialiser](layer.weight, generator=generator)
            if layer.bias is not None:
                nn.init.zeros_(layer.bias)
