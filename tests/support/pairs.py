"""Made-up collections of one dataset, for the figures that compare them."""

import numpy as np
import pandas as pd
from support import figures
from support.collections import TablesWhenAsked

from learning_order.figures import load_kind
from learning_order.tables.build import collection_tables
from learning_order.tables.collection import Collection

EXTENTS = (0, 1, 2, 5, 9)
SIZES = {"train": 300, "test": 120}


def learner(
    architecture="st-vgg",
    *,
    name=None,
    dataset="small-mammals",
    models=6,
    extents=EXTENTS,
    best=0.8,
    sizes=SIZES,
    classes=5,
):
    """Models that learn the same examples first as every other learner of that dataset.

    best: the share of the examples that they have learned after the last extent.
    """
    name = name or f"{architecture}-{dataset}"
    rng = np.random.default_rng([len(name), *name.encode()])
    data = np.random.default_rng(0)  # the same labels and difficulties for all
    predictions, labels = {}, {}
    for split, count in sizes.items():
        truth, difficulty = data.integers(0, classes, count), data.uniform(0, 1, count)
        learned = np.linspace(0, best, len(extents))[:, None, None]
        known = difficulty + rng.normal(0, 0.1, (len(extents), models, count)) < learned
        guesses = rng.integers(0, classes, known.shape)
        predictions[split] = np.where(known, truth, guesses)
        labels[split] = truth
    tables = TablesWhenAsked(
        lambda: collection_tables(predictions, labels, extents, range(models), resamples=2)
    )
    return Collection(name, dataset, architecture, "snapshots", tables)


def accessible(architecture, accessibility, *, models=1, labels=None, dataset="cifar10"):
    """A collection of which only the Accessibility of its train examples is known."""
    count = len(accessibility)
    rows = {"split": "train", "example": np.arange(count)}
    table = pd.DataFrame({**rows, "label": 0 if labels is None else labels})
    tables = {
        "accessibility": table.assign(accessibility=accessibility),
        "summary": pd.DataFrame([{"split": "train", "extent": 1, "models": models}]),
    }
    return Collection(f"{architecture}-{dataset}", dataset, architecture, "own", tables)


def tabulated(kind, pairs, **options):
    """The table of a figure."""
    return load_kind(kind).tabulate(pairs, options)


def drawn(kind, pairs, **options):
    """The table and the figure."""
    return figures.drawn(kind, pairs, options)


def big(seed, examples=60_000):
    """The Accessibility of many examples, much the same for every seed."""
    difficulty = np.random.default_rng(0).beta(0.5, 0.5, examples)
    noise = np.random.default_rng(seed).normal(0, 0.15, examples)
    return (np.clip(difficulty + noise, 0, 1) * 300).round() / 300


ST_VGG, SMALL = learner("st-vgg", models=6), learner("small-st-vgg", models=5, best=0.5)
LINEAR = learner("linear-st-vgg-no-dropout", models=3, best=0.3, extents=tuple(range(12)))
HALVES = tuple(
    learner("st-vgg", name=f"st-vgg-small-mammals-{half}-half") for half in ("first", "second")
)
LEAST = {"models": 1, "extents": (0, 9), "sizes": {"train": 20, "test": 20}}
ONE, TWO = learner("one", **LEAST), learner("two", **LEAST)
BOOSTED = learner("adaboost", models=1, extents=tuple(range(1, 31)), best=0.6)
FAST, SLOW = learner("fast", extents=(4, 7)), learner("slow", extents=(0, 1))
RESNET, ALEXNET, DENSENET = (
    accessible(name, big(seed), models=models, dataset="imagenet")
    for seed, (name, models) in enumerate([("resnet50", 27), ("alexnet", 22), ("densenet121", 6)])
)
