"""A small configuration, and changes of it."""

from copy import deepcopy
from functools import cache
from pathlib import Path

import pytest
import yaml
from support.workdir import ROOT

from learning_order.config import ConfigError, merge_layers, resolve

SMALL = {
    "datasets": {"digits": {"loader": "digits"}},
    "architectures": {
        "net": {
            "network": "small-st-vgg",
            "optimizer": {"name": "sgd"},
            "learning_rate": 0.1,
            "epochs": 10,
        }
    },
    "collections": {
        "a": {"dataset": "digits", "architecture": "net", "models": 3, "extents": [0, 1]}
    },
    "figures": {"fig": {"kind": "histograms", "collections": ["a"]}},
}


def changed(path: str, value: object) -> dict:
    """SMALL with the value at a dotted path replaced."""
    config = deepcopy(SMALL)
    *parents, last = path.split(".")
    entry = config
    for key in parents:
        entry = entry[key]
    entry[last] = value
    return config


def configured(*overlays, scale=None):
    """The configuration of the paper, or of a scale, below some overlays."""
    files = [ROOT / "config.yaml", *([ROOT / f"workflow/scales/{scale}.yaml"] if scale else [])]
    return resolve(merge_layers([*map(content, files), *overlays]))


@cache
def content(file: Path) -> dict:
    """What a file of the configuration says; not to be changed."""
    return yaml.safe_load(file.read_text())


def problems_of(*contents: dict) -> list[str]:
    """What is said about a base and its overlays, one line per problem."""
    layers = {f"{number}.yaml": content for number, content in enumerate(contents)}
    with pytest.raises(ConfigError) as error:
        resolve(merge_layers(contents), layers)
    return [line.strip() for line in str(error.value).splitlines()[1:]]
