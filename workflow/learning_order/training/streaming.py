"""A dataset that is decoded from its files while networks train, for what no device can hold.

What a model sees does not depend on the number of worker processes: each view of an image is
drawn from a random stream of its own, started from the epoch's seed and its place in the epoch.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import torch
from PIL import Image
from torch import Tensor
from torch.utils.data import DataLoader, Dataset

from learning_order.datasets.images import centre, open_image
from learning_order.datasets.prepared import Prepared
from learning_order.training.augmentation import random_resized_crop
from learning_order.training.data import LABELLED, check_others


@dataclass(frozen=True)
class StreamedData:
    """Image files on disk, decoded by `workers` processes (0: in this one) for `device`.

    The same attributes and methods as DeviceData; images arrive normalised.
    """

    files: dict[str, Sequence[str]]
    labels: dict[str, Tensor]  # train, test → (examples,) int64, on the device
    size: int
    mean: Sequence[float]
    deviation: Sequence[float]
    classes: int
    hash: str
    workers: int = 0
    extras: dict[str, object] = field(default_factory=dict)

    @property
    def shape(self) -> tuple[int, int, int]:
        return (3, self.size, self.size)

    @property
    def splits(self) -> list[str]:
        return list(self.files)

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
        """Images and labels of the train split, `size` at a time in this order, augmented.

        first is the number of batches to leave out; the others are the same without them.
        """
        seed = int(torch.randint(2**62, (1,), generator=generator))
        views = _Views(self.files["train"], self.size, order.numpy(), augmentation, seed)
        places = range(first * size, len(order))
        batches = order[first * size :].to(self.device).split(size)
        for images, batch in zip(self._decoded(views, places, size), batches, strict=True):
            yield images, self.labels["train"][batch]

    def batches(self, split: str, size: int) -> Iterator[Tensor]:
        """The images of a split in their own order, `size` at a time, their centres."""
        files = self.files[split]
        views = _Views(files, self.size, np.arange(len(files)), {}, seed=0)
        return self._decoded(views, range(len(files)), size)

    def _decoded(self, views: Dataset, places: Sequence[int], size: int) -> Iterator[Tensor]:
        loader = DataLoader(
            views,
            batch_size=size,
            sampler=places,
            num_workers=self.workers,
            pin_memory=self.device.type == "cuda",
            # The loader draws a seed that nothing here uses; from a stream of its own.
            generator=torch.Generator(),
        )
        mean, deviation = (
            torch.tensor(values, dtype=torch.float32, device=self.device)
            for values in (self.mean, self.deviation)
        )
        for pixels in loader:
            images = pixels.to(self.device, non_blocking=True).to(torch.float32)
            yield ((images - mean) / deviation).permute(0, 3, 1, 2)


@dataclass(frozen=True)
class _Views(Dataset):
    """Place in the epoch → (size, size, 3) uint8; picklable, so that workers can have it."""

    files: Sequence[str]
    size: int
    order: np.ndarray  # place → number of the file
    augmentation: Mapping
    seed: int

    def __len__(self) -> int:
        return len(self.order)

    def __getitem__(self, place: int) -> Tensor:
        image = open_image(self.files[self.order[place]])
        rng = np.random.default_rng([self.seed, place])
        if self.augmentation.get("resized_crop"):
            box = random_resized_crop(image.size, rng)
            shape = (self.size, self.size)
            pixels = np.array(image.resize(shape, Image.Resampling.BILINEAR, box=box))
        else:
            pixels = np.array(centre(image, self.size))
        if self.augmentation.get("flip") and rng.random() < 0.5:
            pixels = pixels[:, ::-1].copy()
        return torch.from_numpy(pixels)


def to_stream(
    dataset: Prepared, device: torch.device, workers: int, others: Sequence[Prepared] = ()
) -> StreamedData:
    """The files of `dataset`, to be decoded by so many processes.

    others are streamed datasets without labels that are only predicted; each becomes a split of
    its name, normalised in the same way.
    """
    check_others(dataset, others)
    files = {split: dataset.files(split) for split in LABELLED}
    files |= {other.name: other.files("test") for other in others}
    return StreamedData(
        files=files,
        labels={split: torch.from_numpy(dataset.labels(split)).to(device) for split in LABELLED},
        size=dataset.shape[0],
        mean=dataset.mean,
        deviation=dataset.deviation,
        classes=len(dataset.classes),
        hash=dataset.hash,
        workers=workers,
    )
