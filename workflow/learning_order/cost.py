"""What a job takes, to ask a cluster for it; no result depends on these numbers.

Times are upper estimates: a job that runs out of its time goes on from its checkpoint in the next
attempt, but one that asks for too much waits longer in the queue.
"""

import math
from collections.abc import Sequence

PIXELS = 32 * 32  # of the images that `images_per_second` speaks of
STEPS_PER_SECOND = 200  # of optimizers; small batches are bound by this
SLOWER_ON_CPU = 30
FORWARD_ONLY = 1 / 3  # of the time of a training step, which goes forward and twice backward
MARGIN = 2.0
START_MINUTES = 10  # imports, reading the data from a slow file system, writing the results
LONGEST_MINUTES = 24 * 60  # many partitions allow no more; what is left is the next attempt's


def network_epochs(models: int, extents: Sequence[int], protocol: str) -> int:
    """Epochs that all models of a block train together: one run a model, or one an extent."""
    return models * (max(extents) if protocol == "snapshots" else sum(extents))


def images_per_second(
    rate: float, shape: Sequence[int], batch_size: int, device: str = "auto"
) -> float:
    """Images that training takes in a second.

    rate: for images of 32 × 32 pixels, or texts, on a GPU; shape: (height, width, channels) of the
    images, or (tokens,); device: "cpu" where there is no GPU.
    """
    pixels = shape[0] * shape[1] if len(shape) == 3 else PIXELS
    images = min(rate * PIXELS / pixels, STEPS_PER_SECOND * batch_size)
    return images / SLOWER_ON_CPU if device == "cpu" else images


def training_minutes(
    epochs: int, records: int, examples: int, recorded: int, rate: float, attempt: int = 1
) -> int:
    """Minutes to ask for: twice the estimate, times the attempt, at most a day.

    epochs: network-epochs of the block over `examples`; records: how many times one of its models
    predicts all `recorded` examples; rate: images a second.
    """
    images = epochs * examples + FORWARD_ONLY * records * recorded
    minutes = START_MINUTES + MARGIN * images / rate / 60
    return min(math.ceil(attempt * minutes), LONGEST_MINUTES)


def boosting_minutes(rounds: int, values: int, attempt: int = 1) -> int:
    """The same for an AdaBoost of so many rounds over `values` numbers, examples times inputs.

    Measured: 100 rounds over 50000 × 3072 values in 8 minutes on one core of 2023.
    """
    minutes = START_MINUTES + MARGIN * 8 * rounds / 100 * values / (50000 * 3072)
    return min(math.ceil(attempt * minutes), LONGEST_MINUTES)


def memory_mb(base: int, times: float, read_mb: float, attempt: int = 1) -> int:
    """Memory to ask for: what any such job takes, and a multiple of the files it reads."""
    return math.ceil(attempt * (base + times * read_mb))
