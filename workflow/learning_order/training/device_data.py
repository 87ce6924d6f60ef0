"""A dataset that lies whole on the device."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import torch
from torch import Tensor

from learning_order.datasets.prepared import Prepared
from learning_order.predictions.contract import SPLITS
from learning_order.training.augmentation import EpochViews
from learning_order.training.data import Batch, check_others


@dataclass(frozen=True)
class DeviceData:
    """A dataset on the device; see Data for what its members mean.

    inputs holds one tensor per split: normalised images (examples, channels, height, width)
    float32, channels last in memory, or texts (examples, tokens) int64.
    """

    inputs: dict[str, Tensor]
    labels: dict[str, Tensor]  # train, test → (examples,) int64
    classes: int
    content_hash: str
    extras: dict[str, object] = field(default_factory=dict)

    recording_batch = 1000

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
    ) -> Iterator[Batch]:
        inputs, labels = self.inputs["train"], self.labels["train"]
        views = EpochViews.draw(augmentation, len(order), generator, self.device)
        order = order.to(self.device)
        for start in range(first * size, len(order), size):
            places = slice(start, start + size)
            yield views.apply(rows_of(inputs, order[places]), places), labels[order[places]]

    def batches(self, split: str, size: int) -> Iterator[Tensor]:
        return iter(self.inputs[split].split(size))


def rows_of(inputs: Tensor, batch: Tensor) -> Tensor:
    """Some inputs; images stay channels last in memory without a second copy."""
    if inputs.ndim == 2:
        return inputs[batch]
    return inputs.permute(0, 2, 3, 1)[batch].permute(0, 3, 1, 2)


def to_device(
    dataset: Prepared, device: torch.device, others: Sequence[Prepared] = ()
) -> DeviceData:
    """The whole dataset, normalised by its train split, resident on `device`.

    others are datasets without labels that are only predicted; each becomes a split of its name,
    normalised in the same way. DatasetsDiffer where one of them does not fit.
    """
    inputs = {split: _inputs(dataset, dataset, split, device) for split in SPLITS}
    for other in others:
        inputs[other.name] = _inputs(other, dataset, "test", device)
    if inputs["train"].ndim == 2:
        inputs = without_padding(inputs)
    return DeviceData(
        inputs=inputs,
        labels={split: torch.from_numpy(dataset.labels(split)).to(device) for split in SPLITS},
        classes=len(dataset.classes),
        content_hash=dataset.content_hash,
        extras=network_extras(dataset),
    )


def without_padding(texts: dict[str, Tensor]) -> dict[str, Tensor]:
    """(examples, tokens) of each split, cut behind the last word of the longest text."""
    used = torch.stack([(tokens != 0).any(dim=0) for tokens in texts.values()]).any(dim=0)
    longest = int(used.nonzero().max()) + 1 if used.any() else 1
    return {split: tokens[:, :longest].contiguous() for split, tokens in texts.items()}


def network_extras(dataset: Prepared) -> dict[str, object]:
    """What a dataset hands to its networks: of a text, word vectors or the number of words."""
    extras = dataset.extras()
    if "vectors" in extras:
        return {"vectors": torch.from_numpy(extras["vectors"])}
    return {"vocabulary": len(extras["vocabulary"])} if "vocabulary" in extras else {}


def _inputs(dataset: Prepared, trained: Prepared, split: str, device: torch.device) -> Tensor:
    check_others(trained, [dataset])
    inputs = torch.from_numpy(dataset.normalised(split, trained))
    if inputs.ndim == 2:
        return inputs.to(device, torch.int64)
    return inputs.to(device).contiguous(memory_format=torch.channels_last)
