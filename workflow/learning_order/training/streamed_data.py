"""A dataset that is decoded from its files while networks train, for what no device can hold.

What a model sees does not depend on the number of worker processes: each view of an image is
drawn from a random stream of its own, started from the epoch's seed and its place in the epoch.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import cast

import numpy as np
import torch
from PIL import Image
from torch import Tensor
from torch.utils.data import DataLoader, Dataset

from learning_order.datasets.images import centre, open_image
from learning_order.datasets.prepared import Prepared
from learning_order.predictions.contract import SPLITS
from learning_order.runtime.errors import ExplainedError
from learning_order.training.augmentation import random_resized_crop
from learning_order.training.data import Batch, check_others

Source = Sequence[str] | np.ndarray  # files, or pixels (examples, size, size, 3)


@dataclass(frozen=True)
class StreamedData:
    """Image files on disk, decoded by `workers` processes (0: in this one) for `device`.

    See Data for what its members mean. A split that is only predicted may be an array of pixels in
    place of files.
    """

    sources: Mapping[str, Source]
    labels: dict[str, Tensor]  # train, test → (examples,) int64, on the device
    size: int
    mean: Sequence[float]
    deviation: Sequence[float]
    classes: int
    content_hash: str
    workers: int = 0
    extras: dict[str, object] = field(default_factory=dict)

    recording_batch = 250

    @property
    def shape(self) -> tuple[int, int, int]:
        return (3, self.size, self.size)

    @property
    def splits(self) -> list[str]:
        return list(self.sources)

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
        seed = int(torch.randint(2**62, (1,), generator=generator))
        files = cast(Sequence[str], self.sources["train"])  # only other splits may be arrays
        views = _Views(files, self.size, order.numpy(), augmentation, seed)
        places = _cut(len(order), size)[first:]
        images = self._normalised(self._decoded(views, places))
        for batch, part in zip(images, places, strict=True):
            yield batch, self.labels["train"][order[part].to(self.device)]

    def batches(self, split: str, size: int) -> Iterator[Tensor]:
        """The centres of the images of a split in their own order, `size` at a time."""
        source = self.sources[split]
        places = _cut(len(source), size)
        if isinstance(source, np.ndarray):
            return self._normalised(torch.from_numpy(np.array(source[part])) for part in places)
        views = _Views(source, self.size, np.arange(len(source)), {}, seed=0)
        return self._normalised(self._decoded(views, places))

    def _decoded(self, views: "_Views", places: list[slice]) -> Iterator[Tensor]:
        loader = DataLoader(
            views,
            batch_size=None,  # views come in batches by themselves
            sampler=places,
            num_workers=self.workers,
            pin_memory=self.device.type == "cuda",
            # The loader draws a seed that nothing here uses; from a stream of its own.
            generator=torch.Generator(),
        )
        for batch in loader:
            if isinstance(batch, ExplainedError):
                raise batch
            yield batch

    def _normalised(self, batches: Iterable[Tensor]) -> Iterator[Tensor]:
        """(batch, 3, size, size) float32 on the device, of pixels (batch, size, size, 3)."""
        mean, deviation = (
            torch.tensor(values, dtype=torch.float32, device=self.device)
            for values in (self.mean, self.deviation)
        )
        for pixels in batches:
            images = pixels.to(self.device, non_blocking=True).to(torch.float32)
            yield ((images - mean) / deviation).permute(0, 3, 1, 2)


def _cut(length: int, size: int) -> list[slice]:
    return [slice(start, min(start + size, length)) for start in range(0, length, size)]


@dataclass(frozen=True)
class _Views(Dataset):
    """Places in the epoch → (batch, size, size, 3) uint8; picklable, so that workers can have it.

    An image that cannot be read is returned as the error that it is: raised in a worker, it would
    come out as a traceback.
    """

    files: Sequence[str]
    size: int
    order: np.ndarray  # place → number of the file
    augmentation: Mapping
    seed: int

    def __len__(self) -> int:
        return len(self.order)

    def __getitem__(self, places: slice) -> Tensor | ExplainedError:
        try:
            views = [self._view(place) for place in range(places.start, places.stop)]
            return torch.from_numpy(np.stack(views))
        except ExplainedError as error:
            return error

    def _view(self, place: int) -> np.ndarray:
        image = open_image(self.files[self.order[place]])
        rng = np.random.default_rng([self.seed, place])
        if self.augmentation.get("resized_crop"):
            box = random_resized_crop(image.size, rng)
            resized = image.crop(box).resize((self.size, self.size), Image.Resampling.BILINEAR)
            pixels = np.asarray(resized)
        else:
            pixels = centre(image, self.size)
        mirrored = self.augmentation.get("flip") and rng.random() < 0.5
        return pixels[:, ::-1] if mirrored else pixels


def to_stream(
    dataset: Prepared, device: torch.device, workers: int, others: Sequence[Prepared] = ()
) -> StreamedData:
    """The files of `dataset`, to be decoded by `workers` processes (0: by this one).

    others are datasets without labels that are only predicted, streamed or not; each becomes a
    split of its name, normalised in the same way. DatasetsDiffer where one of them does not fit.
    """
    check_others(dataset, others)
    sources: dict[str, Source] = {split: dataset.files(split) for split in SPLITS}
    for other in others:
        sources[other.name] = other.files("test") if other.streamed else other.inputs("test")
    return StreamedData(
        sources=sources,
        labels={split: torch.from_numpy(dataset.labels(split)).to(device) for split in SPLITS},
        size=dataset.shape[0],
        mean=dataset.mean,
        deviation=dataset.deviation,
        classes=len(dataset.classes),
        content_hash=dataset.content_hash,
        workers=workers,
    )
