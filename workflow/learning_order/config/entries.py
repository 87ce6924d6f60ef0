"""The entries of a resolved configuration, as types.

An entry is a plain dictionary, so that Snakemake can hand it to a job as JSON; these types only
say which keys it has. What the keys mean, their defaults and limits stand in
schemas/config.schema.yaml. A key that is `NotRequired` has no default: it is there only if it was
written.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import count, islice
from typing import Any, NotRequired, TypedDict

Written = dict[str, Any]  # a configuration, or a part of it, as it was written
Limit = dict[str, int]  # train, test or both → the most examples of that split


class Partition(TypedDict):
    """A random part of the train split."""

    parts: int
    part: NotRequired[int]  # always there once families are expanded
    seed: int


class Features(TypedDict):
    """How images are replaced by features of Inception-V3."""

    weights: str
    batch: int


class LabelNoise(TypedDict):
    """Wrong labels planted in the train split."""

    share: float
    kind: str  # symmetric or pairs
    seed: int


class GeneralOptions(TypedDict):
    """What any dataset may say, whatever its loader."""

    loader: str
    options: NotRequired[dict[str, Any]]  # only a loader of the user's own knows them
    root: NotRequired[str]
    classes: NotRequired[list[str]]
    limit: NotRequired[Limit]
    partition: NotRequired[Partition]
    stand_in_for: NotRequired[str]
    random_labels: NotRequired[int]
    label_noise: NotRequired[LabelNoise]
    without_labels: NotRequired[bool]
    features: NotRequired[Features]
    out_of_sample: NotRequired[list[str]]


class LoaderOptions(TypedDict, total=False):
    """What some loaders take; catalogue.LOADERS says which, check_datasets.py refuses the rest."""

    # generated data, vggface2-subset, noise
    seed: int
    train_per_class: int
    test_per_class: int
    identities: int
    examples: int
    channels: int
    # images in files
    size: int
    grey: bool
    stream: bool
    # images and texts without a split
    test_share: float
    split_seed: int
    # texts
    text_column: str
    label_column: str
    image_column: str
    split_column: str
    test_examples: int
    max_tokens: int
    min_count: int
    vocabulary_size: int
    html: bool
    vectors: str


class Dataset(GeneralOptions, LoaderOptions):
    """How a dataset is loaded."""


class Dropout(TypedDict):
    """Shares of units."""

    convolution: float
    dense: float


class Optimizer(TypedDict):
    """An optimizer and its own options."""

    name: str
    momentum: NotRequired[float]
    nesterov: NotRequired[bool]
    weight_decay: NotRequired[float]
    rho: NotRequired[float]


class Schedule(TypedDict):
    """How the learning rate changes over epochs."""

    name: str
    factor: NotRequired[float]
    every: NotRequired[int]
    at: NotRequired[list[int]]
    epochs: NotRequired[int]


class Augmentation(TypedDict, total=False):
    """Random changes of train images."""

    flip: bool
    crop: int
    resized_crop: bool


class Architecture(TypedDict):
    """A network and the recipe that trains it."""

    network: str
    options: dict[str, Any]  # keywords of the network's function
    activation: str
    dropout: Dropout
    initialiser: str
    optimizer: Optimizer
    learning_rate: float
    schedule: Schedule
    batch_size: int
    augmentation: Augmentation
    reestimate_batch_norm: bool
    precision: str
    compile: NotRequired[bool]
    l2: float
    epochs: int
    images_per_second: float
    models_per_job: NotRequired[int]


class Boosting(TypedDict):
    """An AdaBoost of linear classifiers."""

    rounds: int
    passes: int


class Collection(TypedDict):
    """A view of models: trained here, or known by files of their predictions.

    `models` and `extents` are there unless `predictions` is, of which all are meant then.
    """

    dataset: str
    architecture: str
    protocol: str  # independent or snapshots; own for predictions made elsewhere
    parts_per_epoch: int  # what extents count; 1 for whole epochs, or for what else they are
    first_seed: int
    models: NotRequired[int]
    without_seeds: NotRequired[list[int]]
    extents: NotRequired[list[int]]
    predictions: NotRequired[list[str]]
    published: NotRequired[list[str]]  # the files that hold it, where those replace training,
    seeds: NotRequired[list[int]]  # and the seeds that they hold, perhaps with gaps
    stand_in_for: NotRequired[str]


class Figure(TypedDict):
    """What to draw, and of which sources: at most one of the three keys that name them."""

    kind: str
    collections: NotRequired[list[str]]
    pairs: NotRequired[list[list[str]]]
    datasets: NotRequired[list[str]]
    options: dict[str, Any]  # those of OPTIONS in the kind's module that were written
    section: str
    caption: str


class Reference(TypedDict):
    """A file with a value per example, and how its examples are known."""

    format: str
    file: NotRequired[str]
    split: NotRequired[str]
    by: NotRequired[str]
    key: NotRequired[str]
    value: NotRequired[str]


class Claim(TypedDict):
    """What the paper states, and how it is measured."""

    statement: str
    source: str
    measure: str
    collections: list[str]
    split: str
    tolerance: float
    value: NotRequired[float]
    at_least: NotRequired[float]
    at_most: NotRequired[float]
    most_p: NotRequired[float]
    same_examples: NotRequired[bool]
    reference: NotRequired[str]
    stage: NotRequired[str]
    remark: NotRequired[str]


class Scale(TypedDict, total=False):
    """Caps for all collections and datasets; gone once they are applied."""

    models: int
    extents: list[int]
    protocol: str
    limit: Limit


@dataclass(frozen=True)
class Config:
    """A configuration in which every key is present; the fields are the sections of the schema."""

    results: str
    data: str
    download: bool
    device: str
    models_per_job: int
    checkpoint_minutes: float
    most_memory_mb: int
    workers: int
    keep_decoded: bool
    published: str
    stamp: str
    datasets: dict[str, Dataset]
    architectures: dict[str, Architecture]
    boosting: dict[str, Boosting]
    collections: dict[str, Collection]
    rankings: dict[str, list[str]]
    figures: dict[str, Figure]
    references: dict[str, Reference]
    claims: dict[str, Claim]
    only_claims: list[str]
    targets: dict[str, list[str]]


def seeds_of(collection: Mapping[str, Any]) -> list[int]:
    """The seeds of a resolved entry of `collections`, ascending: `models` of them.

    Of a published collection, those that are published.

    >>> seeds_of({"first_seed": 3, "models": 4, "without_seeds": [4, 9]})
    [3, 5, 6, 7]
    """
    if "seeds" in collection:
        return list(collection["seeds"])
    passed_over = set(collection.get("without_seeds", []))
    seeds = (seed for seed in count(collection["first_seed"]) if seed not in passed_over)
    return list(islice(seeds, collection["models"]))


def collections_of(entry: Mapping[str, Any]) -> list[str]:
    """The collections that the entry of a figure or claim names, alone or in pairs, each once."""
    paired = [name for pair in entry.get("pairs", []) for name in pair]
    return list(dict.fromkeys([*entry.get("collections", []), *paired]))
