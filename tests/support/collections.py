"""Made-up collections for the tests of the figures, in the shape of the real score tables."""

from collections import UserDict
from functools import cache, cached_property

import numpy as np
import pandas as pd

from learning_order.datasets.pictures import Pictures
from learning_order.predictions.contract import NO_LABEL
from learning_order.predictions.reading import Predictions
from learning_order.tables.build import table_parts
from learning_order.tables.collection import Collection

PAPER_EXTENTS = (0, 10, 30, 60, 90, 120, 140)


def collection(
    name="small-mammals",
    architecture="st-vgg",
    *,
    models=100,
    extents=PAPER_EXTENTS,
    examples=None,
    shared_order=True,
    protocol="independent",
):
    """Models that learn in one order (two-peaked TP-agreement) or each in its own (one peak)."""
    rng = np.random.default_rng(0)
    summary, table, null = [], [], []
    for split, count in (examples or {"train": 400, "test": 200}).items():
        difficulty = rng.uniform(0, 1, count)
        for position, extent in enumerate(extents):
            progress = 0.2 + 0.75 * position / max(len(extents) - 1, 1)
            chance = np.full(count, progress)
            if shared_order and position > 0:
                chance = 1 / (1 + np.exp(30 * (difficulty - progress)))
            correct = rng.uniform(size=(models, count)) < chance
            score = correct.mean(axis=0)
            where = {"split": split, "extent": extent}
            summary.append(_summary_row(where, models, score))
            table.append(_examples(where, score))
            null.append(_binomial(where, models, score.mean()))
    tables = {
        "summary": pd.DataFrame(summary),
        "examples": pd.concat(table, ignore_index=True),
        "null": pd.concat(null, ignore_index=True),
    }
    return Collection(name, name, architecture, protocol, tables)


def pictures(name="gabor", classes=12, *, per_class=5, channels=3, size=32):
    """Float images of noise, brighter with each class; labels are in no order."""
    rng = np.random.default_rng(1)
    labels = rng.permutation(np.repeat(np.arange(classes), per_class))
    images = rng.normal(size=(len(labels), size, size, channels)) + labels[:, None, None, None] / 4
    return Pictures(name, [f"red {15 * k}°" for k in range(classes)], images, labels)


def scored(
    name="small-mammals",
    architecture="st-vgg",
    *,
    models=6,
    extents=(0, 1, 2, 5),
    examples=None,
    classes=5,
    protocol="snapshots",
    seed=0,
    probabilities=False,
):
    """A collection with all the tables, made from predictions, and images of noise.

    Examples of the splits train and test have labels, the same for every seed; others have none.
    """
    examples = examples or {"train": 60, "test": 40}
    made_of = (models, tuple(extents), tuple(examples.items()), classes, seed, probabilities)
    tables = TablesWhenAsked(
        lambda: {name: table.copy() for name, table in _tables(*made_of).items()}
    )
    images = None
    if "train" in examples:
        rng, count = np.random.default_rng(0), examples["train"]
        pixels = rng.integers(0, 256, (count, 4, 4, 3), np.uint8)
        labels = _predictions(*made_of).labels["train"]
        images = Pictures(name, [f"class-{k}" for k in range(classes)], pixels, labels)
    return Collection(name, name, architecture, protocol, tables, images)


@cache
def _predictions(models, extents, examples, classes, seed, probabilities):
    models_rng, data_rng = np.random.default_rng(seed), np.random.default_rng(len(examples))
    predictions, labels = {}, {}
    for split, count in examples:
        truth, difficulty = data_rng.integers(0, classes, count), data_rng.uniform(0, 1, count)
        progress = np.linspace(0.1, 0.7, len(extents))[:, None, None]
        chance = 1 / (1 + np.exp(15 * (difficulty - progress)))
        shape = (len(extents), models, count)
        guesses = models_rng.integers(0, classes, shape)
        predictions[split] = np.where(models_rng.uniform(size=shape) < chance, truth, guesses)
        has_labels = split in ("train", "test")
        labels[split] = truth if has_labels else np.full(count, NO_LABEL)
    found = Predictions(list(range(models)), list(extents), predictions, labels)
    if probabilities:
        _add_probabilities(found, models_rng)
    return found


@cache
def _tables(*made_of):
    parts = {}
    for table, part in table_parts(_predictions(*made_of), resamples=2):
        parts.setdefault(table, []).append(part)
    return {table: pd.concat(rows, ignore_index=True) for table, rows in parts.items()}


class TablesWhenAsked(UserDict):
    """Tables that are made when one of them is looked at: modules make many and use few."""

    def __init__(self, make):
        self._make = make

    @cached_property
    def data(self):
        return self._make()

    def __or__(self, others):
        return self.data | dict(others)


def _add_probabilities(found, rng):
    """High where a model is right, low where it is wrong."""
    for split in ("train", "test"):
        right = found.predictions[split] == found.labels[split]
        p_true = np.where(right, 0.6, 0.2) + rng.uniform(-0.2, 0.4, right.shape) * 0.9
        p_true = p_true.clip(0, 1).astype(np.float16)
        found.p_true[split] = p_true
        found.margin[split] = np.log(p_true + 0.01).astype(np.float16) + right
        squares = (p_true.astype(float) ** 2 + (1 - p_true.astype(float)) ** 2 / 2).mean(axis=2)
        for (place, model), value in np.ndenumerate(squares):
            found.sum_p_squared[model, found.extents[place], split] = float(value)


def _summary_row(where, models, score):
    varied = score.std() > 0
    centred = (score - score.mean()) / score.std() if varied else score
    bimodality = (centred**4).mean() - (centred**3).mean() ** 2 - 1 if varied else np.nan
    return {
        **where,
        "models": models,
        "examples": len(score),
        "accuracy": score.mean(),
        "accuracy_low": score.mean() - 0.02 if models > 1 else np.nan,
        "accuracy_high": score.mean() + 0.02 if models > 1 else np.nan,
        "bimodality": bimodality,
        "null_bimodality": 1.9,
    }


def _examples(where, score):
    example = np.arange(len(score))
    agreement = np.maximum(score, 1 - score)
    label = example % 5
    columns = {"example": example, "label": label, "tp_agreement": score, "agreement": agreement}
    # Where most are wrong, they give another class.
    return pd.DataFrame({**where, **columns, "modal_class": (label + (score < 0.5)) % 5})


def _binomial(where, models, accuracy):
    share = np.ones(1)
    for _ in range(models):
        share = np.convolve(share, [1 - accuracy, accuracy])
    values = np.arange(models + 1) / models
    # Of two classes: the wrong models agree as well.
    of_agreement = np.where(values > 0.5, share + share[::-1], share * (values == 0.5))
    columns = {"tp_agreement": values, "share": share, "agreement_share": of_agreement}
    return pd.DataFrame({**where, **columns})
