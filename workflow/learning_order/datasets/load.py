"""From an entry of `datasets` to its `Examples`: a loader, then what the entry changes."""

from dataclasses import replace
from pathlib import Path
from pkgutil import resolve_name

import numpy as np

from learning_order.datasets.examples import (
    DatasetError,
    DatasetNotFound,
    Examples,
    Split,
    unknown_class,
)

LIMIT_SEED = 0
FEATURES = "learning_order.datasets.features"


def load(name: str, options: dict, root: Path, download: bool = False) -> Examples:
    """The dataset `name` as its entry in config.yaml, `options`, describes it.

    options["loader"] says `module:function`; root is the general local root, which the entry's
    own `root` replaces. DatasetNotFound where there is nothing to load, DatasetError where what
    is there is wrong.
    """
    try:
        loader = resolve_name(options["loader"])
        examples = loader(options, Path(options.get("root", root)).expanduser(), download)
        if absent := examples.absent_classes():
            raise DatasetError(f"no train example of class {', '.join(map(repr, absent))}")
        if "classes" in options:
            examples = keep_classes(examples, options["classes"])
        if "limit" in options:
            examples = limit(examples, options["limit"])
        if "partition" in options:
            examples = partition(examples, **options["partition"])
        if "random_labels" in options:
            examples = randomise_labels(examples, options["random_labels"])
        if options.get("without_labels"):
            examples = forget_labels(examples)
        if "features" in options:
            # By name: few datasets have features, and the others need no torch.
            examples = resolve_name(f"{FEATURES}:extract")(examples, **options["features"])
    except (DatasetError, DatasetNotFound) as error:
        raise type(error)(f"dataset {name!r}: {error}") from error
    return examples


def keep_classes(examples: Examples, classes: list[str]) -> Examples:
    """Only the examples of `classes`, with labels in their order."""
    for name in classes:
        if name not in examples.classes:
            raise unknown_class(name, examples.classes)
        if classes.count(name) > 1:
            raise DatasetError(f"class {name!r} is named twice in `classes`")
    new_label = np.full(len(examples.classes), -1)
    new_label[[examples.classes.index(name) for name in classes]] = np.arange(len(classes))

    def keep(_: str, split: Split) -> Split:
        labels = new_label[split.labels]
        kept = split.take(labels >= 0)
        return Split(kept.inputs, labels[labels >= 0], kept.sources)

    train, test = keep("train", examples.train), keep("test", examples.test)
    return replace(examples, train=train, test=test, classes=tuple(classes))


def limit(examples: Examples, most: dict[str, int]) -> Examples:
    """At most so many examples of a split, as even over the classes as they allow."""

    def shorten(name: str, split: Split) -> Split:
        if len(split.labels) <= most.get(name, len(split.labels)):
            return split
        rng = np.random.default_rng(LIMIT_SEED)
        shuffled = rng.permutation(len(split.labels))
        labels = np.maximum(split.labels, 0)  # what has no label is all of one class
        # The how-manieth of its class each example is: taking the lowest ranks takes turns.
        by_class = shuffled[np.argsort(labels[shuffled], kind="stable")]
        counts = np.bincount(labels)
        rank = np.concatenate([np.arange(count) for count in counts])
        chosen = by_class[np.argsort(rank, kind="stable")[: most[name]]]
        return split.take(np.sort(chosen))

    return examples.map_splits(shorten)


def forget_labels(examples: Examples) -> Examples:
    """The test split as a set without labels, for networks that know other classes."""
    test = replace(examples.test, labels=np.full(len(examples.test.labels), -1))
    nothing = examples.train.take(np.arange(0))
    return replace(examples, train=nothing, test=test, classes=())


def partition(examples: Examples, parts: int, part: int, seed: int = 0) -> Examples:
    """One of `parts` random, disjoint, equal parts of the train split; the test split whole."""
    examples_per_part = len(examples.train.labels) // parts
    if examples_per_part == 0:
        raise DatasetError(f"{len(examples.train.labels)} train examples give no {parts} parts")
    order = np.random.default_rng(seed).permutation(len(examples.train.labels))
    chosen = order[part * examples_per_part : (part + 1) * examples_per_part]
    train = examples.train.take(np.sort(chosen))
    return replace(examples, train=train)


def randomise_labels(examples: Examples, seed: int) -> Examples:
    """All labels replaced by one uniform random draw (paper §5.2; Zhang et al. 2016)."""
    rng = np.random.default_rng(seed)

    def relabel(_: str, split: Split) -> Split:
        labels = rng.integers(0, len(examples.classes), len(split.labels))
        return Split(split.inputs, labels, split.sources)

    # Train first, then test: one draw for both.
    return examples.map_splits(relabel)
