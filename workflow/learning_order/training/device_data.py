"""A dataset as the trainer sees it: whole on the device, or streamed from its files.

Both kinds have the same few attributes and two methods, `train_batches` and `batches`.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import torch
from torch import Tensor

from learning_order.datasets.prepared import Prepared
from learning_order.runtime.errors import ExplainedError
from learning_order.training.augmentation import EpochViews

LABELLED = ("train", "test")


class DatasetsDiffer(ExplainedError, ValueError):
    """A further dataset whose inputs do not fit the one that is trained on."""


@dataclass(frozen=True)
class DeviceData:
    """A dataset that lies whole on the device.

    inputs has a tensor a split: normalised images (examples, channels, height, width) float32,
    channels last in memory, or texts (examples, tokens) int64. Splits other than train and test
    have no labels; they are only predicted.
    """

    inputs: dict[str, Tensor]
    labels: dict[str, Tensor]  # train, test → (examples,) int64
    classes: int
    hash: str
    extras: dict[str, object] = field(default_factory=dict)  # keywords of the network

    @property
    def shape(self) -> tuple[int, ...]:
        return tuple(self.inputs["train"].shape[1:])

    @property
    def splits(self) -> list[str]:
        return list(self.inputs)

    @property
    def device(self) -> torch.device:
        return self.labels["train"].device

    def train_batches(
        self,
        order: Tensor,
        size: int,
        augmentation: Mapping,
        generator: torch.Generator,
        first: int = 0,
    ) -> Iterator[tuple[Tensor, Tensor]]:
        """Inputs and labels of the train split, `size` at a time in this order, augmented.

        first is the number of batches to leave out; the others are the same without them.
        """
        inputs, labels = self.inputs["train"], self.labels["train"]
        views = EpochViews.draw(augmentation, len(order), generator, self.device)
        order = order.to(self.device)
        for start in range(first * size, len(order), size):
            places = slice(start, start + size)
            yield views.apply(_rows(inputs, order[places]), places), labels[order[places]]

    def batches(self, split: str, size: int) -> Iterator[Tensor]:
        """The inputs of a split in their own order, `size` at a time."""
        return iter(self.inputs[split].split(size))


def _rows(inputs: Tensor, batch: Tensor) -> Tensor:
    """Some inputs; images stay channels last in memory without a second copy."""
    if inputs.ndim == 2:
        return inputs[batch]
    return inputs.permute(0, 2, 3, 1)[batch].permute(0, 3, 1, 2)


def to_device(
    dataset: Prepared, device: torch.device, others: Sequence[Prepared] = ()
) -> DeviceData:
    """The whole dataset, normalised by its train split, resident on `device`.

    others are datasets without labels that are only predicted; each becomes a split of its name,
    normalised in the same way.
    """
    inputs = {split: _inputs(dataset, dataset, split, device) for split in LABELLED}
    for other in others:
        inputs[other.name] = _inputs(other, dataset, "test", device)
    if inputs["train"].ndim == 2:
        inputs = without_padding(inputs)
    return DeviceData(
        inputs=inputs,
        labels={split: torch.from_numpy(dataset.labels(split)).to(device) for split in LABELLED},
        classes=len(dataset.classes),
        hash=dataset.hash,
        extras=network_extras(dataset),
    )


def without_padding(texts: dict[str, Tensor]) -> dict[str, Tensor]:
    """(examples, tokens) of each split, cut where no text of any split has words any more."""
    used = torch.stack([(tokens != 0).any(dim=0) for tokens in texts.values()]).any(dim=0)
    longest = int(used.nonzero().max()) + 1 if used.any() else 1
    return {split: tokens[:, :longest].contiguous() for split, tokens in texts.items()}


def network_extras(dataset: Prepared) -> dict[str, object]:
    """What a dataset hands to its networks: of a text, word vectors or the number of words."""
    extras = dataset.extras()
    if "vectors" in extras:
        return {"vectors": torch.from_numpy(extras["vectors"])}
    return {"vocabulary": len(extras["vocabulary"])} if "vocabulary" in extras else {}


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


def _inputs(dataset: Prepared, trained: Prepared, split: str, device: torch.device) -> Tensor:
    check_others(trained, [dataset])
    inputs = torch.from_numpy(dataset.normalised(split, trained))
    if inputs.ndim == 2:
        return inputs.to(device, torch.int64)
    return inputs.to(device).contiguous(memory_format=torch.channels_last)
