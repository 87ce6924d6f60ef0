"""Reading image files, whatever the folders they lie in."""

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np

from learning_order.datasets.examples import DatasetError, ImageFiles, Split

SUFFIXES = {".png", ".jpg", ".jpeg", ".bmp", ".gif", ".tif", ".tiff", ".webp", ".ppm", ".pgm"}
MANY = 2000  # files, from which on a bar shows
CENTRE = 0.875  # of the shorter side is kept of a streamed image, as usual for ImageNet (224 / 256)


def visible(folder: Path) -> Iterator[Path]:
    """What is in `folder`, but for what editors and file managers hide there."""
    return (path for path in folder.iterdir() if not path.name.startswith("."))


def image_files(folder: Path) -> list[Path]:
    """The image files in `folder`, by name; DatasetError if there are none."""
    found = sorted(path for path in visible(folder) if path.suffix.lower() in SUFFIXES)
    if not found:
        raise DatasetError(f"{folder}: no image files ({', '.join(sorted(SUFFIXES))})")
    return found


def read_images(
    files: Sequence[Path], labels: Sequence[int], root: Path, options: dict, title: str
) -> Split:
    """A split of the images in `files`; its sources are their paths below `root`.

    Options: size (pixels: resize the shorter side, crop the centre), grey (one channel), stream
    (leave them in their files, `size` needed). Without size all images must have one shape.
    DatasetError names the first that has another, or that is no image. title stands before the
    bar.
    """
    from tqdm import tqdm

    if options.get("stream"):
        return _streamed(files, labels, root, options)

    def read(path: Path) -> np.ndarray:
        return _read_image(path, options)

    with ThreadPoolExecutor() as pool:
        bar = tqdm(
            pool.map(read, files),
            total=len(files),
            desc=f"reading {title}",
            unit="image",
            disable=None if len(files) >= MANY else True,
        )
        images = list(bar)
    for path, image in zip(files, images, strict=True):
        if image.shape != images[0].shape:
            raise DatasetError(
                f"{path}: {image.shape[1]}×{image.shape[0]} pixels, but {files[0].name} has "
                f"{images[0].shape[1]}×{images[0].shape[0]}; set `size:` to bring them to one size"
            )
    return Split(np.stack(images), np.asarray(labels, np.int64), _sources(files, root))


def _streamed(files: Sequence[Path], labels: Sequence[int], root: Path, options: dict) -> Split:
    if "size" not in options:
        raise DatasetError("streamed images need a `size`, in pixels")
    lengths = np.array([path.stat().st_size for path in files], np.int64)
    images = ImageFiles(root.resolve(), lengths, options["size"])
    return Split(images, np.asarray(labels, np.int64), _sources(files, root))


def _sources(files: Sequence[Path], root: Path) -> np.ndarray:
    return np.array([path.relative_to(root).as_posix() for path in files])


def open_image(path: Path):
    """The image as PIL reads it, in colour; DatasetError names a file that is none."""
    from PIL import Image

    try:
        with Image.open(path) as image:
            return image.convert("RGB")
    except (OSError, SyntaxError, ValueError) as error:
        raise DatasetError(f"{path}: not a readable image ({error})") from error


def centre(image, size: int) -> np.ndarray:
    """(size, size, 3) uint8: the shorter side resized to size / CENTRE, the centre cut out.

    What networks on ImageNet are usually tested on: 224 pixels of 256.
    """
    from PIL import Image

    scale = size / CENTRE / min(image.size)
    width, height = (max(size, round(side * scale)) for side in image.size)
    left, top = (width - size) // 2, (height - size) // 2
    resized = image.resize((width, height), Image.Resampling.BILINEAR)
    return np.asarray(resized.crop((left, top, left + size, top + size)))


def _read_image(path: Path, options: dict) -> np.ndarray:
    """(height, width, channels) uint8."""
    from PIL import Image, ImageOps

    try:
        with Image.open(path) as image:
            image = image.convert("L" if options.get("grey") else "RGB")
            if size := options.get("size"):
                image = ImageOps.fit(image, (size, size), Image.Resampling.BICUBIC)
            pixels = np.asarray(image)
    except (OSError, SyntaxError, ValueError) as error:
        raise DatasetError(f"{path}: not a readable image ({error})") from error
    return pixels.reshape(*pixels.shape[:2], -1)
