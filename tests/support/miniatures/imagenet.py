"""Miniatures of ImageNet in its three layouts, and of the folders of images without labels."""

import csv
import shutil
from pathlib import Path

import numpy as np
from PIL import Image
from scipy.io import savemat
from support.miniatures.images import balanced, images

# In the order of their ILSVRC2012_ID, which is not that of the synsets.
SYNSETS = {
    "n02127052": "lynx, catamount",
    "n02123045": "tabby, tabby cat",
    "n01440764": "tench, Tinca tinca",
    "n02125311": "cougar, puma, catamount, mountain lion, painter, panther, Felis concolor",
    "n03995372": "power drill",
    "n02123159": "tiger cat",
    "n02124075": "Egyptian cat",
    "n02123394": "Persian cat",
    "n02123597": "Siamese cat, Siamese",
    "n01443537": "goldfish, Carassius auratus",
}
INNER = {"n02121808": "domestic cat, house cat", "n01503061": "bird"}  # synsets that are no classes
CLASSES = sorted(SYNSETS)
TRAIN, VAL = 12, 6  # images of each
DEVKIT = "ILSVRC2012_devkit_t12/data"
KAGGLE = "ILSVRC/Data/CLS-LOC"


def val_labels() -> np.ndarray:
    """Of the val images in the order of their numbers, indices into CLASSES."""
    return np.random.default_rng(5).permutation(balanced(len(CLASSES), VAL))


def imagenet(root: Path, layout: str = "devkit") -> Path:
    """`root`/imagenet with val flat beside the devkit, in folders, or all as Kaggle packs it."""
    place = root / "imagenet"
    where = place / KAGGLE if layout == "kaggle" else place
    for label, synset in enumerate(CLASSES):
        for k, image in enumerate(_photos(np.full(TRAIN, label), seed=label)):
            _save(image, where / "train" / synset / f"{synset}_{17 * k}.JPEG")
    # As in the original: a PNG with the wrong suffix, and a JPEG with the colours of printers.
    odd = where / "train" / CLASSES[0]
    _photos(np.zeros(2, int), seed=0)[1].save(odd / f"{CLASSES[0]}_17.JPEG", format="PNG")
    _photos(np.zeros(3, int), seed=0)[2].convert("CMYK").save(odd / f"{CLASSES[0]}_34.JPEG")
    for number, image in enumerate(_photos(val_labels(), seed=99), start=1):
        synset = CLASSES[val_labels()[number - 1]]
        folder = where / "val" / synset if layout == "folders" else where / "val"
        _save(image.convert("L") if number == 1 else image, folder / f"{val_name(number)}.JPEG")
    if layout == "devkit":
        _devkit(place / DEVKIT)
    if layout == "kaggle":
        _kaggle(place)
    if layout != "devkit":  # the unlabelled test images, which have nothing to do with it
        _save(_photos(np.zeros(1, int), 7)[0], where / "test" / "ILSVRC2012_test_00000001.JPEG")
    return place


def val_name(number: int) -> str:
    return f"ILSVRC2012_val_{number:08d}"


def _devkit(folder: Path) -> None:
    folder.mkdir(parents=True)
    ids = {synset: number for number, synset in enumerate(SYNSETS, start=1)}
    lines = [str(ids[CLASSES[label]]) for label in val_labels()]
    (folder / "ILSVRC2012_validation_ground_truth.txt").write_text("\n".join(lines) + "\n")
    fields = (
        *("ILSVRC2012_ID", "WNID", "words", "gloss", "num_children", "children"),
        *("wordnet_height", "num_train_images"),
    )
    table = np.empty((len(SYNSETS) + len(INNER), 1), [(name, object) for name in fields])
    for row, (synset, words) in enumerate({**SYNSETS, **INNER}.items()):
        children = np.array([[7.0, 8.0, 9.0]]) if synset in INNER else np.empty((1, 0))
        counts = float(children.size), children, float(synset in INNER), float(TRAIN)
        table[row, 0] = (row + 1.0, synset, words, "what it is", *counts)
    savemat(folder / "meta.mat", {"synsets": table}, do_compression=True)


def _kaggle(place: Path) -> None:
    """Rows of the solution come in no order, with a box for each thing that an image shows."""
    mapping = [f"{synset} {SYNSETS[synset]}" for synset in CLASSES]
    (place / "LOC_synset_mapping.txt").write_text("\n".join(mapping) + "\n")
    with (place / "LOC_val_solution.csv").open("w", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["ImageId", "PredictionString"])
        for place_in_file in np.random.default_rng(6).permutation(len(val_labels())):
            synset = CLASSES[val_labels()[place_in_file]]
            boxes = " ".join([f"{synset} 1 2 40 50 "] * (1 + place_in_file % 2))
            writer.writerow([val_name(place_in_file + 1), boxes])


def indoor_scenes(root: Path) -> Path:
    """MIT-67 as its tar unpacks: Images/{category}/*.jpg."""
    folder = root / "indoorCVPR_09"
    for label, category in enumerate(("airport_inside", "bakery", "winecellar")):
        for k, image in enumerate(_photos(np.full(8, label), seed=30 + label), start=1):
            _save(image, folder / "Images" / category / f"{category}_{k:04d}.jpg")
    return folder


def stylegan(root: Path) -> Path:
    """Numbered images in numbered folders, as StyleGAN's own dataset of faces comes."""
    folder = root / "stylegan"
    for number, image in enumerate(_photos(balanced(3, 8), seed=40)):
        _save(image, folder / f"{number // 10 * 10:05d}" / f"{number:05d}.png")
    return folder


def write_all(root: Path) -> None:
    """What the smoke scale needs, below `root`."""
    shutil.rmtree(root / "imagenet", ignore_errors=True)
    imagenet(root)
    indoor_scenes(root)
    stylegan(root)


def _photos(labels: np.ndarray, seed: int) -> list[Image.Image]:
    """An image for each label, of sizes and shapes that differ."""
    return [
        Image.fromarray(pixels[: 96 - 4 * (k % 5), : 96 - 8 * (k % 3)])
        for k, pixels in enumerate(images(labels, 96, 3, seed))
    ]


def _save(image: Image.Image, path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    image.save(path, **({"quality": 95} if path.suffix != ".png" else {}))
