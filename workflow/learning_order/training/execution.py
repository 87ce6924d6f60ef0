"""How several models take their steps side by side on one device.

A small network leaves a GPU idle most of the time: starting its kernels one by one takes longer
than they run. So the steps of several models are recorded as one CUDA graph, each model a branch of
its own, and the graph is started as a whole. Every model goes through the very kernels that it
would go through alone, which is why its numbers are the same, to the bit, in any company. There is
one exception: where memory is nearly full, cuDNN may take another algorithm without saying so.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import torch

from learning_order.training.device_errors import is_short_of_memory
from learning_order.training.model import Model

Work = Callable[[], object]
Recorder = Callable[[Sequence[Work], Sequence[torch.Generator]], Work]


@dataclass(frozen=True)
class Execution:
    """How the models of a block are trained; it changes how long that takes, and nothing else."""

    together: int = 1  # models that take their steps side by side
    graph: bool = False  # whether their steps are recorded as a CUDA graph
    why: str = field(default="", compare=False)  # it was chosen

    def __str__(self) -> str:
        if not self.graph:
            return "one model after another"
        return f"a CUDA graph of {self.together} model{'s' * (self.together > 1)}"

    def next_group(self, left: int) -> int:
        """How many of the models that are left to train now: in groups of equal size."""
        groups = -(-left // self.together)
        return -(-left // groups)

    def smaller(self, error: Exception) -> "Execution":
        """What to try after `error`: half as many models if memory was short, else one by one."""
        if is_short_of_memory(error) and self.together > 1:
            return Execution(self.together // 2, self.graph)
        return Execution()

    def stepper(self) -> "OneByOne":
        """The object that takes the models' steps in this way."""
        return Recorded() if self.graph else OneByOne()


class OneByOne:
    """Takes the step of each model as it comes."""

    def begin_epoch(self, model: Model) -> Iterator[Any]:
        """The batches of what is left of the model's epoch, for `take`."""
        return model.begin_epoch()

    def take(self, models: Sequence[Model], batches: Sequence[Any]) -> None:
        """Have each model learn from its batch."""
        for model, batch in zip(models, batches, strict=True):
            model.compute_step(*batch)


class Recorded(OneByOne):
    """Records the step that all models take together, and repeats it. For DeviceData.

    A step is recorded when one like it was taken before: the same models and sizes of batches. The
    first one runs as it comes, so that the libraries and the optimizers set up what they need.
    Each step gathers its own batch.
    """

    def __init__(self, record: Recorder | None = None):
        self.record = record or record_graph
        self.recorded_for: tuple[object, ...] = ()  # the models of the recordings
        self.recordings: dict[tuple[int, ...], Work | None] = {}  # sizes → recording, if there is

    def begin_epoch(self, model: Model) -> Iterator[int]:
        """The sizes of the batches."""
        return model.begin_fed_epoch()

    def take(self, models: Sequence[Model], batches: Sequence[int]) -> None:
        """Have each model learn from the next examples of its epoch, as many as its batch has."""
        sizes, wanted_for = tuple(batches), tuple(map(id, models))
        if wanted_for != self.recorded_for:
            self.recordings, self.recorded_for = {}, wanted_for
        steps = [
            partial(model.compute_fed_step, size) for model, size in zip(models, sizes, strict=True)
        ]
        if sizes not in self.recordings:
            self.recordings[sizes] = None
            for step in steps:
                step()
            return
        replay = self.recordings[sizes]
        if replay is None:
            replay = self.record(steps, [model.dropout_rng for model in models])
            self.recordings[sizes] = replay
        replay()


def record_graph(work: Sequence[Work], generators: Sequence[torch.Generator]) -> Work:
    """Record what every item does on the GPU, without doing it; a call then does it all, at once.

    The items run side by side where the GPU has room. Each generator advances at every call. An
    error of an item is raised as it is, not as what it leads to when the recording ends.
    """
    graph = torch.cuda.CUDAGraph()
    if _torch_version() < (2, 15):  # later ones see by themselves which generators are used
        for generator in generators:
            graph.register_generator_state(generator)
    streams = [torch.cuda.Stream() for _ in work]
    cause: BaseException | None = None
    try:
        # The outer block puts the stream back that was current: up to torch 2.11 a recording that
        # fails does not. Errors of this thread alone: another may be pinning images.
        with (
            torch.cuda.stream(torch.cuda.current_stream()),
            torch.cuda.graph(graph, capture_error_mode="thread_local"),
        ):
            main = torch.cuda.current_stream()
            for stream in streams:
                stream.wait_stream(main)
            try:
                for item, stream in zip(work, streams, strict=True):
                    with torch.cuda.stream(stream):
                        item()
            except BaseException as error:
                cause = error
                raise
            finally:  # joined after an error, too, or the recording could not be ended
                for stream in streams:
                    main.wait_stream(stream)
    except BaseException as error:
        raise (cause or error) from None
    return graph.replay


def _torch_version() -> tuple[int, ...]:
    return tuple(int(part) for part in torch.__version__.split(".")[:2])
