"""What a job takes, to plan it and to ask a cluster for it; no result depends on these numbers.

Minutes to ask for are upper estimates: a job that runs out of its time goes on from its checkpoint
in the next attempt, but one that asks for too much waits longer in the queue.
"""

import math
import os
from collections.abc import Iterable, Sequence

PIXELS = 32 * 32  # of the images that `images_per_second` speaks of
STEPS_PER_SECOND = 200  # of optimizers; small batches are bound by this
SLOWER_ON_CPU = 30
DECODED_PER_SECOND = 150  # photographs of half a megapixel, by one process
FORWARD_ONLY = 1 / 3  # of the time of a training step, which goes forward and twice backward
MARGIN = 2.0
GROWTH = 0.5  # of the memory of the first attempt, with every further one
START_MINUTES = 10  # imports, reading the data from a slow file system, writing the results
LONGEST_MINUTES = 24 * 60  # many partitions allow no more; what is left is the next attempt's
PREDICTION_BYTES, RECORD_BYTES = 5, 3000  # of compressed Parquet: an example's, and for each record


def network_epochs(
    models: int, extents: Sequence[int], protocol: str, parts_per_epoch: int = 1
) -> float:
    """Epochs that all models of a block train together: one run a model, or one an extent."""
    parts = models * (max(extents) if protocol == "snapshots" else sum(extents))
    return parts if parts_per_epoch == 1 else parts / parts_per_epoch


def images_per_second(
    rate: float, shape: Sequence[int], batch_size: int, device: str = "auto"
) -> float:
    """Images that training takes in a second.

    rate: for images of 32 × 32 pixels, or texts, on a GPU; shape: (height, width, channels) of the
    images, or (tokens,); device: "cpu" where there is no GPU.
    """
    pixels = max(shape[0] * shape[1], 1) if len(shape) == 3 else PIXELS
    images = min(rate * PIXELS / pixels, STEPS_PER_SECOND * batch_size)
    return images / SLOWER_ON_CPU if device == "cpu" else images


def training_seconds(
    epochs: float, records: int, examples: int, recorded: int, rate: float
) -> float:
    """Seconds that training takes at a rate of so many images a second.

    epochs: network-epochs over `examples`; records: how many times all models together predict
    all `recorded` examples.
    """
    return (epochs * examples + FORWARD_ONLY * records * recorded) / rate


def training_minutes(
    epochs: float, records: int, examples: int, recorded: int, rate: float, attempt: int = 1
) -> int:
    """Minutes to ask for: twice `training_seconds`, times the attempt, at most a day."""
    seconds = training_seconds(epochs, records, examples, recorded, rate)
    return min(math.ceil(attempt * (START_MINUTES + MARGIN * seconds / 60)), LONGEST_MINUTES)


def boosting_seconds(rounds: int, values: int) -> float:
    """Seconds of an AdaBoost of so many rounds over `values` numbers, examples times inputs.

    Measured: 100 rounds over 50000 × 3072 values in 8 minutes on one core of 2023.
    """
    return 8 * 60 * rounds / 100 * values / (50000 * 3072)


def boosting_minutes(rounds: int, values: int, attempt: int = 1) -> int:
    """Minutes to ask for: twice `boosting_seconds`, times the attempt, at most a day."""
    minutes = START_MINUTES + MARGIN * boosting_seconds(rounds, values) / 60
    return min(math.ceil(attempt * minutes), LONGEST_MINUTES)


def predictions_bytes(records: int, recorded: int) -> int:
    """What prediction files take on disk in which so many records predict `recorded` examples."""
    return records * (PREDICTION_BYTES * recorded + RECORD_BYTES)


def size_mb(files: Iterable[str]) -> float:
    """Megabytes of the files that a job reads; FileNotFoundError before they are there.

    Snakemake's `input.size_mb` starts an event loop per job, and cannot while a report is made.
    """
    return sum(map(os.path.getsize, files)) / 2**20


def memory_mb(
    base: int, times: float, read_mb: float, attempt: int = 1, most: float = math.inf
) -> int:
    """Memory to ask for: what any such job takes, and a multiple of the files it reads.

    Every further attempt asks for half as much again, as it may have been short of memory or of
    something else; none asks for more than `most`, as a cluster refuses what no node has.
    """
    wanted = (1 + GROWTH * (attempt - 1)) * (base + times * read_mb)
    return math.ceil(min(wanted, most))


def attempt(wildcards: object, attempt: int) -> int:
    """The number of the attempt, as a resource: for the script, which knows it in no other way."""
    return attempt
