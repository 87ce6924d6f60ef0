"""The real loaders on miniatures in the true on-disk formats."""

import gzip
from dataclasses import replace

import numpy as np
import pytest
from PIL import Image
from support import miniatures
from support.loading import load
from torchvision import datasets as torchvision_datasets

from learning_order.datasets.examples import DatasetError, DatasetNotFound
from learning_order.datasets.loaders import standard

MAMMALS = ["hamster", "mouse", "rabbit", "shrew", "squirrel"]


@pytest.fixture(autouse=True)
def no_system_files(monkeypatch):
    """What a package of the operating system may have put on this machine is not tested."""
    monkeypatch.setattr(standard, "FASHION_MNIST", replace(standard.FASHION_MNIST, system=()))


@pytest.fixture(scope="module")
def root(tmp_path_factory):
    folder = tmp_path_factory.mktemp("data")
    miniatures.write_all(folder)
    return folder


@pytest.mark.parametrize(
    ("name", "shape", "counts", "classes"),
    [
        ("cifar10", (32, 32, 3), (200, 80), 10),
        ("cifar100", (32, 32, 3), (1600, 600), 100),
        ("mnist", (28, 28, 1), (600, 100), 10),
        ("fashion-mnist", (28, 28, 1), (600, 100), 10),
    ],
)
def test_standard_datasets_are_found_below_the_root(root, name, shape, counts, classes):
    found = load(name, {"loader": name}, root)
    assert found.train.inputs.shape == (counts[0], *shape)
    assert found.test.inputs.shape == (counts[1], *shape)
    assert len(found.classes) == classes


def test_a_super_class_reads_only_its_own_images(root):
    found = load("small-mammals", {"loader": "cifar100", "classes": MAMMALS}, root)
    assert found.classes == tuple(MAMMALS)
    assert len(found.train.labels) == 5 * 16
    assert found.train.sources[0].startswith("train/hamster/hamster_s_")


def test_idx_files_hold_the_pixels_and_labels_that_were_written(root):
    labels = miniatures.balanced(10, 60)
    found = load("mnist", {"loader": "mnist"}, root).train
    assert np.array_equal(found.labels, labels)
    assert np.array_equal(found.inputs, miniatures.images(labels, 28, 1, seed=1))


@pytest.mark.parametrize("compressed", [True, False])
@pytest.mark.parametrize("options", [{}, {"root": "fashion-mnist"}])
def test_a_plain_folder_of_idx_files_will_do(tmp_path, monkeypatch, compressed, options):
    monkeypatch.chdir(tmp_path)
    miniatures.idx_folder(tmp_path / "fashion-mnist", train=3, test=2, compressed=compressed)
    found = load("fashion-mnist", {"loader": "fashion-mnist", **options}, tmp_path)
    assert found.train.inputs.shape == (30, 28, 28, 1)
    assert found.classes[9] == "Ankle boot"
    assert found.origin == "Fashion-MNIST, idx files"


def test_the_general_root_itself_is_no_dataset(tmp_path):
    miniatures.image_folder(tmp_path, miniatures.CIFAR10, train=1, test=1)
    miniatures.idx_folder(tmp_path, train=1, test=1)
    for name in ("cifar10", "mnist"):
        with pytest.raises(DatasetNotFound) as error:
            load(name, {"loader": name}, tmp_path)
        assert f": {tmp_path}\n" not in str(error.value)
        assert len(load(name, {"loader": name, "root": str(tmp_path)}, tmp_path).classes) == 10


@pytest.mark.parametrize(
    ("name", "count"), [("mnist", 10), ("fashion-mnist", 10), ("cifar10", 10), ("cifar100", 100)]
)
def test_an_image_folder_of_other_classes_is_not_taken_for_a_standard_dataset(
    tmp_path, name, count
):
    miniatures.image_folder(tmp_path / name, ["cat", "dog", "owl"], train=1, test=1)
    with pytest.raises(DatasetError, match=rf"train: 3 class folders, expected the {count} of"):
        load(name, {"loader": name}, tmp_path)
    chosen = {"loader": name, "classes": ["owl", "cat"]}
    assert load(name, chosen, tmp_path).classes == ("owl", "cat")


