"""What identifies an image by its content, wherever it was read from."""

import hashlib

import numpy as np

from learning_order.datasets.examples import DatasetError


def pixel_hashes(images: np.ndarray) -> np.ndarray:
    """The SHA-256 of the pixels of each image, row by row, channels last.

    Parameters
    ----------
    images : (examples, height, width, channels) uint8
        As a dataset is prepared, before normalisation.

    Returns
    -------
    (examples,) str
        64 hexadecimal digits each.

    Raises
    ------
    DatasetError
        Where these are no images of 8 bits.

    Examples
    --------
    >>> pixel_hashes(np.zeros((1, 1, 1, 3), np.uint8))[0][:8]
    '709e80c8'
    """
    if images.ndim != 4 or images.dtype != np.uint8:
        raise DatasetError(
            f"examples of shape {images.shape[1:]} and type {images.dtype} are no images of 8 "
            "bits, so they have no hash of their pixels: set `by: source`"
        )
    return np.array([hashlib.sha256(image.tobytes()).hexdigest() for image in images])
