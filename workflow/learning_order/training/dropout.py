"""Dropout from a random stream of each model, so that models side by side share none."""

import torch
from torch import Generator, Tensor, nn

RANDOM_BITS = 16  # for each number that may be dropped


class SeededDropout(nn.Module):
    """nn.Dropout that draws from `generator`; on a CPU, with its share rounded to 16 bits.

    There four decisions come from one random number of 64 bits. Deciding on a float for each, as
    torch does, takes four times as long, which was a tenth of all training on a CPU. A GPU has one
    kernel for all of it.
    """

    def __init__(self, share: float, generator: Generator):
        super().__init__()
        self.share, self.generator = share, generator

    def forward(self, inputs: Tensor) -> Tensor:
        if not self.training or self.share == 0:
            return inputs
        if inputs.is_cuda:
            return torch._fused_dropout(inputs, 1 - self.share, generator=self.generator)[0]
        scaled = self._kept(inputs).to(inputs.dtype).mul_(1 / (1 - self.share))
        return inputs * scaled

    def _kept(self, inputs: Tensor) -> Tensor:
        """Booleans in the shape and memory layout of `inputs`."""
        like = torch.empty_like(inputs, device="meta")  # dense, whatever the inputs are
        count = inputs.numel()
        words = torch.empty(-(-count * RANDOM_BITS // 64), dtype=torch.int64, device=inputs.device)
        words.random_(-(2**63), None, generator=self.generator)  # all 64 bits of each
        dropped = min(round(self.share * 2**RANDOM_BITS), 2**RANDOM_BITS - 1)
        kept = words.view(torch.int16)[:count] >= dropped - 2 ** (RANDOM_BITS - 1)
        return kept.as_strided(like.shape, like.stride())

    def extra_repr(self) -> str:
        return f"share={self.share}"


def seed_dropout(network: nn.Module, generator: Generator) -> nn.Module:
    """Replace every nn.Dropout of the network, in place, by one that draws from `generator`.

    A share of 1 stays torch's. Other layers that draw still draw from torch's own random state.
    """
    for module in list(network.modules()):
        for name, child in module.named_children():
            if type(child) is nn.Dropout and child.p < 1:
                setattr(module, name, SeededDropout(child.p, generator))
    return network
