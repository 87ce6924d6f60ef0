"""Recipes, small data and interruptions, for tests of training."""

import dataclasses

import numpy as np
import torch

from learning_order.config import lookup
from learning_order.runtime.progress import Progress
from learning_order.training.device_data import DeviceData
from learning_order.training.recipe import Builder, Recipe
from learning_order.training.trainer import train_block

RECIPE = Recipe(
    network="small-st-vgg",
    activation="elu",
    dropout=(0.25, 0.5),
    options={},
    initialiser="glorot-uniform",
    optimizer={"name": "sgd"},
    learning_rate=0.05,
    schedule={"name": "constant"},
    batch_size=10,
    augmentation={},
    l2=0.0,
    reestimate_batch_norm=False,
    precision="float32",
)


def small_data(device="cpu"):
    """Three classes of 8×8 images, bright in different corners: separable, with noise."""
    generator = torch.Generator().manual_seed(0)
    images, labels = {}, {}
    for split, examples in (("train", 90), ("test", 45)):
        labels[split] = torch.arange(examples) % 3
        images[split] = torch.randn(examples, 1, 8, 8, generator=generator)
        for label, (row, column) in enumerate([(0, 0), (0, 4), (4, 0)]):
            images[split][labels[split] == label, :, row : row + 4, column : column + 4] += 2
    images, labels = (
        {split: values.to(device) for split, values in part.items()} for part in (images, labels)
    )
    return DeviceData(images, labels, classes=3, content_hash="made here")


def builder(recipe=RECIPE):
    """The function that makes the recipe's network, as the workflow tells it to a job."""
    network = lookup.network(recipe.network)
    return Builder(network.function, network.keywords, network.preset)


def predictions(data, recipe=RECIPE, seeds=(0,), extents=(2,), **options):
    """{(seed, extent, split): predictions} of a block."""
    records = train_block(recipe, builder(recipe), data, seeds, extents, **options)
    return {
        (record.seed, record.extent, split): values
        for record in records
        for split, values in record.predictions.items()
    }


def equal(a, b):
    return all(np.array_equal(a[key], b[key]) for key in a.keys() & b.keys())


class Killed(Exception):
    pass


class KilledAfter(Progress):
    """Ends the job after `steps` steps, as a kill would; counts them."""

    def __init__(self, steps=np.inf):
        self.left, self.steps, self.skipped = steps, 0, 0

    def advance(self, seed, epoch, by, measure):
        if self.left == 0:
            raise Killed
        self.left -= 1
        self.steps += 1

    def skip(self, epochs):
        self.skipped += epochs


RECIPES = {
    "plain": RECIPE,
    "momentum and dropout": dataclasses.replace(
        RECIPE,
        optimizer={"name": "sgd", "momentum": 0.9},
        schedule={"name": "step", "factor": 2.0, "every": 1},
        learning_rate=0.01,
    ),
    "adam and augmentation": dataclasses.replace(
        RECIPE,
        optimizer={"name": "adam"},
        learning_rate=0.001,
        augmentation={"flip": True, "crop": 2},
    ),
    "adadelta and batch norm": dataclasses.replace(
        RECIPE,
        network="support.own_network:normalised",
        options={"width": 6},
        initialiser="own",
        optimizer={"name": "adadelta", "rho": 0.95},
        learning_rate=1.0,
        reestimate_batch_norm=True,
    ),
}
