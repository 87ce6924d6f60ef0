"""Tiny ImageNet: 200 classes of 64×64 colour images, in its own folder layout."""

from pathlib import Path

from learning_order.datasets.examples import DatasetError, DatasetNotFound, Examples, Split
from learning_order.datasets.images import image_files, read_images
from learning_order.datasets.loaders.image_folder import chosen_classes, class_folders

FOLDER = "tiny-imagenet-200"
ANNOTATIONS = "val/val_annotations.txt"


def tiny_imagenet(options: dict, root: Path, download: bool) -> Examples:
    """tiny-imagenet-200, at `root` or below it: 100000 train images, the 10000 of val as test.

    train/{synset}/images/*.JPEG; val/images/*.JPEG with their synsets in val_annotations.txt.
    Classes are synsets such as n01443537. Its original test images have no labels. Source: Stanford
    CS231n, Tiny ImageNet; paper Suppl C.
    """
    places = (root / FOLDER, root)
    folder = next((place for place in places if (place / ANNOTATIONS).is_file()), None)
    if folder is None:
        looked = "\n".join(f"  - {place / ANNOTATIONS}" for place in places)
        raise DatasetNotFound(
            f"Tiny ImageNet was not found. Looked for:\n{looked}\n"
            f"Unpack {FOLDER}.zip below `data:` of config.yaml, or set the dataset's `root:` to "
            f"the folder that holds {FOLDER}."
        )
    known = class_folders(folder / "train")
    classes = chosen_classes(known, options.get("classes"))
    train, test = _train(folder, classes), _test(folder, classes, known)
    return Examples(train, test, tuple(classes), "Tiny ImageNet, its own folders")


def _train(folder: Path, classes: list[str]) -> Split:
    files: list[Path] = []
    labels: list[int] = []
    for label, synset in enumerate(classes):
        members = image_files(folder / "train" / synset / "images")
        files += members
        labels += [label] * len(members)
    return read_images(files, labels, folder, {}, "train")


def _test(folder: Path, classes: list[str], known: list[str]) -> Split:
    """The val images, by the annotations: file name and synset in the first two columns."""
    annotations = folder / ANNOTATIONS
    files, labels = [], []
    for number, line in enumerate(annotations.read_text().splitlines(), start=1):
        name, synset, *_ = [*line.split("\t"), ""]
        if synset not in known:
            raise DatasetError(
                f"{annotations}, line {number}: expected a file name, a tab and a synset that "
                f"train/ has, got {line!r}"
            )
        if synset in classes:
            files.append(folder / "val" / "images" / name)
            labels.append(classes.index(synset))
    return read_images(files, labels, folder, {}, "val")
