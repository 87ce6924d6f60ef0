"""Train a block of models on data that lies on the device, and record what they predict.

The seam of the package: `train_block` takes a recipe (which names its network), a dataset and
seeds, and returns predictions. A model is a pure function of (dataset, recipe, extent, seed) —
weights, batch order and dropout all come from streams started from those four — so its
predictions are the same whether it is trained alone or in any block.
"""

import math
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from learning_order.errors import ExplainedError
from learning_order.networks import build
from learning_order.networks.initialise import initialise
from learning_order.training.device import DeviceData
from learning_order.training.recipe import Recipe, build_optimizer, learning_rate

SNAPSHOTS = 2**31 - 1  # stands for the extent in the random streams of a snapshots run
DIVERGED = 1000  # times the loss of guessing
RECORDING_BATCH = 1000


class TrainingDiverged(ExplainedError, RuntimeError):
    """The loss of one model left the range of numbers that mean anything."""


@dataclass(frozen=True)
class Record:
    """What one model predicts after `extent` epochs."""

    seed: int
    extent: int
    predictions: dict[str, np.ndarray]  # split → (examples,) int16
    accuracy: dict[str, float]
    loss: dict[str, float]


Progress = Callable[[int, int, float, float], None]  # seed, epoch ended, its loss and accuracy


def train_block(
    recipe: Recipe,
    data: DeviceData,
    seeds: Sequence[int],
    extents: Sequence[int],
    *,
    protocol: str = "independent",
    progress: Progress = lambda seed, epoch, loss, accuracy: None,
) -> Iterator[Record]:
    """Train every seed and yield its records, ordered by seed, then extent.

    protocol "independent" trains a new model from scratch for each extent (paper Suppl D);
    "snapshots" trains one model a seed to the last extent and records it on the way.
    TrainingDiverged names the seed and the epoch where a loss is no longer a number.
    """
    for seed in seeds:
        if protocol == "snapshots":
            yield from _train_model(recipe, data, seed, extents, SNAPSHOTS, progress)
        else:
            for extent in extents:
                yield from _train_model(recipe, data, seed, [extent], extent, progress)


def epochs_to_train(seeds: Sequence[int], extents: Sequence[int], protocol: str) -> int:
    """Network-epochs that `train_block` runs for the same arguments."""
    return len(seeds) * (max(extents) if protocol == "snapshots" else sum(extents))


def _train_model(
    recipe: Recipe,
    data: DeviceData,
    seed: int,
    extents: Sequence[int],
    stream: int,
    progress: Progress,
) -> Iterator[Record]:
    device = data.labels["train"].device
    base = (recipe.entropy(data.hash), seed, stream)
    options = {"activation": recipe.activation, "dropout": recipe.dropout}
    with torch.random.fork_rng([]):  # layers draw weights of torch's own, which are replaced next
        network = build(recipe.network, data.shape, data.classes, **options)
    initialise(network, recipe.initialiser, _generator(base, "weights"))
    network.to(device, memory_format=torch.channels_last)
    optimizer = build_optimizer(network, recipe)
    for epoch in range(max(extents) + 1):
        if epoch in extents:
            yield _record(network, data, seed, epoch)
        if epoch < max(extents):
            loss, accuracy = _train_epoch(network, optimizer, recipe, data, epoch, base)
            _check_loss(loss, data.classes, seed, epoch + 1)
            progress(seed, epoch + 1, loss, accuracy)


def _train_epoch(network, optimizer, recipe, data, epoch, base) -> tuple[float, float]:
    """One pass over the train split in the epoch's own order; mean loss and accuracy on the way."""
    for group in optimizer.param_groups:
        group["lr"] = learning_rate(recipe, epoch)
    labels = data.labels["train"]
    order = torch.randperm(len(labels), generator=_generator(base, "order", epoch))
    total, correct = torch.zeros(2, dtype=torch.float64, device=labels.device)
    network.train()
    with _dropout_stream(base, epoch, labels.device):
        for batch in order.to(labels.device).split(recipe.batch_size):
            optimizer.zero_grad(set_to_none=True)
            logits = network(_rows(data, batch))
            loss = functional.cross_entropy(logits, labels[batch])
            loss.backward()
            optimizer.step()
            total += loss.detach() * len(batch)
            correct += (logits.detach().argmax(dim=1) == labels[batch]).sum()
    return float(total) / len(labels), float(correct) / len(labels)


def _rows(data: DeviceData, batch: Tensor) -> Tensor:
    """The train images of a batch, channels last in memory without a second copy."""
    return data.images["train"].permute(0, 2, 3, 1)[batch].permute(0, 3, 1, 2)


@torch.no_grad()
def _record(network: nn.Module, data: DeviceData, seed: int, extent: int) -> Record:
    """Predictions, accuracy and mean loss on both splits, without dropout."""
    network.eval()
    predictions, accuracy, loss = {}, {}, {}
    for split, images in data.images.items():
        labels = data.labels[split]
        logits = torch.cat([network(part) for part in images.split(RECORDING_BATCH)])
        if not torch.isfinite(logits).all():
            raise TrainingDiverged(_divergence(seed, extent, math.nan))
        predicted = logits.argmax(dim=1)
        predictions[split] = predicted.to(torch.int16).cpu().numpy()
        accuracy[split] = float((predicted == labels).double().mean())
        loss[split] = float(functional.cross_entropy(logits.double(), labels))
    return Record(seed, extent, predictions, accuracy, loss)


def _check_loss(loss: float, classes: int, seed: int, epoch: int) -> None:
    if not loss < DIVERGED * math.log(classes):  # also true for NaN
        raise TrainingDiverged(_divergence(seed, epoch, loss))


def _divergence(seed: int, epoch: int, loss: float) -> str:
    return (
        f"Training diverged: the model with seed {seed} has a loss of {loss:g} in epoch {epoch}. "
        "Lower the learning_rate of its architecture in the configuration."
    )


# Every epoch has streams of its own, so no random state has to be carried or saved.
PURPOSES = ("weights", "order", "dropout")


def _stream_seed(base: tuple[int, int, int], purpose: str, epoch: int = 0) -> int:
    entropy = [*base, PURPOSES.index(purpose), epoch]
    return int(np.random.SeedSequence(entropy).generate_state(1, np.uint64)[0] >> np.uint64(1))


def _generator(base: tuple[int, int, int], purpose: str, epoch: int = 0) -> torch.Generator:
    return torch.Generator().manual_seed(_stream_seed(base, purpose, epoch))


@contextmanager
def _dropout_stream(base: tuple[int, int, int], epoch: int, device: torch.device) -> Iterator[None]:
    """Torch's own random state, which its dropout draws from, set for this epoch and put back."""
    with torch.random.fork_rng([device] if device.type == "cuda" else []):
        torch.manual_seed(_stream_seed(base, "dropout", epoch))
        yield
