"""Read image files, in whatever folders they lie."""

import os
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

import numpy as np
from PIL import Image, ImageOps, UnidentifiedImageError
from tqdm import tqdm

from learning_order.datasets.examples import DatasetError, ImageFiles, Split

Labels = Sequence[int] | np.ndarray

SUFFIXES = {".png", ".jpg", ".jpeg", ".bmp", ".gif", ".tif", ".tiff", ".webp", ".ppm", ".pgm"}
DEEP = ("I", "F")  # modes of PIL with 16 or 32 bits a pixel
MANY = 2000  # files: from this number on, a bar shows how far reading is
AT_ONCE = 1000  # files whose lengths one thread asks for before it takes the next
THREADS = 32  # that ask for lengths: a remote file system answers a single one slowly
CENTRE = 0.875  # share of the shorter side kept of a streamed image, as usual for ImageNet: 224/256


def visible(folder: Path) -> Iterator[Path]:
    """The files and folders in `folder` that are not hidden."""
    return (path for path in folder.iterdir() if not path.name.startswith("."))


def image_files(folder: Path) -> list[Path]:
    """The image files in `folder`, by name; DatasetError if there are none."""
    # Names are quicker to sort than paths, which matters for a million of them.
    names = sorted(filter(is_image, os.listdir(folder))) if folder.is_dir() else []
    if not names:
        raise DatasetError(f"{folder}: no image files ({', '.join(sorted(SUFFIXES))})")
    return [folder / name for name in names]


def is_image(name: str) -> bool:
    """Whether a file of this name is an image, by its suffix, and not hidden."""
    return not name.startswith(".") and os.path.splitext(name)[1].lower() in SUFFIXES


def read_images(
    files: Sequence[Path], labels: Labels, root: Path, options: dict, title: str
) -> Split:
    """A split of the images in `files`; its sources are their paths below `root`.

    Options: size (pixels: resize the shorter side, crop the centre), grey (one channel), stream
    (leave them in their files, `size` needed). Without size all images must have one shape.
    DatasetError names the first that has another, or that is not an image. title labels the
    progress bar.
    """
    if options.get("stream"):
        return _streamed(files, labels, root, options, title)

    def read(path: Path) -> np.ndarray:
        return _read_image(path, options)

    with ThreadPoolExecutor() as pool:
        images = list(with_bar(pool.map(read, files), len(files), f"reading {title}"))
    for path, image in zip(files, images, strict=True):
        if image.shape != images[0].shape:
            raise DatasetError(
                f"{path}: {image.shape[1]}×{image.shape[0]} pixels, but {files[0].name} has "
                f"{images[0].shape[1]}×{images[0].shape[0]}; set `size:` to bring them to one size"
            )
    return Split(np.stack(images), np.asarray(labels, np.int64), _sources(files, root))


def _streamed(
    files: Sequence[Path], labels: Labels, root: Path, options: dict, title: str
) -> Split:
    if "size" not in options:
        raise DatasetError("streamed images need a `size`, in pixels")
    images = ImageFiles(root.resolve(), _lengths(files, title), options["size"])
    return Split(images, np.asarray(labels, np.int64), _sources(files, root))


def _lengths(files: Sequence[Path], title: str) -> np.ndarray:
    """(files,) int64 bytes; DatasetError names a file that is missing or no image.

    The head of each file tells: pixels behind it are decoded later.
    """

    def ask(part: Sequence[Path]) -> list[int]:
        return [_length(path) for path in part]

    parts = [files[start : start + AT_ONCE] for start in range(0, len(files), AT_ONCE)]
    with ThreadPoolExecutor(THREADS) as pool:
        answers = with_bar(pool.map(ask, parts), len(parts), f"listing {title}", "thousand", many=2)
        return np.array([length for part in answers for length in part], np.int64)


def _length(path: Path) -> int:
    with readable(path, path) as image:
        _check_depth(image, path)
    return os.stat(path).st_size


def with_bar(
    items: Iterable, count: int, title: str, unit: str = "image", many: int = MANY
) -> Iterable:
    """The items, with a progress bar on a terminal if they are at least `many`."""
    return tqdm(items, total=count, desc=title, unit=unit, disable=None if count >= many else True)


def _sources(files: Sequence[Path], root: Path) -> np.ndarray:
    start = len(str(root / "x")) - 1  # quicker than relative_to, a million times
    return np.array([str(path)[start:] for path in files])


def open_image(path: Path | str) -> Image.Image:
    """The image upright and in colour; DatasetError names a file that is not an image."""
    with readable(path, path) as image:
        return _converted(image, path, "RGB")


@contextmanager
def readable(file: Path | str | BinaryIO, place: Path | str) -> Iterator[Image.Image]:
    """The opened image; any error of PIL becomes a DatasetError that names the place."""
    try:
        with Image.open(file) as image:
            yield image
    except DatasetError:
        raise
    except UnidentifiedImageError as error:  # says what the next line says
        raise DatasetError(f"{place}: not a readable image") from error
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError) as error:
        raise DatasetError(f"{place}: not a readable image ({error})") from error


def _converted(image: Image.Image, path: Path | str, mode: str) -> Image.Image:
    """The image upright, as its EXIF data say, and in `mode`: L, one grey channel, or RGB.

    Transparency is dropped.
    """
    _check_depth(image, path)
    ImageOps.exif_transpose(image, in_place=True)
    return image.convert(mode)


def _check_depth(image: Image.Image, path: Path | str) -> None:
    """DatasetError for pixels of more than 8 bits, which PIL would cut to white or black."""
    if image.mode.startswith(DEEP) or _is_deep_colour(image):
        raise DatasetError(
            f"{path}: its pixels have more than 8 bits (mode {image.mode} of PIL); convert it to 8 "
            "bits, or give arrays as an npz file"
        )


def _is_deep_colour(image: Image.Image) -> bool:
    """Whether the file has 16 bits per channel, of which PIL keeps 8 without a word."""
    for codec, _, _, parameters in getattr(image, "tile", []):
        if ";16" in str(parameters):
            return True
        if codec == "ppm" and parameters[1] > 255:  # the largest value
            return True
    return False


def centre(image: Image.Image, size: int) -> np.ndarray:
    """(size, size, 3) uint8: the shorter side resized to size / CENTRE, the centre cut out.

    Networks on ImageNet are usually tested on such images, 224 pixels of 256. The pixels are, to
    the bit, those of torchvision's Resize and CenterCrop of a PIL image.
    """
    short = round(size / CENTRE)
    width, height = (int(short * side / min(image.size)) for side in image.size)
    left, top = round((width - size) / 2), round((height - size) / 2)
    resized = image.resize((width, height), Image.Resampling.BILINEAR)
    return np.asarray(resized.crop((left, top, left + size, top + size)))


def _read_image(path: Path, options: dict) -> np.ndarray:
    """(height, width, channels) uint8."""
    with readable(path, path) as opened:
        return pixels_of(opened, path, options)


def pixels_of(opened: Image.Image, path: Path | str, options: dict) -> np.ndarray:
    """(height, width, channels) uint8 of an image, by the options size and grey."""
    image = _converted(opened, path, "L" if options.get("grey") else "RGB")
    if size := options.get("size"):
        image = ImageOps.fit(image, (size, size), Image.Resampling.BICUBIC)
    pixels = np.asarray(image)
    return pixels.reshape(*pixels.shape[:2], -1)
