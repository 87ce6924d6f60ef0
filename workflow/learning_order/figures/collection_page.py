"""A page with one panel per collection, each with a legend of its own below."""

import pandas as pd
from matplotlib.figure import Figure

from learning_order.figures import style, wording
from learning_order.figures.page import Panel, blocks_of, lay_out

# Inches.
LEFT_ROOM, RIGHT_ROOM = 0.5, 0.12
TITLE_HEIGHT, LABEL_HEIGHT = 0.22, 0.34
LEGEND_LINE = 0.14


def lay_out_panels(
    data: pd.DataFrame, height: float, legend_lines: int, footer: float = 0.0
) -> tuple[Figure, list[Panel]]:
    """Headed panels of that height in inches; one is as wide as a column, more stand in twos.

    footer: inches below the legend of each.
    """
    blocks = blocks_of(data)
    beside = min(2, len(blocks))
    width = style.PAGE_WIDTH if beside == 2 else style.COLUMN_WIDTH
    step = width / beside
    below = LABEL_HEIGHT + legend_lines * LEGEND_LINE + 0.08 + footer
    headings, rows = wording.headings(blocks), TITLE_HEIGHT + height + below
    figure, placed, _ = lay_out(blocks, headings, width, rows, beside=beside, step=step, top=0.0)
    panels = []
    for block in placed:
        style.heading_at(figure, block.left + 0.05, block.top + 0.05, block.heading, step - 0.15)
        top, inner = block.top + TITLE_HEIGHT, step - LEFT_ROOM - RIGHT_ROOM
        axes = style.axes_at(figure, block.left + LEFT_ROOM, top, inner, height)
        legend_top = top + height + LABEL_HEIGHT
        panels.append(Panel(axes, block.rows, block.left + step / 2, legend_top))
    return figure, panels
