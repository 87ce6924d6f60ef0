"""What training needs of a dataset, whether it lies on the device or stays in its files."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Protocol

import torch
from torch import Tensor

from learning_order.datasets.prepared import Prepared
from learning_order.runtime.errors import ExplainedError

Batch = tuple[Tensor, Tensor]  # inputs and labels


class Data(Protocol):
    """A dataset to train on: DeviceData or StreamedData.

    The splits train and test have labels; further ones are only predicted. Inputs are normalised
    images (examples, channels, height, width) float32 or texts (examples, tokens) int64.
    """

    @property
    def labels(self) -> Mapping[str, Tensor]:
        """(examples,) int64 on the device, for train and test."""

    @property
    def splits(self) -> Sequence[str]:
        """The names of all splits."""

    @property
    def shape(self) -> tuple[int, ...]:
        """The shape of one example: (channels, height, width) or (tokens,)."""

    @property
    def classes(self) -> int:
        """The number of classes."""

    @property
    def extras(self) -> Mapping[str, object]:
        """Keywords of the network, such as word vectors."""

    @property
    def content_hash(self) -> str:
        """The hash of the prepared dataset, from which random streams start."""

    @property
    def device(self) -> torch.device:
        """Where batches arrive."""

    @property
    def recording_batch(self) -> int:
        """The number of examples to predict at once."""

    def train_batches(
        self,
        order: Tensor,
        size: int,
        augmentation: Mapping,
        generator: torch.Generator,
        first: int = 0,
    ) -> Iterator[Batch]:
        """Inputs and labels of the train split, `size` at a time in this order, augmented.

        The first `first` batches are left out; the others are the same without them.
        """

    def batches(self, split: str, size: int) -> Iterator[Tensor]:
        """The inputs of a split in their own order, `size` at a time, not augmented."""


class DatasetsDiffer(ExplainedError, ValueError):
    """A further dataset whose inputs do not fit the one that is trained on."""


def check_others(dataset: Prepared, others: Sequence[Prepared]) -> None:
    """DatasetsDiffer where a further dataset has another shape, or is streamed and this is not."""
    for other in others:
        if other.shape != dataset.shape:
            raise DatasetsDiffer(
                f"dataset {other.name!r} has inputs of shape {other.shape}, but {dataset.name!r} "
                f"of {dataset.shape}; give both the same `size`"
            )
        if other.streamed and not dataset.streamed:
            raise DatasetsDiffer(
                f"dataset {other.name!r} is streamed, but {dataset.name!r} is not; leave out its "
                "`stream: true`"
            )
