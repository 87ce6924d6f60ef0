"""Features of Inception-V3, with random weights: the real ones are a download."""

from pathlib import Path

import numpy as np
import pytest
import torch
from support import miniatures
from support.loading import load
from torchvision import models
from torchvision.transforms import v2

from learning_order.datasets import features as module
from learning_order.datasets.examples import (
    DatasetError,
    DatasetNotFound,
    Examples,
    ImageFiles,
    numbered,
)


@pytest.fixture(scope="module")
def weights(tmp_path_factory):
    """A file of random weights, and the network that has them."""
    folder = tmp_path_factory.mktemp("weights")
    miniatures.inception_v3(folder)
    path = folder / "inception_v3.pth"
    network = models.inception_v3(weights=None, init_weights=False)
    network.load_state_dict(torch.load(path, weights_only=True))
    network.transform_input = True  # as torchvision sets it for its weights
    return str(path), network.eval()


def images(channels=3):
    rng = np.random.default_rng(0)
    train, test = (rng.integers(0, 256, (n, 32, 32, channels), np.uint8) for n in (3, 2))
    return Examples(
        numbered("train", train, [0, 1, 0]), numbered("test", test, [1, 0]), ("a", "b"), "made here"
    )


@pytest.mark.slow
def test_features_are_what_the_last_layer_of_torchvision_s_network_sees(weights):
    path, network = weights
    found = module.extract(images(), path, batch=2)
    assert found.train.inputs.shape == (3, 1, 1, 2048)
    assert found.train.inputs.dtype == np.float32
    seen = []
    network.fc.register_forward_pre_hook(lambda _, inputs: seen.append(inputs[0]))
    prepared = v2.Compose(
        [
            v2.ToDtype(torch.float32, scale=True),
            v2.Resize((299, 299), antialias=True),
            v2.Normalize([0.485, 0.456, 0.406], [0.229, 0.224, 0.225]),
        ]
    )
    with torch.no_grad():
        network(prepared(torch.from_numpy(images().train.inputs).permute(0, 3, 1, 2)))
    assert np.allclose(found.train.inputs[:, 0, 0], seen[0].numpy(), atol=1e-4)
    assert found.train.inputs.std() > 0
    assert np.array_equal(found.test.labels, [1, 0])
    assert np.array_equal(found.train.sources, images().train.sources)
    assert found.origin == "made here; penultimate features of Inception-V3"


@pytest.mark.slow
def test_features_are_the_same_bits_for_any_cores_and_batches(weights):
    found = []
    for threads, batch in ((1, 3), (2, 1), (3, 2)):
        torch.set_num_threads(threads)
        found.append(module.extract(images(), weights[0], batch).train.inputs)
    assert np.array_equal(found[0], found[1])
    assert np.array_equal(found[0], found[2])


def test_images_without_labels_have_features_too(weights):
    options = {"loader": "noise", "size": 16, "examples": 2, "features": {"weights": weights[0]}}
    found = load("noise", options, Path())
    assert found.train.inputs.shape == (0, 1, 1, 2048)
    assert found.test.inputs.shape == (2, 1, 1, 2048)
    assert found.test.inputs[0].tolist() != found.test.inputs[1].tolist()


@pytest.mark.slow
def test_features_are_an_option_of_every_dataset(weights):
    options = {"loader": "digits", "limit": {"train": 10, "test": 10}, "classes": ["3", "5"]}
    found = load("digits", {**options, "features": {"weights": weights[0]}}, Path())
    plain = load("digits", options, Path())
    assert found.train.inputs.shape == (10, 1, 1, 2048)
    assert np.array_equal(found.test.labels, plain.test.labels)
    assert found.classes == ("3", "5")


def test_what_is_no_weights_is_explained(tmp_path, monkeypatch):
    with pytest.raises(DatasetNotFound, match=r"No weights of Inception-V3 at .*none\.pth"):
        module.extract(images(), str(tmp_path / "none.pth"))
    (tmp_path / "text.pth").write_text("no weights")
    with pytest.raises(DatasetError, match=r"text\.pth: not a file of weights"):
        module.extract(images(), str(tmp_path / "text.pth"))
    torch.save({"fc.weight": torch.zeros(2)}, tmp_path / "other.pth")
    with pytest.raises(DatasetError, match="these are not weights of Inception-V3"):
        module.extract(images(), str(tmp_path / "other.pth"))

    def no_network(*args, **kwargs):
        raise OSError("no route")

    monkeypatch.setattr(models.Inception_V3_Weights, "get_state_dict", no_network)
    with pytest.raises(DatasetNotFound, match=r"could not be downloaded .no route.. Fetch .*pth"):
        module.extract(images(), "torchvision")


def test_only_images_have_features(weights):
    train = numbered("train", np.zeros((2, 8, 8, 3), np.float32), [0, 1])
    floats = Examples(train, train, ("a", "b"), "made here")
    with pytest.raises(DatasetError, match=r"features are made of images .* got float32"):
        module.extract(floats, weights[0])
    files = numbered("train", ImageFiles(Path(), np.array([10, 20]), 32), [0, 1])
    streamed = Examples(files, files, ("a", "b"), "made here")
    with pytest.raises(DatasetError, match="images in memory, but these are streamed"):
        module.extract(streamed, weights[0])
