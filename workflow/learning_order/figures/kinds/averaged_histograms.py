"""Histograms of the mean TP-agreement of two collections that are equally accurate.

Two peaks remain only if both collections are right about the same examples (paper Fig 25).
"""

import math

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from learning_order.figures import histogram_panels, pair_page, panel_numbers, style, wording
from learning_order.figures.choices import evenly_chosen, model_count
from learning_order.figures.distribution_tables import (
    EQUAL_BINS,
    bin_edges,
    gives_one_class,
    near_ends,
    shares,
)
from learning_order.figures.page import blocks_of, lay_out
from learning_order.figures.pair_tables import Pair, matches, paired_extents, table
from learning_order.figures.sources import NotToDraw
from learning_order.scores import bimodality

OPTIONS = {
    "split": "test",
    "bins": None,  # number of equal bins over [0, 1]; none: one per value if they are few, or 20
    "panels": 4,  # histograms of a pair, spread evenly over the matches
    "accuracies": None,  # instead: a list per pair, or one for all; the nearest matches are shown
    "tolerance": 0.01,  # how far apart equal accuracies may be
    "same_examples": False,  # datasets of different names hold the same examples, in order
    "extent_name": None,  # what extents count; none: epochs, or what the protocol says
}

NOTE = (
    "Above each histogram: accuracy of both ensembles, their extents, and the bimodality B of the "
    "mean TP-agreement, raw."
)

# Inches.
ROW_HEADER, TITLES_HEIGHT, ROW_GAP = 0.16, 0.36, 0.08
LINE = 0.115
FOOTER_HEIGHT = 0.18


def tabulate(sources: list[Pair], options: dict) -> pd.DataFrame:
    """A row per bar; match numbers the histograms of a pair."""
    options = OPTIONS | options
    options.pop("extent_name")
    wanted = _wanted(options.pop("accuracies"), len(sources))
    parts = [
        table(_rows, [pair], options | {"accuracies": of_pair}).assign(pair=number)
        for number, (pair, of_pair) in enumerate(zip(sources, wanted, strict=True))
    ]
    return pd.concat(parts, ignore_index=True)


def _wanted(accuracies: list | None, pairs: int) -> list[list[float] | None]:
    """The accuracies to show of each pair."""
    if accuracies is None:
        return [None] * pairs
    if not isinstance(accuracies[0], list):
        return [accuracies] * pairs
    if len(accuracies) != pairs:
        raise NotToDraw(
            f"{len(accuracies)} lists of accuracies for {pairs} pairs: write one for each pair, or "
            "one for all"
        )
    return accuracies


def _chosen(found: list[dict], panels: int, accuracies: list[float] | None) -> list[dict]:
    """The matches nearest to the accuracies, each once, or so many evenly apart."""
    if accuracies is None:
        return evenly_chosen(found, panels)
    distances = [[abs(match["accuracy"] - wanted) for match in found] for wanted in accuracies]
    return [found[place] for place in sorted({int(np.argmin(row)) for row in distances})]


def _rows(
    pair: Pair,
    split: str,
    bins: int | None,
    panels: int,
    tolerance: float,
    same_examples: bool,
    accuracies: list[float] | None,
) -> pd.DataFrame:
    first, second = paired_extents(pair, split, same_examples)
    models = [model_count(collection) for collection in pair]
    # The mean of j/M and k/N is a multiple of 1/(2MN), or of a coarser step.
    steps = 2 * math.lcm(*models)
    if models[0] != models[1]:
        bins = bins or EQUAL_BINS  # not all steps can be reached: one bar per step would be a comb
    edges = bin_edges(steps, bins)
    found = _chosen(matches(pair, split, tolerance).to_dict("records"), panels, accuracies)
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
            **near_ends(mean),
            "one_class": any(gives_one_class(of_one) for of_one in of_both),
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
    members = [_members(block.iloc[0], width - 0.1) for block in blocks]
    header = ROW_HEADER + LINE * max(1 + text.count("\n") for text in members)
    height = header + TITLES_HEIGHT + size[1] + histogram_panels.TICKS_HEIGHT + ROW_GAP
    protocols = pd.unique(data[["first_protocol", "second_protocol"]].to_numpy().ravel())
    name = wording.extent_name(protocols, (OPTIONS | options)["extent_name"])
    note = f"{NOTE} {panel_numbers.remarks(data)}".strip()
    footer = FOOTER_HEIGHT + style.REMARK_LINE * len(style.note_lines(note, width - 0.1))
    figure, placed, bottom = lay_out(blocks, _headings(blocks), width, height, footer=footer)
    for block, text in zip(placed, members, strict=True):
        style.heading_at(figure, 0.05, block.top, block.heading, width - 0.1)
        style.text_at(figure, 0.05, block.top + ROW_HEADER, text, fontsize=style.SMALL)
        draw_row(figure, block.rows, block.top + header + TITLES_HEIGHT, size, name)
    centre = (histogram_panels.LABEL_ROOM + width) / 2
    style.text_at(figure, centre, bottom, "mean TP-agreement of both collections", ha="center")
    style.note_at(figure, 0.05, bottom + FOOTER_HEIGHT - 0.02, note, width - 0.1)
    return figure


def draw_row(
    figure: Figure, row: pd.DataFrame, top: float, size: histogram_panels.Size, name: str
) -> None:
    """The histograms of one pair under their titles, their upper edge that far down the page."""
    for column, (_, panel) in enumerate(row.groupby("match")):
        left = histogram_panels.LABEL_ROOM + column * (size[0] + histogram_panels.PANEL_GAP)
        axes = style.axes_at(figure, left, top, *size)
        first = panel.iloc[0]
        histogram_panels.draw_panel(axes, panel, panel_numbers.bimodality_lines(first))
        pad = 2 + 72 * histogram_panels.LINE
        axes.set_title(_title(first, name), fontsize=style.TINY, pad=pad)
    histogram_panels.label_row(figure, 0, top, size[1], row["split"].iloc[0])


def _headings(blocks: list[pd.DataFrame]) -> list[str]:
    """'a) fish' for the rows of each pair."""
    return [
        f"{letter}{pair_page.datasets(block.iloc[0])}"
        for letter, block in zip(wording.letters(len(blocks)), blocks, strict=True)
    ]


def _members(first: pd.Series, width: float) -> str:
    """'st-vgg (100 models) and vgg19 (20 models)', in lines of at most that many inches."""
    return style.lines(" and ".join(pair_page.names_with_models(first)), width)


def _title(match: pd.Series, name: str) -> str:
    """Accuracy and extents; beyond the best of the weaker collection there are two accuracies."""
    shown = ("first_accuracy", "second_accuracy") if match["beyond"] else ("accuracy",)
    accuracy = " and ".join(wording.percent(match[of]) for of in shown)
    star = "*" if match["one_class"] else ""
    both = " and ".join(map(wording.extent_number, match[["first_extent", "second_extent"]]))
    return f"{accuracy}{star}\n{wording.extent_label(name, both).replace('epoch ', 'epochs ')}"
