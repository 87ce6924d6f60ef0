"""Panels of histograms, which several kinds of figure share."""

from collections.abc import Callable

import pandas as pd
import seaborn
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Patch
from matplotlib.ticker import FixedLocator, FuncFormatter

from learning_order.figures import style, wording
from learning_order.figures.page import Block, lay_out
from learning_order.figures.sources import NotToDraw

Size = tuple[float, float]  # width and height in inches

SCORE_LABELS = {"tp_agreement": "TP-agreement", "agreement": "Agreement"}

# Inches.
LABEL_ROOM = 0.48  # left of the first panel: the split, the axis label, tick labels
PANEL_GAP = 0.2
NARROWEST = 0.36  # a panel that still holds its bimodality
ROW_GAP = 0.09
TITLE_HEIGHT, HEADER_HEIGHT = 0.15, 0.14
TICKS_HEIGHT = 0.14
FOOTER_HEIGHT = 0.3  # axis label, legend
BLOCK_GAP = 0.06


def draw_page(blocks: list[pd.DataFrame], headings: list[str]) -> Figure:
    """Blocks of panels under their headings, one below the other, with one legend."""
    width, size = page_sizes(blocks)
    heights = [block_height(block, size) + BLOCK_GAP for block in blocks]
    figure, placed, bottom = lay_out(blocks, headings, width, heights, footer=FOOTER_HEIGHT)
    for block in placed:
        draw_block(figure, block, size)
    centre = (LABEL_ROOM + width) / 2
    score = SCORE_LABELS[blocks[0]["score"].iloc[0]]
    style.text_at(figure, centre, bottom - 0.05, score, horizontalalignment="center")
    style.legend_at(figure, legend_handles(pd.concat(blocks)), centre, bottom + 0.13)
    return figure


def page_sizes(blocks: list[pd.DataFrame]) -> tuple[float, Size]:
    """Width of the page in inches, and the size of each panel on it."""
    columns = max(block["extent"].nunique() for block in blocks)
    width = style.PAGE_WIDTH if columns > 3 else style.COLUMN_WIDTH
    return width, panel_size(width - 0.08, columns)


def panel_size(width: float, columns: int) -> Size:
    """The size of each panel where `columns` stand beside each other in that width, in inches."""
    panel = (width - LABEL_ROOM - PANEL_GAP * (columns - 1)) / columns
    if panel < NARROWEST:
        raise NotToDraw(f"{columns} histograms do not fit a row: choose with the option `extents`")
    return panel, min(max(0.75 * panel, 0.5), 0.9)


def block_height(block: pd.DataFrame, size: Size) -> float:
    """Height in inches of what draw_block draws of these rows."""
    rows = block["split"].nunique()
    return TITLE_HEIGHT + HEADER_HEIGHT + rows * (size[1] + ROW_GAP) - ROW_GAP + TICKS_HEIGHT


def draw_panel(axes: Axes, panel: pd.DataFrame) -> None:
    """One histogram, its null hypothesis and its bimodality."""
    split, widths = panel["split"].iloc[0], panel["right"] - panel["left"]
    colour = style.split_colour(split)
    axes.bar(panel["left"], panel["share"], widths, align="edge", color=colour, linewidth=0)
    if panel["null_share"].notna().all():
        draw_null(axes, panel, "null_share")
    peak = panel[["share", "null_share"]].max(axis=None)
    finish_panel(axes, panel, peak)


def draw_null(axes: Axes, panel: pd.DataFrame, column: str) -> None:
    """The shares that chance gives, in that column."""
    # Its area lies behind the bars and its outline over them: both are seen where they meet.
    edges = [*panel["left"], panel["right"].iloc[-1]]
    axes.stairs(panel[column], edges, fill=True, color=style.NULL_FILL, zorder=0.5)
    axes.stairs(panel[column], edges, color=style.NULL, linewidth=0.8)


def finish_panel(axes: Axes, panel: pd.DataFrame, peak: float) -> None:
    """Scales, ticks and the bimodality of a histogram whose highest bar is the peak."""
    # A quarter of the height is kept free for the bimodality.
    axes.set(xlim=(panel["left"].iloc[0], panel["right"].iloc[-1]), ylim=(0, 1.34 * peak))
    axes.xaxis.set_major_locator(FixedLocator([0, 0.5, 1]))
    axes.yaxis.set_major_locator(FixedLocator([_round_down(peak)]))
    for axis in (axes.xaxis, axes.yaxis):
        axis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:.2g}"))
    if panel["score"].iloc[0] == "tp_agreement":  # the bimodality is that of the TP-agreement
        text = wording.bimodality_label(panel["bimodality"].iloc[0])
        axes.text(
            0.5, 0.97, text, fontsize=style.TINY, ha="center", va="top", transform=axes.transAxes
        )
    seaborn.despine(ax=axes)


def draw_block(
    figure: Figure,
    block: Block,
    size: Size,
    draw_panel: Callable[[Axes, pd.DataFrame], None] = draw_panel,
) -> None:
    """The panels of one collection under its heading: splits × extents.

    draw_panel(axes, rows of one split and extent) fills a panel.
    """
    splits, extents = block.rows["split"].unique(), block.rows["extent"].unique()
    width = LABEL_ROOM + len(extents) * (size[0] + PANEL_GAP) - PANEL_GAP
    style.heading_at(figure, block.left + 0.05, block.top, block.heading, width)
    first_row = block.top + TITLE_HEIGHT + HEADER_HEIGHT
    histograms = block.rows.groupby(["split", "extent"])
    for row, split in enumerate(splits):
        y = first_row + row * (size[1] + ROW_GAP)
        for column, extent in enumerate(extents):
            x = block.left + LABEL_ROOM + column * (size[0] + PANEL_GAP)
            axes = style.axes_at(figure, x, y, *size)
            draw_panel(axes, histograms.get_group((split, extent)))
            axes.tick_params(labelbottom=row == len(splits) - 1)
            if row == 0:
                axes.set_title(f"epoch {extent}", fontsize=style.SMALL, pad=2)
            if column == 0:
                label_row(figure, block.left, y + size[1] / 2, split)


def label_row(figure: Figure, left: float, middle: float, split: str) -> None:
    """The split and the word "share", left of the panels of a row."""
    place = {"rotation": 90, "ha": "center", "verticalalignment": "center"}
    style.text_at(figure, left + 0.11, middle, split, **place)
    style.text_at(figure, left + 0.23, middle, "share", fontsize=style.TINY, **place)


def legend_handles(data: pd.DataFrame) -> list[Patch]:
    """What the colours mean."""
    splits = data["split"].unique()
    handles = [Patch(color=style.split_colour(split), label=split) for split in splits]
    if data["null_share"].notna().any():
        look: style.Look = {"facecolor": style.NULL_FILL, "edgecolor": style.NULL, "linewidth": 0.8}
        handles.append(Patch(label="null hypothesis", **look))
    return handles


def _round_down(value: float) -> float:
    """The largest round share (0.1, 0.2, 0.5 and the like) that is at most the value."""
    steps = [digit * 10.0**power for power in range(-4, 1) for digit in (1, 2, 4, 6, 8)]
    return max(step for step in steps if step <= max(value, steps[0]))
