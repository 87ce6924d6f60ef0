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

from importlib import import_module
from types import ModuleType
from typing import NamedTuple


class Kind(NamedTuple):
    """Where a kind of figure is drawn, and the key of its entry that names its sources."""

    module: str
    draws: str | None  # "collections", "datasets", or None for a figure of its own making


KINDS = {
    "histograms": Kind("learning_order.figures.histograms", "collections"),
    "heatmaps": Kind("learning_order.figures.heatmaps", "collections"),
    "sweep": Kind("learning_order.figures.sweep", "collections"),
    "overview": Kind("learning_order.figures.overview", "collections"),
    "score-illustration": Kind("learning_order.figures.score_illustration", None),
    "dataset-samples": Kind("learning_order.figures.dataset_samples", "datasets"),
}


def load_kind(name: str) -> ModuleType:
    """The module of a kind of figure, imported."""
    return import_module(KINDS[name].module)
