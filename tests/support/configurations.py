"""A small configuration, and changes of it."""

from copy import deepcopy

import yaml
from support.workdir import ROOT

from learning_order.config import merge_layers, resolve

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
    return resolve(merge_layers([*(yaml.safe_load(file.read_text()) for file in files), *overlays]))
