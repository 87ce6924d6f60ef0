"""MNIST, Fashion-MNIST, CIFAR-10 and CIFAR-100, in whatever form and place they are.

These are tried in order, below the local root: an image folder, torchvision's own files, and for
the MNISTs a plain folder of idx files; then, if allowed, torchvision downloads and checks them. The
root itself is tried only where the entry says `root`: the general one is shared.
"""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np

from learning_order.datasets.examples import (
    SPLITS,
    DatasetError,
    DatasetNotFound,
    Examples,
    numbered,
)
from learning_order.datasets.images import visible
from learning_order.datasets.loaders.idx import idx_files, read_idx_split
from learning_order.datasets.loaders.image_folder import is_image_folder, read_image_folder
from learning_order.runtime.files import one_at_a_time

CLOTHES = (
    "T-shirt/top", "Trouser", "Pullover", "Dress", "Coat",
    "Sandal", "Shirt", "Sneaker", "Bag", "Ankle boot",
)  # fmt: skip


@dataclass(frozen=True)
class Standard:
    """One of the standard datasets: its names, and where its files may be below a root."""

    name: str
    title: str
    torchvision: str  # class name in torchvision.datasets
    folder: str  # torchvision's folder below its root
    count: int  # of its classes
    classes: tuple[str, ...] = ()  # their names, where the files are idx files, which lack them
    system: tuple[Path, ...] = ()  # where packages of operating systems put idx files

    @property
    def is_idx(self) -> bool:
        return bool(self.classes)


MNIST = Standard("mnist", "MNIST", "MNIST", "MNIST/raw", 10, tuple("0123456789"))
FASHION_MNIST = Standard(
    "fashion-mnist",
    "Fashion-MNIST",
    "FashionMNIST",
    "FashionMNIST/raw",
    10,
    CLOTHES,
    # Debian's package dataset-fashion-mnist
    (Path("/usr/share/datasets/fashion-mnist"),),
)
CIFAR10 = Standard("cifar10", "CIFAR-10", "CIFAR10", "cifar-10-batches-py", 10)
CIFAR100 = Standard("cifar100", "CIFAR-100", "CIFAR100", "cifar-100-python", 100)


def mnist(options: dict, root: Path, download: bool) -> Examples:
    """MNIST: 60000 + 10000 grey 28×28 images of digits (LeCun et al. 1998)."""
    return _load(MNIST, options, root, download)


def fashion_mnist(options: dict, root: Path, download: bool) -> Examples:
    """Fashion-MNIST: 60000 + 10000 grey 28×28 images of clothes (Xiao et al. 2017)."""
    return _load(FASHION_MNIST, options, root, download)


def cifar10(options: dict, root: Path, download: bool) -> Examples:
    """CIFAR-10: 50000 + 10000 colour 32×32 images of 10 classes (Krizhevsky 2009)."""
    return _load(CIFAR10, options, root, download)


def cifar100(options: dict, root: Path, download: bool) -> Examples:
    """CIFAR-100: 50000 + 10000 colour 32×32 images of 100 classes (Krizhevsky 2009)."""
    return _load(CIFAR100, options, root, download)


def _load(dataset: Standard, options: dict, root: Path, download: bool) -> Examples:
    if not download:
        if found := _find(dataset, options, root):
            return found
        raise DatasetNotFound(_not_found(dataset, options, root, "`download` is off"))
    # Incomplete files may be another job's download in progress: look again when that is done.
    with suppress(DatasetError):
        if found := _find(dataset, options, root):
            return found
    try:
        with one_at_a_time(root / f".{dataset.name}.lock"):
            return _find_or_download(dataset, options, root)
    except (OSError, RuntimeError) as error:  # no network, or a checksum that does not match
        cause = f"the download failed: {error}"
        raise DatasetNotFound(_not_found(dataset, options, root, cause)) from error


