"""Datasets that need no download: scikit-learn's digits, and the paper's two synthetic ones."""

from pathlib import Path

import numpy as np

from learning_order.datasets.examples import Examples, Split, numbered
from learning_order.runtime.errors import ExplainedError

SPLIT_SEED = 0  # of the fixed, stratified split of the digits


def digits(options: dict, root: Path, download: bool) -> Examples:
    """scikit-learn's bundled handwritten digits: 1797 real 8×8 images, 1437 train and 360 test.

    Grey levels 0…16 in one channel. Option: size, the side in pixels (8); with 4, 2 or 1, a pixel
    is the rounded mean of a square of the original ones. Source: E. Alpaydin and C. Kaynak,
    Optical Recognition of Handwritten Digits, UCI (1998).
    """
    from sklearn.datasets import load_digits
    from sklearn.model_selection import train_test_split

    bundle = load_digits()
    numbers = np.arange(len(bundle.target))
    chosen = train_test_split(
        numbers, test_size=360, stratify=bundle.target, random_state=SPLIT_SEED
    )
    images = _shrunk(bundle.images, options.get("size", 8))[..., None]

    def split(index: np.ndarray) -> Split:
        sources = np.array([f"digits:{number}" for number in index])
        return Split(images[index], bundle.target[index].astype(np.int64), sources)

    train, test = (split(np.sort(index)) for index in chosen)
    return Examples(train, test, tuple("0123456789"), "scikit-learn's bundled handwritten digits")


def _shrunk(images: np.ndarray, side: int) -> np.ndarray:
    """Images (n, 8, 8) as uint8, each pixel of (n, side, side) the mean of a square of theirs."""
    whole = images.shape[1]
    if whole % side:
        raise ExplainedError(f"`size` of the loader digits is 8, 4, 2 or 1, not {side}")
    squares = images.reshape(-1, side, whole // side, side, whole // side)
    return np.round(squares.mean(axis=(2, 4))).astype(np.uint8)


def gaussian(options: dict, root: Path, download: bool) -> Examples:
    """Two classes, N(0, I) and N(0.1, I) in 3072 dimensions, as 32×32×3 float images.

    Options: seed, train_per_class (2500), test_per_class (500). Source: paper Suppl C.
    """
    rng = np.random.default_rng(options.get("seed", 0))

    def split(name: str, per_class: int) -> Split:
        labels = np.repeat([0, 1], per_class)
        inputs = rng.standard_normal((2 * per_class, 32, 32, 3), dtype=np.float32)
        inputs[labels == 1] += np.float32(0.1)
        return numbered(name, inputs, labels)

    train = split("train", options.get("train_per_class", 2500))
    test = split("test", options.get("test_per_class", 500))
    return Examples(train, test, ("mean 0", "mean 0.1"), "generated Gaussian data")


CHANNELS = ("red", "green", "blue")
ORIENTATIONS = (45, 90, 135, 180)  # degrees
SPREAD = 30  # degrees around the base orientation
SIDE = 32


def gabor(options: dict, root: Path, download: bool) -> Examples:
    """Gabor patches: 12 classes = 3 colour channels × 4 base orientations, each ± 30°.

    Size, place, wavelength and phase vary within a class, so neighbouring orientations overlap by
    design. Options: seed, train_per_class (100), test_per_class (100). Source: paper Suppl C,
    which prints neither the wavelengths nor the sizes; here 4 to 8 pixels per wave and an envelope
    with a standard deviation of 3 to 6 pixels.
    """
    rng = np.random.default_rng(options.get("seed", 0))
    classes = [(channel, base) for channel in range(3) for base in ORIENTATIONS]

    def split(name: str, per_class: int) -> Split:
        labels = np.repeat(np.arange(len(classes)), per_class)
        inputs = np.zeros((len(labels), SIDE, SIDE, 3), np.uint8)
        for image, label in zip(inputs, labels, strict=True):
            channel, base = classes[label]
            image[..., channel] = _patch(rng, base)
        return numbered(name, inputs, labels)

    train = split("train", options.get("train_per_class", 100))
    test = split("test", options.get("test_per_class", 100))
    names = tuple(f"{CHANNELS[channel]} {base}°" for channel, base in classes)
    return Examples(train, test, names, "generated Gabor patches")


def _patch(rng: np.random.Generator, base: float) -> np.ndarray:
    """One Gabor patch (SIDE, SIDE) uint8: a plane wave under a Gaussian envelope."""
    angle = np.deg2rad(base + rng.uniform(-SPREAD, SPREAD))
    deviation = rng.uniform(3, 6)
    wavelength, phase = rng.uniform(4, 8), rng.uniform(0, 2 * np.pi)
    row, column = rng.uniform(8, SIDE - 8, size=2)
    y, x = np.mgrid[:SIDE, :SIDE] - np.array([row, column])[:, None, None]
    along = x * np.cos(angle) + y * np.sin(angle)
    envelope = np.exp(-(x**2 + y**2) / (2 * deviation**2))
    wave = 0.5 + 0.5 * np.cos(2 * np.pi * along / wavelength + phase)
    return np.round(255 * envelope * wave).astype(np.uint8)
