"""A recipe: everything about how a network is trained that is not the data or the seed."""

import hashlib
import json
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from inspect import signature
from pkgutil import resolve_name

import torch
from torch import nn, optim

OPTIMIZERS = {"sgd": optim.SGD, "adam": optim.Adam, "adadelta": optim.Adadelta}
NOT_DRAWN_FOR = ("precision", "compile")


@dataclass(frozen=True)
class Recipe:
    """One architecture of the configuration, resolved; the fields are described in its schema."""

    network: str
    activation: str
    dropout: tuple[float, float]
    options: Mapping
    initialiser: str
    optimizer: Mapping
    learning_rate: float
    schedule: Mapping
    batch_size: int
    augmentation: Mapping
    l2: float
    reestimate_batch_norm: bool
    precision: str
    compile: bool = False

    @classmethod
    def from_config(cls, entry: Mapping) -> "Recipe":
        """The recipe of a resolved architecture entry (all keys present but `compile`)."""
        fields = {name: entry[name] for name in cls.__dataclass_fields__ if name in entry}
        dropout = entry["dropout"]
        return cls(**{**fields, "dropout": (dropout["convolution"], dropout["dense"])})

    def entropy(self, dataset_hash: str) -> int:
        """A number that differs between recipes and datasets, to start random streams from.

        Two collections then share no initial weights and no batch order, even for equal seeds:
        agreement between architectures must not come from common random numbers. Only precisions
        share them, so that what a lower one changes can be seen model by model, and so do compiled
        steps and others.
        """
        drawn_for = {key: value for key, value in vars(self).items() if key not in NOT_DRAWN_FOR}
        text = json.dumps([drawn_for, dataset_hash], sort_keys=True, default=dict)
        return int.from_bytes(hashlib.sha256(text.encode()).digest()[:16], "big")


@dataclass(frozen=True)
class Builder:
    """The function that makes a recipe's network, as config/catalogue.py names it."""

    function: str  # "module:function"
    keywords: tuple[str, ...] = ()  # fields of the recipe that the function takes
    preset: Mapping | None = None

    def build(
        self, recipe: Recipe, shape: Sequence[int], classes: int, extras: Mapping
    ) -> nn.Module:
        """The network for inputs of `shape`; extras are further keywords, such as word vectors."""
        return resolve_name(self.function)(
            tuple(shape),
            classes,
            **{name: getattr(recipe, name) for name in self.keywords},
            **(self.preset or {}),
            **recipe.options,
            **extras,
        )


def build_optimizer(network: nn.Module, recipe: Recipe) -> optim.Optimizer:
    """The recipe's optimizer over `network`, with L2 on weights and none on biases.

    `l2` is λ in loss + λ‖w‖², as in the earlier public code for st-VGG; torch's weight_decay w
    adds (w/2)‖w‖², hence the factor 2. The optimizer's own `weight_decay` is torch's, on all
    parameters. Its learning rate is a tensor on the device of the network, for a CUDA graph to
    read anew: change it by `set_learning_rate`.
    """
    options = {key: value for key, value in recipe.optimizer.items() if key != "name"}
    decay = options.pop("weight_decay", 0.0)
    parameters = [p for p in network.parameters() if p.requires_grad]
    groups = [
        {"params": [p for p in parameters if p.ndim > 1], "weight_decay": 2 * recipe.l2 + decay},
        {"params": [p for p in parameters if p.ndim <= 1], "weight_decay": decay},
    ]
    groups = [group for group in groups if group["params"]]
    kind = OPTIMIZERS[recipe.optimizer["name"]]
    taken = signature(kind).parameters
    if "fused" in taken:
        options["fused"] = True  # one kernel; two to four times as fast on a CPU, too
    if parameters[0].is_cuda and "capturable" in taken:
        options["capturable"] = True  # the number of steps on the GPU, for a graph to count on
    optimizer = kind(groups, lr=recipe.learning_rate, **options)
    rate = torch.full((), recipe.learning_rate, dtype=torch.float32, device=parameters[0].device)
    for group in optimizer.param_groups:
        group["lr"] = rate  # only now, as the check of its sign would read it from the device
    return optimizer


def set_learning_rate(optimizer: optim.Optimizer, rate: float) -> None:
    """The learning rate of the next steps, in the memory where the optimizer reads it."""
    for group in optimizer.param_groups:
        group["lr"].fill_(rate)


def load_optimizer(optimizer: optim.Optimizer, state: dict) -> None:
    """Resume from a `state_dict()`, without losing the tensors that hold the learning rate."""
    rates = [group["lr"] for group in optimizer.param_groups]
    optimizer.load_state_dict(state)
    for group, rate in zip(optimizer.param_groups, rates, strict=True):
        group["lr"] = rate


def learning_rate(recipe: Recipe, epoch: int) -> float:
    """The learning rate during `epoch` (the first is 0)."""
    options = {key: value for key, value in recipe.schedule.items() if key != "name"}
    return recipe.learning_rate * SCHEDULES[recipe.schedule["name"]](epoch, **options)


def _constant(epoch: int) -> float:
    return 1.0


def _step(epoch: int, factor: float, every: int) -> float:
    """Divided by `factor` every `every` epochs."""
    return factor ** -(epoch // every)


def _multi_step(epoch: int, factor: float, at: list[int]) -> float:
    """Divided by `factor` at each of the epochs."""
    return factor ** -sum(epoch >= step for step in at)


def _cosine(epoch: int, epochs: int) -> float:
    """Half a cosine from 1 to 0 over `epochs` epochs (Loshchilov & Hutter 2017)."""
    return 0.5 * (1 + math.cos(math.pi * min(epoch, epochs) / epochs))


# Each gives the share of the initial learning rate during an epoch.
SCHEDULES: dict[str, Callable[..., float]] = {
    "constant": _constant,
    "step": _step,
    "multi-step": _multi_step,
    "cosine": _cosine,
}
