"""All that a configuration can name: loaders, networks, kinds of figures, measures of claims.

Data only. No job depends on this module: jobs are told where their own loader, network or kind
stands, so that a new line here reruns nothing. lookup.py says what a name stands for.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple

TORCHVISION = "torchvision:"
ANY = None  # options that only the function itself knows


class Loader(NamedTuple):
    """A function `loader(options, root, download) -> Examples`, and what can be said to it."""

    function: str  # "module:function"
    options: set[str] | None = frozenset()  # its own options, besides those of every dataset
    inputs: str | None = "images"  # or "tokens", "unlabelled"; None where only the function knows
    needs: tuple[str, ...] = ()  # options without a default


class Network(NamedTuple):
    """A function `network(shape, classes, **keywords) -> nn.Module`, and what can be said to it."""

    function: str  # "module:function"
    keywords: tuple[str, ...] = ()  # fields of a recipe that it is given: activation, dropout
    options: set[str] | None = frozenset()  # keywords of its own, below `options` of a recipe
    takes: str | None = "images"  # or "tokens"; None where nobody but the function knows
    preset: Mapping = MappingProxyType({})  # keywords that make this name of a general function


def _ours(place: str, **facts) -> Loader:
    return Loader(f"learning_order.datasets.loaders.{place}", **facts)


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
        "image_folder:image_folder", options={"size", "grey", "stream"}, needs=("root",)
    ),
    "tiny-imagenet": _ours("tiny_imagenet:tiny_imagenet"),
    # Whether it is streamed has to be said: as arrays it would take most machines' memory.
    "imagenet": _ours("imagenet:imagenet", options={"size", "stream"}, needs=("stream",)),
    "vggface2-subset": _ours(
        "vggface2:vggface2_subset", options={"identities", "train_per_class", "size"}
    ),
    "text-csv": _ours("text:text_csv", options=TEXT, inputs="tokens", needs=("root",)),
    "stack-overflow": _ours("text:stack_overflow", options=TEXT, inputs="tokens"),
    "newsgroups": _ours("newsgroups:newsgroups", options=VOCABULARY, inputs="tokens"),
    "npz": _ours("npz:npz", needs=("root",)),
    "noise": _ours(
        "unlabelled:noise",
        options={"size", "channels", "examples", "seed"},
        inputs="unlabelled",
        needs=("size",),
    ),
    "unlabelled-images": _ours(
        "unlabelled:unlabelled_images",
        options={"size", "grey", "stream", "examples"},
        inputs="unlabelled",
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


class Kind(NamedTuple):
    """What a kind of figure is drawn from, and what fits."""

    # The key of its entry that names its sources; None for a figure of its own making.
    draws: str | None  # "collections", "pairs" or "datasets"
    tables: tuple[str, ...] = ()  # score tables of its collections, besides the summary
    split: str | None = None  # the one that is drawn unless its option says another
    images: bool = False  # whether it shows images of its collections' datasets,
    classes: bool = False  # or names their classes
    most_extents: int | None = None  # histograms beside each other; more could not be read
    most_maps: int | None = None  # heat maps beside each other


DISTRIBUTION = ("examples", "null")
KINDS = {  # each in the module of its name
    "histograms": Kind("collections", DISTRIBUTION, most_extents=11),
    "heatmaps": Kind("collections", DISTRIBUTION, most_maps=7),
    "modal-class-histograms": Kind("collections", ("examples",), classes=True, most_extents=11),
    "partitions": Kind("collections", (*DISTRIBUTION, "accessibility"), most_extents=11),
    "out-of-sample": Kind("collections", ("examples",)),
    "sweep": Kind("collections", DISTRIBUTION, split="test", most_extents=7),
    "overview": Kind("collections", DISTRIBUTION, most_extents=5),
    # over training
    "accuracy": Kind("collections"),
    "bimodality-curves": Kind("collections"),
    "learned-epochs": Kind("collections", ("correct",), split="train"),
    "example-curves": Kind("collections", ("examples",), split="train"),
    # two collections, or many
    "accessibility-scatter": Kind("pairs", ("accessibility",), split="train"),
    "binned-accessibility": Kind("pairs", ("accessibility",), split="train"),
    "matched-accuracy": Kind("pairs", ("examples",), split="test"),
    "averaged-histograms": Kind("pairs", ("examples",), split="test"),
    "agreement-matrix": Kind("collections", ("accessibility", "reliability"), split="test"),
    "consistency-matrix": Kind("collections", ("correct",), split="test"),
    "difficulty": Kind("collections", ("accessibility", "reliability")),
    # examples themselves
    "image-strips": Kind("collections", ("accessibility",), split="train", images=True),
    "dataset-samples": Kind("datasets"),
    "score-illustration": Kind(None),
}


class ClaimMeasure(NamedTuple):
    """What a claim can be about, and what it takes to measure it; claims/measures.py does."""

    table: str  # the score table it reads, besides the summary
    least: int = 1  # collections
    most: int | None = 1
    qualitative: bool = False  # holds or does not, by a rule of its own


MEASURES = {
    "accessibility-correlation": ClaimMeasure("correct", 2, None),
    "accuracy": ClaimMeasure("summary"),
    "error": ClaimMeasure("summary"),
    "largest-bimodality": ClaimMeasure("summary"),
    "smallest-bimodality": ClaimMeasure("summary"),
    "bimodal": ClaimMeasure("summary", qualitative=True),
    "not-bimodal": ClaimMeasure("summary", qualitative=True),
}
