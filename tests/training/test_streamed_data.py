"""Datasets that stay in their files: decoded as everybody does, whatever decodes them."""

import dataclasses
import multiprocessing

import numpy as np
import pytest
import torch
from PIL import Image
from support.loading import load
from support.miniatures import imagenet as mini
from support.training import RECIPE, Killed, KilledAfter, builder
from torchvision.transforms import v2
from torchvision.transforms.v2 import functional

from learning_order.datasets import prepared
from learning_order.datasets.examples import DatasetError
from learning_order.datasets.images import centre, open_image
from learning_order.runtime.job_log import job_log
from learning_order.training.augmentation import random_resized_crop
from learning_order.training.checkpoints import Checkpoints
from learning_order.training.data import DatasetsDiffer
from learning_order.training.device_data import to_device
from learning_order.training.streamed_data import _Views, _Wanted, to_stream
from learning_order.training.trainer import train_block

CPU = torch.device("cpu")
FULL = {"flip": True, "resized_crop": True}


def prepare(folder, name, place, **options):
    """A prepared dataset of one entry of the configuration."""
    prepared.write(load(name, options, place), folder / name, name)
    return prepared.read(folder / name)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    place = tmp_path_factory.mktemp("streamed")
    mini.write_all(place / "data")
    return place


@pytest.fixture(scope="module")
def dataset(folder):
    return prepare(folder, "imagenet", folder / "data", loader="imagenet", size=32, stream=True)


@pytest.fixture(scope="module")
def others(folder):
    """Noise as an array, and images that stay in their files."""
    scenes = {"loader": "unlabelled-images", "root": str(folder / "data/indoorCVPR_09")}
    return [
        prepare(folder, "noise", folder, loader="noise", size=32, examples=7),
        prepare(folder, "scenes", folder, **scenes, size=32, stream=True),
    ]


def epoch(data, augmentation=None, seed=0, first=0, size=32):
    """All batches of an epoch, and the order it is in."""
    order = torch.randperm(len(data.labels["train"]), generator=torch.Generator().manual_seed(3))
    generator = torch.Generator().manual_seed(seed)
    return list(data.train_batches(order, size, augmentation or {}, generator, first)), order


def photo(width, height):
    pixels = np.random.default_rng(width).integers(0, 256, (height, width, 3), dtype=np.uint8)
    return Image.fromarray(pixels)


@pytest.mark.parametrize("size", [(500, 375), (375, 500), (333, 500), (224, 224), (90, 1200)])
def test_the_centre_is_torchvision_s_to_the_bit(size):
    usual = v2.Compose([v2.Resize(256), v2.CenterCrop(224)])
    assert np.array_equal(centre(photo(*size), 224), np.asarray(usual(photo(*size))))


def test_a_random_crop_is_torchvision_s_of_the_same_box_to_the_bit(tmp_path):
    photo(500, 375).save(tmp_path / "a.png")
    views = _Views({"train": np.array([str(tmp_path / "a.png").encode()])}, 224)
    wanted = _Wanted("train", 0, np.zeros(20, int), {"resized_crop": True}, seed=5)
    boxes = set()
    for place in range(20):
        left, top, right, bottom = random_resized_crop(
            (500, 375), np.random.default_rng([5, place])
        )
        theirs = functional.resized_crop(
            photo(500, 375), top, left, bottom - top, right - left, [224, 224]
        )
        assert np.array_equal(views._view(wanted, place), np.asarray(theirs))
        boxes.add((left, top))
    assert len(boxes) > 15


def test_test_images_are_the_normalised_centres_in_their_order(dataset):
    data = to_stream(dataset, CPU, workers=0)
    found = torch.cat(list(data.batches("test", 25)))
    assert [len(batch) for batch in data.batches("test", 25)] == [25, 25, 10]
    pixels = np.stack([centre(open_image(path), 32) for path in dataset.files("test")])
    expected = (pixels - np.array(dataset.mean)) / np.array(dataset.deviation)
    assert found.dtype == torch.float32
    assert np.allclose(found.permute(0, 2, 3, 1).numpy(), expected, atol=1e-5)
    train = torch.cat(list(data.batches("train", 25)))
    assert torch.allclose(train.mean((0, 2, 3)), torch.zeros(3), atol=1e-4)
    assert torch.allclose(train.std((0, 2, 3)), torch.ones(3), atol=1e-3)


