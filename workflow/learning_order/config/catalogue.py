"""All that a configuration can name: loaders, networks, kinds of figures, measures of claims.

Data only. No job depends on this module: jobs are told where their own loader, network or kind
stands, so that a new line here reruns nothing. lookup.py says what a name stands for.
"""

from collections.abc import Mapping, Set
from types import MappingProxyType
from typing import Any, NamedTuple

ANY = None  # options that only the function itself knows


class Loader(NamedTuple):
    """A function `loader(options, root, download) -> Examples`, and the options it takes."""

    function: str  # "module:function"
    options: Set[str] | None = frozenset()  # its own options, besides those of every dataset
    inputs: str | None = "images"  # or "tokens", "unlabelled"; None where only the function knows
    needs: tuple[str, ...] = ()  # options without a default
    generated: bool = False  # whether it reads no files
    downloads: bool = False  # whether it can fetch its files
    root: str | None = None  # what `root` is, "file" or "folder", where it is always the same
    suffixes: Set[str] = frozenset()  # of the files that it reads below a folder
    classes: int | None = None  # of the whole dataset, where these are always the same


class Network(NamedTuple):
    """A function `network(shape, classes, **keywords) -> nn.Module`, and the keywords it takes."""

    function: str  # "module:function"
    keywords: tuple[str, ...] = ()  # fields of a recipe that it is given: activation, dropout
    options: Set[str] | None = frozenset()  # keywords of its own, below `options` of a recipe
    takes: str | None = "images"  # or "tokens"; None where only the function knows
    preset: Mapping[str, Any] = MappingProxyType({})  # keywords that make a general function this


# Those of datasets/images.py, which reads them and takes longer to import.
IMAGES = frozenset(
    {".png", ".jpg", ".jpeg", ".bmp", ".gif", ".tif", ".tiff", ".webp", ".ppm", ".pgm"}
)
LOADER_MODULES = "learning_order.datasets.loaders"
GENERATED = {"seed", "train_per_class", "test_per_class"}
VOCABULARY = {"max_tokens", "min_count", "vocabulary_size", "vectors"}
TEXT = VOCABULARY | {
    *("text_column", "label_column", "split_column", "split_seed", "test_examples", "html")
}
LOADERS = {
    "digits": Loader(
        f"{LOADER_MODULES}.generated:digits", options={"size"}, generated=True, classes=10
    ),
    "gaussian": Loader(
        f"{LOADER_MODULES}.generated:gaussian", options=GENERATED, generated=True, classes=2
    ),
    "gabor": Loader(
        f"{LOADER_MODULES}.generated:gabor", options=GENERATED, generated=True, classes=12
    ),
    "mnist": Loader(f"{LOADER_MODULES}.standard:mnist", downloads=True, classes=10),
    "fashion-mnist": Loader(f"{LOADER_MODULES}.standard:fashion_mnist", downloads=True, classes=10),
    "cifar10": Loader(f"{LOADER_MODULES}.standard:cifar10", downloads=True, classes=10),
    "cifar100": Loader(f"{LOADER_MODULES}.standard:cifar100", downloads=True, classes=100),
    "image-folder": Loader(
        f"{LOADER_MODULES}.own_images:own_images",
        options={"size", "grey", "stream", "test_share", "split_seed"},
        needs=("root",),
        root="folder",
        suffixes=IMAGES,
    ),
    "tiny-imagenet": Loader(f"{LOADER_MODULES}.tiny_imagenet:tiny_imagenet"),
    # `stream` must be written: as arrays, ImageNet exceeds the memory of most machines.
    "imagenet": Loader(
        f"{LOADER_MODULES}.imagenet:imagenet", options={"size", "stream"}, needs=("stream",)
    ),
    "vggface2-subset": Loader(
        f"{LOADER_MODULES}.vggface2:vggface2_subset",
        options={"identities", "train_per_class", "size"},
    ),
    "text-csv": Loader(
        f"{LOADER_MODULES}.text:text_csv",
        options=TEXT,
        inputs="tokens",
        needs=("root",),
        root="file",
    ),
    "stack-overflow": Loader(
        f"{LOADER_MODULES}.text:stack_overflow", options=TEXT, inputs="tokens"
    ),
    "newsgroups": Loader(
        f"{LOADER_MODULES}.newsgroups:newsgroups",
        options=VOCABULARY,
        inputs="tokens",
        downloads=True,
    ),
    "parquet": Loader(
        f"{LOADER_MODULES}.parquet:parquet",
        options={"image_column", "label_column", "size", "grey"},
        needs=("root",),
        root="folder",
        suffixes=frozenset({".parquet"}),
    ),
    "npz": Loader(f"{LOADER_MODULES}.npz:npz", needs=("root",), root="file"),
    "noise": Loader(
        f"{LOADER_MODULES}.unlabelled:noise",
        options={"size", "channels", "examples", "seed"},
        inputs="unlabelled",
        needs=("size",),
        generated=True,
    ),
    "unlabelled-images": Loader(
        f"{LOADER_MODULES}.unlabelled:unlabelled_images",
        options={"size", "grey", "stream", "examples"},
        inputs="unlabelled",
        needs=("root",),
        root="folder",
        suffixes=IMAGES,
    ),
}

