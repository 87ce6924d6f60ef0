"""Datasets and networks by the names of the catalogue."""

from pathlib import Path
from pkgutil import resolve_name

from learning_order.config.lookup import loader, network
from learning_order.datasets import load as datasets


def load(name: str, options: dict, root: Path, download: bool = False):
    """datasets.load for a loader of the catalogue: `load("mine", {"loader": "digits"}, root)`."""
    function = loader(options["loader"]).function
    return datasets.load(name, {**options, "loader": function}, root, download)


def build(name: str, shape: tuple[int, ...], classes: int, **keywords):
    """The network called `name`, an nn.Module, for inputs of `shape`.

    shape is (channels, height, width) of images or (tokens,) of texts; the keywords are those of
    the network's function, such as `activation` and `dropout`. ImageTooSmall where there are too
    few pixels.

    >>> build("st-vgg", (3, 32, 32), 5, activation="relu")  # doctest: +ELLIPSIS
    Sequential(...)
    """
    found = network(name)
    return resolve_name(found.function)(tuple(shape), classes, **found.preset, **keywords)


def own_loader(options, root, download):
    """A loader of somebody's own, which may well give no labels: support.loading:own_loader."""
