"""Miniatures of image datasets and of Inception-V3's weights, in their true on-disk formats.

File names, nesting and annotation files are those of the originals; only the images are few, and
made here: each class has a pattern of its own, with noise.
"""

import gzip
import hashlib
import pickle
import struct
from pathlib import Path

import numpy as np
from PIL import Image

CIFAR10 = "airplane automobile bird cat deer dog frog horse ship truck".split()  # noqa: SIM905
CIFAR100 = """
apple aquarium_fish baby bear beaver bed bee beetle bicycle bottle bowl boy bridge bus butterfly
camel can castle caterpillar cattle chair chimpanzee clock cloud cockroach couch crab crocodile
cup dinosaur dolphin elephant flatfish forest fox girl hamster house kangaroo keyboard lamp
lawn_mower leopard lion lizard lobster man maple_tree motorcycle mountain mouse mushroom oak_tree
orange orchid otter palm_tree pear pickup_truck pine_tree plain plate poppy porcupine possum
rabbit raccoon ray road rocket rose sea seal shark shrew skunk skyscraper snail snake spider
squirrel streetcar sunflower sweet_pepper table tank telephone television tiger tractor train
trout tulip turtle wardrobe whale willow_tree wolf woman worm
""".split()  # noqa: SIM905
MNISTS = {"MNIST": "MNIST/raw", "FashionMNIST": "FashionMNIST/raw"}


