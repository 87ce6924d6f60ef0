"""Which execution trains a block fastest, by trying."""

import math
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import chain, islice

import torch
from torch import Tensor

from learning_order.networks.device import has_fast_bfloat16
from learning_order.training.data import Data
from learning_order.training.device_data import DeviceData
from learning_order.training.device_errors import first_line, is_short_of_memory
from learning_order.training.execution import Execution, OneByOne, Recorded, Recorder
from learning_order.training.kept_choices import KeptChoices
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
    kept: KeptChoices | None = None,
) -> Execution:
    """The fastest way to train `epochs` network-epochs of these seeds, on the data's device.

    An execution is only taken if the weights of every model after some steps are those, to the
    bit, of the model trained alone. say hears how fast each one is, or why it is not taken. On a
    CPU, for short jobs and for streamed data nothing is tried: one model after another. record
    takes the place of CUDA graphs (see execution.Recorded); with it, executions are tried on a
    CPU, too. kept remembers what was chosen, so that only the first job of its kind tries.
    """
    if slow_precision(recipe, data.device):
        say(slow_precision(recipe, data.device))
    reason = _nothing_to_try(recipe, data, epochs, record)
    if reason:
        say(f"one model after another: {reason}")
        return Execution(why=reason)
    before = kept and kept.get(recipe, builder, data, len(seeds))
    if before:
        say(f"{before}: {before.why}")
        return before
    trials = _Trials(recipe, builder, data, seeds, say, record)
    chosen = trials.fastest()
    if kept and not trials.short_of_memory:  # which may be because of others on the GPU
        kept.put(chosen, recipe, builder, data, len(seeds))
    if data.device.type == "cuda":
        torch.cuda.empty_cache()  # what the largest trial had
    return chosen


def slow_precision(recipe: Recipe, device: torch.device) -> str:
    """What to say where the recipe's precision makes training slower here; "" where it does not."""
    if device.type == "cpu" and recipe.precision == "bfloat16" and not has_fast_bfloat16():
        return (
            "this CPU has no instructions for bfloat16 (AVX-512 or later), so that it trains about "
            "ten times as slowly as in float32; set `precision: float32` in the architecture, "
            "which trains its models anew"
        )
    return ""


def _nothing_to_try(
    recipe: Recipe, data: Data, epochs: float, record: Recorder | None
) -> str | None:
    """Why models are trained one after another without a trial; None if one is worthwhile."""
    if data.device.type == "cpu" and not record:
        return "on a CPU"
    if not isinstance(data, DeviceData):
        return "decoding the images takes longer than starting kernels"
    steps = epochs * math.ceil(len(data.labels["train"]) / recipe.batch_size)
    return "the job is too short for a trial" if steps < WORTH else None


class _Trials:
    """Tries the executions of one block."""

    def __init__(
        self,
        recipe: Recipe,
        builder: Builder,
        data: Data,
        seeds: Sequence[int],
        say: Callable[[str], None],
        record: Recorder | None,
    ):
        self.recipe, self.builder, self.data = recipe, builder, data
        self.seeds, self.say, self.record = seeds, say, record
        self.short_of_memory = False

    def fastest(self) -> Execution:
        """The fastest one whose numbers are those of one model after another."""
        try:
            waits = self._waits()
            if waits:
                return self._plainly(f"the network waits for the GPU within a step ({waits})")
            best = Execution(why="the fastest of those tried")
            fastest = _Trial(list(self._models(1)), OneByOne()).speed()
            # One model at a time, of which the weights alone are kept.
            expected = [
                _Trial([model], OneByOne()).weights() for model in self._models(max(TOGETHER))
            ]
        except RuntimeError as error:
            self.short_of_memory = is_short_of_memory(error)
            return self._plainly(f"a trial failed ({first_line(error)})")
        self.say(f"{best}: {fastest:.0f} steps per second")
        for together in sorted({min(count, len(self.seeds)) for count in TOGETHER}):
            execution = Execution(together, graph=True, why=best.why)
            try:
                trial = _Trial(list(self._models(together)), Recorded(self.record))
                if not _same(trial.weights(), chain(*expected[:together])):
                    self.say(
                        f"{execution}: not the same weights as one model after another, so not "
                        "taken"
                    )
                    continue
                speed = trial.speed()
            except RuntimeError as error:
                self.short_of_memory |= is_short_of_memory(error)
                self.say(f"{execution}: {first_line(error)}")
                break
            self.say(f"{execution}: {speed:.0f} steps per second")
            if speed > fastest:
                best, fastest = execution, speed
        return best

    def _plainly(self, why: str) -> Execution:
        self.say(f"one model after another: {why}")
        return Execution(why=why)

    def _models(self, count: int) -> Iterator[Model]:
        """Models at their start, each made when it is asked for."""
        for seed in self.seeds[:count]:
            yield Model(self.recipe, self.builder, self.data, seed, SNAPSHOTS)

    def _waits(self) -> str:
        """What in a step of a model waits for the GPU, which no recording may; "" if nothing.

        To find that within a recording would leave older versions of torch unusable.
        """
        if self.data.device.type != "cuda":
            return ""
        (model,) = self._models(1)
        sizes = model.begin_fed_epoch()
        model.compute_fed_step(next(sizes))
        before = torch.cuda.get_sync_debug_mode()
        torch.cuda.set_sync_debug_mode("error")
        try:
            for size in islice(sizes, 1):
                model.compute_fed_step(size)
        except RuntimeError as error:
            if is_short_of_memory(error):
                raise
            return first_line(error)
        finally:
            torch.cuda.set_sync_debug_mode(before)
        return ""


class _Trial:
    """Some steps of models, taken by a stepper."""

    def __init__(self, models: Sequence[Model], stepper: OneByOne):
        self.models, self.stepper = models, stepper
        self.whole = len(models[0].data.labels["train"]) // models[0].recipe.batch_size

    def weights(self) -> list[Tensor]:
        """What training has changed in all models after some steps.

        CHECKED steps of whole batches, or as many as there are, and twice the last of the epoch,
        which may be smaller.
        """
        last = self.models[0].steps - 1
        for first, steps in ((0, min(CHECKED, last + 1)), (last, 1), (last, 1)):
            self._take(first, steps)
        return [tensor for model in self.models for tensor in _tensors(model)]

    def speed(self) -> float:
        """Steps per second of all models together, of whole batches."""
        self._take(0, min(CHECKED, max(self.whole, 1)))
        start, left = time.perf_counter(), TIMED
        while left:
            steps = min(left, max(self.whole, 1))
            self._take(0, steps)
            left -= steps
        return len(self.models) * TIMED / (time.perf_counter() - start)

    def _take(self, first: int, steps: int) -> None:
        """Steps of an epoch from the `first` on."""
        lead = self.models[0]
        for model in self.models:
            model.step = first
        with seeded_torch(lead.streams.seed("torch"), lead.data.device):
            batches = zip(*map(self.stepper.begin_epoch, self.models), strict=True)
            for batch in islice(batches, steps):
                self.stepper.take(self.models, batch)
        if lead.data.device.type == "cuda":
            torch.cuda.synchronize()


def _tensors(model: Model) -> Iterator[Tensor]:
    yield model.sums
    yield from model.network.state_dict().values()


def _same(a: Iterable[Tensor], b: Iterable[Tensor]) -> bool:
    """Whether all tensors are the same to the bit, NaN too."""
    return all(torch.equal(_bytes(left), _bytes(right)) for left, right in zip(a, b, strict=True))


def _bytes(tensor: Tensor) -> Tensor:
    return tensor.contiguous().reshape(-1).view(torch.uint8)