NETWORK_MODULES = "learning_order.networks"
LAYERED = ("activation", "dropout")
TORCHVISION = "torchvision:"  # before the name of any of its models
TORCHVISION_MODEL = f"{NETWORK_MODULES}.torchvision_models:torchvision_model"
TIMM = "timm:"  # the same of timm, where it is installed
TIMM_MODEL = f"{NETWORK_MODULES}.timm_models:timm_model"
NETWORKS = {
    "st-vgg": Network(f"{NETWORK_MODULES}.st_vgg:st_vgg", keywords=LAYERED),
    "linear-st-vgg": Network(f"{NETWORK_MODULES}.st_vgg:linear_st_vgg", keywords=LAYERED),
    "small-st-vgg": Network(f"{NETWORK_MODULES}.st_vgg:small_st_vgg", keywords=LAYERED),
    "mnist-net": Network(f"{NETWORK_MODULES}.mnist_net:mnist_net", keywords=LAYERED),
    "fully-connected": Network(
        f"{NETWORK_MODULES}.fully_connected:fully_connected", keywords=LAYERED
    ),
    "bilstm-attention": Network(
        f"{NETWORK_MODULES}.bilstm_attention:bilstm_attention",
        options={
            *("embedding", "train_vectors", "hidden", "dense", "dropout", "recurrent_dropout")
        },
        takes="tokens",
    ),
    "vgg16": Network(f"{NETWORK_MODULES}.small_images:vgg16"),
    "vgg19": Network(f"{NETWORK_MODULES}.small_images:vgg19"),
    "resnet18": Network(f"{NETWORK_MODULES}.small_images:resnet18"),
    "resnet50": Network(TORCHVISION_MODEL, preset={"model": "resnet50"}),
    "alexnet": Network(TORCHVISION_MODEL, preset={"model": "alexnet"}, options={"dropout"}),
    "densenet121": Network(TORCHVISION_MODEL, preset={"model": "densenet121"}),
}


class Reference(NamedTuple):
    """A format of files with a value per example, and where the original is."""

    reader: str  # "module:function"
    url: str | None = None  # None where only a file of one's own can be named
    sha256: str | None = None
    split: str | None = None  # whose examples it speaks of
    by: str = "source"  # or "content": what examples are known by
    rest: float | None = None  # the value of examples of that split that it does not name


REFERENCE_MODULE = "learning_order.datasets.reference_formats"
C_SCORES = f"{REFERENCE_MODULE}:c_scores"
C_SCORES_URL = "https://pluskid.github.io/structural-regularity/cscores"
CIFAR_N, CIFAR_N_URL = (
    f"{REFERENCE_MODULE}:cifar_n",
    "https://raw.githubusercontent.com/UCSC-REAL/cifar-10-100n/main/data",
)
LABEL_ERRORS, LABEL_ERRORS_URL = (
    f"{REFERENCE_MODULE}:label_errors",
    "https://raw.githubusercontent.com/cleanlab/label-errors/main/mturk",
)
REFERENCES = {
    "c-scores-cifar10": Reference(
        C_SCORES,
        f"{C_SCORES_URL}/cifar10-cscores-orig-order.npz",
        "0f8b3e219fd37867fc1ef532335b6169f8109d137275ae53b802bb8177556ac8",
        "train",
    ),
    "c-scores-cifar100": Reference(
        C_SCORES,
        f"{C_SCORES_URL}/cifar100-cscores-orig-order.npz",
        "8e1f3cfc7075052ae2ff4d4b66441dfe399b0d0e125394675cb52b5cc3c18a3a",
        "train",
    ),
    "c-scores-mnist": Reference(f"{C_SCORES}_tfds", split="train"),
    "cifar-10n": Reference(
        CIFAR_N,
        f"{CIFAR_N_URL}/CIFAR-10_human.pt",
        "873e69c39cb9b5e97fb6bae2d60bb59b38a5cbc31d2b868f7903dcb2b9dd2310",
        "train",
    ),
    "cifar-100n": Reference(
        CIFAR_N,
        f"{CIFAR_N_URL}/CIFAR-100_human.pt",
        "bd2d80409754d420292d622e15e25248ba21e37d27429efac49c8da723f44394",
        "train",
    ),
    "cifar-10h": Reference(
        f"{REFERENCE_MODULE}:cifar10h",
        "https://raw.githubusercontent.com/jcpeterson/cifar-10h/master/data/cifar10h-probs.npy",
        "436ae98620e00073f9d08585ac870573b588853e7af9f54eb1647408114af77d",
        "test",
    ),
    "label-errors-cifar10": Reference(
        LABEL_ERRORS, f"{LABEL_ERRORS_URL}/cifar10_mturk.json", split="test", rest=0
    ),
    "label-errors-cifar100": Reference(
        LABEL_ERRORS, f"{LABEL_ERRORS_URL}/cifar100_mturk.json", split="test", rest=0
    ),
    "label-errors-mnist": Reference(
        LABEL_ERRORS, f"{LABEL_ERRORS_URL}/mnist_mturk.json", split="test", rest=0
    ),
    "table": Reference(f"{REFERENCE_MODULE}:table", by="content"),
}


