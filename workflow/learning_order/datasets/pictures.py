"""Images of a prepared dataset for showing them, wherever they are stored."""

from dataclasses import dataclass

import numpy as np

from learning_order.datasets.images import centre, open_image
from learning_order.datasets.prepared import Prepared


@dataclass(frozen=True)
class ImagesInFiles:
    """Streamed images, read when they are asked for: `images[[3, 1]]` is (2, size, size, 3)."""

    files: list[str]
    size: int

    def __len__(self) -> int:
        return len(self.files)

    def __getitem__(self, indices) -> np.ndarray:
        return np.stack([centre(open_image(self.files[index]), self.size) for index in indices])


def train_images(dataset: Prepared) -> np.ndarray | ImagesInFiles:
    """The train images as they are before normalisation; index them with an array of numbers."""
    if dataset.streamed:
        return ImagesInFiles(dataset.files("train"), dataset.shape[0])
    return dataset.inputs("train")
