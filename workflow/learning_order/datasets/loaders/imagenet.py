"""ImageNet: the 1281167 train and 50000 validation images of ILSVRC-2012, of 1000 synsets."""

import csv
import os
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from learning_order.datasets.examples import DatasetError, DatasetNotFound, Examples
from learning_order.datasets.images import image_files, read_images
from learning_order.datasets.loaders.image_folder import (
    chosen_classes,
    class_folders,
    common_classes,
    read_class_folders,
)

PLACES = ("imagenet", "ILSVRC2012")
SIZE = 224

# Kaggle's archive, and the development kit where it is unpacked or put beside the images.
KAGGLE = "ILSVRC/Data/CLS-LOC"
SOLUTION, MAPPING = "LOC_val_solution.csv", "LOC_synset_mapping.txt"
DEVKITS = ("ILSVRC2012_devkit_t12/data", "data", ".")
GROUND_TRUTH, META = "ILSVRC2012_validation_ground_truth.txt", "meta.mat"


@dataclass
class Truth:
    """The synset of each val image, according to `file`."""

    file: Path
    rows: dict[str, tuple[int, str]] = field(default_factory=dict)  # image → line, synset

    def add(self, row: int, image: str, synset: str, expected: str, got: object) -> None:
        """Note a row; DatasetError, with what was expected, for no synset or a repeated image."""
        if not synset or not image or image in self.rows:
            raise DatasetError(f"{self.file}, row {row}: expected {expected}, got {got!r}")
        self.rows[image] = row, synset


def imagenet(options: dict, root: Path, download: bool) -> Examples:
    """ILSVRC-2012 at `root`/imagenet, `root`/ILSVRC2012, or the dataset's own `root`.

    train/{synset}/*.JPEG, and val either in the same way or as flat files whose ground truth is
    in the development kit; or all of it as Kaggle packs it. Classes are synsets such as
    n02124075. Options: classes (read only these), size (224), stream (leave the images in their
    files: in memory, all take 190 GB). Source: Russakovsky et al. 2015; image-net.org.
    """
    place, images = _find(options, root)
    train, val = images / "train", images / "val"
    options, wanted = {"size": SIZE, **options}, options.get("classes")
    if _has_folders(val):
        classes = common_classes(train, val, wanted)
        test = read_class_folders(place, val, classes, options)
    else:
        classes = chosen_classes(class_folders(train), wanted)
        files, labels = _flat(val, _truth(place), classes, complete=not wanted)
        test = read_images(files, labels, place, options, "val")
    split = read_class_folders(place, train, classes, options)
    return Examples(split, test, tuple(classes), "ImageNet (ILSVRC-2012), its own folders")


def _find(options: dict, root: Path) -> tuple[Path, Path]:
    """The dataset's folder, and the folder in it that holds train/ and val/."""
    places = [root] if "root" in options else [root / name for name in PLACES]
    candidates = [(place, place / below) for place in places for below in (".", KAGGLE)]
    for place, images in candidates:
        if (images / "train").is_dir() and (images / "val").is_dir():
            return place, images
    looked = "\n".join(f"  - {images / '{train,val}'}" for _, images in candidates)
    raise DatasetNotFound(
        f"ImageNet was not found. Looked for the two folders\n{looked}\n"
        "Unpack the train and validation images of ILSVRC-2012 (image-net.org, or Kaggle's "
        "imagenet-object-localization-challenge) to such a place, or set the dataset's `root:` in "
        "config.yaml to the folder that holds them."
    )


def _has_folders(folder: Path) -> bool:
    with os.scandir(folder) as entries:
        return any(entry.is_dir() and not entry.name.startswith(".") for entry in entries)


