"""What the configuration can name: loaders of datasets and networks, known here or brought along.

No job depends on this module: jobs are told where their own loader or network stands, so that a
new line here reruns nothing. A name with a colon is somebody's own `module:function`, found from
the working directory; `torchvision:resnet50` is any model of torchvision.
"""

import ast
import re
import sys
from collections.abc import Mapping
from pathlib import Path
from pkgutil import resolve_name
from types import MappingProxyType
from typing import NamedTuple

TORCHVISION = "torchvision:"
ANY = None  # options that only the function itself knows


class Loader(NamedTuple):
    """A function `loader(options, root, download) -> Examples`, and what can be said to it."""

    function: str  # "module:function"
    options: set[str] | None = frozenset()  # its own options, besides those of every dataset
    gives: str | None = "images"  # or "tokens", "unlabelled"; None where only the function knows
    needs: tuple[str, ...] = ()  # options without a default


class Network(NamedTuple):
    """A function `network(shape, classes, **keywords) -> nn.Module`, and what can be said to it."""

    function: str  # "module:function"
    keywords: tuple[str, ...] = ()  # fields of a recipe that it is given: activation, dropout
    options: set[str] | None = frozenset()  # keywords of its own, below `options` of a recipe
    takes: str | None = "images"  # or "tokens"; None where nobody but the function knows
    preset: Mapping = MappingProxyType({})  # keywords that make this name of a general function


def _ours(place: str, **facts) -> Loader:
    return Loader(f"learning_order.datasets.{place}", **facts)


def _network(place: str, **facts) -> Network:
    return Network(f"learning_order.networks.{place}", **facts)


GENERATED = {"seed", "train_per_class", "test_per_class"}
VOCABULARY = {"max_tokens", "min_count", "vocabulary_size", "vectors"}
TEXT = VOCABULARY | {
    *("text_column", "label_column", "split_column", "split_seed", "test_examples", "html"),
}
LOADERS = {
    "digits": _ours("generated:digits"),
    "gaussian": _ours("generated:gaussian", options=GENERATED),
    "gabor": _ours("generated:gabor", options=GENERATED),
    "mnist": _ours("standard:mnist"),
    "fashion-mnist": _ours("standard:fashion_mnist"),
    "cifar10": _ours("standard:cifar10"),
    "cifar100": _ours("standard:cifar100"),
    "image-folder": _ours(
        "folders:image_folder", options={"size", "grey", "stream"}, needs=("root",)
    ),
    "tiny-imagenet": _ours("tiny_imagenet:tiny_imagenet"),
    # Whether it is streamed has to be said: as arrays it would take most machines' memory.
    "imagenet": _ours("imagenet:imagenet", options={"size", "stream"}, needs=("stream",)),
    "vggface2-subset": _ours(
        "vggface2:vggface2_subset", options={"identities", "train_per_class", "size"}
    ),
    "text-csv": _ours("text:text_csv", options=TEXT, gives="tokens", needs=("root",)),
    "stack-overflow": _ours("text:stack_overflow", options=TEXT, gives="tokens"),
    "newsgroups": _ours("newsgroups:newsgroups", options=VOCABULARY, gives="tokens"),
    "npz": _ours("arrays:npz", needs=("root",)),
    "noise": _ours(
        "unlabelled:noise",
        options={"size", "channels", "examples", "seed"},
        gives="unlabelled",
        needs=("size",),
    ),
    "unlabelled-images": _ours(
        "unlabelled:unlabelled_images",
        options={"size", "grey", "stream", "examples"},
        gives="unlabelled",
        needs=("root",),
    ),
}

