"""A face recognition task: the largest identities of a folder of VGGFace2."""

from pathlib import Path

import numpy as np

from learning_order.datasets.examples import SPLITS, DatasetError, DatasetNotFound, Examples
from learning_order.datasets.images import SUFFIXES, read_images, visible

FOLDER = "vggface2"
SPLIT_SEED = 0  # of the arbitrary choice of train images
IDENTITIES, TRAIN_PER_CLASS, SIZE = 10, 600, 64


def vggface2_subset(options: dict, root: Path, download: bool) -> Examples:
    """The identities with most images: some images of each train, the rest test.

    They are in `root`/vggface2, or in the dataset's own `root`, as {identity}/*.jpg or in train/
    and test/ there, whose images are then put together. Options: identities (10), train_per_class
    (600), size (64: resize the shorter side, crop the centre). Source: Cao et al. 2018; paper
    Suppl C, which leaves the choice of train images open: here it is random, fixed by a seed.
    """
    place = root if "root" in options else root / FOLDER
    found = _identities(place)
    if not found:
        raise DatasetNotFound(
            f"VGGFace2 was not found. Looked for folders of identities with images in {place} and "
            "in its train/ and test/. Put it there, or set the dataset's `root:` in config.yaml."
        )
    chosen = _largest(found, options.get("identities", IDENTITIES))
    train_count = options.get("train_per_class", TRAIN_PER_CLASS)
    size = {"size": options.get("size", SIZE)}
    divided = _divide(chosen, train_count)
    train, test = (read_images(*divided[split], place, size, split) for split in SPLITS)
    return Examples(train, test, tuple(chosen), "VGGFace2, largest identities")


def _largest(found: dict[str, list[Path]], count: int) -> dict[str, list[Path]]:
    """The identities with most images (of equal ones the first by name), ordered by name."""
    by_size = sorted(found, key=lambda name: (-len(found[name]), name))
    return {name: found[name] for name in sorted(by_size[:count])}


def _divide(
    chosen: dict[str, list[Path]], train_count: int
) -> dict[str, tuple[list[Path], list[int]]]:
    """split → (files, labels): `train_count` random images of each identity to train on."""
    divided: dict[str, tuple[list[Path], list[int]]] = {split: ([], []) for split in SPLITS}
    for label, (name, files) in enumerate(chosen.items()):
        if len(files) <= train_count:
            raise DatasetError(
                f"identity {name!r} has {len(files)} images, expected more than the "
                f"{train_count} to train on; lower `train_per_class` or `identities`"
            )
        order = np.random.default_rng([SPLIT_SEED, label]).permutation(len(files))
        for split, index in (("train", order[:train_count]), ("test", order[train_count:])):
            divided[split][0].extend(files[number] for number in sorted(index))
            divided[split][1].extend([label] * len(index))
    return divided


def _identities(place: Path) -> dict[str, list[Path]]:
    """Identity → its image files, from the folder itself or from its train/ and test/."""
    parts = [place / name for name in ("train", "test") if (place / name).is_dir()] or [place]
    found: dict[str, list[Path]] = {}
    for part in parts:
        if not part.is_dir():
            continue
        for folder in filter(Path.is_dir, visible(part)):
            images = [path for path in visible(folder) if path.suffix.lower() in SUFFIXES]
            if images:
                found.setdefault(folder.name, []).extend(sorted(images))
    return found
