"""Panels of histograms, which several kinds of figure share."""

from collections.abc import Callable

import pandas as pd
import seaborn
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Patch
from matplotlib.ticker import FixedLocator, FuncFormatter

from learning_order.figures import panel_numbers, style, wording
from learning_order.figures.page import Block, lay_out
from learning_order.figures.sources import NotToDraw

Size = tuple[float, float]  # width and height in inches

SCORE_LABELS = {"tp_agreement": "TP-agreement", "agreement": "Agreement"}

# Inches.
LABEL_ROOM = 0.48  # left of the first panel: the split, the axis label, tick labels
SPLIT_ROOM = 0.8  # of the name of a split in the legend
PANEL_GAP = 0.2
NARROWEST = 0.36  # a panel whose numbers fit above it
LINE = 0.1  # of the numbers above a panel
ROW_GAP = 0.07
TITLE_HEIGHT, HEADER_HEIGHT = 0.15, 0.14
TICKS_HEIGHT = 0.14
FOOTER_HEIGHT = 0.3  # axis label, legend
BLOCK_GAP = 0.06


def draw_page(
    blocks: list[pd.DataFrame], headings: list[str], extent_name: str | None = None
) -> Figure:
    """Blocks of panels under their headings, one below the other, with one legend."""
    width, size = page_sizes(blocks, headings)
    heights = [block_height(block, size) + BLOCK_GAP for block in blocks]
    data = pd.concat(blocks)
    text = panel_numbers.note(data)
    footer = FOOTER_HEIGHT + LINE * len(style.note_lines(text, width - 0.1)) + 0.06
    figure, placed, bottom = lay_out(blocks, headings, width, heights, footer=footer)
    for block in placed:
        draw_block(figure, block, size, extent_name=extent_name)
    centre = (LABEL_ROOM + width) / 2
    score = SCORE_LABELS[blocks[0]["score"].iloc[0]]
    style.text_at(figure, centre, bottom - 0.05, score, horizontalalignment="center")
    style.legend_at(figure, legend_handles(data), centre, bottom + 0.13)
    style.note_at(figure, 0.05, bottom + FOOTER_HEIGHT + 0.02, text, width - 0.1)
    return figure


def page_sizes(blocks: list[pd.DataFrame], headings: list[str]) -> tuple[float, Size]:
    """Width of the page in inches, on which the headings fit, and the size of each panel on it."""
    columns = max(block["extent"].nunique() for block in blocks)
    is_narrow = columns <= 3 and all(
        style.fits(text, style.COLUMN_WIDTH - 0.1) for text in headings
    )
    width = style.COLUMN_WIDTH if is_narrow else style.PAGE_WIDTH
    return width, panel_size(width - 0.08, columns)


def panel_size(width: float, columns: int) -> Size:
    """The size of each panel where `columns` stand beside each other in that width, in inches."""
    panel = (width - LABEL_ROOM - PANEL_GAP * (columns - 1)) / columns
    if panel < NARROWEST:
        raise NotToDraw(f"{columns} histograms do not fit a row: choose with the option `extents`")
    return panel, min(max(0.6 * panel, 0.42), 0.75)


def block_height(block: pd.DataFrame, size: Size) -> float:
    """Height in inches of what draw_block draws of these rows."""
    rows = block["split"].nunique()
    panels = rows * (panel_numbers.line_count(block) * LINE + size[1] + ROW_GAP) - ROW_GAP
    return TITLE_HEIGHT + HEADER_HEIGHT + panels + TICKS_HEIGHT


def draw_panel(axes: Axes, panel: pd.DataFrame, lines: list[str] | None = None) -> None:
    """One histogram, its null hypothesis, and above it the lines, if none its usual numbers."""
    draw_shares(axes, panel)
    if panel["null_share"].notna().all():
        draw_null(axes, panel, "null_share")
    peak = panel[["share", "null_share"]].max(axis=None)
    finish_panel(axes, panel, peak, lines)


def draw_shares(axes: Axes, panel: pd.DataFrame) -> None:
    """What was measured, as one area: between single bars, the page would shine through."""
    colour = style.split_colour(panel["split"].iloc[0])
    axes.stairs(panel["share"], _edges(panel), fill=True, color=colour, linewidth=0)


def draw_null(axes: Axes, panel: pd.DataFrame, column: str) -> None:
    """The shares that chance gives, in that column."""
    # Its area lies behind the bars and its outline over them: both are seen where they meet.
    axes.stairs(panel[column], _edges(panel), fill=True, color=style.NULL_FILL, zorder=0.5)
    axes.stairs(panel[column], _edges(panel), color=style.NULL, linewidth=0.8)


def _edges(panel: pd.DataFrame) -> list[float]:
    return [*panel["left"], panel["right"].iloc[-1]]


