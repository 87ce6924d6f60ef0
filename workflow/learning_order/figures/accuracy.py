"""Accuracy against the extent: how far a collection is at every point of its training.

A line a split, with the 95 % bootstrap interval over models where there are several. For boosting
the extent is the number of weak classifiers (paper Fig 31).
"""

import pandas as pd
import seaborn
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from learning_order.figures import style
from learning_order.figures.distributions import (
    check_labelled,
    chosen_extents,
    chosen_splits,
    model_count,
)
from learning_order.figures.sources import Collection

OPTIONS = {
    "splits": None,  # lines; none: train and test, if they are there
    "extents": None,  # none: every extent of the collection
    "extent_name": "epochs trained",
}

LINES = {"train": "--", "test": "-"}

# Inches.
WIDEST, PANEL_HEIGHT, PANEL_GAP = 2.3, 1.5, 0.35
RIGHT_ROOM = 0.15
LABEL_ROOM, TITLE_HEIGHT, FOOTER_HEIGHT = 0.5, 0.25, 0.62


def tabulate(sources: list[Collection], options: dict) -> pd.DataFrame:
    """A row per collection, split and extent: mean accuracy over models and its interval."""
    options = OPTIONS | options
    return pd.concat(
        [
            _rows(collection, split, options["extents"])
            for collection in sources
            for split in chosen_splits(collection, options["splits"])
        ],
        ignore_index=True,
    )


def _rows(collection: Collection, split: str, extents: list[int] | None) -> pd.DataFrame:
    summary = collection.tables["summary"]
    shown = summary["extent"].isin(chosen_extents(collection, extents))
    rows = summary[shown & (summary["split"] == split)].sort_values("extent")
    check_labelled(collection, split, rows["accuracy"])
    columns = ["split", "extent", "accuracy", "accuracy_low", "accuracy_high"]
    about = {
        "collection": collection.name,
        "dataset": collection.dataset,
        "architecture": collection.architecture,
        "models": model_count(collection),
    }
    return rows[columns].assign(**about)[[*about, *columns]]


@style.paper()
def draw(data: pd.DataFrame, options: dict) -> Figure:
    """A panel a collection, beside each other, on one scale of accuracy."""
    panels = [panel for _, panel in data.groupby("collection", sort=False)]
    room = style.PAGE_WIDTH - LABEL_ROOM - RIGHT_ROOM + PANEL_GAP
    step = min(WIDEST + PANEL_GAP, room / len(panels))
    panel_width = step - PANEL_GAP
    width = LABEL_ROOM + len(panels) * step - PANEL_GAP + RIGHT_ROOM
    figure = style.new_figure(width, TITLE_HEIGHT + PANEL_HEIGHT + FOOTER_HEIGHT)
    highest = data[["accuracy", "accuracy_high"]].max(axis=None)
    for number, (letter, panel) in enumerate(zip(style.letters(len(panels)), panels, strict=True)):
        left = LABEL_ROOM + number * step
        axes = style.axes_at(figure, left, TITLE_HEIGHT, panel_width, PANEL_HEIGHT)
        draw_panel(axes, panel)
        _set_scales(axes, panel["extent"], min(1.02, 1.08 * highest))
        axes.tick_params(labelleft=number == 0)
        first = panel.iloc[0]
        heading = style.title(first["dataset"], first["architecture"], first["models"], letter)
        size = style.heading_size(heading, panel_width + 0.15)
        style.text_at(figure, left - 0.05, 0.06, heading, fontweight="bold", fontsize=size)
    middle = {"rotation": 90, "ha": "center", "verticalalignment": "center"}
    style.text_at(figure, 0.12, TITLE_HEIGHT + PANEL_HEIGHT / 2, "accuracy", **middle)
    centre, below = (LABEL_ROOM + width - RIGHT_ROOM) / 2, TITLE_HEIGHT + PANEL_HEIGHT
    name = (OPTIONS | options)["extent_name"]
    style.text_at(figure, centre, below + 0.18, name, horizontalalignment="center")
    style.legend_at(figure, _handles(data), centre, below + 0.42)
    return figure


def draw_panel(axes: Axes, panel: pd.DataFrame) -> None:
    """The lines of one collection, with bands where there is an interval."""
    for split, rows in panel.groupby("split", sort=False):
        look = _look(split)
        marker = "o" if len(rows) <= 20 else None
        axes.plot(rows["extent"], rows["accuracy"], marker=marker, markersize=2.5, **look)
        axes.fill_between(
            rows["extent"],
            rows["accuracy_low"],
            rows["accuracy_high"],
            color=look["color"],
            alpha=0.2,
            linewidth=0,
        )
    seaborn.despine(ax=axes)


def _set_scales(axes: Axes, extents: pd.Series, top: float) -> None:
    """Limits, and ticks within them only."""
    low, high = extents.min(), extents.max()
    room = 0.03 * max(high - low, 1)
    axes.set(xlim=(low - room, high + room), ylim=(0, top))
    axes.set_xticks(style.round_ticks(low, high, integer=True))
    axes.set_yticks(style.round_ticks(0, top))


def _look(split: str) -> dict:
    return {
        "color": style.split_colour(split),
        "linestyle": LINES.get(split, ":"),
        "linewidth": 1.2,
    }


def _handles(data: pd.DataFrame) -> list[Line2D]:
    return [Line2D([], [], label=split, **_look(split)) for split in data["split"].unique()]
