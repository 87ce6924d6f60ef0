"""Which path trains a block fastest, by trying."""

import math
import time
from collections.abc import Callable, Iterator, Sequence
from itertools import cycle, islice

import torch
from torch import Tensor

from learning_order.training.model import Batch, Data, Model
from learning_order.training.recipe import Builder, Recipe
from learning_order.training.streams import SNAPSHOTS, torch_state
from learning_order.training.together import OneByOne, Path, Recorded

TOGETHER = (1, 4, 16)
WORTH = 3000  # steps of all models; trying takes as long as some hundreds, one model after another
CHECKED, TIMED = 4, 20  # steps


def choose_path(
    recipe: Recipe,
    builder: Builder,
    data: Data,
    seeds: Sequence[int],
    epochs: float,
    say: Callable[[str], None] = print,
    record: Callable | None = None,
) -> Path:
    """The fastest path of training so many network-epochs of these seeds, on the data's device.

    A path is only taken if the weights of every model after some steps are those, to the bit, of
    the model trained alone. say hears of each path how fast it is or why it is not taken. On a CPU,
    and for short jobs, nothing is tried: one model after another. record: see together.Recorded;
    where it is given, paths are tried on a CPU, too.
    """
    steps = epochs * math.ceil(len(data.labels["train"]) / recipe.batch_size)
    if steps < WORTH or (data.device.type == "cpu" and not record):
        return Path()

    def models(together: int) -> list[Model]:
        return [Model(recipe, builder, data, seed, SNAPSHOTS) for seed in seeds[:together]]

    plain = OneByOne()
    alone = [_tried([model], plain)[1] for model in models(max(TOGETHER))]
    best, fastest = Path(), _tried(models(1), plain)[0]
    say(f"{best}: {fastest:.0f} steps a second")
    for together in sorted({min(count, len(seeds)) for count in TOGETHER}):
        path = Path(together, graph=True)
        try:
            speed, weights = _tried(models(together), Recorded(record))
        except RuntimeError as error:  # also where memory is short
            say(f"{path}: {str(error).partition(chr(10))[0]}")
            break
        if not _equal(weights, [tensor for one in alone[:together] for tensor in one]):
            say(f"{path}: not the same weights as one model after another, so not taken")
            continue
        say(f"{path}: {speed:.0f} steps a second")
        if speed > fastest:
            best, fastest = path, speed
    return best


def _tried(models: Sequence[Model], stepper: OneByOne) -> tuple[float, list[Tensor]]:
    """Steps a second of all models together, and all weights after the first CHECKED steps."""
    with torch_state(models[0].streams.seed("torch"), models[0].data.device):
        batches = zip(*map(_some_batches, models), strict=True)
        for here in islice(batches, CHECKED):
            stepper.take(models, here)
        weights = [tensor.clone() for model in models for tensor in _tensors(model)]
        start = time.perf_counter()
        for here in islice(batches, TIMED):
            stepper.take(models, here)
        if models[0].data.device.type == "cuda":
            torch.cuda.synchronize()
    return len(models) * TIMED / (time.perf_counter() - start), weights


def _some_batches(model: Model) -> Iterator[Batch]:
    """Whole batches, again and again."""
    first = list(islice(model.begin_epoch(), CHECKED))
    whole = [batch for batch in first if len(batch[0]) == len(first[0][0])]
    return cycle(whole)


def _tensors(model: Model) -> Iterator[Tensor]:
    yield model.sums
    yield from model.network.state_dict().values()


def _equal(a: Sequence[Tensor], b: Sequence[Tensor]) -> bool:
    return all(torch.equal(left, right) for left, right in zip(a, b, strict=True))
