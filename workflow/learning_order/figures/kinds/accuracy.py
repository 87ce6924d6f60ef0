"""Accuracy against the extent: how far a collection is at every point of its training.

A line per split, with the 95 % bootstrap interval over models where there are several. For boosting
the extent is the number of weak classifiers (paper Fig 31).
"""

from collections.abc import Mapping
from functools import partial

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from learning_order.figures import curve_page, style
from learning_order.tables.collection import Collection

OPTIONS = curve_page.OPTIONS


def tabulate(sources: list[Collection], options: dict) -> pd.DataFrame:
    """A row per collection, split and extent: mean accuracy over models and its interval."""
    return curve_page.summary_rows(sources, OPTIONS | options, "accuracy")


@style.paper()
def draw(data: pd.DataFrame, options: dict) -> Figure:
    """A panel per collection, beside each other, on one scale of accuracy."""
    highest = data[["accuracy", "accuracy_high"]].max(axis=None)
    return curve_page.draw_page(
        data,
        partial(draw_panel, looks=curve_page.split_looks(data)),
        curve_page.split_handles(data),
        quantity="accuracy",
        top=min(1.02, max(0.05, 1.08 * highest)),
        extent_name=(OPTIONS | options)["extent_name"],
    )


def draw_panel(axes: Axes, panel: pd.DataFrame, looks: Mapping[str, style.Look]) -> None:
    """The lines of one collection."""
    for split, rows in panel.groupby("split", sort=False):
        curve_page.draw_line(axes, rows, "accuracy", **looks[str(split)])
