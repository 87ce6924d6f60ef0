"""Image folders: {train,test}/{class}/{any image file}."""

from collections.abc import Sequence
from pathlib import Path

from learning_order.datasets.examples import (
    DatasetError,
    DatasetNotFound,
    Examples,
    Split,
    unknown_class,
)
from learning_order.datasets.images import image_files, read_images, visible

TEST_NAMES = ("test", "val")


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
    splits = {name: _read_split(root, folder, classes, options) for name, folder in folders.items()}
    return Examples(**splits, classes=tuple(classes), origin=f"{title}, image folder")


def _test_folder(root: Path) -> Path | None:
    return next((root / name for name in TEST_NAMES if (root / name).is_dir()), None)


def _classes(folders: dict[str, Path], wanted: Sequence[str] | None) -> list[str]:
    found = {
        name: sorted(path.name for path in visible(folder) if path.is_dir())
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


def _read_split(root: Path, folder: Path, classes: list[str], options: dict) -> Split:
    files, labels = [], []
    for label, class_name in enumerate(classes):
        members = image_files(folder / class_name)
        files += members
        labels += [label] * len(members)
    return read_images(files, labels, root, options, folder.name)
