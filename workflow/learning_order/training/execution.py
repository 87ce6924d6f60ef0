"""How several models take their steps side by side on one device.

A small network leaves a GPU idle most of the time: starting its kernels one by one takes longer
than they run. So the steps of several models are recorded as one CUDA graph, each model a branch of
its own, and the graph is started as a whole. Every model goes through the very kernels that it
would go through alone, which is why its numbers are the same, to the bit, in any company.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

import torch

from learning_order.training.data import Batch
from learning_order.training.model import Model

Work = Callable[[], object]
Recorder = Callable[[Sequence[Work], Sequence[torch.Generator]], Work]


@dataclass(frozen=True)
class Execution:
    """How the models of a block are trained; it changes how long that takes, and nothing else."""

    together: int = 1  # models that take their steps side by side
    graph: bool = False  # whether their steps are recorded as a CUDA graph

    def __str__(self) -> str:
        if not self.graph:
            return "one model after another"
        return f"a CUDA graph of {self.together} model{'s' * (self.together > 1)}"

    def smaller(self, error: Exception) -> "Execution":
        """What to try after `error`: half as many models if memory was short, else one by one."""
        if isinstance(error, torch.OutOfMemoryError) and self.together > 1:
            return Execution(self.together // 2, self.graph)
        return Execution()

    def stepper(self) -> "OneByOne":
        """The object that takes the models' steps in this way."""
        return Recorded() if self.graph else OneByOne()


class OneByOne:
    """Takes the step of each model as it comes."""

    def take(self, models: Sequence[Model], batches: Sequence[Batch]) -> None:
        """Have each model learn from its batch."""
        for model, batch in zip(models, batches, strict=True):
            model.compute_step(*batch)


@dataclass
class _Recording:
    batches: Sequence[Batch]  # the memory that it reads
    replay: Work


class Recorded(OneByOne):
    """Records the step that all models take together, and repeats it.

    A step is recorded when one like it was taken before: the same models and shapes. The first one
    runs as it comes, so that the libraries and the optimizers set up what they need.
    """

    def __init__(self, record: Recorder | None = None):
        self.record = record or record_graph
        self.recorded_for: tuple[object, ...] = ()  # the models of the recordings
        self.recordings: dict[tuple, _Recording | None] = {}  # shapes → recording, if there is one

    def take(self, models: Sequence[Model], batches: Sequence[Batch]) -> None:
        wanted_for = tuple(map(id, models))
        if wanted_for != self.recorded_for:
            self.recordings, self.recorded_for = {}, wanted_for
        shapes = tuple(inputs.shape for inputs, _ in batches)
        if shapes not in self.recordings:
            self.recordings[shapes] = None
            super().take(models, batches)
            return
        recording = self.recordings[shapes] or self._recorded(models, batches)
        self.recordings[shapes] = recording
        for kept, batch in zip(recording.batches, batches, strict=True):
            for memory, values in zip(kept, batch, strict=True):
                memory.copy_(values)
        recording.replay()

    def _recorded(self, models: Sequence[Model], batches: Sequence[Batch]) -> _Recording:
        kept = [(inputs.clone(), labels.clone()) for inputs, labels in batches]
        steps = [
            partial(model.compute_step, *batch) for model, batch in zip(models, kept, strict=True)
        ]
        return _Recording(kept, self.record(steps, [model.dropout_rng for model in models]))


def record_graph(work: Sequence[Work], generators: Sequence[torch.Generator]) -> Work:
    """Record what every item does on the GPU, without doing it; a call then does it all, at once.

    The items run side by side where the GPU has room. Each generator advances at every call.
    """
    graph = torch.cuda.CUDAGraph()
    for generator in generators:
        graph.register_generator_state(generator)
    streams = [torch.cuda.Stream() for _ in work]
    # Errors of this thread alone: another may be pinning the images of a streamed dataset.
    with torch.cuda.graph(graph, capture_error_mode="thread_local"):
        main = torch.cuda.current_stream()
        for stream in streams:
            stream.wait_stream(main)
        try:
            for item, stream in zip(work, streams, strict=True):
                with torch.cuda.stream(stream):
                    item()
        finally:  # joined after an error, too, or the capture could not be ended
            for stream in streams:
                main.wait_stream(stream)
    return graph.replay
