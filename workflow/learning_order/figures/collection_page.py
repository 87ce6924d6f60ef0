"""A page of panels, one a collection, with a legend of its own below each."""

from typing import NamedTuple

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from learning_order.figures import style, wording

# Inches.
LEFT_ROOM, RIGHT_ROOM = 0.5, 0.12
TITLE_HEIGHT, LABEL_HEIGHT = 0.22, 0.34
LEGEND_LINE = 0.14


class Panel(NamedTuple):
    """The axes of one collection, its rows, and where its legend goes, in inches."""

    axes: Axes
    rows: pd.DataFrame
    centre: float
    below: float


def page(data: pd.DataFrame, height: float, legend_lines: int) -> tuple[Figure, list[Panel]]:
    """Headed panels of that height; one is as wide as a column, more stand two beside another."""
    blocks = [block for _, block in data.groupby("collection", sort=False)]
    beside = min(2, len(blocks))
    width = style.PAGE_WIDTH if beside == 2 else style.COLUMN_WIDTH
    below = LABEL_HEIGHT + legend_lines * LEGEND_LINE + 0.08
    step_x, step_y = width / beside, TITLE_HEIGHT + height + below
    figure = style.new_figure(width, step_y * -(-len(blocks) // beside))
    panels = []
    for number, (heading, block) in enumerate(zip(wording.headings(blocks), blocks, strict=True)):
        left, top = step_x * (number % beside), step_y * (number // beside)
        bold = {"fontweight": "bold", "fontsize": style.heading_size(heading, step_x - 0.15)}
        style.text_at(figure, left + 0.05, top + 0.05, heading, **bold)
        inner = step_x - LEFT_ROOM - RIGHT_ROOM
        axes = style.axes_at(figure, left + LEFT_ROOM, top + TITLE_HEIGHT, inner, height)
        legend_top = top + TITLE_HEIGHT + height + LABEL_HEIGHT
        panels.append(Panel(axes, block, left + step_x / 2, legend_top))
    return figure, panels
