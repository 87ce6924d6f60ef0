"""Train a block of models and record what they predict.

The seam of the package: `train_block` takes a recipe, the function that makes its network, a
dataset and seeds, and returns predictions. A model is a pure function of (dataset, recipe, extent,
seed) — weights, batch order, augmentation and dropout all come from streams started from those
four — so its predictions are the same whether it is trained alone or in any block, beside others
or after them, at once or with a break.
"""

from collections.abc import Iterator, Sequence
from itertools import groupby, product

from learning_order.predictions.contract import Record
from learning_order.runtime.errors import ExplainedError
from learning_order.runtime.progress import Progress
from learning_order.training.checkpoints import Checkpoints
from learning_order.training.execution import Execution, OneByOne
from learning_order.training.model import Data, Model
from learning_order.training.random_streams import SNAPSHOTS, torch_state
from learning_order.training.recipe import Builder, Recipe


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
    path: Execution | None = None,
) -> Iterator[Record]:
    """Train every seed and yield its records, ordered by seed, then extent.

    protocol "independent" trains a new model from scratch for each extent (paper Suppl D);
    "snapshots" trains one model a seed to the last extent and records it on the way. With
    checkpoints, what an earlier call left there is taken up. path: how many models are trained side
    by side, one if it is not given; a number that does not fit in memory is halved.
    TrainingDiverged names the seed and the epoch where a loss is no longer a number.
    """
    path, progress = path or Execution(), progress or Progress()
    snapshots = protocol == "snapshots"
    runs = [(extents, SNAPSHOTS)] if snapshots else [([extent], extent) for extent in extents]
    left = list(seeds)
    while left:
        group = _Group(recipe, builder, data, left[: path.together], progress, checkpoints)
        try:
            for run in runs:
                group.train(*run, path.stepper())
        except ExplainedError:
            raise
        except RuntimeError as error:
            if not path.graph:
                raise
            path, failed = path.smaller(error), path
            progress.say(f"{failed}: {_first_line(error)}; going on with: {path}")
            progress.again(group.advanced)
        else:
            for seed in group.seeds:
                yield from (group.records[seed, extent] for extent in extents)
            left = left[len(group.seeds) :]


class _Group:
    """Models that are trained side by side."""

    def __init__(self, recipe, builder, data, seeds, progress, checkpoints):
        self.made_of = recipe, builder, data
        self.seeds, self.progress, self.checkpoints = seeds, progress, checkpoints
        self.records: dict[tuple[int, int], Record] = {}  # (seed, extent) → record
        self.advanced = 0.0  # network-epochs that were trained

    def train(self, extents: Sequence[int], stream: int, stepper: OneByOne) -> None:
        """One run of every seed to the last extent; what is kept of it is not trained again."""
        if self.checkpoints:
            for seed, extent in product(self.seeds, extents):
                if record := self.checkpoints.record(seed, extent):
                    self.records[seed, extent] = record
        models = []
        for seed in self.seeds:
            if all((seed, extent) in self.records for extent in extents):
                self.progress.skip(extents[-1])
            else:
                models.append(self._model(seed, stream))
        # After a break some may be further than others.
        for _, alike in groupby(models, key=lambda model: (model.epoch, model.step)):
            self._train(list(alike), extents, stepper)

    def _model(self, seed: int, stream: int) -> Model:
        model = Model(*self.made_of, seed, stream)
        state = self.checkpoints and self.checkpoints.state(seed)
        if state and state["stream"] == stream:
            model.load(state)
            self.progress.skip(model.epochs)
        return model

    def _train(self, models: list[Model], extents: Sequence[int], stepper: OneByOne) -> None:
        for extent in extents:
            while models[0].epoch < extent:
                self._train_epoch(models, stepper)
            for model in models:
                if (model.seed, extent) not in self.records:
                    self._keep(model.record())

    def _train_epoch(self, models: list[Model], stepper: OneByOne) -> None:
        """What is left of an epoch, all models in step."""
        lead = models[0]
        with torch_state(lead.streams.seed("torch", lead.epoch), lead.data.device) as drawn:
            if lead.step:
                drawn.restore(lead.drawn)
            for batches in zip(*[model.begin_epoch() for model in models], strict=True):
                stepper.take(models, batches)
                for model in models:
                    self._advance(model)
                if self.checkpoints and self.checkpoints.due():
                    for model in models:
                        model.drawn = drawn.current()
                    self.checkpoints.save({model.seed: model.state() for model in models})
        for model in models:
            model.end_epoch()

    def _advance(self, model: Model) -> None:
        model.step += 1
        self.advanced += 1 / model.steps
        self.progress.advance(model.seed, model.epochs, 1 / model.steps, model.measure)

    def _keep(self, record: Record) -> None:
        self.records[record.seed, record.extent] = record
        if self.checkpoints:
            self.checkpoints.keep(record)


def _first_line(error: Exception) -> str:
    return str(error).partition("\n")[0]
