"""Image folders: {train,test}/{class}/{any image file}."""

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np

from learning_order.datasets.examples import (
    DatasetError,
    DatasetNotFound,
    Examples,
    Split,
    unknown_class,
)

SUFFIXES = {".png", ".jpg", ".jpeg", ".bmp", ".gif", ".tif", ".tiff", ".webp", ".ppm", ".pgm"}
TEST_NAMES = ("test", "val")
MANY = 2000  # files, from which on a bar shows


def image_folder(options: dict, root: Path, download: bool) -> Examples:
    """The dataset in the folder `root`: {train,test}/{class}/*, or `val` in place of `test`.

    Options: classes (read only these), size (pixels: resize the shorter side, crop the centre),
    grey (one channel). Without size, all images must have one shape.
    """
    if not is_image_folder(root):
        raise DatasetNotFound(
            f"No image folder at {root}: looked for {root}/train/CLASS/ and {root}/test/CLASS/ "
            "(or val) with image files in them. Put the images there, or set the dataset's `root:`."
        )
    return read_image_folder(root, options, root.name)


def is_image_folder(root: Path) -> bool:
    """Whether `root` has the two folders of an image folder."""
    return (root / "train").is_dir() and _test_folder(root) is not None


def read_image_folder(root: Path, options: dict, title: str) -> Examples:
    """Read an image folder; examples are ordered by class, then by file name.

    DatasetError names the first class without images, file that is no image, or image of another
    shape.
    """
    folders = {"train": root / "train", "test": _test_folder(root)}
    classes = _classes(folders, options.get("classes"))
    splits = {name: _read_split(folder, name, classes, options) for name, folder in folders.items()}
    return Examples(**splits, classes=tuple(classes), origin=f"{title}, image folder")


def _test_folder(root: Path) -> Path | None:
    return next((root / name for name in TEST_NAMES if (root / name).is_dir()), None)


def _classes(folders: dict[str, Path], wanted: Sequence[str] | None) -> list[str]:
    found = {
        name: sorted(path.name for path in _visible(folder) if path.is_dir())
        for name, folder in folders.items()
    }
    if not any(found.values()):
        raise DatasetError(f"{folders['train']}: no class folders in it")
    differing = set(found["train"]) ^ set(found["test"])
    if differing:
        raise DatasetError(
            f"{folders['train']} and {folders['test']} should have the same classes; "
            f"only one of them has {', '.join(sorted(differing))}"
        )
    for name in wanted or ():
        if name not in found["train"]:
            raise unknown_class(name, found["train"])
    return list(wanted or found["train"])


def _visible(folder: Path) -> Iterator[Path]:
    """What is in `folder`, but for what editors and file managers hide there."""
    return (path for path in folder.iterdir() if not path.name.startswith("."))


def _read_split(folder: Path, name: str, classes: list[str], options: dict) -> Split:
    from tqdm import tqdm

    files, labels = [], []
    for label, class_name in enumerate(classes):
        members = sorted(
            path for path in _visible(folder / class_name) if path.suffix.lower() in SUFFIXES
        )
        if not members:
            raise DatasetError(
                f"{folder / class_name}: no image files ({', '.join(sorted(SUFFIXES))})"
            )
        files += members
        labels += [label] * len(members)

    def read(path: Path) -> np.ndarray:
        return _read_image(path, options)

    with ThreadPoolExecutor() as pool:
        bar = tqdm(
            pool.map(read, files),
            total=len(files),
            desc=f"reading {name}",
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
    sources = np.array([f"{name}/{path.parent.name}/{path.name}" for path in files])
    return Split(np.stack(images), np.array(labels, np.int64), sources)


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
