"""Sets without labels: noise, and folders of images whatever is in them."""

import numpy as np
import pytest
from scipy import stats
from support.loading import load
from support.miniatures import imagenet as mini

from learning_order.datasets import prepared
from learning_order.datasets.examples import DatasetError, DatasetNotFound, ImageFiles


def load_noise(**options):
    return load("noise", {"loader": "noise", "size": 16, **options}, "unused")


def load_folder(folder, **options):
    options = {"loader": "unlabelled-images", "root": str(folder), "size": 32, **options}
    return load("others", options, folder.parent / "unused")


def assert_unlabelled(found, count):
    assert found.classes == ()
    assert len(found.train.labels) == len(found.train.inputs) == 0
    assert found.test.labels.tolist() == [-1] * count


def test_noise_is_normal_pixel_by_pixel():
    found = load_noise(examples=40)
    assert_unlabelled(found, 40)
    assert found.test.inputs.shape == (40, 16, 16, 3)
    assert found.train.inputs.shape == (0, 16, 16, 3)
    pixels = found.test.inputs.astype(float)
    # Rounding to whole numbers makes steps: compare shares at their edges, where nothing is cut.
    edges = np.arange(0.5, 255, 1)
    shares = [(pixels <= edge).mean() for edge in edges]
    assert np.allclose(shares, stats.norm(128, 64).cdf(edges), atol=0.01)
    images = pixels.reshape(40, -1)
    assert np.abs(np.corrcoef(images) - np.eye(40)).max() < 0.2, "images are independent"
    channels = pixels.reshape(-1, 3)
    assert np.abs(np.corrcoef(channels.T) - np.eye(3)).max() < 0.05, "channels are independent"


def test_noise_follows_its_seed_and_starts_alike_whatever_its_length():
    few, many, other = load_noise(examples=3), load_noise(examples=9), load_noise(seed=1)
    assert np.array_equal(few.test.inputs, many.test.inputs[:3])
    assert not np.array_equal(few.test.inputs, other.test.inputs[:3])
    assert len(other.test.labels) == 1000
    assert load_noise(channels=1, examples=2).test.inputs.shape == (2, 16, 16, 1)


def test_folders_are_searched_whatever_they_are_called(tmp_path):
    indoor = load_folder(mini.indoor_scenes(tmp_path))
    assert_unlabelled(indoor, 24)
    assert indoor.test.inputs.shape == (24, 32, 32, 3)
    assert indoor.test.sources[0] == "Images/airport_inside/airport_inside_0001.jpg"
    assert indoor.test.sources[-1] == "Images/winecellar/winecellar_0008.jpg"
    generated = load_folder(mini.stylegan(tmp_path), stream=True)
    assert_unlabelled(generated, 24)
    assert isinstance(generated.test.inputs, ImageFiles)
    assert generated.test.sources[[0, 10, 23]].tolist() == [
        f"{folder:05d}/{number:05d}.png" for folder, number in ((0, 0), (10, 10), (20, 23))
    ]
    flat = load_folder(tmp_path / "stylegan/00010")
    assert flat.test.sources.tolist() == [f"{number:05d}.png" for number in range(10, 20)]


def test_what_is_hidden_or_no_image_is_left_out(tmp_path):
    folder = mini.stylegan(tmp_path)
    (folder / ".thumbnails").mkdir()
    (folder / "00000/00000.png").rename(folder / ".thumbnails/00000.png")
    (folder / "00000/._00001.png").write_text("not an image")
    (folder / "README.txt").write_text("made by a network")
    assert_unlabelled(load_folder(folder), 23)


def test_some_of_many_images_are_a_fixed_random_choice(tmp_path):
    folder = mini.indoor_scenes(tmp_path)
    some, again = (load_folder(folder, examples=10).test.sources for _ in range(2))
    assert np.array_equal(some, again)
    assert len(set(some)) == 10
    assert some.tolist() == sorted(some)
    assert len({source.split("/")[1] for source in some}) == 3, "not just the first ones"
    assert len(load_folder(folder, examples=99).test.labels) == 24


@pytest.mark.parametrize("stream", [False, True])
def test_a_limit_holds_for_sets_without_labels(tmp_path, stream):
    folder = mini.indoor_scenes(tmp_path)
    found = load_folder(folder, stream=stream, limit={"train": 5, "test": 7})
    assert_unlabelled(found, 7)
    assert found.train.inputs.shape == (0, 32, 32, 3)


@pytest.mark.parametrize("stream", [False, True])
def test_sets_without_labels_are_stored_and_read_again(tmp_path, stream):
    found = load_folder(mini.stylegan(tmp_path), stream=stream)
    prepared.write(found, tmp_path / "stored", "stylegan")
    stored = prepared.read(tmp_path / "stored")
    stored.verify()
    assert (stored.classes, stored.mean, stored.streamed) == ((), (), stream)
    assert stored.shape == (32, 32, 3)
    assert stored.labels("test").tolist() == [-1] * 24
    assert len(stored.labels("train")) == 0
    if stream:
        assert stored.files("test")[3].endswith("stylegan/00000/00003.png")
    else:
        assert np.array_equal(stored.inputs("test"), found.test.inputs)


def test_folders_that_are_not_there_or_empty(tmp_path):
    with pytest.raises(DatasetNotFound, match=r"'others': No folder of images at .*take the datas"):
        load_folder(tmp_path / "gone")
    (tmp_path / "empty/deep").mkdir(parents=True)
    with pytest.raises(DatasetError, match="empty: no image files in it or below"):
        load_folder(tmp_path / "empty")


@pytest.mark.parametrize("name", ["bakery/bakery_0003.jpg", "00010/00013.png"])
def test_a_truncated_image_is_named(tmp_path, name):
    folders = mini.indoor_scenes(tmp_path) / "Images", mini.stylegan(tmp_path)
    folder = next(folder for folder in folders if (folder / name).exists())
    content = (folder / name).read_bytes()
    (folder / name).write_bytes(content[: len(content) // 2])
    with pytest.raises(DatasetError, match=rf"{name}: not a readable image \(image file is trunc"):
        load_folder(folder)


def test_labels_are_forgotten(tmp_path):
    entry = {"loader": "digits", "classes": ["3", "7"], "limit": {"test": 9}}
    labelled = load("digits", entry, tmp_path)
    without = load("plain", {**entry, "without_labels": True}, tmp_path)
    np.testing.assert_array_equal(without.test.inputs, labelled.test.inputs)
    assert set(without.test.labels) == {-1}
    assert (len(without.train.labels), without.classes) == (0, ())