def images(labels: np.ndarray, side: int, channels: int, seed: int) -> np.ndarray:
    """(n, side, side, channels) uint8: a pattern a class, under noise."""
    patterns = np.random.default_rng(0).uniform(0, 1, (labels.max() + 1, 4, 4, channels))
    large = patterns[labels].repeat(side // 4, axis=1).repeat(side // 4, axis=2)
    noise = np.random.default_rng(seed).normal(0, 0.3, large.shape)
    return np.clip(255 * (large + noise), 0, 255).astype(np.uint8)


def balanced(classes: int, per_class: int) -> np.ndarray:
    """Labels, each class equally often, in turns."""
    return np.tile(np.arange(classes), per_class)


def image_folder(root: Path, classes: list[str], train: int, test: int, side: int = 32) -> None:
    """{train,test}/{class}/*.png, so many images a class."""
    for seed, (split, per_class) in enumerate((("train", train), ("test", test)), start=1):
        labels = balanced(len(classes), per_class)
        for number, (label, image) in enumerate(
            zip(labels, images(labels, side, 3, seed), strict=True)
        ):
            folder = root / split / classes[label]
            folder.mkdir(parents=True, exist_ok=True)
            Image.fromarray(image).save(folder / f"{classes[label]}_s_{number:06d}.png")


def idx_folder(folder: Path, train: int, test: int, compressed: bool = False) -> None:
    """The four idx files of MNIST and Fashion-MNIST, plain or gzipped."""
    folder.mkdir(parents=True, exist_ok=True)
    for seed, (prefix, per_class) in enumerate((("train", train), ("t10k", test)), start=1):
        labels = balanced(10, per_class)
        pixels = images(labels, 28, 1, seed)[..., 0]
        contents = {
            f"{prefix}-images-idx3-ubyte": struct.pack(">4i", 2051, *pixels.shape),
            f"{prefix}-labels-idx1-ubyte": struct.pack(">2i", 2049, len(labels)),
        }
        for (name, header), data in zip(
            contents.items(), (pixels, labels.astype(np.uint8)), strict=True
        ):
            content = header + data.tobytes()
            if compressed:
                (folder / f"{name}.gz").write_bytes(gzip.compress(content, mtime=0))
            else:
                (folder / name).write_bytes(content)


def cifar_batches(root: Path, hundred: bool, per_class: int) -> dict[str, Path]:
    """The pickled batches of CIFAR-10 or CIFAR-100 in torchvision's layout; returns its files."""
    folder = root / ("cifar-100-python" if hundred else "cifar-10-batches-py")
    folder.mkdir(parents=True)
    classes = CIFAR100 if hundred else CIFAR10
    trains = ["train"] if hundred else [f"data_batch_{k}" for k in range(1, 6)]
    tests = ["test"] if hundred else ["test_batch"]
    for seed, name in enumerate(trains + tests):
        labels = balanced(len(classes), per_class)
        pixels = images(labels, 32, 3, seed).transpose(0, 3, 1, 2).reshape(len(labels), -1)
        key = "fine_labels" if hundred else "labels"
        _pickle(folder / name, {"data": pixels, key: labels.tolist()})
    meta = ("meta", "fine_label_names") if hundred else ("batches.meta", "label_names")
    _pickle(folder / meta[0], {meta[1]: classes})
    return {path.name: path for path in folder.iterdir()}


def accept_checksums(monkeypatch, kind: type, files: dict[str, Path]) -> None:
    """Have torchvision's CIFAR class `kind` accept the batches `files` as the official ones."""

    def checksum(name: str) -> str:
        return hashlib.md5(files[name].read_bytes()).hexdigest()

    for attribute in ("train_list", "test_list"):
        names = [name for name, _ in getattr(kind, attribute)]
        monkeypatch.setattr(kind, attribute, [[name, checksum(name)] for name in names])
    monkeypatch.setattr(kind, "meta", {**kind.meta, "md5": checksum(kind.meta["filename"])})


def _pickle(path: Path, content: dict) -> None:
    path.write_bytes(pickle.dumps(content, protocol=2))


def tiny_imagenet(root: Path, synsets: int = 6, train: int = 10, val: int = 4) -> Path:
    """tiny-imagenet-200 with fewer synsets: train by folder, val by val_annotations.txt."""
    folder = root / "tiny-imagenet-200"
    names = [f"n{1443537 + 1111 * k:08d}" for k in range(synsets)]
    for label, name in enumerate(names):
        members = folder / "train" / name / "images"
        members.mkdir(parents=True, exist_ok=True)
        pixels = images(np.full(train, label), 64, 3, seed=label)
        boxes = [f"{name}_{k}.JPEG\t0\t0\t63\t63" for k in range(train)]
        (members.parent / f"{name}_boxes.txt").write_text("\n".join(boxes) + "\n")
        for k, image in enumerate(pixels):
            Image.fromarray(image).save(members / f"{name}_{k}.JPEG", quality=95)
    labels = balanced(synsets, val)
    members = folder / "val" / "images"
    members.mkdir(parents=True, exist_ok=True)
    lines = [f"val_{k}.JPEG\t{names[label]}\t0\t0\t63\t63" for k, label in enumerate(labels)]
    (folder / "val" / "val_annotations.txt").write_text("\n".join(lines) + "\n")
    for k, image in enumerate(images(labels, 64, 3, seed=99)):
        picture = Image.fromarray(image)
        # As in the original, some images are grey.
        (picture.convert("L") if k == 0 else picture).save(members / f"val_{k}.JPEG", quality=95)
    (folder / "wnids.txt").write_text("\n".join(names) + "\n")
    return folder


def vggface2(root: Path, identities: int = 12, images_each: int = 11) -> Path:
    """Identity folders in train/ and test/, of more images the higher their number."""
    folder = root / "vggface2"
    for number in range(identities):
        pixels = images(np.full(images_each + number, number), 72, 3, seed=number)
        for k, image in enumerate(pixels):
            part = folder / ("test" if k % 4 == 3 else "train") / f"n{number:06d}"
            part.mkdir(parents=True, exist_ok=True)
            Image.fromarray(image[: 72 - k % 3, :70]).save(part / f"{k:04d}_01.jpg", quality=95)
    return folder


def inception_v3(root: Path) -> None:
    """A file of weights as torchvision's download is one, but drawn at random."""
    import torch
    from torchvision import models

    torch.manual_seed(0)
    network = models.inception_v3(weights=None, init_weights=False)
    torch.save(network.state_dict(), root / "inception_v3.pth")