def finish_panel(
    axes: Axes, panel: pd.DataFrame, peak: float, lines: list[str] | None = None
) -> None:
    """Scales and ticks of a histogram whose highest bar is the peak, and the lines above it."""
    lines = panel_numbers.numbers_of(panel.iloc[0]) if lines is None else lines
    axes.set(xlim=(panel["left"].iloc[0], panel["right"].iloc[-1]), ylim=(0, 1.08 * peak))
    axes.xaxis.set_major_locator(FixedLocator([0, 0.5, 1]))
    axes.yaxis.set_major_locator(FixedLocator([_round_down(peak)]))
    for axis in (axes.xaxis, axes.yaxis):
        axis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:.2g}"))
    look: style.Look = {"fontsize": style.TINY, "ha": "center", "va": "bottom"}
    for number, line in enumerate(reversed(lines)):
        shift = (0, 72 * LINE * number + 0.5)
        axes.annotate(
            line,
            (0.5, 1),
            xycoords="axes fraction",
            xytext=shift,
            textcoords="offset points",
            **look,
        )
    seaborn.despine(ax=axes)


def draw_block(
    figure: Figure,
    block: Block,
    size: Size,
    draw_panel: Callable[[Axes, pd.DataFrame], None] = draw_panel,
    extent_name: str | None = None,
) -> None:
    """The panels of one collection under its heading: splits × extents.

    draw_panel(axes, rows of one split and extent) fills a panel; extent_name is what extents count,
    unless the protocol says it.
    """
    splits, extents = block.rows["split"].unique(), block.rows["extent"].unique()
    width = LABEL_ROOM + len(extents) * (size[0] + PANEL_GAP) - PANEL_GAP
    titles, suffix = extent_titles(block.rows, extent_name, size[0] + PANEL_GAP)
    style.heading_at(figure, block.left + 0.05, block.top, block.heading + suffix, width)
    numbers = panel_numbers.line_count(block.rows) * LINE
    first_row = block.top + TITLE_HEIGHT + HEADER_HEIGHT
    histograms = block.rows.groupby(["split", "extent"])
    for row, split in enumerate(splits):
        y = first_row + numbers + row * (numbers + size[1] + ROW_GAP)
        for column, extent in enumerate(extents):
            x = block.left + LABEL_ROOM + column * (size[0] + PANEL_GAP)
            axes = style.axes_at(figure, x, y, *size)
            draw_panel(axes, histograms.get_group((split, extent)))
            axes.tick_params(labelbottom=row == len(splits) - 1)
            if row == 0:
                axes.set_title(titles[column], fontsize=style.SMALL, pad=2 + 72 * numbers)
            if column == 0:
                label_row(figure, block.left, y, size[1], split)


def extent_titles(rows: pd.DataFrame, chosen: str | None, width: float) -> tuple[list[str], str]:
    """The titles of the columns of panels, and what to add to the heading.

    Where 'extents' in words do not fit that many inches, numbers stand there and the heading says
    what they count.
    """
    name, extents = wording.extent_name(rows["protocol"].unique(), chosen), rows["extent"].unique()
    titles = [wording.extent_label(name, number) for number in wording.extent_numbers(extents)]
    if max(map(len, titles)) * 0.052 <= width:
        return titles, ""
    return list(map(str, extents)), f", by {name}"


def label_row(figure: Figure, left: float, top: float, height: float, split: str) -> None:
    """The split and the word "share", left of the panels of a row, which are that high."""
    place = {"rotation": 90, "ha": "center", "verticalalignment": "center"}
    middle, name = top + height / 2, style.shortened(split, height + 0.2, style.TEXT)
    style.text_at(figure, left + 0.11, middle, name, **place)
    style.text_at(figure, left + 0.23, middle, "share", fontsize=style.TINY, **place)


def legend_handles(data: pd.DataFrame) -> list[Patch]:
    """What the colours mean."""
    splits = data["split"].unique()
    names = [style.shortened(split, SPLIT_ROOM, style.SMALL) for split in splits]
    colours = map(style.split_colour, splits)
    handles = [Patch(color=colour, label=name) for colour, name in zip(colours, names, strict=True)]
    if data["null_share"].notna().any():
        look: style.Look = {"facecolor": style.NULL_FILL, "edgecolor": style.NULL, "linewidth": 0.8}
        handles.append(Patch(label="null hypothesis", **look))
    return handles


def _round_down(value: float) -> float:
    """The largest round share (0.1, 0.2, 0.4, 0.6 and the like) that is at most the value."""
    steps = [digit * 10.0**power for power in range(-4, 1) for digit in (1, 2, 4, 6, 8)]
    return max(step for step in steps if step <= max(value, steps[0]))