def test_train_images_come_with_their_labels_in_the_order_of_the_epoch(dataset):
    data = to_stream(dataset, CPU, workers=0)
    plain = torch.cat(list(data.batches("train", 50)))
    batches, order = epoch(data)
    assert [len(labels) for _, labels in batches] == [32, 32, 32, 24]
    assert torch.equal(torch.cat([images for images, _ in batches]), plain[order])
    assert torch.equal(torch.cat([labels for _, labels in batches]), data.labels["train"][order])


def test_a_flip_mirrors_about_half_of_the_images(dataset):
    data = to_stream(dataset, CPU, workers=0)
    plain, _ = epoch(data)
    flipped, _ = epoch(data, {"flip": True})
    before, after = (torch.cat([images for images, _ in part]) for part in (plain, flipped))
    same, mirrored = ((after == x).flatten(1).all(1) for x in (before, before.flip(3)))
    assert (same | mirrored).all()
    assert 40 < mirrored.sum() < 80


@pytest.mark.parametrize("workers", [1, 2])
def test_the_number_of_workers_changes_nothing(dataset, workers):
    alone, several = (to_stream(dataset, CPU, count) for count in (0, workers))
    for (a, _), (b, _) in zip(epoch(alone, FULL)[0], epoch(several, FULL)[0], strict=True):
        assert torch.equal(a, b)
    for a, b in zip(alone.batches("test", 13), several.batches("test", 13), strict=True):
        assert torch.equal(a, b)


@pytest.mark.parametrize("workers", [0, 2])
def test_workers_outlive_an_epoch_that_was_read_to_its_end(dataset, workers):
    data = to_stream(dataset, CPU, workers)
    first = epoch(data, FULL)[0]
    (loader,) = data.idle
    assert torch.equal(first[0][0], epoch(data, FULL)[0][0][0])
    assert data.idle == [loader], "the same workers"
    unread = data.train_batches(torch.arange(120), 32, {}, torch.Generator())
    next(unread)
    assert data.idle == []
    for a, b in zip(first, epoch(data, FULL)[0], strict=True):
        assert torch.equal(a[0], b[0]), "beside one that is half read"


def test_a_generator_fixes_the_views_of_an_epoch(dataset):
    data = to_stream(dataset, CPU, workers=0)
    (a, _), (b, _), (c, _) = (epoch(data, FULL, seed)[0][0] for seed in (0, 0, 1))
    assert torch.equal(a, b)
    assert not torch.equal(a, c)


@pytest.mark.parametrize("first", [1, 3, 4])
def test_batches_that_are_left_out_do_not_change_the_others(dataset, first):
    data = to_stream(dataset, CPU, workers=0)
    whole, rest = epoch(data, FULL)[0], epoch(data, FULL, first=first)[0]
    assert len(rest) == 4 - first
    for (a, labels), (b, same_labels) in zip(whole[first:], rest, strict=True):
        assert torch.equal(a, b)
        assert torch.equal(labels, same_labels)


@pytest.mark.parametrize("workers", [0, 2])
def test_sets_without_labels_are_normalised_in_the_same_way(dataset, others, workers):
    data = to_stream(dataset, CPU, workers, others)
    assert data.splits == ["test", "train", "noise", "scenes"]
    noise = torch.cat(list(data.batches("noise", 3)))
    expected = torch.from_numpy(others[0].normalised("test", dataset))
    assert torch.allclose(noise, expected, atol=1e-6)
    scenes = torch.cat(list(data.batches("scenes", 10)))
    pixels = np.stack([centre(open_image(path), 32) for path in others[1].files("test")])
    expected = (pixels - np.array(dataset.mean)) / np.array(dataset.deviation)
    assert np.allclose(scenes.permute(0, 2, 3, 1).numpy(), expected, atol=1e-5)


