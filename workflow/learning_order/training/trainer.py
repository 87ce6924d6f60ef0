"""Train a block of models and record what they predict.

The seam of the package: `train_block` takes a recipe, the function that makes its network, a
dataset and seeds, and returns predictions. A model is a pure function of (dataset, recipe, extent,
seed) — weights, batch order, augmentation and dropout all come from streams started from those
four — so its predictions are the same whether it is trained alone or in any block, at once or
with a break.
"""

import math
from collections.abc import Iterator, Sequence

import torch
from torch import Tensor, nn
from torch.nn import functional

from learning_order.contract import Record
from learning_order.errors import ExplainedError
from learning_order.networks.initialise import initialise
from learning_order.progress import Progress
from learning_order.training.batch_norm import reestimated
from learning_order.training.checkpoints import Checkpoints
from learning_order.training.data import DeviceData
from learning_order.training.device import tensorfloat32
from learning_order.training.recipe import Builder, Recipe, build_optimizer, learning_rate
from learning_order.training.streaming import StreamedData
from learning_order.training.streams import SNAPSHOTS, Streams, torch_state

DIVERGED = 1000  # times the loss of guessing
RECORDING_BATCH = 1000
STREAMED_RECORDING_BATCH = 250

Data = DeviceData | StreamedData


class TrainingDiverged(ExplainedError, RuntimeError):
    """The loss of one model left the range of numbers that mean anything."""


def train_block(
    recipe: Recipe,
    builder: Builder,
    data: Data,
    seeds: Sequence[int],
    extents: Sequence[int],
    *,
    protocol: str = "independent",
    progress: Progress | None = None,
    checkpoints: Checkpoints | None = None,
) -> Iterator[Record]:
    """Train every seed and yield its records, ordered by seed, then extent.

    protocol "independent" trains a new model from scratch for each extent (paper Suppl D);
    "snapshots" trains one model a seed to the last extent and records it on the way. With
    checkpoints, what an earlier call left there is taken up. TrainingDiverged names the seed and
    the epoch where a loss is no longer a number.
    """
    progress = progress or Progress()
    for seed in seeds:
        runs = [list(extents)] if protocol == "snapshots" else [[extent] for extent in extents]
        for run in runs:
            stream = SNAPSHOTS if protocol == "snapshots" else run[0]
            yield from _records(recipe, builder, data, seed, run, stream, progress, checkpoints)


def _records(
    recipe, builder, data, seed, extents, stream, progress, checkpoints
) -> Iterator[Record]:
    """One model, trained to the last of its extents; what is kept of it is not trained again."""
    kept = {extent: checkpoints and checkpoints.record(seed, extent) for extent in extents}
    if not all(kept.values()):
        model = _Model(recipe, builder, data, seed, stream)
        if checkpoints and (state := checkpoints.state(seed)):
            progress.skip(model.load(state))
    else:
        progress.skip(extents[-1])
    for extent in extents:
        if not kept[extent]:
            model.train_to(extent, progress, checkpoints)
            kept[extent] = model.record()
            if checkpoints:
                checkpoints.keep(kept[extent])
        yield kept[extent]


