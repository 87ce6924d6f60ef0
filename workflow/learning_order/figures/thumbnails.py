"""Small images, in the table of a figure and on its page.

A table holds images as they are shown, one per row, the pixels (8 bits, row by row, channels last)
as a hexadecimal string after a #. With one row per pixel it would be a hundred times longer, and
without pixels nobody could draw from it.
"""

from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from learning_order.figures import style
from learning_order.figures.sources import NotToDraw
from learning_order.tables.collection import Images

GAP = 0.03  # inches between images


def columns(dataset: Images, chosen: np.ndarray) -> dict[str, Any]:
    """The columns height, width, channels and pixels of the chosen images, in that order.

    chosen: (count,) indices. Only these images are read, as all may not fit into memory.
    NotToDraw where the examples are not images: (height, width, 1 or 3 channels).
    """
    images = np.asarray(dataset.images[chosen])
    if not _are_images(images):
        raise NotToDraw(
            f"the examples of {dataset.name} are no images, but arrays of shape "
            f"{images.shape[1:]}: show a dataset of images"
        )
    height, width, channels = images.shape[1:]
    pixels = ["#" + image.tobytes().hex() for image in _displayed(images)]
    return {"height": height, "width": width, "channels": channels, "pixels": pixels}


def are_of(dataset: Images | None, numbers: np.ndarray, labels: np.ndarray) -> bool:
    """Whether the dataset is that of these examples: as many, and of the same labels.

    numbers, labels: (examples,). Predictions made elsewhere may number their examples in another
    order.
    """
    if dataset is None or len(dataset.labels) != len(labels):
        return False
    return np.array_equal(np.asarray(dataset.labels)[numbers], labels)


def are_images(dataset: Images) -> bool:
    """Whether the examples are images, and not texts or features."""
    return _are_images(np.asarray(dataset.images[np.array([0])]))


def _are_images(examples: np.ndarray) -> bool:
    return examples.ndim == 4 and examples.shape[-1] in (1, 3)


def draw(figure: Figure, image: Any, left: float, top: float, size: float) -> Axes:
    """The image of one row of the table (a named tuple) in a square of that many inches."""
    axes = style.axes_at(figure, left, top, size, size)
    axes.imshow(_pixels(image), cmap="gray", vmin=0, vmax=255, interpolation="nearest")
    axes.set_axis_off()
    return axes


def _displayed(images: np.ndarray) -> np.ndarray:
    """8-bit images as they are; others stretched to 8 bits, the same for all of them."""
    if images.dtype == np.uint8:
        return images
    # Percentiles, as the few extremes of a noise image would leave the rest a dull grey.
    low, high = np.percentile(images, [0.5, 99.5])
    unit = np.clip((images - low) / max(high - low, 1e-12), 0, 1)
    return (255 * unit + 0.5).astype(np.uint8)


def _pixels(image: Any) -> np.ndarray:
    values = np.frombuffer(bytes.fromhex(image.pixels.removeprefix("#")), np.uint8)
    values = values.reshape(image.height, image.width, image.channels)
    return values[..., 0] if image.channels == 1 else values
