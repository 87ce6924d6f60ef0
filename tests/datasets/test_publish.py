"""Datasets are published without their images, which their hashes stand for."""

import hashlib

import numpy as np
import pandas as pd

from learning_order.datasets import prepared
from learning_order.datasets.examples import Examples, numbered
from learning_order.datasets.pictures import at_hand
from learning_order.datasets.publish import publish_dataset


def dataset(folder, dtype):
    rng = np.random.default_rng(0)
    images = rng.integers(0, 256, (12, 4, 4, 3)).astype(dtype)
    labels = np.arange(12) % 2
    splits = numbered("train", images[:8], labels[:8]), numbered("test", images[8:], labels[8:])
    prepared.write(Examples(*splits, classes=("cat", "dog"), origin="made up"), folder, "pets")
    return images


def test_every_example_has_the_hash_of_its_pixels(tmp_path):
    images = dataset(tmp_path / "whole", np.uint8)
    publish_dataset(tmp_path / "whole", tmp_path / "published")
    table = pd.read_parquet(tmp_path / "published/examples.parquet")
    expected = [hashlib.sha256(image.tobytes()).hexdigest() for image in images]
    assert list(table.loc[table["split"] == "train", "pixels_sha256"]) == expected[:8]
    assert list(table.loc[table["split"] == "test", "pixels_sha256"]) == expected[8:]
    known = pd.read_parquet(tmp_path / "whole/examples.parquet")
    pd.testing.assert_frame_equal(table.drop(columns="pixels_sha256"), known)


def test_no_image_is_published_and_the_rest_can_be_read(tmp_path):
    dataset(tmp_path / "whole", np.uint8)
    publish_dataset(tmp_path / "whole", tmp_path / "published")
    names = {path.name for path in (tmp_path / "published").iterdir()}
    assert names == {"dataset.json", "examples.parquet"}
    found = prepared.read(tmp_path / "published")
    assert found.classes == ("cat", "dog")
    assert not at_hand(found)
    assert list(found.labels("test")) == [0, 1, 0, 1]


def test_what_is_no_image_of_8_bits_has_no_hash(tmp_path):
    dataset(tmp_path / "whole", np.float32)
    publish_dataset(tmp_path / "whole", tmp_path / "published")
    assert "pixels_sha256" not in pd.read_parquet(tmp_path / "published/examples.parquet")
