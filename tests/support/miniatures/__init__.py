"""Miniatures of the real datasets, in their true on-disk formats, with something to learn."""

from pathlib import Path

from support.miniatures import imagenet, text
from support.miniatures.images import (
    CIFAR10,
    CIFAR100,
    MNISTS,
    accept_checksums,
    balanced,
    cifar_batches,
    idx_folder,
    image_folder,
    images,
    inception_v3,
    tiny_imagenet,
    vggface2,
)

__all__ = [
    "CIFAR10",
    "CIFAR100",
    "accept_checksums",
    "balanced",
    "cifar_batches",
    "idx_folder",
    "image_folder",
    "images",
    "inception_v3",
    "tiny_imagenet",
    "vggface2",
    "write_all",
]


def write_all(root: Path) -> None:
    """Everything that the smoke scale needs, below `root`."""
    imagenet.write_all(root)
    inception_v3(root)
    text.stack_overflow(root)
    text.glove(root)
    text.newsgroups(root)
    tiny_imagenet(root)
    vggface2(root)
    image_folder(root / "cifar10", CIFAR10, train=20, test=8)
    image_folder(root / "cifar100", CIFAR100, train=16, test=6)
    for folder in MNISTS.values():
        idx_folder(root / folder, train=60, test=10)
