"""Train a block of models and record what they predict.

The door of the package: `train_block` takes a recipe, the function that makes its network, a
dataset and seeds, and returns predictions. A model is a pure function of (dataset, recipe, extent,
seed): weights, batch order, augmentation and dropout all come from streams started from those
four. So its predictions are the same whether it is trained alone or in any block, beside others or
after them, in one go or with restarts.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import groupby, islice, product

import torch

from learning_order.predictions.contract import Record
from learning_order.runtime.errors import ExplainedError
from learning_order.runtime.progress import Progress
from learning_order.training.checkpoints import Checkpoints
from learning_order.training.data import Data
from learning_order.training.device_data import DeviceData
from learning_order.training.device_errors import explained, first_line, is_lost
from learning_order.training.execution import Execution, OneByOne
from learning_order.training.extents import place
from learning_order.training.model import Model
from learning_order.training.random_streams import SNAPSHOTS, seeded_torch
from learning_order.training.recipe import Builder, Recipe


def train_block(
    recipe: Recipe,
    builder: Builder,
    data: Data,
    seeds: Sequence[int],
    extents: Sequence[int],
    *,
    protocol: str = "independent",
    parts_per_epoch: int = 1,
    progress: Progress | None = None,
    checkpoints: Checkpoints | None = None,
    execution: Execution | None = None,
) -> Iterator[Record]:
    """Train a model per seed, and per extent where the protocol says so, and yield its predictions.

    Parameters
    ----------
    recipe : Recipe
        How the networks are trained.
    builder : Builder
        The function that makes the recipe's network.
    data : Data
        The dataset, on the device that is to train.
    seeds : sequence of int
        One per model: all that is random in a model follows from its seed.
    extents : sequence of int
        Epochs to train, in ascending order; 0 is the initialised network.
    protocol : {"independent", "snapshots"}, default "independent"
        "independent" trains a new model from scratch for each extent (paper Suppl D);
        "snapshots" trains one model per seed to the last extent and records it on the way.
    parts_per_epoch : int, default 1
        How many parts of an epoch the extents count, for snapshots: of 5, extent 7 is after 1.4
        epochs, at the nearest step. What is recorded changes nothing else.
    progress : Progress, optional
        Hears of every step.
    checkpoints : Checkpoints, optional
        Where to keep what is half done. What an earlier call left there is taken up.
    execution : Execution, optional
        How many models are trained side by side, by default one. A number that does not fit in
        memory is halved.

    Yields
    ------
    Record
        Predictions, accuracy and loss of one model, ordered by seed, then by extent.

    Raises
    ------
    TrainingDiverged
        Where a loss is no longer a number; the message names seed and epoch.

    References
    ----------
    Hacohen, Choshen & Weinshall 2020, "Let's Agree to Agree: Neural Networks Share Classification
    Order on Real Datasets".

    Examples
    --------
    >>> import torch
    >>> from learning_order.training.device_data import DeviceData
    >>> labels = torch.arange(60) % 2
    >>> images = torch.randn(60, 1, 4, 4) + 2 * labels[:, None, None, None]
    >>> data = DeviceData(
    ...     {"train": images, "test": images}, {"train": labels, "test": labels}, 2, "made here"
    ... )
    >>> recipe = Recipe(
    ...     network="fully-connected", activation="relu", dropout=(0.0, 0.5), options={},
    ...     initialiser="glorot-uniform", optimizer={"name": "sgd"}, learning_rate=0.1,
    ...     schedule={"name": "constant"}, batch_size=10, augmentation={}, l2=0.0,
    ...     reestimate_batch_norm=False, precision="float32",
    ... )
    >>> builder = Builder("learning_order.networks.fully_connected:fully_connected")
    >>> for record in train_block(recipe, builder, data, seeds=[0, 1], extents=[5]):
    ...     print(record.seed, record.extent, record.predictions["test"].shape)
    0 5 (60,)
    1 5 (60,)
    """
    execution, progress = execution or Execution(), progress or Progress()
    if execution.graph and not isinstance(data, DeviceData):
        execution = Execution()  # the batches of a CUDA graph lie on the device
    snapshots = protocol == "snapshots"
    runs = [(extents, SNAPSHOTS)] if snapshots else [([extent], extent) for extent in extents]
    left = list(seeds)
    while left:
        chosen = left[: execution.next_group(len(left))]
        group = _Group(recipe, builder, data, chosen, parts_per_epoch, progress, checkpoints)
        try:
            for run in runs:
                group.train(*run, execution.stepper())
        except ExplainedError:
            raise
        except RuntimeError as error:
            if not execution.graph or is_lost(data.device):
                raise explained(error, data.device) from error
            failed = replace(execution, together=len(chosen))
            execution = failed.smaller(error)
            progress.change_path(f"{failed}: {first_line(error)}; trying instead: {execution}")
            progress.again(group.advanced)
        else:
            for seed in group.seeds:
                yield from (group.records[seed, extent] for extent in extents)
            left = left[len(group.seeds) :]


@dataclass
class _Group:
    """Models that are trained side by side."""

    recipe: Recipe
    builder: Builder
    data: Data
    seeds: Sequence[int]
    parts_per_epoch: int
    progress: Progress
    checkpoints: Checkpoints | None
    records: dict[tuple[int, int], Record] = field(default_factory=dict)  # (seed, extent) → record
    advanced: float = 0.0  # network-epochs that were trained

    def train(self, extents: Sequence[int], stream: int, stepper: OneByOne) -> None:
        """One run of every seed to the last extent; what was kept of it is not trained again."""
        if self.checkpoints:
            for seed, extent in product(self.seeds, extents):
                if record := self.checkpoints.record(seed, extent):
                    self.records[seed, extent] = record
        models = []
        for seed in self.seeds:
            if all((seed, extent) in self.records for extent in extents):
                self.progress.skip(extents[-1] / self.parts_per_epoch)
            else:
                models.append(self._model(seed, stream))
        # After a restart, models may stand at different epochs.
        for _, alike in groupby(models, key=lambda model: (model.epoch, model.step)):
            self._train(list(alike), extents, stepper)

    def _model(self, seed: int, stream: int) -> Model:
        model = Model(self.recipe, self.builder, self.data, seed, stream)
        state = self.checkpoints and self.checkpoints.state(seed)
        if state and state["stream"] == stream:
            model.load(state)
            self.progress.skip(model.epochs)
        return model

    def _train(self, models: list[Model], extents: Sequence[int], stepper: OneByOne) -> None:
        for extent in extents:
            lead = models[0]
            epoch, step = place(extent, self.parts_per_epoch, lead.steps)
            while lead.epoch < epoch:
                self._train_epoch(models, stepper)
            if lead.epoch == epoch and lead.step < step:
                self._train_epoch(models, stepper, step - lead.step)
            for model in models:
                if (model.seed, extent) not in self.records:
                    self._keep(model.record(extent))

    def _train_epoch(
        self, models: list[Model], stepper: OneByOne, steps: int | None = None
    ) -> None:
        """What is left of an epoch, all models in step; or so many steps, not to its end."""
        lead = models[0]
        with seeded_torch(lead.streams.seed("torch", lead.epoch), lead.data.device) as global_state:
            if lead.torch_state:
                global_state.restore(lead.torch_state)
            batches_of_all = zip(*map(stepper.begin_epoch, models), strict=True)
            for batches in islice(batches_of_all, steps):
                stepper.take(models, batches)
                for model in models:
                    self._advance(model)
                if self.checkpoints and self.checkpoints.due():
                    for model in models:
                        model.torch_state = global_state.current()
                    self.checkpoints.save({model.seed: model.state() for model in models})
            if steps is not None:  # what is left resumes from here, as after a restart
                for model in models:
                    model.torch_state = global_state.current()
                return
        measured = torch.stack([model.sums for model in models]).tolist()  # waits once for all
        for model, (loss, _) in zip(models, measured, strict=True):
            model.end_epoch(loss)

    def _advance(self, model: Model) -> None:
        model.step += 1
        self.advanced += 1 / model.steps
        self.progress.advance(model.seed, model.epochs, 1 / model.steps, model.measure)

    def _keep(self, record: Record) -> None:
        self.records[record.seed, record.extent] = record
        if self.checkpoints:
            self.checkpoints.keep(record)
