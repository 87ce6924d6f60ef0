"""Random changes of train images: another view of each in every epoch."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

# Share of the area and aspect ratio of a random crop (Szegedy et al. 2015).
AREAS, ASPECTS = (0.08, 1.0), (3 / 4, 4 / 3)
ATTEMPTS = 10


@dataclass(frozen=True)
class EpochViews:
    """How each train image is seen in one epoch, by its place in the epoch's order."""

    flipped: Tensor | None  # (examples,) bool
    offsets: Tensor | None  # (examples, 2) from 0 to 2 · crop
    crop: int

    @classmethod
    def draw(
        cls, augmentation: Mapping, examples: int, generator: torch.Generator, device: torch.device
    ) -> "EpochViews":
        """The views of an epoch: `flip` mirrors each image with probability ½, `crop` shifts each.

        All are drawn at once, so that an epoch that is resumed after a restart sees the same.
        """
        crop = augmentation.get("crop", 0)
        flipped = torch.rand(examples, generator=generator) < 0.5
        offsets = torch.randint(0, 2 * crop + 1, (examples, 2), generator=generator)
        return cls(
            flipped.to(device) if augmentation.get("flip") else None,
            offsets.to(device) if crop else None,
            crop,
        )

    def copy_(self, views: "EpochViews") -> None:
        """Take over the views of another epoch, in the same memory."""
        for mine, theirs in ((self.flipped, views.flipped), (self.offsets, views.offsets)):
            if mine is not None and theirs is not None:
                mine.copy_(theirs)

    def apply(self, images: Tensor, places: slice | Tensor) -> Tensor:
        """The views of normalised images (batch, channels, height, width) at these places.

        A crop pads the images with their mean colour, which is 0, and cuts the original size out
        at a random place (He et al. 2016, §4.2).
        """
        if self.offsets is not None:
            images = _shifted(images, self.offsets[places], self.crop)
        if self.flipped is not None:
            images = torch.where(self.flipped[places, None, None, None], images.flip(3), images)
        return images


def _shifted(images: Tensor, offsets: Tensor, crop: int) -> Tensor:
    batch, _, height, width = images.shape
    padded = functional.pad(images, (crop,) * 4).permute(0, 2, 3, 1)
    rows = offsets[:, :1] + torch.arange(height, device=images.device)
    columns = offsets[:, 1:] + torch.arange(width, device=images.device)
    number = torch.arange(batch, device=images.device)[:, None, None]
    return padded[number, rows[:, :, None], columns[:, None, :]].permute(0, 3, 1, 2)


def random_resized_crop(
    size: tuple[int, int], rng: np.random.Generator
) -> tuple[int, int, int, int]:
    """A random box (left, top, right, bottom) of an image of `size` (width, height).

    It holds 8 % to 100 % of the area at an aspect ratio of 3/4 to 4/3; where ten attempts find
    none within the image, the largest centred box of such an aspect. Source: Szegedy et al. 2015,
    as in torchvision's RandomResizedCrop.
    """
    width, height = size
    for _ in range(ATTEMPTS):
        area = width * height * rng.uniform(*AREAS)
        aspect = np.exp(rng.uniform(*np.log(ASPECTS)))
        wide, high = round(np.sqrt(area * aspect)), round(np.sqrt(area / aspect))
        if 0 < wide <= width and 0 < high <= height:
            left = int(rng.integers(0, width - wide + 1))
            top = int(rng.integers(0, height - high + 1))
            return left, top, left + wide, top + high
    aspect = np.clip(width / height, *ASPECTS)
    wide, high = min(width, round(height * aspect)), min(height, round(width / aspect))
    left, top = (width - wide) // 2, (height - high) // 2
    return left, top, left + wide, top + high