def test_torchvision_s_own_idx_reader_agrees(root):
    theirs = torchvision_datasets.MNIST(root, train=False)
    ours = load("mnist", {"loader": "mnist"}, root).test
    assert np.array_equal(ours.inputs[..., 0], theirs.data.numpy())
    assert np.array_equal(ours.labels, theirs.targets.numpy())


@pytest.mark.parametrize("hundred", [False, True])
def test_cifar_batches_in_torchvision_s_layout(tmp_path, monkeypatch, hundred):
    files = miniatures.cifar_batches(tmp_path, hundred, per_class=2)
    kind = torchvision_datasets.CIFAR100 if hundred else torchvision_datasets.CIFAR10
    miniatures.accept_checksums(monkeypatch, kind, files)
    name = "cifar100" if hundred else "cifar10"
    found = load(name, {"loader": name}, tmp_path)
    assert found.classes == tuple(miniatures.CIFAR100 if hundred else miniatures.CIFAR10)
    assert len(found.train.labels) == (200 if hundred else 100)
    assert found.test.inputs.shape[1:] == (32, 32, 3)


def test_cifar_batches_with_another_checksum_are_refused(tmp_path):
    miniatures.cifar_batches(tmp_path, hundred=False, per_class=1)
    with pytest.raises(DatasetError, match="cifar-10-batches-py: incomplete, or not the official"):
        load("cifar10", {"loader": "cifar10"}, tmp_path)


def test_image_folders_of_one_s_own(tmp_path):
    miniatures.image_folder(tmp_path / "birds", ["jay", "owl"], train=3, test=2, side=16)
    (tmp_path / "birds" / "test").rename(tmp_path / "birds" / "val")
    options = {"loader": "image-folder", "root": str(tmp_path / "birds")}
    found = load("birds", options, tmp_path / "elsewhere")
    assert found.train.inputs.shape == (6, 16, 16, 3)
    assert found.classes == ("jay", "owl")
    resized = load("birds", {**options, "size": 8, "grey": True}, tmp_path)
    assert resized.train.inputs.shape == (6, 8, 8, 1)


def test_size_keeps_the_aspect_and_crops_the_centre(tmp_path):
    miniatures.image_folder(tmp_path, ["a", "b"], train=1, test=1)
    wide = np.zeros((20, 60, 3), np.uint8)
    wide[:, 20:40] = 255
    for path in tmp_path.glob("*/*/*.png"):
        Image.fromarray(wide).save(path)
    found = load("wide", {"loader": "image-folder", "root": str(tmp_path), "size": 20}, tmp_path)
    assert (found.train.inputs == 255).all()


def test_what_is_not_there_is_said_with_the_places_and_two_ways_out(tmp_path):
    with pytest.raises(DatasetNotFound) as error:
        load("small-mammals", {"loader": "cifar100"}, tmp_path)
    message = str(error.value)
    for part in (
        "CIFAR-100 was not found, and `download` is off",
        f"image folder {{train,test}}/CLASS/: {tmp_path / 'cifar100'}",
        f"torchvision's files: {tmp_path / 'cifar-100-python'}",
        "1. where there is a network, set `download: true`",
        "2. put the files in one of these places, or set `root:`",
    ):
        assert part in message


def test_what_lies_at_the_system_s_place_is_found(tmp_path, monkeypatch):
    miniatures.idx_folder(tmp_path / "debian", train=2, test=1, compressed=True)
    there = replace(standard.FASHION_MNIST, system=(tmp_path / "debian",))
    monkeypatch.setattr(standard, "FASHION_MNIST", there)
    found = load("clothes", {"loader": "fashion-mnist"}, tmp_path / "data")
    assert len(found.train.labels) == 20


