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
    """Where a kind of figure is drawn, what it is drawn from, what fits."""

    module: str
    # The key of its entry that names its sources; None for a figure of its own making.
    draws: str | None  # "collections", "pairs" or "datasets"
    tables: tuple[str, ...] = ()  # score tables of its collections, besides the summary
    images: bool = False  # whether it shows images of its collections' datasets,
    classes: bool = False  # or names their classes
    most_extents: int | None = None  # histograms beside each other; more could not be read
    most_maps: int | None = None  # heat maps beside each other


KINDS = {
    "histograms": Kind(
        "learning_order.figures.histograms", "collections", ("examples", "null"), most_extents=11
    ),
    "heatmaps": Kind(
        "learning_order.figures.heatmaps", "collections", ("examples", "null"), most_maps=7
    ),
    "accuracy": Kind("learning_order.figures.accuracy", "collections"),
    "bimodality-curves": Kind("learning_order.figures.bimodality_curves", "collections"),
    "agreement-matrix": Kind(
        "learning_order.figures.agreement_matrix", "collections", ("accessibility", "reliability")
    ),
    "consistency-matrix": Kind(
        "learning_order.figures.consistency_matrix", "collections", ("correct",)
    ),
    "difficulty": Kind(
        "learning_order.figures.difficulty", "collections", ("accessibility", "reliability")
    ),
    "sweep": Kind(
        "learning_order.figures.sweep", "collections", ("examples", "null"), most_extents=7
    ),
    "overview": Kind(
        "learning_order.figures.overview", "collections", ("examples", "null"), most_extents=5
    ),
    "accessibility-scatter": Kind(
        "learning_order.figures.accessibility_scatter", "pairs", ("accessibility",)
    ),
    "binned-accessibility": Kind(
        "learning_order.figures.binned_accessibility", "pairs", ("accessibility",)
    ),
    "matched-accuracy": Kind("learning_order.figures.matched_accuracy", "pairs", ("examples",)),
    "averaged-histograms": Kind(
        "learning_order.figures.averaged_histograms", "pairs", ("examples",)
    ),
    "partitions": Kind(
        "learning_order.figures.partitions",
        "collections",
        ("examples", "null", "accessibility"),
        most_extents=11,
    ),
    "modal-class-histograms": Kind(
        "learning_order.figures.modal_class_histograms",
        "collections",
        ("examples",),
        classes=True,
        most_extents=11,
    ),
    "out-of-sample": Kind("learning_order.figures.out_of_sample", "collections", ("examples",)),
    "learned-epochs": Kind("learning_order.figures.learned_epochs", "collections", ("correct",)),
    "example-curves": Kind("learning_order.figures.example_curves", "collections", ("examples",)),
    "image-strips": Kind(
        "learning_order.figures.image_strips", "collections", ("accessibility",), images=True
    ),
    "score-illustration": Kind("learning_order.figures.score_illustration", None),
    "dataset-samples": Kind("learning_order.figures.dataset_samples", "datasets"),
}


def collections_of(entry: Mapping) -> list[str]:
    """The collections that the entry of a figure or claim names, alone or in pairs, each once."""
    paired = [name for pair in entry.get("pairs", []) for name in pair]
    return list(dict.fromkeys([*entry.get("collections", []), *paired]))


def load_kind(name: str) -> ModuleType:
    """The module of a kind of figure, imported."""
    return import_module(KINDS[name].module)
