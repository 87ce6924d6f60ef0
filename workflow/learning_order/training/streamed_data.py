"""A dataset that is decoded from its files while networks train, for what no device can hold.

What a model sees does not depend on the number of worker processes: each view of an image is
drawn from a random stream of its own, started from the epoch's seed and its place in the epoch.
"""

import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import cast

import numpy as np
import torch
from PIL import Image
from torch import Tensor
from torch.utils.data import DataLoader, Dataset, Sampler

from learning_order.datasets.decoded import Decoded
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
    decoded: Decoded | None = None  # the images of train and test, to spare decoding their files
    extras: dict[str, object] = field(default_factory=dict)
    idle: list[DataLoader] = field(default_factory=list, compare=False)  # with their workers

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
        places = _cut(len(order), size)[first:]
        wanted = [
            _Wanted("train", part.start, order[part].numpy(), augmentation, seed) for part in places
        ]
        images = self._normalised(self._decoded(wanted))
        rows = order.to(self.device)  # once: a copy of each batch would wait for the GPU
        for batch, part in zip(images, places, strict=True):
            yield batch, self.labels["train"][rows[part]]

    def batches(self, split: str, size: int) -> Iterator[Tensor]:
        """The centres of the images of a split in their own order, `size` at a time."""
        source = self.sources[split]
        places = _cut(len(source), size)
        if isinstance(source, np.ndarray):
            return self._normalised(torch.from_numpy(np.array(source[part])) for part in places)
        numbers = np.arange(len(source))
        wanted = [_Wanted(split, part.start, numbers[part]) for part in places]
        return self._normalised(self._decoded(wanted))

    def _decoded(self, wanted: "list[_Wanted]") -> Iterator[Tensor]:
        """The pixels of the batches, by the workers of an earlier call where these are idle."""
        loader = self.idle.pop() if self.idle else self._loader()
        cast(_Batches, loader.sampler).wanted = wanted
        try:
            for batch in loader:
                if isinstance(batch, ExplainedError):
                    raise batch
                yield batch
            self.idle.append(loader)  # not if a reader stops before: its workers end with it
        finally:
            # Now, as a traceback would keep it: garbage collection waits 5 s for each worker.
            del loader

    def _loader(self) -> DataLoader:
        files = {
            split: np.array([os.fsencode(file) for file in source])
            for split, source in self.sources.items()
            if not isinstance(source, np.ndarray)
        }
        return DataLoader(
            _Views(files, self.size, self.decoded),
            batch_size=None,  # views come in batches by themselves
            sampler=_Batches(),
            num_workers=self.workers,
            persistent_workers=self.workers > 0,
            pin_memory=self.device.type == "cuda",
            # The loader draws a seed that nothing here uses; from a stream of its own.
            generator=torch.Generator(),
        )

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
class _Wanted:
    """A batch to decode: the views of some files of a split, from place `first` of the epoch on."""

    split: str
    first: int
    numbers: np.ndarray  # of the files
    augmentation: Mapping = field(default_factory=dict)
    seed: int = 0


class _Batches(Sampler[_Wanted]):
    """The batches that the loader is asked for next."""

    def __init__(self) -> None:
        self.wanted: list[_Wanted] = []

    def __iter__(self) -> Iterator[_Wanted]:
        return iter(self.wanted)

    def __len__(self) -> int:
        return len(self.wanted)


@dataclass(frozen=True)
class _Views(Dataset):
    """A wanted batch → (batch, size, size, 3) uint8; picklable, so that workers can have it.

    The names of files are one array of bytes for each split: a list of a million strings would be
    copied into every worker as soon as that counts its references.

    An image that cannot be read is returned as the error that it is: raised in a worker, it would
    come out as a traceback.
    """

    files: Mapping[str, np.ndarray]
    size: int
    decoded: Decoded | None = None

    def __getitem__(self, wanted: _Wanted) -> Tensor | ExplainedError:
        try:
            views = [self._view(wanted, place) for place in range(len(wanted.numbers))]
            return torch.from_numpy(np.stack(views))
        except ExplainedError as error:
            return error

    def _view(self, wanted: _Wanted, place: int) -> np.ndarray:
        """The view at a place of the batch."""
        image = self._image(wanted.split, wanted.numbers[place])
        rng = np.random.default_rng([wanted.seed, wanted.first + place])
        if wanted.augmentation.get("resized_crop"):
            box = random_resized_crop(image.size, rng)
            resized = image.crop(box).resize((self.size, self.size), Image.Resampling.BILINEAR)
            pixels = np.asarray(resized)
        else:
            pixels = centre(image, self.size)
        mirrored = wanted.augmentation.get("flip") and rng.random() < 0.5
        return pixels[:, ::-1] if mirrored else pixels

    def _image(self, split: str, number: int) -> Image.Image:
        if self.decoded and split in self.decoded.places:
            return self.decoded.image(split, number)
        return open_image(os.fsdecode(self.files[split][number]))


def to_stream(
    dataset: Prepared,
    device: torch.device,
    workers: int,
    others: Sequence[Prepared] = (),
    decoded: Decoded | None = None,
) -> StreamedData:
    """The files of `dataset`, to be decoded by `workers` processes (0: by this one).

    decoded holds their pixels where these are kept; it changes how long a batch takes, and nothing
    else.

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
        decoded=decoded,
    )