def test_a_download_that_fails_is_said_too(tmp_path, monkeypatch):
    def fail(*args, **kwargs):
        raise OSError("no route to host")

    monkeypatch.setattr(torchvision_datasets.CIFAR10, "download", fail)
    with pytest.raises(DatasetNotFound, match=r"the download failed: no route to host"):
        load("cifar10", {"loader": "cifar10"}, tmp_path, download=True)


def test_an_image_folder_that_is_not_there(tmp_path):
    options = {"loader": "image-folder", "root": str(tmp_path / "birds")}
    with pytest.raises(DatasetNotFound, match=r"^dataset 'birds': No image folder at .*birds: "):
        load("birds", options, tmp_path)


def broken_folder(tmp_path):
    miniatures.image_folder(tmp_path, ["jay", "owl"], train=2, test=1)
    return sorted(tmp_path.glob("train/owl/*.png"))


def load_folder(tmp_path):
    return load("birds", {"loader": "image-folder", "root": str(tmp_path)}, tmp_path)


def test_a_truncated_image_is_named(tmp_path):
    path = broken_folder(tmp_path)[0]
    path.write_bytes(path.read_bytes()[:200])
    with pytest.raises(DatasetError, match=rf"{path.name}: not a readable image"):
        load_folder(tmp_path)


def test_a_class_without_images_is_named(tmp_path):
    for path in broken_folder(tmp_path):
        path.unlink()
    with pytest.raises(DatasetError, match="owl: no image files"):
        load_folder(tmp_path)


def test_a_folder_without_classes_is_named(tmp_path):
    for split in ("train", "test"):
        (tmp_path / split).mkdir()
    with pytest.raises(DatasetError, match="train: no class folders in it"):
        load_folder(tmp_path)


def test_what_is_hidden_is_neither_class_nor_image(tmp_path):
    broken_folder(tmp_path)
    (tmp_path / "train" / ".thumbnails").mkdir()
    (tmp_path / "train" / "owl" / "._owl.png").write_text("not an image")
    assert load_folder(tmp_path).classes == ("jay", "owl")


def test_an_image_of_another_shape_is_named(tmp_path):
    path = broken_folder(tmp_path)[1]
    Image.new("RGB", (9, 5)).save(path)
    with pytest.raises(
        DatasetError, match=rf"{path.name}: 9×5 pixels, but .* has 32×32; set `size"
    ):
        load_folder(tmp_path)


def test_classes_of_one_split_only_are_named(tmp_path):
    broken_folder(tmp_path)
    (tmp_path / "test" / "owl").rename(tmp_path / "test" / "crow")
    with pytest.raises(DatasetError, match="only one of them has crow, owl"):
        load_folder(tmp_path)


def damaged(tmp_path, change):
    miniatures.idx_folder(tmp_path / "mnist", train=1, test=1)
    path = tmp_path / "mnist" / "train-images-idx3-ubyte"
    path.write_bytes(change(path.read_bytes()))
    return tmp_path


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda b: b[:-5], r"train-images-idx3-ubyte: 7835 bytes of data, expected 7840"),
        (lambda b: b"\0\0\0\0" + b[4:], "magic number 0, expected 2051"),
        (lambda b: b[:6], "train-images-idx3-ubyte: 6 bytes, expected a header of 16 and data"),
    ],
)
def test_a_damaged_idx_file_is_named(tmp_path, change, message):
    with pytest.raises(DatasetError, match=message):
        load("mnist", {"loader": "mnist"}, damaged(tmp_path, change))


@pytest.mark.parametrize("change", [lambda b: b[:-6], lambda b: b[:10] + b"\xff" * 9 + b[19:]])
def test_a_damaged_gzip_file_is_named(tmp_path, change):
    miniatures.idx_folder(tmp_path / "mnist", train=1, test=1, compressed=True)
    path = tmp_path / "mnist" / "train-labels-idx1-ubyte.gz"
    path.write_bytes(change(gzip.compress(b"x" * 100)))
    with pytest.raises(DatasetError, match=r"train-labels-idx1-ubyte\.gz: not a whole gzip file"):
        load("mnist", {"loader": "mnist"}, tmp_path)
