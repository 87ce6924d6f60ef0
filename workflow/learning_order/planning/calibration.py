"""Some seconds of real training on generated data, to know how quick a device is."""

import math
import platform
import time
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import torch
from torch import Tensor

from learning_order.config import lookup
from learning_order.config.entries import Architecture, Dataset
from learning_order.config.expand import recipe_entry
from learning_order.networks.device import NoGPU, choose_device, describe, keep_freed_memory
from learning_order.networks.layers import ImageTooSmall
from learning_order.planning.rates import Device, NotMeasured
from learning_order.planning.sizes import Size
from learning_order.runtime.progress import EpochMeasure, Progress
from learning_order.training.choose_execution import choose_execution
from learning_order.training.device_data import DeviceData
from learning_order.training.recipe import Builder, Recipe
from learning_order.training.trainer import train_block

WARM_UP, STEPS, SECONDS = 3, 50, 3  # a batch each; of these many at most, or of this time
STEPS_AN_EPOCH = 10
MODELS = 16  # of the block that is measured, where a device trains several side by side
# A CPU trains larger batches hardly quicker, but would take minutes a step and a GPU's memory.
MOST_PIXELS_ON_CPU = 8 * 224 * 224
WORDS, DIMENSIONS = 20000, 50  # of generated texts; about those of the paper's


def device_here(wanted: str) -> Device:
    """The device that jobs would train on here; some GPU where one is wanted and none is seen."""
    try:
        device = choose_device(wanted)
    except NoGPU:
        return Device("cuda", "a GPU")
    return Device(device.type, _cpu() if device.type == "cpu" else describe(device))


def _cpu() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        lines = []
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.processor() or platform.machine() or "CPU"


def images_per_second(
    architecture: Architecture, size: Size, dataset: Dataset, kind: str = "cpu"
) -> float:
    """Images that the network is trained on in a second, from resolved entries.

    kind: "cuda" or "cpu". NotMeasured where the network cannot be built or does not fit.
    """
    if kind == "cuda" and not torch.cuda.is_available():
        raise NotMeasured("there is no GPU here")
    recipe = Recipe.from_config(recipe_entry(architecture))
    # A rate of 0 learns nothing, so that no recipe diverges on what cannot be learned.
    # Nor is it compiled, which would take longer than the rest: a plan is then on the safe side.
    size_of_batch = _batch(recipe.batch_size, size, kind)
    recipe = replace(recipe, learning_rate=0.0, batch_size=size_of_batch, compile=False)
    builder = Builder(**lookup.builder(architecture["network"]))
    keep_freed_memory()
    seeds = range(min(architecture.get("models_per_job", MODELS), MODELS))
    try:
        data = generated(size, STEPS_AN_EPOCH * recipe.batch_size, dataset, torch.device(kind))
        execution = choose_execution(recipe, builder, data, seeds, math.inf, say=lambda text: None)
        stopwatch = Stopwatch(execution.together)
        seeds = seeds[: execution.together]
        for _ in train_block(
            recipe, builder, data, seeds, [STEPS], progress=stopwatch, execution=execution
        ):
            pass
    except MeasurementDone:
        return recipe.batch_size / stopwatch.seconds_a_step
    except ImageTooSmall as error:
        raise NotMeasured(str(error)) from error
    except torch.OutOfMemoryError as error:
        raise NotMeasured("a batch does not fit into memory") from error
    except Exception as error:  # whatever a network of the user's own may raise
        raise NotMeasured(f"it fails: {error}") from error
    raise AssertionError("the stopwatch ends training")


def _batch(wanted: int, size: Size, kind: str) -> int:
    if kind != "cpu":
        return wanted
    pixels = math.prod(size.shape[:2])  # of an image, or the tokens of a text
    return min(wanted, max(MOST_PIXELS_ON_CPU // pixels, 2))


class MeasurementDone(Exception):
    """Ends the training that is measured."""


class Stopwatch(Progress):
    """Measures the time of a step, once the first ones have warmed up.

    together: models that take their steps side by side.
    """

    def __init__(self, together: int = 1):
        self.warm_up, self.most = WARM_UP * together, STEPS * together
        self.steps, self.start, self.seconds_a_step = 0, 0.0, 0.0

    def advance(self, seed: int, epoch: float, by: float, measure: EpochMeasure) -> None:
        self.steps += 1
        if self.steps < self.warm_up:
            return
        if self.steps == self.warm_up:
            measure()  # reads from the device, and so waits until all before is done
            self.start = time.monotonic()
        elif self.steps == self.warm_up + self.most or time.monotonic() - self.start > SECONDS:
            measure()
            self.seconds_a_step = (time.monotonic() - self.start) / (self.steps - self.warm_up)
            raise MeasurementDone


def generated(size: Size, examples: int, dataset: Mapping, device: torch.device) -> DeviceData:
    """So many random examples to train on, of the shape and the classes of a dataset."""
    inputs = _texts(size, examples) if len(size.shape) == 1 else _images(size, examples)
    return DeviceData(
        inputs={"train": inputs.to(device)},
        labels={"train": torch.randint(size.classes, (examples,), device=device)},
        classes=size.classes,
        content_hash="calibration",
        extras=_extras(dataset) if len(size.shape) == 1 else {},
    )


def _images(size: Size, examples: int) -> Tensor:
    height, width, channels = size.shape
    images = torch.randn(examples, channels, height, width)
    return images.contiguous(memory_format=torch.channels_last)


def _texts(size: Size, examples: int) -> Tensor:
    """Texts without padding; one that long is in nearly every real batch."""
    return torch.randint(1, WORDS, (examples, *size.shape))


def _extras(dataset: Mapping) -> dict:
    """What a text hands to its networks, as in training.data."""
    if "vectors" in dataset:
        return {"vectors": torch.randn(WORDS, DIMENSIONS)}
    return {"vocabulary": WORDS}
