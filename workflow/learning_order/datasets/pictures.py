"""Images of a prepared dataset, to be shown, wherever they are stored."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from learning_order.datasets.images import centre, open_image
from learning_order.datasets.prepared import Prepared


@dataclass(frozen=True)
class ImagesInFiles:
    """Streamed images, read when they are indexed: `images[[3, 1]]` is (2, size, size, 3)."""

    files: list[str]
    size: int

    def __len__(self) -> int:
        return len(self.files)

    def __getitem__(self, indices: Iterable[int]) -> np.ndarray:
        return np.stack([centre(open_image(self.files[index]), self.size) for index in indices])


@dataclass(frozen=True)
class Pictures:
    """Train images of a dataset, their integer labels, and the class names.

    images: (n, height, width, channels), or an object that gives such an array for an array of
    indices: images of large datasets stay in their files.
    """

    name: str
    classes: list[str]
    images: np.ndarray | ImagesInFiles
    labels: np.ndarray
    sources: np.ndarray | None = None  # (n,) str: what identifies each, such as its file

    def names_of(self, numbers: np.ndarray) -> dict[str, list[str]]:
        """The columns class_name and source of these images."""
        return {
            "class_name": [self.classes[label] for label in self.labels[numbers]],
            "source": [""] * len(numbers) if self.sources is None else list(self.sources[numbers]),
        }


def at_hand(dataset: Prepared) -> bool:
    """Whether its images are: a dataset is published without them."""
    return (dataset.folder / "train.npy").exists()


def pictures(dataset: Prepared) -> Pictures:
    """The train images of a prepared dataset, not normalised."""
    return Pictures(
        name=dataset.name,
        classes=list(dataset.classes),
        images=_train_images(dataset),
        labels=dataset.labels("train"),
        sources=dataset.sources("train"),
    )


def _train_images(dataset: Prepared) -> np.ndarray | ImagesInFiles:
    if dataset.streamed:
        return ImagesInFiles(dataset.files("train"), dataset.shape[0])
    return dataset.inputs("train")
