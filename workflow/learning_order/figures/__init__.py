"""The figures: tables in, a matplotlib Figure out.

Every kind of figure is one module with

- ``OPTIONS``: each option it knows, with the default;
- ``tabulate(sources, options)``: a tidy DataFrame of exactly what is drawn, saved as the CSV
  beside the figure;
- ``draw(data, options)``: the Figure, from that DataFrame alone, so that anyone can redraw
  it from the CSV.

A new kind is one such module, one line in ``KINDS``, and its options in the schema. The registry
names modules instead of importing them, so that planning a figure loads no plotting library.
"""

from collections.abc import Mapping
from importlib import import_module
from types import ModuleType
from typing import NamedTuple


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


def collections_of(entry: Mapping) -> list[str]:
    """The collections that the entry of a figure or claim names, alone or in pairs, each once."""
    paired = [name for pair in entry.get("pairs", []) for name in pair]
    return list(dict.fromkeys([*entry.get("collections", []), *paired]))


def module_of(kind: str) -> str:
    """The dotted name of the module that draws a kind of figure."""
    return f"learning_order.figures.{kind.replace('-', '_')}"


def load_kind(name: str) -> ModuleType:
    """The module of a kind of figure, imported."""
    return import_module(module_of(name))
