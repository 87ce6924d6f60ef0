"""Sets without labels in the configuration, and what is streamed."""

import re
from copy import deepcopy

import pytest
from support.configurations import SMALL, configured

from learning_order.config import ConfigError, resolve

SETS = {
    **SMALL["datasets"],
    "large": {"loader": "imagenet", "stream": True, "out_of_sample": ["noise", "rooms"]},
    "few": {"loader": "imagenet", "stream": False, "out_of_sample": ["noise"]},
    "noise": {"loader": "noise", "size": 224},
    "rooms": {"loader": "unlabelled-images", "root": "rooms", "size": 224, "stream": True},
    "mine": {"loader": "support.loading:own_loader"},
}


def with_sets(**changes) -> dict:
    """SMALL with the sets, and entries of theirs changed: None takes a field away."""
    config = deepcopy({**SMALL, "datasets": SETS})
    for name, change in changes.items():
        entry = {**config["datasets"].get(name, {}), **change}
        config["datasets"][name] = {key: value for key, value in entry.items() if value is not None}
    return config


def test_sets_without_labels_go_with_streamed_and_with_resident_data():
    assert resolve(with_sets()).datasets["large"]["out_of_sample"] == ["noise", "rooms"]
    own = resolve(with_sets(few={"out_of_sample": ["mine"]}))
    assert own.datasets["few"]["out_of_sample"] == ["mine"]


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"large": {"stream": None}}, "datasets.large: loader 'imagenet' needs `stream`"),
        ({"noise": {"size": None}}, "datasets.noise: loader 'noise' needs `size`"),
        ({"rooms": {"root": None}}, "loader 'unlabelled-images' needs `root`"),
        ({"noise": {"channels": 2}}, "datasets.noise.channels: 2 is not valid"),
        ({"noise": {"examples": 0}}, "datasets.noise.examples: 0 is below 1"),
        ({"noise": {"stream": True}}, "'stream' is not an option of loader 'noise'"),
        ({"rooms": {"classes": ["a", "b"]}}, "'classes' is not an option of loader 'unlabelled-im"),
        ({"rooms": {"without_labels": True}}, "'without_labels' is not an option of loader 'unla"),
        ({"few": {"without_labels": True}}, "'out_of_sample' is not an option of loader 'image"),
        ({"noise": {"random_labels": 1}}, "'random_labels' is not an option of loader 'noise'"),
        ({"few": {"out_of_sample": ["rooms"]}}, "'rooms' is streamed, but 'few' is not: set the"),
        ({"few": {"out_of_sample": ["digits"]}}, "'digits' has labels; an out-of-sample set has"),
        (
            {"few": {"out_of_sample": ["test"]}, "test": {"loader": "noise", "size": 224}},
            "'test' is the name of a split: give that dataset another name",
        ),
        (
            {"rooms": {"grey": True}},
            "datasets.rooms.grey: streamed images are in colour: leave `grey` out",
        ),
        ({"few": {"out_of_sample": ["nose"]}}, "'nose' is not one of the datasets; did you mean"),
    ],
)
def test_refuses(changes, message):
    with pytest.raises(ConfigError, match=re.escape(message)):
        resolve(with_sets(**changes))


@pytest.mark.parametrize("dataset", ["noise", "rooms"])
def test_nothing_trains_on_a_set_without_labels(dataset):
    config = with_sets()
    config["collections"]["a"]["dataset"] = dataset
    with pytest.raises(ConfigError, match=f"{dataset!r} has no labels to train on"):
        resolve(config)


def test_a_subset_of_imagenet_does_not_inherit_its_further_sets():
    datasets = configured().datasets
    assert datasets["imagenet"]["out_of_sample"] == ["noise-224", "stylegan", "indoor-scenes"]
    assert datasets["imagenet-cats"]["out_of_sample"] == []
    assert len(datasets["imagenet-cats"]["classes"]) == 7


def test_labels_can_be_left_out():
    config = with_sets(few={"out_of_sample": ["noise", "plain"]})
    config["datasets"]["plain"] = {
        "loader": "digits",
        "without_labels": True,
        "classes": ["1", "2"],
    }
    assert resolve(config).datasets["few"]["out_of_sample"] == ["noise", "plain"]
    config["collections"]["b"] = {"inherits": "a", "dataset": "plain"}
    with pytest.raises(ConfigError, match="'plain' has no labels to train on"):
        resolve(config)


def test_a_figure_of_out_of_sample_sets_follows_the_dataset():
    config = with_sets()
    config["collections"]["b"] = {"inherits": "a", "dataset": "few"}
    config["figures"]["fig"] = {"kind": "out-of-sample", "collections": ["b"]}
    assert resolve(config).figures["fig"]["options"] == {"splits": ["noise", "test"]}
    config["figures"]["fig"]["collections"] = ["a"]
    with pytest.raises(ConfigError, match="'a' has no out-of-sample set: name one"):
        resolve(config)
    config["figures"]["fig"]["options"] = {"splits": ["test"]}
    resolve(config)
