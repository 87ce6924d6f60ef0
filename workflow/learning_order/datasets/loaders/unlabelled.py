"""Images without labels, for networks trained on other datasets (paper §3.4 and Fig 7)."""

from pathlib import Path

import numpy as np

from learning_order.datasets.examples import (
    DatasetError,
    DatasetNotFound,
    Examples,
    Split,
    numbered,
)
from learning_order.datasets.images import SUFFIXES, is_image, read_images
from learning_order.runtime.files import folders_below

CHOICE_SEED = 0  # of the choice among more images than wanted
NOISE = 1000  # images
# Of a pixel; normalised like photographs, whose channels have about these, it is N(0, 1).
MEAN, DEVIATION = 128, 64


def noise(options: dict, root: Path, download: bool) -> Examples:
    """Images whose pixels are drawn one by one from N(128, 64²), rounded and cut to 0…255.

    Options: size, channels (3), examples (1000), seed (0). The paper prints neither the numbers
    of the distribution nor how many images there were.
    """
    size, channels = options["size"], options.get("channels", 3)
    rng = np.random.default_rng(options.get("seed", 0))
    images = np.empty((options.get("examples", NOISE), size, size, channels), np.uint8)
    for image in images:
        image[:] = np.clip(np.rint(rng.normal(MEAN, DEVIATION, image.shape)), 0, 255)
    labels = np.full(len(images), Examples.NO_LABEL)
    return _unlabelled(numbered("test", images, labels), "generated normal noise")


def unlabelled_images(options: dict, root: Path, download: bool) -> Examples:
    """All image files in the folder `root` and below, whatever the folders in it mean.

    MIT-67 has Images/{category}/*.jpg; images of StyleGAN come in one folder or in numbered ones.
    Options: size, stream and grey as for image folders; examples (their largest number; a fixed
    random choice is taken of more).
    """
    if not root.is_dir():
        raise DatasetNotFound(
            f"No folder of images at {root}. Put the images there, in folders or not, set the "
            "dataset's `root:` in config.yaml, or take the dataset out of `out_of_sample:`."
        )
    files = [
        Path(folder, name)
        for folder, _, names in folders_below(root)
        for name in names
        if is_image(name)
    ]
    if not files:
        raise DatasetError(f"{root}: no image files in it or below ({', '.join(sorted(SUFFIXES))})")
    order = np.random.default_rng(CHOICE_SEED).permutation(len(files))
    chosen = [files[number] for number in np.sort(order[: options.get("examples", len(files))])]
    labels = np.full(len(chosen), Examples.NO_LABEL)
    images = read_images(chosen, labels, root, options, root.name)
    return _unlabelled(images, f"{len(chosen)} of {len(files)} images in {root.name}")


def _unlabelled(test: Split, origin: str) -> Examples:
    """A dataset with nothing to train on and this split to classify."""
    return Examples(train=test.take(np.arange(0)), test=test, classes=(), origin=origin)
