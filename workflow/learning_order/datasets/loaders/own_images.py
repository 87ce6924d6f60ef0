"""Folders of anybody's images: {train,test}/{class}/*, or {class}/* alone, split at random."""

import os
from collections.abc import Sequence
from pathlib import Path
from zlib import crc32

import numpy as np

from learning_order.datasets.examples import SPLITS, DatasetError, DatasetNotFound, Examples
from learning_order.datasets.images import image_files, is_image, read_images, visible
from learning_order.datasets.loaders.image_folder import (
    TEST_NAMES,
    chosen_classes,
    image_folder,
    is_image_folder,
)

SPLIT_OPTIONS = ("test_share", "split_seed")  # where the folder has no split of its own
TEST_SHARE = 0.1  # as of texts


def own_images(options: dict, root: Path, download: bool) -> Examples:
    """The dataset in the folder `root`: {train,test}/{class}/* (or val), or {class}/* alone.

    Options: classes (read only these), size (pixels: resize the shorter side, crop the centre),
    grey (one channel), stream; without size, all images must have one shape. Of {class}/* alone,
    test_share of each class (a tenth) is drawn by split_seed (0) to test on, at least one image;
    the draw of a class depends on its name and number of files alone. DatasetError names a class
    with too few images.
    """
    if is_image_folder(root):
        _refuse_split_options(root, options)
        return image_folder(options, root, download)
    return _read_and_split(root, options)


def _refuse_split_options(root: Path, options: dict) -> None:
    for option in SPLIT_OPTIONS:
        if option in options:
            raise DatasetError(
                f"{root} has a train and a test folder, and is not split at random: leave out "
                f"`{option}`"
            )


def _read_and_split(root: Path, options: dict) -> Examples:
    classes = chosen_classes(_class_folders(root), options.get("classes"))
    files: dict[str, list[Path]] = {split: [] for split in SPLITS}
    labels: dict[str, list[int]] = {split: [] for split in SPLITS}
    for label, name in enumerate(classes):
        for split, members in _divide(image_files(root / name), name, options).items():
            files[split] += members
            labels[split] += [label] * len(members)
    train, test = (
        read_images(files[split], labels[split], root, options, split) for split in SPLITS
    )
    return Examples(train, test, tuple(classes), f"{root.name}, image folder split at random")


def _class_folders(root: Path) -> list[str]:
    """The folders in `root`, by name; DatasetNotFound where these are no classes."""
    folders = [path for path in visible(root) if path.is_dir()] if root.is_dir() else []
    if not any(_has_images(folder) for folder in folders):
        raise DatasetNotFound(
            f"No image folder at {root}: looked for {root}/CLASS/ with image files in it, and for "
            f"{root}/train/CLASS/ and {root}/test/CLASS/ (or val). {_remedy(root, folders)}"
        )
    return sorted(folder.name for folder in folders)


def _remedy(root: Path, folders: Sequence[Path]) -> str:
    """What to do about a folder that is none of images."""
    for split in ("train", *TEST_NAMES):
        if root / split in folders:
            return (
                f"There is {split}/ alone: to split its images at random, set the dataset's "
                f"`root:` to {root / split}."
            )
    if root.is_dir() and _has_images(root):
        return "Its images lie side by side: put those of each class into a folder of its own."
    return "Put the images there, or set the dataset's `root:`."


def _has_images(folder: Path) -> bool:
    return any(is_image(path.name) for path in folder.iterdir())


def _divide(files: Sequence[Path], class_name: str, options: dict) -> dict[str, list[Path]]:
    """Split → some of the files of a class, in their order; at least one each."""
    if len(files) < len(SPLITS):
        raise DatasetError(
            f"class {class_name!r} has one image, expected at least two: one to train and one to "
            "test on. Add images, or name the other classes in `classes:`."
        )
    wanted = round(options.get("test_share", TEST_SHARE) * len(files))
    rng = np.random.default_rng([options.get("split_seed", 0), crc32(os.fsencode(class_name))])
    drawn = set(rng.permutation(len(files))[: min(max(wanted, 1), len(files) - 1)].tolist())
    return {
        "train": [file for number, file in enumerate(files) if number not in drawn],
        "test": [file for number, file in enumerate(files) if number in drawn],
    }