LAYERED = {"keywords": ("activation", "dropout")}
NETWORKS = {
    "st-vgg": _network("st_vgg:st_vgg", **LAYERED),
    "linear-st-vgg": _network("st_vgg:linear_st_vgg", **LAYERED),
    "small-st-vgg": _network("st_vgg:small_st_vgg", **LAYERED),
    "mnist-net": _network("mnist_net:mnist_net", **LAYERED),
    "fully-connected": _network("fully_connected:fully_connected", **LAYERED),
    "bilstm-attention": _network(
        "bilstm_attention:bilstm_attention",
        options={
            *("embedding", "train_vectors", "hidden", "dense", "dropout", "recurrent_dropout"),
        },
        takes="tokens",
    ),
    "vgg16": _network("small_images:vgg16"),
    "vgg19": _network("small_images:vgg19"),
    "resnet18": _network("small_images:resnet18"),
    "resnet50": _network("torchvision_models:torchvision_model", preset={"model": "resnet50"}),
    "alexnet": _network(
        "torchvision_models:torchvision_model", preset={"model": "alexnet"}, options={"dropout"}
    ),
    "densenet121": _network(
        "torchvision_models:torchvision_model", preset={"model": "densenet121"}
    ),
}


def loader(name: str) -> Loader:
    """The loader called `name`, or the function that a `module:function` says."""
    return Loader(name, options=ANY, gives=None) if ":" in name else LOADERS[name]


def gives(entry: Mapping) -> str | None:
    """What a dataset's entry gives: images, tokens or unlabelled; None where only code knows."""
    return "unlabelled" if entry.get("without_labels") else loader(entry["loader"]).gives


def network(name: str) -> Network:
    """The network called `name`, one of torchvision, or the function of a `module:function`."""
    if name.startswith(TORCHVISION):
        preset = {"model": name.removeprefix(TORCHVISION)}
        return _network("torchvision_models:torchvision_model", options=ANY, preset=preset)
    return Network(name, options=ANY, takes=None) if ":" in name else NETWORKS[name]


def builder(name: str) -> dict:
    """Where the network called `name` stands and what it is given: a training.recipe.Builder."""
    found = network(name)
    return {
        "function": found.function,
        "keywords": list(found.keywords),
        "preset": dict(found.preset),
    }


def problem(name: str, known: dict) -> str | None:
    """What is wrong with a name that stands for none of `known`, or None; imports nothing."""
    from learning_order.config.problems import nearest

    if name.startswith(TORCHVISION):
        models = _torchvision_models()
        wanted = name.removeprefix(TORCHVISION)
        if models and wanted not in models:
            return f"torchvision has no model {wanted!r}{nearest(wanted, models)}"
        return None
    if ":" not in name:
        return f"{name!r} is not known{nearest(name, known)} (one of your own: `module:function`)"
    module, _, function = name.partition(":")
    path = find_module(module)
    if path is None:
        return (
            f"there is no module {module!r}: neither {'/'.join(module.split('.'))}.py below the "
            "working directory nor an installed package"
        )
    names = _top_level_names(path)
    if names is not None and function not in names:
        return f"{path} has no function {function!r}{nearest(function, names)}"
    return None


def find_module(module: str) -> Path | None:
    """The source of a module, in the working directory or installed, without importing it."""
    for folder in [".", *sys.path]:
        base = Path(folder, *module.split("."))
        for path in (base.with_name(base.name + ".py"), base / "__init__.py"):
            if path.is_file():
                return path
    return None


def _top_level_names(path: Path) -> set[str] | None:
    """What a module defines or imports at its top level; None where a star hides that."""
    names: set[str] = set()
    for node in ast.parse(path.read_text(), str(path)).body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            names.add(node.name)
        elif isinstance(node, ast.Assign):
            names |= {target.id for target in node.targets if isinstance(target, ast.Name)}
        elif isinstance(node, ast.Import | ast.ImportFrom):
            names |= {alias.asname or alias.name for alias in node.names}
    return None if "*" in names else names


def _torchvision_models() -> list[str]:
    """The classifiers that torchvision registers, read from its source; none if it is not here."""
    package = find_module("torchvision.models")
    if package is None:
        return []
    text = "".join(path.read_text() for path in package.parent.glob("*.py"))
    return re.findall(r"@register_model\(\)\n(?:@.*\n)*def (\w+)\(", text)


def load(name: str, options: dict, root: Path, download: bool = False):
    """datasets.load for a loader of the catalogue: `load("mine", {"loader": "digits"}, root)`."""
    from learning_order import datasets

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
