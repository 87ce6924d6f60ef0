"""From an entry of `datasets` to its `Examples`: a loader, then what the entry changes."""

import traceback
from dataclasses import replace
from pathlib import Path
from pkgutil import resolve_name

import numpy as np

from learning_order.datasets.examples import (
    DatasetError,
    DatasetNotFound,
    Examples,
    Split,
    listed,
    unknown_class,
)
from learning_order.datasets.label_noise import plant_errors
from learning_order.runtime.errors import ExplainedError

LIMIT_SEED = 0
OURS = "learning_order."
OUR_FILES = str(Path(__file__).parents[1])
FEATURES = "learning_order.datasets.features"


def load(name: str, options: dict, root: Path, download: bool = False) -> Examples:
    """Load a dataset as its entry in config.yaml describes it.

    Parameters
    ----------
    name : str
        What messages call the dataset.
    options : dict
        Its resolved entry. `loader` is the loader as "module:function"; `classes`, `limit`,
        `partition`, `random_labels`, `without_labels`, `features` and `label_noise` change what
        it returns, in this order; all else is the loader's own.
    root : Path
        The folder to look in, unless the entry has a `root` of its own.
    download : bool, default False
        Whether the loader may fetch what is missing.

    Returns
    -------
    Examples
        Train and test split, class names and origin.

    Raises
    ------
    DatasetNotFound
        Where there is nothing to load; the message says what was looked for, where, and what to do.
    DatasetError
        Where the files are damaged, or the options do not fit them; the message names file or
        class.

    References
    ----------
    The datasets of the paper and their splits: Suppl C. Each loader names its source.

    Examples
    --------
    >>> options = {"loader": "learning_order.datasets.loaders.generated:digits"}
    >>> digits = load("digits", {**options, "classes": ["3", "7"], "limit": {"train": 50}}, Path())
    >>> digits.classes, digits.train.inputs.shape, digits.origin
    (('3', '7'), (50, 8, 8, 1), "scikit-learn's bundled handwritten digits")
    """
    try:
        examples = _loaded(options, Path(options.get("root", root)).expanduser(), download)
        _check_classes(examples, "")
        if "classes" in options:
            examples = keep_classes(examples, options["classes"])
        if "limit" in options:
            examples = limit(examples, options["limit"])
            _check_classes(examples, ": raise `limit.train`")
        if "partition" in options:
            examples = partition(examples, **options["partition"])
            _check_classes(examples, ": divide it into fewer `parts`")
        if "random_labels" in options:
            examples = randomise_labels(examples, options["random_labels"])
        if options.get("without_labels"):
            examples = forget_labels(examples)
        if len(examples.classes) == 1:
            raise DatasetError(
                f"one class only, {examples.classes[0]!r}: there is nothing to tell apart"
            )
        if "features" in options:
            # By name: few datasets have features, and only these need torch.
            examples = resolve_name(f"{FEATURES}:extract")(examples, **options["features"])
        if "label_noise" in options:
            examples = plant_errors(examples, **options["label_noise"])
    except (DatasetError, DatasetNotFound) as error:
        place = options.get("root", "")
        where = f" ({place})" if place and str(Path(place).expanduser()) not in str(error) else ""
        raise type(error)(f"dataset {name!r}{where}: {error}") from error
    return examples


def _loaded(options: dict, root: Path, download: bool) -> Examples:
    """What the loader returns; DatasetError names one that returns no Examples."""
    name = options["loader"]
    if name.startswith(OURS):
        return resolve_name(name)(options, root, download)
    try:
        examples = resolve_name(name)(options, root, download)
    except ExplainedError:
        raise
    except (Exception, SystemExit) as error:  # whatever the user's code may raise
        place = _users_line(error)
        raise DatasetError(
            f"the loader {name} failed in {place.filename}, line {place.lineno}: "
            f"{type(error).__name__}: {error}"
        ) from error
    if not isinstance(examples, Examples):
        raise DatasetError(
            f"the loader {name} returned {type(examples).__name__}, expected "
            "learning_order.datasets.examples.Examples"
        )
    return examples


def _users_line(error: BaseException) -> traceback.FrameSummary:
    """The last line of the user's code that led to an error; ours where none of theirs ran."""
    frames = traceback.extract_tb(error.__traceback__)
    theirs = [frame for frame in frames if not frame.filename.startswith((OUR_FILES, "<"))]
    return (theirs or frames)[-1]


def _check_classes(examples: Examples, cure: str) -> None:
    if absent := examples.absent_classes():
        raise DatasetError(f"no train example of class {listed(absent)}{cure}")


def keep_classes(examples: Examples, classes: list[str]) -> Examples:
    """Only the examples of `classes`, with labels in their order."""
    for name in classes:
        if name not in examples.classes:
            raise unknown_class(name, examples.classes)
        if classes.count(name) > 1:
            raise DatasetError(f"class {name!r} is named twice in `classes`")
    new_label = np.full(len(examples.classes), -1)  # of classes that are left out
    new_label[[examples.classes.index(name) for name in classes]] = np.arange(len(classes))

    def keep(_: str, split: Split) -> Split:
        labels = new_label[split.labels]
        kept = split.take(labels >= 0)
        return Split(kept.inputs, labels[labels >= 0], kept.sources)

    train, test = keep("train", examples.train), keep("test", examples.test)
    return replace(examples, train=train, test=test, classes=tuple(classes))


def limit(examples: Examples, most: dict[str, int]) -> Examples:
    """At most `most[split]` examples of a split, spread over the classes as evenly as possible."""

    def shorten(name: str, split: Split) -> Split:
        if len(split.labels) <= most.get(name, len(split.labels)):
            return split
        rng = np.random.default_rng(LIMIT_SEED)
        shuffled = rng.permutation(len(split.labels))
        labels = np.maximum(split.labels, 0)  # examples without a label form one class
        # Rank examples within their class: choosing the lowest ranks takes the classes in turn.
        by_class = shuffled[np.argsort(labels[shuffled], kind="stable")]
        counts = np.bincount(labels)
        rank = np.concatenate([np.arange(count) for count in counts])
        chosen = by_class[np.argsort(rank, kind="stable")[: most[name]]]
        return split.take(np.sort(chosen))

    return examples.map_splits(shorten)


def forget_labels(examples: Examples) -> Examples:
    """The test split as a set without labels, for networks that are trained on other classes."""
    test = replace(examples.test, labels=np.full(len(examples.test.labels), Examples.NO_LABEL))
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
