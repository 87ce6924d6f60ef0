"""Histograms of the mean TP-agreement of two collections that are equally accurate.

Two peaks remain only if both collections are right about the same examples (paper Fig 25).
"""

import math

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from learning_order.figures import histogram_panels, pair_page, style, wording
from learning_order.figures.choices import evenly_chosen, model_count
from learning_order.figures.distribution_tables import EQUAL_BINS, bin_edges, shares
from learning_order.figures.page import blocks_of, lay_out
from learning_order.figures.pair_tables import Pair, matches, paired_extents, table
from learning_order.scores import bimodality

OPTIONS = {
    "split": "test",
    "bins": None,  # number of equal bins over [0, 1]; none: one per value if they are few, or 20
    "panels": 4,  # histograms of a pair, spread evenly over the matches
    "tolerance": 0.01,  # how far apart equal accuracies may be
    "same_examples": False,  # datasets of different names hold the same examples, in order
}

# Inches.
ROW_HEADER, TITLES_HEIGHT, ROW_GAP = 0.16, 0.24, 0.08
FOOTER_HEIGHT = 0.18


def tabulate(sources: list[Pair], options: dict) -> pd.DataFrame:
    """A row per bar; match numbers the histograms of a pair."""
    return table(_rows, sources, OPTIONS | options)


def _rows(
    pair: Pair,
    split: str,
    bins: int | None,
    panels: int,
    tolerance: float,
    same_examples: bool,
) -> pd.DataFrame:
    first, second = paired_extents(pair, split, same_examples)
    models = [model_count(collection) for collection in pair]
    # The mean of j/M and k/N is a multiple of 1/(2MN), or of a coarser step.
    steps = 2 * math.lcm(*models)
    if models[0] != models[1]:
        bins = bins or EQUAL_BINS  # not all steps can be reached: one bar per step would be a comb
    edges = bin_edges(steps, bins)
    found = evenly_chosen(matches(pair, split, tolerance).to_dict("records"), panels)
    histograms = []
    for place, match in enumerate(found):
        of_both = [first[match["first_extent"]], second[match["second_extent"]]]
        mean = np.mean([of_one["tp_agreement"].to_numpy() for of_one in of_both], axis=0)
        bars = {
            "left": edges[:-1],
            "right": edges[1:],
            "share": shares(mean, steps, bins),
            "null_share": np.nan,
            "score": "tp_agreement",
            "bimodality": bimodality(mean),
        }
        histograms.append(pd.DataFrame({"match": place, **match, **bars}))
    return pd.concat(histograms)


@style.paper()
def draw(data: pd.DataFrame, options: dict) -> Figure:
    """One row of panels per pair, one below the other."""
    blocks = blocks_of(data, "pair")
    columns = data["match"].max() + 1
    width = style.PAGE_WIDTH if columns > 3 else style.COLUMN_WIDTH
    size = histogram_panels.panel_size(width - 0.08, columns)
    height = ROW_HEADER + TITLES_HEIGHT + size[1] + histogram_panels.TICKS_HEIGHT + ROW_GAP
    figure, placed, bottom = lay_out(blocks, _headings(blocks), width, height, footer=FOOTER_HEIGHT)
    for block in placed:
        style.heading_at(figure, 0.05, block.top, block.heading, width - 0.1)
        draw_row(figure, block.rows, block.top + ROW_HEADER + TITLES_HEIGHT, size)
    centre = (histogram_panels.LABEL_ROOM + width) / 2
    style.text_at(figure, centre, bottom, "mean TP-agreement of both collections", ha="center")
    return figure


def draw_row(figure: Figure, row: pd.DataFrame, top: float, size: histogram_panels.Size) -> None:
    """The histograms of one pair under their titles, their upper edge that far down the page."""
    for column, (_, panel) in enumerate(row.groupby("match")):
        left = histogram_panels.LABEL_ROOM + column * (size[0] + histogram_panels.PANEL_GAP)
        axes = style.axes_at(figure, left, top, *size)
        histogram_panels.draw_panel(axes, panel)
        axes.set_title(_title(panel.iloc[0]), fontsize=style.TINY, pad=2)
    histogram_panels.label_row(figure, 0, top + size[1] / 2, row["split"].iloc[0])


def _headings(blocks: list[pd.DataFrame]) -> list[str]:
    """'a) fish: st-vgg (100 models) and vgg19 (20 models)' for the rows of each pair."""
    firsts = [block.iloc[0] for block in blocks]
    return [
        f"{letter}{pair_page.datasets(first)}: {' and '.join(pair_page.names_with_models(first))}"
        for letter, first in zip(wording.letters(len(blocks)), firsts, strict=True)
    ]


def _title(match: pd.Series) -> str:
    """Accuracy and epochs; beyond the best of the weaker collection there are two accuracies."""
    accuracy = f"{match['accuracy']:.0%}"
    if match["beyond"]:
        accuracy = f"{match['first_accuracy']:.0%} and {match['second_accuracy']:.0%}"
    accuracy = accuracy.replace("%", " %")
    boosted = "boosted" in (match["first_protocol"], match["second_protocol"])
    name = "extents" if boosted else "epochs"
    return f"{accuracy}\n{name} {match['first_extent']} and {match['second_extent']}"
