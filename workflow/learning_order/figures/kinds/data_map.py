"""Where examples lie on the data map (Swayamdipta et al. 2020).

Upwards the confidence, the mean probability of the true class over training; to the right its
variability, the standard deviation over training. Easy examples lie at the upper left, hard ones at
the lower left, ambiguous ones at the right. The colour is the mean Accessibility, which is the
correctness of the data map; the more examples a spot stands for, the larger it is.
"""

import numpy as np
import pandas as pd
import seaborn
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from learning_order.figures import collection_page, style
from learning_order.figures.choices import check_labelled, check_split, facts_of, rows_of
from learning_order.figures.pair_tables import bin_numbers
from learning_order.figures.sources import NotToDraw
from learning_order.tables.collection import Collection

OPTIONS = {
    "split": "train",
    "bins": 40,  # of confidence from 0 to 1, and of variability from 0 to 0.5
}

WIDEST = 0.5  # the largest deviation of what lies between 0 and 1
LARGEST = 26.0  # area of a spot in points²
TICKS = {0: "0", 0.5: "0.5", 1: "1"}

# Inches.
HEIGHT, BAR_WIDTH, BAR_HEIGHT = 2.0, 1.2, 0.07


def tabulate(sources: list[Collection], options: dict) -> pd.DataFrame:
    """A row per spot: its place, the number of examples there and their mean Accessibility."""
    chosen = OPTIONS | options
    spots = [_spots(source, chosen["split"], chosen["bins"]) for source in sources]
    return pd.concat(spots, ignore_index=True)


@style.paper()
def draw(data: pd.DataFrame, options: dict) -> Figure:
    """A panel per collection, on the same scales."""
    figure, panels = collection_page.lay_out_panels(data, HEIGHT, legend_lines=2)
    for panel in panels:
        spots = draw_panel(panel.axes, panel.rows, data["examples"].max())
        bar = style.axes_at(
            figure, panel.centre - BAR_WIDTH / 2, panel.below, BAR_WIDTH, BAR_HEIGHT
        )
        style.colour_bar(figure, spots, bar, TICKS, orientation="horizontal")
        look: style.Look = {"fontsize": style.SMALL, "ha": "right"}
        style.text_at(
            figure, panel.centre - BAR_WIDTH / 2 - 0.08, panel.below - 0.03, "Accessibility", **look
        )
    return figure


def draw_panel(axes: Axes, rows: pd.DataFrame, most: int):
    """The spots of one collection; what has their colours is returned."""
    rows = rows.sort_values("examples", ascending=False, kind="stable")  # small ones on top
    spots = axes.scatter(
        rows["variability"],
        rows["confidence"],
        c=rows["accessibility"],
        s=2 + (LARGEST - 2) * np.sqrt(rows["examples"] / most),
        cmap="viridis",
        vmin=0,
        vmax=1,
        linewidths=0,
    )
    axes.set(xlim=(-0.01, WIDEST), ylim=(-0.02, 1.02), xticks=np.arange(0, 0.51, 0.1))
    axes.set_yticks(style.round_ticks(0, 1))
    axes.set_xlabel(f"variability ({rows['split'].iloc[0]})", labelpad=2)
    axes.set_ylabel("confidence", labelpad=2)
    seaborn.despine(ax=axes)
    return spots


def _spots(source: Collection, split: str, bins: int) -> pd.DataFrame:
    check_split(source, split)
    examples = rows_of(source, "accessibility", split)
    check_labelled(source, split, examples["accessibility"])
    if examples["confidence"].isna().any():
        raise NotToDraw(
            f"collection {source.name} has no probabilities of the {split} split: its predictions "
            "were recorded without, so train it again, or add p_true and margin to your own"
        )
    cell = 1 / bins
    places = bin_numbers(examples["confidence"].to_numpy(), bins)
    columns = bin_numbers(examples["variability"].to_numpy() / WIDEST, bins)
    groups = examples.assign(row=places, column=columns).groupby(["row", "column"])
    found = groups["accessibility"].agg(["size", "mean"]).reset_index()
    return pd.DataFrame(
        {
            **facts_of(source),
            "split": split,
            "variability": (found["column"] + 0.5) * WIDEST * cell,
            "confidence": (found["row"] + 0.5) * cell,
            "examples": found["size"],
            "accessibility": found["mean"],
        }
    )