class Kind(NamedTuple):
    """What a kind of figure is drawn from, and how much fits a page."""

    # The key of its entry that names its sources; None where it needs none.
    draws: str | None  # "collections", "pairs" or "datasets"
    tables: tuple[str, ...] = ()  # score tables of its collections, besides the summary
    split: str | None = None  # the one that is drawn unless its option says another
    images: bool = False  # whether it shows images of its collections' datasets
    classes: bool = False  # whether it names the classes of its collections' datasets
    most_extents: int | None = None  # histograms side by side that can still be read
    most_maps: int | None = None  # heat maps side by side
    least: int = 1  # collections that it compares
    most: int | None = None
    one_dataset: bool = False  # whether these have to be of one
    along_runs: bool = False  # whether it follows single models, which takes snapshots
    later_extents: int = 0  # that it needs after 0
    names_extents: bool = False  # whether it says what extents count, if these are no epochs


DISTRIBUTION = ("examples", "null")
MATRIX: dict[str, Any] = {"least": 2, "most": 12, "one_dataset": True}
CURVES: dict[str, Any] = {"most": 8, "names_extents": True}
KINDS = {  # each in the module of its name
    "histograms": Kind("collections", DISTRIBUTION, most_extents=11),
    "heatmaps": Kind("collections", DISTRIBUTION, most_maps=8),
    "modal-class-histograms": Kind("collections", ("examples",), classes=True, most_extents=11),
    "partitions": Kind("collections", (*DISTRIBUTION, "accessibility"), most_extents=11, least=2),
    "out-of-sample": Kind("collections", ("examples",)),
    "sweep": Kind("collections", DISTRIBUTION, split="test", most_extents=7),
    "overview": Kind("collections", DISTRIBUTION, most_extents=5),
    # over training
    "accuracy": Kind("collections", **CURVES),
    "bimodality-curves": Kind("collections", **CURVES),
    "agreement-curves": Kind("collections", **CURVES),
    "learned-epochs": Kind("collections", ("correct",), split="train", along_runs=True),
    "example-curves": Kind(
        "collections",
        ("examples",),
        split="train",
        classes=True,
        later_extents=3,
        names_extents=True,
    ),
    # two collections, or many
    "accessibility-scatter": Kind("pairs", ("accessibility",), split="train"),
    "binned-accessibility": Kind("pairs", ("accessibility",), split="train"),
    "matched-accuracy": Kind("pairs", ("examples",), split="test", names_extents=True),
    "averaged-histograms": Kind("pairs", ("examples",), split="test"),
    "agreement-matrix": Kind(
        "collections", ("accessibility", "reliability"), split="test", **MATRIX
    ),
    "consistency-matrix": Kind("collections", ("accessibility", "correct"), split="test", **MATRIX),
    "difficulty": Kind("collections", ("accessibility", "reliability")),
    "difficulty-matrix": Kind(
        "collections", ("accessibility", "correct", "reliability"), split="train", most=1
    ),
    "architecture-sensitivity": Kind(
        "collections", ("accessibility", "correct"), split="train", images=True, **MATRIX
    ),
    "data-map": Kind("collections", ("accessibility",), split="train"),
    # examples themselves
    "image-strips": Kind("collections", ("accessibility",), split="train", images=True),
    "dataset-samples": Kind("datasets"),
    "score-illustration": Kind(None),
}


class ClaimMeasure(NamedTuple):
    """What a claim can be about, and what measuring it takes; claims/measures.py does it."""

    table: str  # the score table it reads, besides the summary
    least: int = 1  # collections
    most: int | None = 1  # None for any number
    qualitative: bool = False  # judged by a rule of its own, not by a number
    reference: bool = False  # whether it compares with one of the references


MEASURES = {
    "accessibility-correlation": ClaimMeasure("correct", 2, None),
    "accessibility-correlation-at-100": ClaimMeasure("correct", 2, None),
    "accuracy": ClaimMeasure("summary"),
    "error": ClaimMeasure("summary"),
    "largest-bimodality": ClaimMeasure("correct"),
    "smallest-bimodality": ClaimMeasure("correct"),
    "largest-bimodality-at-100": ClaimMeasure("correct"),
    "smallest-bimodality-at-100": ClaimMeasure("correct"),
    "independent-errors": ClaimMeasure("summary"),
    "reference-correlation": ClaimMeasure("correct", reference=True),
    "reference-auroc": ClaimMeasure("correct", reference=True),
    "bimodal": ClaimMeasure("correct", qualitative=True),
    "not-bimodal": ClaimMeasure("correct", qualitative=True),
    "shared-errors": ClaimMeasure("correct", qualitative=True),
    "no-shared-errors": ClaimMeasure("correct", qualitative=True),
    "kappa": ClaimMeasure("correct"),
}
