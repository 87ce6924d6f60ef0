"""Pixels that are kept on disk are those of the files, and are whole or not taken."""

import errno
import re
import shutil

import numpy as np
import pytest
import torch
from support.loading import load
from support.miniatures import imagenet as mini

from learning_order.datasets import decoded, prepared
from learning_order.datasets.decoded import decoded_once
from learning_order.datasets.images import open_image
from learning_order.training.streamed_data import to_stream

CPU = torch.device("cpu")
FULL = {"flip": True, "resized_crop": True}


@pytest.fixture(scope="module")
def source(tmp_path_factory):
    place = tmp_path_factory.mktemp("source")
    mini.write_all(place)
    return place


@pytest.fixture
def dataset(source, tmp_path):
    options = {"loader": "imagenet", "size": 32, "stream": True}
    prepared.write(load("imagenet", options, source), tmp_path / "imagenet", "imagenet")
    return prepared.read(tmp_path / "imagenet")


def kept(dataset):
    """What is kept, and what was said."""
    said = []
    return decoded_once(dataset, 2, said.append), said


def test_images_are_those_of_the_files(dataset):
    found, said = kept(dataset)
    assert said == []
    for split in ("train", "test"):
        files = dataset.files(split)
        assert len(files) == len(found.places[split]) > 0
        for number, path in enumerate(files):
            image = found.image(split, number)
            assert np.array_equal(np.asarray(image), np.asarray(open_image(path)))


@pytest.mark.parametrize("workers", [0, 2])
def test_batches_are_the_same_to_the_bit(dataset, workers):
    found, _ = kept(dataset)
    plain, fast = (to_stream(dataset, CPU, workers, decoded=one) for one in (None, found))
    order = torch.randperm(120, generator=torch.Generator().manual_seed(1))
    for augmentation in ({}, FULL):
        parts = (
            data.train_batches(order, 32, augmentation, torch.Generator().manual_seed(2))
            for data in (plain, fast)
        )
        for (a, labels), (b, same_labels) in zip(*parts, strict=True):
            assert torch.equal(a, b)
            assert torch.equal(labels, same_labels)
    for split in ("train", "test"):
        for a, b in zip(plain.batches(split, 25), fast.batches(split, 25), strict=True):
            assert torch.equal(a, b)


def test_files_are_decoded_once(dataset, monkeypatch):
    found, _ = kept(dataset)
    monkeypatch.setattr(decoded, "open_image", None)
    monkeypatch.setattr("learning_order.training.streamed_data.open_image", None)
    assert kept(dataset)[0].file == found.file
    assert len(next(iter(to_stream(dataset, CPU, 0, decoded=found).batches("test", 9)))) == 9


def cut(folder):
    file = folder / "decoded.bin"
    file.write_bytes(file.read_bytes()[:-1])


def lose_the_index(folder):
    (folder / "decoded.npz").unlink()


def cut_the_index(folder):
    file = folder / "decoded.npz"
    file.write_bytes(file.read_bytes()[:100])


def make_it_of_another(folder):
    with np.load(folder / "decoded.npz") as index:
        content = dict(index)
    np.savez(folder / "decoded.npz", **{**content, "hash": "of another"})


@pytest.mark.parametrize("harm", [cut, lose_the_index, cut_the_index, make_it_of_another])
def test_what_is_not_whole_or_of_another_is_written_again(dataset, harm):
    before = (kept(dataset)[0].file).read_bytes()
    harm(dataset.folder)
    assert decoded._read(dataset) is None
    found, said = kept(dataset)
    assert said == []
    assert found.file.read_bytes() == before


def test_a_full_disk_leaves_nothing_and_training_decodes(dataset, monkeypatch):
    def full(*_):
        yield np.zeros((5, 5, 3), np.uint8)
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(decoded, "_pixels", full)
    found, (said,) = kept(dataset)
    assert found is None
    assert said.startswith("images are decoded from their files, as their pixels cannot be kept: ")
    assert "No space left" in said
    assert [path.name for path in dataset.folder.glob("*decoded*")] == [".decoded.lock"]


def test_too_little_room_is_seen_before_anything_is_written(dataset, monkeypatch):
    usage = shutil.disk_usage(dataset.folder)._replace(free=1000)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage)
    monkeypatch.setattr(decoded, "_write", None)
    found, (said,) = kept(dataset)
    assert found is None
    assert re.search(r"needs \d+ MB, but 0 are free", said)


def test_a_folder_that_cannot_be_written_leaves_training_to_decode(dataset, monkeypatch):
    def refused(_):
        raise PermissionError(errno.EACCES, "Permission denied")

    monkeypatch.setattr(decoded, "one_at_a_time", refused)
    found, (said,) = kept(dataset)
    assert found is None
    assert "as their pixels cannot be kept: [Errno 13] Permission denied" in said