def test_sets_that_do_not_fit_are_refused(folder, dataset, others):
    small = prepare(folder, "small", folder, loader="noise", size=16, examples=2)
    with pytest.raises(DatasetsDiffer, match=r"'small' has inputs of shape \(16, 16, 3\), but 'im"):
        to_stream(dataset, CPU, 0, [small])
    options = {"loader": "imagenet", "size": 32, "stream": False}
    resident = prepare(folder, "resident", folder / "data", **options)
    with pytest.raises(DatasetsDiffer, match="'scenes' is streamed, but 'resident' is not"):
        to_device(resident, CPU, others)
    assert to_device(resident, CPU, others[:1]).inputs["noise"].shape == (7, 3, 32, 32)


@pytest.fixture
def damaged(tmp_path):
    """A dataset prepared before one of its train images lost its second half."""
    mini.imagenet(tmp_path)
    found = prepare(tmp_path, "imagenet", tmp_path, loader="imagenet", size=32, stream=True)
    path = tmp_path / "imagenet/train/n02123045/n02123045_51.JPEG"
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    return found


@pytest.mark.parametrize("workers", [0, 2])
def test_a_truncated_image_is_named_in_the_log_without_a_traceback(damaged, tmp_path, workers):
    data = to_stream(damaged, CPU, workers)
    with pytest.raises(SystemExit), job_log(tmp_path / "log"):
        epoch(data, FULL)
    log = (tmp_path / "log").read_text()
    assert log.startswith(str(tmp_path / "imagenet/train/n02123045/n02123045_51.JPEG: not a read"))
    assert len(log.splitlines()) == 1
    with pytest.raises(DatasetError, match=r"_51\.JPEG: not a readable image \(image file is tru"):
        list(data.batches("train", 20))


def test_an_error_ends_the_workers_at_once(damaged):
    data, others = to_stream(damaged, CPU, workers=2), multiprocessing.active_children()
    with pytest.raises(DatasetError):
        list(data.batches("train", 20))
    assert set(multiprocessing.active_children()) <= set(others)


def test_a_truncated_image_is_named_when_colours_are_measured(damaged, tmp_path):
    with pytest.raises(DatasetError, match=r"_51\.JPEG: not a readable image"):
        prepare(tmp_path, "again", tmp_path, loader="imagenet", size=32, stream=True)


AUGMENTED = dataclasses.replace(RECIPE, batch_size=16, augmentation=FULL, learning_rate=0.01)


def train(data, **options):
    options = {"seeds": [0], "extents": [1, 2], "protocol": "snapshots", **options}
    return list(train_block(AUGMENTED, builder(AUGMENTED), data, **options))


def assert_same(a, b):
    for one, other in zip(a, b, strict=True):
        assert (one.accuracy, one.loss) == (other.accuracy, other.loss)
        assert one.predictions.keys() == other.predictions.keys()
        for split, values in one.predictions.items():
            assert np.array_equal(values, other.predictions[split])


@pytest.mark.slow
def test_training_learns_and_does_not_depend_on_the_workers(dataset, others):
    alone, several = (train(to_stream(dataset, CPU, count, others)) for count in (0, 2))
    assert_same(alone, several)
    last = alone[-1]
    assert last.accuracy["test"] > 0.3, "guessing gives 0.1"
    assert last.accuracy.keys() == {"train", "test"}
    assert {split: len(values) for split, values in last.predictions.items()} == {
        **{"train": 120, "test": 60},
        **{"noise": 7, "scenes": 24},
    }


@pytest.fixture(scope="module")
def few(folder):
    entry = {"loader": "imagenet", "size": 32, "stream": True, "limit": {"train": 48, "test": 20}}
    return to_stream(prepare(folder, "few", folder / "data", **entry), CPU, workers=0)


# An epoch has 3 steps: within one, at the end of one, at the start of the next.
@pytest.mark.slow
@pytest.mark.parametrize("steps", [2, 3, 4])
def test_a_killed_job_ends_as_one_that_was_not(few, tmp_path, steps):
    kept = Checkpoints(tmp_path, "made here", minutes=0)
    with pytest.raises(Killed):
        train(few, progress=KilledAfter(steps), checkpoints=kept)
    again = train(few, checkpoints=Checkpoints(tmp_path, "made here", minutes=1))
    assert_same(again, train(few))
