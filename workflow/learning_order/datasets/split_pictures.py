"""All images of a prepared dataset as pictures, one at a time, with the files they come from."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from learning_order.datasets.examples import SPLITS
from learning_order.datasets.images import open_image
from learning_order.datasets.prepared import Prepared

DIM = 64  # images whose brightest value lies below, such as the digits with 16, are brightened


@dataclass(frozen=True)
class SplitPictures:
    """The images of one split, one at a time, as images of PIL."""

    arrays: np.ndarray | None  # (examples, height, width, 1 or 3) uint8; None where streamed
    files: list[Path | None]  # that each image is in, where known
    brightest: int = 255  # value of the arrays, shown as white

    def file(self, example: int) -> Path | None:
        """The file of an image, if it has one of its own."""
        return self.files[example]

    def image(self, example: int) -> Any:
        """The image; DatasetError names a file that is none."""
        from PIL import Image

        if self.arrays is None:
            file = self.files[example]
            assert file is not None  # streamed images are in files
            return open_image(file)
        pixels = self.arrays[example]
        if self.brightest < DIM:
            pixels = (pixels * (255 / self.brightest)).astype(np.uint8)
        return Image.fromarray(pixels[..., 0] if pixels.shape[2] == 1 else pixels)


def split_pictures(dataset: Prepared, root: Path | None = None) -> dict[str, SplitPictures]:
    """Split → its images; empty for a dataset of something else, such as texts or features.

    root: the folder below which the sources of its examples may be files.
    """
    sources = {split: dataset.sources(split).tolist() for split in SPLITS}
    if dataset.streamed:
        return {
            split: SplitPictures(None, [Path(file) for file in dataset.files(split)])
            for split in SPLITS
        }
    found = {}
    for split in SPLITS:
        arrays = dataset.inputs(split)
        if arrays.ndim != 4 or arrays.dtype != np.uint8 or arrays.shape[3] not in (1, 3):
            return {}
        brightest = max(1, int(arrays.max(initial=0)))
        found[split] = SplitPictures(arrays, _existing(sources[split], root), brightest)
    return found


def _existing(sources: list[str], root: Path | None) -> list[Path | None]:
    """The files of the sources, None of those that are no file, or no longer."""
    if root is None:
        return [None] * len(sources)
    return [path if (path := root / source).is_file() else None for source in sources]
