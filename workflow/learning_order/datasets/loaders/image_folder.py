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

    DatasetError names the first class without images, file that is not an image, or image of
    another shape.
    """
    folders = root / "train", _test_folder(root) or root / "test"
    classes = common_classes(*folders, options.get("classes"))
    train, test = (read_class_folders(root, folder, classes, options) for folder in folders)
    return Examples(train, test, tuple(classes), f"{title}, image folder")


def _test_folder(root: Path) -> Path | None:
    return next((root / name for name in TEST_NAMES if (root / name).is_dir()), None)


def common_classes(train: Path, test: Path, wanted: Sequence[str] | None) -> list[str]:
    """The classes with a folder in both, or the wanted ones; DatasetError where one lacks any."""
    found = set(class_folders(train)), set(class_folders(test))
    differing = sorted(found[0] ^ found[1])
    if differing and not wanted:
        raise DatasetError(
            f"{train} and {test} should have the same classes; only one of them has "
            f"{', '.join(differing)}. Complete them, or name the wanted classes in `classes:`."
        )
    return chosen_classes(sorted(found[0] & found[1]), wanted)


def class_folders(folder: Path) -> list[str]:
    """The names of the folders in `folder`, sorted; DatasetError where there are none."""
    found = sorted(path.name for path in visible(folder) if path.is_dir())
    if not found:
        raise DatasetError(f"{folder}: no class folders in it")
    return found


def chosen_classes(known: Sequence[str], wanted: Sequence[str] | None) -> list[str]:
    """The wanted classes, by default all; DatasetError for an unknown one."""
    for name in wanted or ():
        if name not in known:
            raise unknown_class(name, known)
    return list(wanted or known)


def read_class_folders(root: Path, folder: Path, classes: Sequence[str], options: dict) -> Split:
    """The images in {folder}/{class}/, ordered by class, then name; sources are below `root`."""
    files: list[Path] = []
    labels: list[int] = []
    for label, class_name in enumerate(classes):
        members = image_files(folder / class_name)
        files += members
        labels += [label] * len(members)
    return read_images(files, labels, root, options, folder.name)
