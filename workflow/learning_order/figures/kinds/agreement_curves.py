"""κ against the extent: how far models make the same mistakes, over training.

A line per split, with its 95 % bootstrap interval over models as a band and that over examples
between dotted lines. κ is the share of the variance of being right that all models have in common:
0 for independent models, the null hypothesis, and 1 where they are right about the same examples.
It means the same for any number of models, so that collections of different sizes can be compared.
"""

from collections.abc import Mapping
from functools import partial

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from learning_order.figures import curve_page, style
from learning_order.tables.collection import Collection

OPTIONS = curve_page.OPTIONS

EXAMPLES = ["kappa_examples_low", "kappa_examples_high"]
NULL: style.Look = {"color": style.NULL, "linewidth": 0.9}
DOTTED: style.Look = {"linestyle": (0, (1, 1)), "linewidth": 0.8}
CELL = ["collection", "split", "extent"]


def tabulate(sources: list[Collection], options: dict) -> pd.DataFrame:
    """A row per collection, split and extent: κ with both intervals."""
    rows = curve_page.summary_rows(sources, OPTIONS | options, "kappa")
    ends = pd.concat([each.tables["summary"].assign(collection=each.name) for each in sources])
    return rows.merge(ends[[*CELL, *EXAMPLES]], on=CELL, how="left")


@style.paper()
def draw(data: pd.DataFrame, options: dict) -> Figure:
    """A panel per collection, beside each other, on one scale of κ."""
    shown = data[["kappa", "kappa_low", "kappa_high", *EXAMPLES]]
    handles = curve_page.split_handles(data)
    handles.append(Line2D([], [], color="black", label="95 % over examples", **DOTTED))
    handles.append(Line2D([], [], label="null hypothesis", **NULL))
    return curve_page.draw_page(
        data,
        partial(draw_panel, looks=curve_page.split_looks(data)),
        handles,
        quantity="κ of being right",
        top=min(1.02, max(0.1, 1.08 * shown.max(axis=None))),
        bottom=max(-1.0, min(-0.03, 1.08 * shown.min(axis=None))),
        extent_name=(OPTIONS | options)["extent_name"],
    )


def draw_panel(axes: Axes, panel: pd.DataFrame, looks: Mapping[str, style.Look]) -> None:
    """The lines of one collection."""
    axes.axhline(0, **NULL)
    for split, rows in panel.groupby("split", sort=False):
        look = looks[str(split)]
        for end in EXAMPLES:
            axes.plot(rows["extent"], rows[end], color=look["color"], **DOTTED)
        curve_page.draw_line(axes, rows, "kappa", **look)