def _flat(
    val: Path, truth: Truth, classes: Sequence[str], complete: bool
) -> tuple[list[Path], list[int]]:
    """The images of `classes` in val, and their labels.

    DatasetError for an image without a row, a row without an image, and, where train/ should be
    complete, a row with a synset that train/ lacks.
    """
    files = image_files(val)
    for path in files:
        if path.stem not in truth.rows:
            raise DatasetError(
                f"{path}: expected one row for each image of val, but none of the "
                f"{len(truth.rows)} rows of {truth.file} is for it"
            )
    for image in sorted(truth.rows.keys() - {path.stem for path in files}):
        raise DatasetError(
            f"{truth.file}, row {truth.rows[image][0]}: expected {val / image}.JPEG, which is not "
            f"there; {val} has {len(files)} images for {len(truth.rows)} rows"
        )
    label_of = {synset: label for label, synset in enumerate(classes)}
    for row, synset in truth.rows.values():
        if complete and synset not in label_of:
            raise DatasetError(
                f"{truth.file}, row {row}: expected a synset that train/ has, got {synset!r}; "
                "complete train/, or name the wanted synsets in `classes:`"
            )
    chosen = [path for path in files if truth.rows[path.stem][1] in label_of]
    return chosen, [label_of[truth.rows[path.stem][1]] for path in chosen]


def _truth(place: Path) -> Truth:
    for devkit in DEVKITS:
        if (place / devkit / GROUND_TRUTH).is_file():
            return _truth_of_devkit(place / devkit)
    if (place / SOLUTION).is_file():
        return _truth_of_kaggle(place)
    looked = "\n".join(
        f"  - {path}"
        for path in (*(place / devkit / GROUND_TRUTH for devkit in DEVKITS), place / SOLUTION)
    )
    raise DatasetNotFound(
        "The validation images of ImageNet are in one folder, but their classes were not found. "
        f"Looked for:\n{looked}\n"
        "Unpack ILSVRC2012_devkit_t12.tar.gz there, or sort the images into val/{synset}/."
    )


def _truth_of_devkit(folder: Path) -> Truth:
    """ILSVRC2012_validation_ground_truth.txt: line k is the ILSVRC2012_ID of image k."""
    synsets = _read_meta(folder / META)
    truth = Truth(folder / GROUND_TRUTH)
    expected = f"one of the {len(synsets)} ILSVRC2012_IDs of {META}"
    for row, line in enumerate(truth.file.read_text(errors="replace").splitlines(), start=1):
        image = f"ILSVRC2012_val_{row:08d}"
        truth.add(row, image, synsets.get(line.strip(), ""), expected, line)
    return truth


def _read_meta(file: Path) -> dict[str, str]:
    """ILSVRC2012_ID → synset, for those without children: only these are classes."""
    from scipy.io import loadmat

    try:
        table = loadmat(file, squeeze_me=True)["synsets"]
        leaves = table[table["num_children"] == 0]
        numbers = map(str, map(int, leaves["ILSVRC2012_ID"]))
        return dict(zip(numbers, leaves["WNID"], strict=True))
    except Exception as error:  # scipy has no common class for what it cannot read
        raise DatasetError(
            f"{file}: not a readable {META} of the development kit of ILSVRC-2012 ({error})"
        ) from error


def _truth_of_kaggle(place: Path) -> Truth:
    """LOC_val_solution.csv: an image, and its synset before the boxes that show it."""
    if not (place / MAPPING).is_file():
        raise DatasetError(f"{place / MAPPING}: expected beside {SOLUTION}, one synset per line")
    known = {line.split(" ")[0] for line in (place / MAPPING).read_text().splitlines()}
    truth = Truth(place / SOLUTION)
    expected = f"ImageId and PredictionString: a new image, a synset of {MAPPING} and boxes"
    with truth.file.open(newline="", errors="replace") as text:
        for row, line in enumerate(csv.DictReader(text), start=2):
            synset = (line.get("PredictionString") or "").split(" ")[0]
            found = synset if synset in known else ""
            truth.add(row, line.get("ImageId", ""), found, expected, line)
    return truth