def _find(dataset: Standard, options: dict, root: Path) -> Examples | None:
    for _, _, read in _places(dataset, options, root):
        if (found := read()) is not None:
            return found
    return None


def _find_or_download(dataset: Standard, options: dict, root: Path) -> Examples:
    try:
        found = _find(dataset, options, root)
    except Incomplete:  # an extraction was cut off: torchvision extracts again
        found = None
    return found or _read_torchvision(dataset, root, download=True)


class Incomplete(DatasetError):
    """Files of torchvision's layout that fail its checksums."""


Place = tuple[str, Path, Callable[[], Examples | None]]


def _places(dataset: Standard, options: dict, root: Path) -> list[Place]:
    """(form, place, reader) in the order they are tried; a reader returns None for nothing."""
    own = (root,) if "root" in options else ()
    places: list[Place] = [
        (
            "image folder {train,test}/CLASS/",
            folder,
            partial(_folder, dataset, folder, options),
        )
        for folder in (*own, root / dataset.name)
    ]
    if dataset.is_idx:
        folders = (root / dataset.folder, *own, root / dataset.name, *dataset.system)
        return places + [
            ("idx files, plain or .gz", folder, partial(_idx, dataset, folder))
            for folder in folders
        ]
    batches = root / dataset.folder
    return [
        *places,
        ("torchvision's files", batches, partial(_torchvision_if_there, dataset, root, batches)),
    ]


def _folder(dataset: Standard, folder: Path, options: dict) -> Examples | None:
    if not is_image_folder(folder):
        return None
    found = sum(path.is_dir() for path in visible(folder / "train"))
    if found != dataset.count and "classes" not in options:
        raise DatasetError(
            f"{folder / 'train'}: {found} class folders, expected the {dataset.count} of "
            f"{dataset.title}; complete them, name the wanted ones in `classes:`, or use "
            "`loader: image-folder`, which takes any"
        )
    return read_image_folder(folder, {"grey": dataset.is_idx, **options}, dataset.title)


def _idx(dataset: Standard, folder: Path) -> Examples | None:
    try:
        files = idx_files(folder)
    except DatasetError as error:
        raise Incomplete(str(error)) from error
    if files is None:
        return None
    train, test = (read_idx_split(files, split) for split in SPLITS)
    return Examples(train, test, dataset.classes, f"{dataset.title}, idx files")


def _torchvision_if_there(dataset: Standard, root: Path, folder: Path) -> Examples | None:
    if not folder.is_dir():
        return None
    try:
        return _read_torchvision(dataset, root, download=False)
    except RuntimeError as error:
        raise Incomplete(
            f"{folder}: incomplete, or not the official files; delete the folder, or set "
            "`download: true` in config.yaml to have it replaced"
        ) from error


def _read_torchvision(dataset: Standard, root: Path, download: bool) -> Examples:
    """Read by torchvision, which compares each file with its known checksum."""
    from torchvision import datasets

    kind = getattr(datasets, dataset.torchvision)
    splits = {}
    for split in SPLITS:
        loaded = kind(root, train=split == "train", download=download)
        inputs = np.asarray(loaded.data)
        inputs = inputs[..., None] if inputs.ndim == 3 else inputs
        splits[split] = numbered(split, inputs, loaded.targets)
    classes = dataset.classes or tuple(loaded.classes)
    return Examples(splits["train"], splits["test"], classes, f"{dataset.title}, torchvision")


def _not_found(dataset: Standard, options: dict, root: Path, cause: str) -> str:
    places = "\n".join(f"  - {what}: {place}" for what, place, _ in _places(dataset, options, root))
    return (
        f"{dataset.title} was not found, and {cause}. Looked for:\n{places}\n"
        "Two ways to provide it:\n"
        "  1. where there is a network, set `download: true` in config.yaml;\n"
        f"  2. put the files in one of these places, or set `root:` of dataset {dataset.name!r} "
        "in config.yaml to the folder where they are."
    )
