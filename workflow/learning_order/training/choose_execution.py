"""Which execution trains a block fastest, by trying."""

import math
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import chain, cycle, islice

import torch
from torch import Tensor

from learning_order.training.data import Batch, Data
from learning_order.training.execution import Execution, OneByOne, Recorded, Recorder
from learning_order.training.model import Model
from learning_order.training.random_streams import SNAPSHOTS, seeded_torch
from learning_order.training.recipe import Builder, Recipe

TOGETHER = (1, 4, 16)
WORTH = 3000  # steps of all models; trying takes as long as some hundreds, one model after another
CHECKED, TIMED = 4, 20  # steps


def choose_execution(
    recipe: Recipe,
    builder: Builder,
    data: Data,
    seeds: Sequence[int],
    epochs: float,
    say: Callable[[str], None] = print,
    record: Recorder | None = None,
) -> Execution:
    """The fastest way to train `epochs` network-epochs of these seeds, on the data's device.

    An execution is only taken if the weights of every model after some steps are those, to the
    bit, of the model trained alone. say hears how fast each one is, or why it is not taken. On a
    CPU, and for short jobs, nothing is tried: one model after another. record takes the place of
    CUDA graphs (see execution.Recorded); with it, executions are tried on a CPU, too.
    """
    steps = epochs * math.ceil(len(data.labels["train"]) / recipe.batch_size)
    if steps < WORTH or (data.device.type == "cpu" and not record):
        return Execution()

    def models(together: int) -> list[Model]:
        return [Model(recipe, builder, data, seed, SNAPSHOTS) for seed in seeds[:together]]

    plain = OneByOne()
    expected = [_Trial([model], plain).weights() for model in models(max(TOGETHER))]
    best, fastest = Execution(), _Trial(models(1), plain).speed()
    say(f"{best}: {fastest:.0f} steps per second")
    for together in sorted({min(count, len(seeds)) for count in TOGETHER}):
        execution = Execution(together, graph=True)
        try:
            trial = _Trial(models(together), Recorded(record))
            if not _equal(trial.weights(), chain(*expected[:together])):
                say(f"{execution}: not the same weights as one model after another, so not taken")
                continue
            speed = trial.speed()
        except RuntimeError as error:  # also where memory is short
            say(f"{execution}: {str(error).partition(chr(10))[0]}")
            break
        say(f"{execution}: {speed:.0f} steps per second")
        if speed > fastest:
            best, fastest = execution, speed
    return best


class _Trial:
    """Some steps of models, taken by a stepper."""

    def __init__(self, models: Sequence[Model], stepper: OneByOne):
        self.models, self.stepper = models, stepper
        self.batches = zip(*map(_some_batches, models), strict=True)

    def weights(self) -> list[Tensor]:
        """What training has changed in all models after the first CHECKED steps."""
        self._take(CHECKED)
        return [tensor for model in self.models for tensor in _tensors(model)]

    def speed(self) -> float:
        """Steps per second of all models together."""
        self._take(CHECKED)
        start = time.perf_counter()
        self._take(TIMED)
        return len(self.models) * TIMED / (time.perf_counter() - start)

    def _take(self, steps: int) -> None:
        lead = self.models[0]
        with seeded_torch(lead.streams.seed("torch"), lead.data.device):
            for batches in islice(self.batches, steps):
                self.stepper.take(self.models, batches)
        if lead.data.device.type == "cuda":
            torch.cuda.synchronize()


def _some_batches(model: Model) -> Iterator[Batch]:
    """Whole batches, again and again."""
    first = list(islice(model.begin_epoch(), CHECKED))
    whole = [batch for batch in first if len(batch[0]) == len(first[0][0])]
    return cycle(whole)


def _tensors(model: Model) -> Iterator[Tensor]:
    yield model.sums
    yield from model.network.state_dict().values()


def _equal(a: Iterable[Tensor], b: Iterable[Tensor]) -> bool:
    return all(torch.equal(left, right) for left, right in zip(a, b, strict=True))
