"""A network in training, and what it predicts."""

import math
from collections.abc import Iterator
from typing import cast

import torch
from torch import Tensor, nn
from torch.nn import functional

from learning_order.networks.device import tensorfloat32
from learning_order.networks.initialise import initialise
from learning_order.networks.layers import make_deterministic
from learning_order.predictions.contract import Record
from learning_order.runtime.errors import ExplainedError
from learning_order.training.batch_norm import reestimated
from learning_order.training.compiled import compiled, count_dropout
from learning_order.training.data import Batch, Data
from learning_order.training.device_data import DeviceData
from learning_order.training.dropout import seed_dropout
from learning_order.training.feed import Feed
from learning_order.training.random_streams import Streams, seeded_torch
from learning_order.training.recipe import (
    Builder,
    Recipe,
    build_optimizer,
    learning_rate,
    load_optimizer,
    set_learning_rate,
)
from learning_order.training.recording import record_split

DIVERGED = 1000  # times the loss of guessing


class TrainingDiverged(ExplainedError, RuntimeError):
    """The loss of one model is no longer a number, or far beyond that of guessing."""


class Model:
    """One model: `epoch` whole epochs and `step` batches of the next are done."""

    def __init__(self, recipe: Recipe, builder: Builder, data: Data, seed: int, stream: int):
        self.recipe, self.data, self.seed, self.stream = recipe, data, seed, stream
        self.streams = Streams(recipe.entropy(data.content_hash), seed, stream)
        self.steps = math.ceil(len(data.labels["train"]) / recipe.batch_size)
        self.epoch = self.step = 0
        self.dropout_rng = torch.Generator(data.device)
        self.dropout_epoch: int | None = None  # that dropout_rng was started for
        # In place of dropout_rng where steps are compiled: see CountedDropout.
        self.counter = torch.zeros(2, dtype=torch.int64, device=data.device)
        # Of torch's own generators, where training was interrupted within the present epoch.
        self.torch_state: dict[str, Tensor] | None = None
        self.network = self._network(builder)
        self.trained = compiled(self.network) if recipe.compile else self.network
        self.optimizer = build_optimizer(self.network, recipe)
        # Of the epoch so far: the sum of losses, and how many were right.
        self.sums = torch.zeros(2, dtype=torch.float64, device=data.device)
        self.feed: Feed | None = None

    def _network(self, builder: Builder) -> nn.Module:
        data, streams = self.data, self.streams
        with seeded_torch(streams.seed("construction"), torch.device("cpu")):
            network = builder.build(self.recipe, data.shape, data.classes, data.extras)
        initialise(network, self.recipe.initialiser, streams.generator("weights"))
        # In two calls, some layers would have another layout. Torch's stubs lack both at once.
        network.to(data.device, memory_format=torch.channels_last)  # type: ignore[call-overload]
        make_deterministic(network)
        if self.recipe.compile:
            return count_dropout(network, self.counter)
        return seed_dropout(network, self.dropout_rng)

    @property
    def epochs(self) -> float:
        """The epochs that are done, with the part of the present one."""
        return self.epoch + self.step / self.steps

    def begin_epoch(self) -> Iterator[Batch]:
        """Get ready for what is left of the present epoch; its batches, in its own order."""
        recipe, (order, views) = self.recipe, self._begin_epoch()
        size, augmentation = recipe.batch_size, recipe.augmentation
        return self.data.train_batches(order, size, augmentation, views, self.step)

    def begin_fed_epoch(self) -> Iterator[int]:
        """As begin_epoch, for `compute_fed_step`; the sizes of the batches.

        The data must be DeviceData.
        """
        order, views = self._begin_epoch()
        size = self.recipe.batch_size
        if self.feed is None:
            self.feed = Feed(cast(DeviceData, self.data), self.recipe.augmentation)
        self.feed.load(order, views, self.step * size)
        return (min(size, len(order) - step * size) for step in range(self.step, self.steps))

    def _begin_epoch(self) -> tuple[Tensor, torch.Generator]:
        """Get ready; the order of the epoch's examples, and where their views come from."""
        recipe, data, streams = self.recipe, self.data, self.streams
        set_learning_rate(self.optimizer, learning_rate(recipe, self.epoch))
        if self.dropout_epoch != self.epoch:
            self.dropout_rng.manual_seed(streams.seed("dropout", self.epoch))
            self.dropout_epoch = self.epoch
        if recipe.compile:
            self.counter[0].fill_(streams.seed("dropout", self.epoch))
            self.counter[1].fill_(self.step)
        self.network.train()
        examples = len(data.labels["train"])
        order = torch.randperm(examples, generator=streams.generator("order", self.epoch))
        return order, streams.generator("augmentation", self.epoch)

    def compute_step(self, inputs: Tensor, labels: Tensor) -> None:
        """Learn from a batch: the device's part of a step, which changes tensors in place."""
        self.optimizer.zero_grad(set_to_none=True)
        with tensorfloat32(self.recipe.precision == "tensorfloat32"):
            logits = self._logits(self.trained, inputs)
            loss = functional.cross_entropy(logits, labels)
            loss.backward()
        self.optimizer.step()
        if self.recipe.compile:
            self.counter[1] += 1
        right = (logits.detach().argmax(dim=1) == labels).sum()
        self.sums += torch.stack([loss.detach().double() * len(labels), right.double()])

    def compute_fed_step(self, size: int) -> None:
        """Learn from the next batch of the epoch, which the device gathers by itself."""
        assert self.feed is not None, "begin_fed_epoch makes it"
        self.compute_step(*self.feed.batch(size))

    def measure(self) -> tuple[float, float]:
        """Mean loss and accuracy of the epoch so far."""
        examples = min(self.step * self.recipe.batch_size, len(self.data.labels["train"]))
        loss, accuracy = (self.sums / examples).tolist()
        return loss, accuracy

    def end_epoch(self, loss: float) -> None:
        """After the last step of an epoch, with the sum of its losses.

        TrainingDiverged if the mean is no longer a number.
        """
        loss /= len(self.data.labels["train"])
        self.epoch, self.step, self.torch_state = self.epoch + 1, 0, None
        self.sums.zero_()
        if not loss < DIVERGED * math.log(self.data.classes):  # also true for NaN
            raise TrainingDiverged(_divergence(self.seed, self.epoch, loss))

    def _logits(self, network: nn.Module, inputs: Tensor) -> Tensor:
        lower = self.recipe.precision == "bfloat16"
        with torch.autocast(self.data.device.type, torch.bfloat16, enabled=lower):
            return network(inputs).float()

    @torch.no_grad()
    def record(self, extent: int) -> Record:
        """Predictions on every split; what compares them with labels where there are any."""
        record = Record(self.seed, extent, predictions={}, accuracy={}, loss={})
        with (
            tensorfloat32(self.recipe.precision == "tensorfloat32"),
            reestimated(self.network, self._recording("train"), self.recipe.reestimate_batch_norm),
        ):
            self.network.eval()
            for split in self.data.splits:
                logits = (self._logits(self.network, inputs) for inputs in self._recording(split))
                if not record_split(record, split, logits, self.data.labels.get(split)):
                    raise TrainingDiverged(_divergence(self.seed, self.epoch, math.nan))
        return record

    def _recording(self, split: str) -> Iterator[Tensor]:
        return self.data.batches(split, self.data.recording_batch)

    def state(self) -> dict:
        """All that the rest of the training follows from; `load` takes it up again."""
        return {
            "stream": self.stream,
            "epoch": self.epoch,
            "step": self.step,
            "sums": self.sums.tolist(),
            "dropout_rng": self.dropout_rng.get_state(),
            "torch_state": self.torch_state,
            "network": self.network.state_dict(),
            "optimizer": self.optimizer.state_dict(),
        }

    def load(self, state: dict) -> None:
        """Resume from a state of this seed and stream."""
        self.network.load_state_dict(state["network"])
        load_optimizer(self.optimizer, state["optimizer"])
        self.epoch, self.step = state["epoch"], state["step"]
        self.sums += torch.tensor(state["sums"], dtype=torch.float64, device=self.sums.device)
        self.dropout_rng.set_state(state["dropout_rng"])
        self.dropout_epoch, self.torch_state = self.epoch, state["torch_state"]


def _divergence(seed: int, epoch: int, loss: float) -> str:
    return (
        f"Training diverged: the model with seed {seed} has a loss of {loss:g} in epoch {epoch}. "
        "Lower the learning_rate of its architecture in the configuration, which trains its models "
        f"again; or write `without_seeds: [{seed}]` into its collections: the next seed takes its "
        "place."
    )
