"""Where the random numbers of a model come from.

Every purpose and every epoch has a stream of its own, so nothing that happens in between (other
models, recordings, a restart) changes what is drawn.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

SNAPSHOTS = 2**31 - 1  # stands for the extent in the streams of a snapshots run
# A stream is numbered by its place here: append, do not insert.
PURPOSES = ("weights", "order", "dropout", "construction", "augmentation", "torch")


@dataclass(frozen=True)
class Streams:
    """The random streams of one model."""

    entropy: int  # of recipe and dataset
    model: int  # the model's seed
    extent: int  # or SNAPSHOTS

    def seed(self, purpose: str, epoch: int = 0) -> int:
        """The 63-bit number that a stream starts from."""
        numbers = [self.entropy, self.model, self.extent, PURPOSES.index(purpose), epoch]
        return int(np.random.SeedSequence(numbers).generate_state(1, np.uint64)[0] >> np.uint64(1))

    def generator(self, purpose: str, epoch: int = 0) -> torch.Generator:
        """A generator on the CPU, so that a seed gives the same numbers for any device."""
        return torch.Generator().manual_seed(self.seed(purpose, epoch))


@dataclass(frozen=True)
class GlobalState:
    """Torch's own random state, which its layers draw from."""

    device: torch.device

    def current(self) -> dict[str, Tensor]:
        """The states of the CPU's generator and, on a GPU, of the GPU's."""
        state = {"cpu": torch.get_rng_state()}
        if self.device.type == "cuda":
            state["cuda"] = torch.cuda.get_rng_state(self.device)
        return state

    def restore(self, state: dict[str, Tensor]) -> None:
        """Resume from an earlier `current()`."""
        torch.set_rng_state(state["cpu"])
        if self.device.type == "cuda":
            torch.cuda.set_rng_state(state["cuda"], self.device)


@contextmanager
def seeded_torch(seed: int, device: torch.device) -> Iterator[GlobalState]:
    """Torch's own random state starts from `seed` in the block, and is as before after it."""
    with torch.random.fork_rng([device] if device.type == "cuda" else []):
        torch.manual_seed(seed)
        yield GlobalState(device)
