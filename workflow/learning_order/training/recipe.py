"""A recipe: everything about how a network is trained that is not the data or the seed."""

import hashlib
import json
import math
from collections.abc import Mapping
from dataclasses import dataclass

from torch import nn, optim

OPTIMIZERS = {"sgd": optim.SGD, "adam": optim.Adam, "adadelta": optim.Adadelta}


@dataclass(frozen=True)
class Recipe:
    """One architecture of the configuration, resolved; the fields are described in its schema."""

    network: str
    activation: str
    dropout: tuple[float, float]
    initialiser: str
    optimizer: Mapping
    learning_rate: float
    schedule: Mapping
    batch_size: int
    l2: float

    @classmethod
    def from_config(cls, entry: Mapping) -> "Recipe":
        """The recipe of a resolved architecture entry (all keys present)."""
        fields = {name: entry[name] for name in cls.__dataclass_fields__}
        dropout = entry["dropout"]
        return cls(**{**fields, "dropout": (dropout["convolution"], dropout["dense"])})

    def entropy(self, dataset_hash: str) -> int:
        """A number that differs between recipes and datasets, to start random streams from.

        Two collections then share no initial weights and no batch order, even for equal seeds:
        agreement between architectures must not come from common random numbers.
        """
        text = json.dumps([vars(self), dataset_hash], sort_keys=True, default=dict)
        return int.from_bytes(hashlib.sha256(text.encode()).digest()[:16], "big")


def build_optimizer(network: nn.Module, recipe: Recipe) -> optim.Optimizer:
    """The recipe's optimizer over `network`, with L2 on weights and none on biases.

    `l2` is λ in loss + λ‖w‖², as in the earlier public code for st-VGG; torch's weight_decay w
    adds (w/2)‖w‖², hence the factor 2.
    """
    options = {key: value for key, value in recipe.optimizer.items() if key != "name"}
    parameters = list(network.parameters())
    groups = [
        {"params": [p for p in parameters if p.ndim > 1], "weight_decay": 2 * recipe.l2},
        {"params": [p for p in parameters if p.ndim <= 1], "weight_decay": 0.0},
    ]
    return OPTIMIZERS[recipe.optimizer["name"]](groups, lr=recipe.learning_rate, **options)


def learning_rate(recipe: Recipe, epoch: int) -> float:
    """The learning rate during `epoch` (the first is 0)."""
    options = {key: value for key, value in recipe.schedule.items() if key != "name"}
    return recipe.learning_rate * SCHEDULES[recipe.schedule["name"]](epoch, **options)


def _constant(epoch: int) -> float:
    return 1.0


def _step(epoch: int, factor: float, every: int) -> float:
    """Divided by `factor` every so many epochs."""
    return factor ** -(epoch // every)


def _multi_step(epoch: int, factor: float, at: list[int]) -> float:
    """Divided by `factor` at each of the epochs."""
    return factor ** -sum(epoch >= step for step in at)


def _cosine(epoch: int, epochs: int) -> float:
    """Half a cosine from 1 to 0 over so many epochs (Loshchilov & Hutter 2017)."""
    return 0.5 * (1 + math.cos(math.pi * min(epoch, epochs) / epochs))


# Each gives the share of the initial learning rate during an epoch.
SCHEDULES = {
    "constant": _constant,
    "step": _step,
    "multi-step": _multi_step,
    "cosine": _cosine,
}