class _Model:
    """A network in training: `epoch` whole epochs and `step` batches of the next are done."""

    def __init__(self, recipe: Recipe, builder: Builder, data: Data, seed: int, stream: int):
        self.recipe, self.data, self.seed, self.stream = recipe, data, seed, stream
        self.streams = Streams(recipe.entropy(data.hash), seed, stream)
        self.steps = math.ceil(len(data.labels["train"]) / recipe.batch_size)
        self.epoch = self.step = 0
        self.network = self._network(builder)
        self.optimizer = build_optimizer(self.network, recipe)
        # Of the epoch so far: the sum of losses, and how many were right.
        self.sums = torch.zeros(2, dtype=torch.float64, device=data.device)

    def _network(self, builder: Builder) -> nn.Module:
        data, streams = self.data, self.streams
        with torch_state(streams.seed("construction"), torch.device("cpu")):
            network = builder.build(self.recipe, data.shape, data.classes, data.extras)
        initialise(network, self.recipe.initialiser, streams.generator("weights"))
        return network.to(data.device, memory_format=torch.channels_last)

    def train_to(self, extent: int, progress: Progress, checkpoints: Checkpoints | None) -> None:
        """Go on until `extent` epochs are done."""
        while self.epoch < extent:
            loss = self._train_epoch(progress, checkpoints)
            if not loss < DIVERGED * math.log(self.data.classes):  # also true for NaN
                raise TrainingDiverged(_divergence(self.seed, self.epoch, loss))

    def _train_epoch(self, progress: Progress, checkpoints: Checkpoints | None) -> float:
        """What is left of an epoch, in the epoch's own order; its mean loss."""
        recipe, data, streams = self.recipe, self.data, self.streams
        for group in self.optimizer.param_groups:
            group["lr"] = learning_rate(recipe, self.epoch)
        examples = len(data.labels["train"])
        order = torch.randperm(examples, generator=streams.generator("order", self.epoch))
        views = streams.generator("augmentation", self.epoch)
        batches = data.train_batches(
            order, recipe.batch_size, recipe.augmentation, views, self.step
        )
        self.network.train()
        with torch_state(streams.seed("dropout", self.epoch), data.device) as dropout:
            if self.step:
                dropout.restore(self.dropout_state)
            for inputs, labels in batches:
                self._train_step(inputs, labels)
                progress.advance(self.seed, self._epochs(), 1 / self.steps, self._measure)
                if checkpoints and checkpoints.due():
                    checkpoints.save(self.seed, self.state(dropout.current()))
        loss, _ = self._measure()
        self.epoch, self.step = self.epoch + 1, 0
        self.sums.zero_()
        return loss

    def _measure(self) -> tuple[float, float]:
        """Mean loss and accuracy of the epoch so far."""
        examples = min(self.step * self.recipe.batch_size, len(self.data.labels["train"]))
        return tuple((self.sums / examples).tolist())

    def _train_step(self, inputs: Tensor, labels: Tensor) -> None:
        self.optimizer.zero_grad(set_to_none=True)
        with tensorfloat32(self.recipe.precision == "tensorfloat32"):
            logits = self._logits(inputs)
            loss = functional.cross_entropy(logits, labels)
            loss.backward()
        self.optimizer.step()
        right = (logits.detach().argmax(dim=1) == labels).sum()
        self.sums += torch.stack([loss.detach().double() * len(labels), right.double()])
        self.step += 1

    def _logits(self, inputs: Tensor) -> Tensor:
        lower = self.recipe.precision == "bfloat16"
        with torch.autocast(self.data.device.type, torch.bfloat16, enabled=lower):
            return self.network(inputs).float()

    @torch.no_grad()
    def record(self) -> Record:
        """Predictions on every split; accuracy and mean loss where there are labels."""
        predictions, accuracy, loss = {}, {}, {}
        with (
            tensorfloat32(self.recipe.precision == "tensorfloat32"),
            reestimated(self.network, self._recording("train"), self.recipe.reestimate_batch_norm),
        ):
            self.network.eval()
            for split in self.data.splits:
                logits = torch.cat([self._logits(inputs) for inputs in self._recording(split)])
                if not torch.isfinite(logits).all():
                    raise TrainingDiverged(_divergence(self.seed, self.epoch, math.nan))
                predicted = logits.argmax(dim=1)
                predictions[split] = predicted.to(torch.int16).cpu().numpy()
                if (labels := self.data.labels.get(split)) is not None:
                    accuracy[split] = float((predicted == labels).double().mean())
                    loss[split] = float(functional.cross_entropy(logits.double(), labels))
        return Record(self.seed, self.epoch, predictions, accuracy, loss)

    def _recording(self, split: str) -> Iterator[Tensor]:
        streamed = isinstance(self.data, StreamedData)
        return self.data.batches(split, STREAMED_RECORDING_BATCH if streamed else RECORDING_BATCH)

    def state(self, dropout_state: dict[str, Tensor]) -> dict:
        """All that the rest of the training follows from; the schedule follows from the epoch."""
        return {
            "stream": self.stream,
            "epoch": self.epoch,
            "step": self.step,
            "sums": self.sums.tolist(),
            "dropout": dropout_state,
            "network": self.network.state_dict(),
            "optimizer": self.optimizer.state_dict(),
        }

    def load(self, state: dict) -> float:
        """Take up a state, unless it is that of another run of this seed; the epochs it saves."""
        if state["stream"] != self.stream:
            return 0
        self.network.load_state_dict(state["network"])
        self.optimizer.load_state_dict(state["optimizer"])
        self.epoch, self.step = state["epoch"], state["step"]
        self.sums += torch.tensor(state["sums"], dtype=torch.float64, device=self.sums.device)
        self.dropout_state = state["dropout"]
        return self._epochs()

    def _epochs(self) -> float:
        return self.epoch + self.step / self.steps


def _divergence(seed: int, epoch: int, loss: float) -> str:
    return (
        f"Training diverged: the model with seed {seed} has a loss of {loss:g} in epoch {epoch}. "
        "Lower the learning_rate of its architecture in the configuration, which trains its models "
        f"again; or leave this seed out: start the collection behind it, `first_seed: {seed + 1}`, "
        "or end it before with fewer `models`."
    )
