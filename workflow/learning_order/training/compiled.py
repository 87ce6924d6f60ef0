"""Training steps in which torch.compile fuses kernels: the same arithmetic in fewer of them.

Compiled sums round differently. Whether to compile is therefore a part of the recipe, not a choice
by speed that could differ between the jobs of a collection. For the same reason the network is
compiled as a whole or not at all, for each size of batch by itself, and no kernel is chosen by its
speed.
"""

from typing import cast

import torch
from torch import Tensor, nn

MASK = 2**32 - 1
MULTIPLIERS, STEPS, ROUNDS = (0xD2511F53, 0xCD9E8D57), (0x9E3779B9, 0xBB67AE85), 10


def compiled(network: nn.Module) -> nn.Module:
    """The network, to be compiled when it is first called in training."""
    whole = torch.compile(network, fullgraph=True, dynamic=False, options={"deterministic": True})
    return cast(nn.Module, whole)


class CountedDropout(nn.Module):
    """nn.Dropout whose decisions follow from a seed, the step, the layer and the place of a value.

    A compiler can fuse these with what stands before and behind; it cannot with a generator.

    counter: (2,) int64, the seed of the epoch and the step in it; one for all layers of a model.
    """

    def __init__(self, share: float, counter: Tensor, layer: int):
        super().__init__()
        self.share, self.counter, self.layer = share, counter, layer

    def forward(self, inputs: Tensor) -> Tensor:
        if not self.training or self.share == 0:
            return inputs
        places = torch.arange(inputs.numel(), device=inputs.device).reshape(inputs.shape)
        seed, step = self.counter.unbind()
        drawn = philox((places, self.layer, step, 0), (seed & MASK, seed >> 32))[0]
        kept = drawn >= round(self.share * 2**32)
        return inputs * kept.to(inputs.dtype) * (1 / (1 - self.share))

    def extra_repr(self) -> str:
        return f"share={self.share}"


def count_dropout(network: nn.Module, counter: Tensor) -> nn.Module:
    """Replace every nn.Dropout of the network, in place, by one that draws by `counter`.

    A share of 1 stays torch's.
    """
    layers = 0
    for module in list(network.modules()):
        for name, child in module.named_children():
            if type(child) is nn.Dropout and child.p < 1:
                setattr(module, name, CountedDropout(child.p, counter, layers))
                layers += 1
    return network


def philox(counter: tuple, key: tuple) -> tuple:
    """Four random numbers of 32 bits for a counter of four and a key of two such numbers.

    Any of these may be int64 tensors. Source: Philox4x32-10 of Salmon et al. 2011, "Parallel Random
    Numbers: As Easy as 1, 2, 3".
    """
    a, b, c, d = counter
    left, right = key
    for _ in range(ROUNDS):
        first, second = MULTIPLIERS[0] * a, MULTIPLIERS[1] * c  # int64 keeps the low 64 bits
        a, b, c, d = (
            ((second >> 32) & MASK) ^ b ^ left,
            second & MASK,
            ((first >> 32) & MASK) ^ d ^ right,
            first & MASK,
        )
        left, right = (left + STEPS[0]) & MASK, (right + STEPS[1]) & MASK
    return a, b, c, d
