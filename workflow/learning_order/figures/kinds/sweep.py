"""Many collections that differ in one thing each: per collection a row of histograms.

Meant for the robustness of a result to hyper-parameters (paper Suppl D). The rightmost column is
the largest bimodality over the shown extents above 0: how far the collection ever is from two
points.
"""

from itertools import takewhile

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from learning_order.figures import histogram_panels, style, wording
from learning_order.figures.choices import check_split
from learning_order.figures.distribution_tables import FEW_EXTENTS, distribution_table
from learning_order.figures.page import Block, blocks_of, lay_out
from learning_order.tables.collection import Collection

OPTIONS = {
    "null_hypothesis": True,  # show the null hypothesis
    "split": "test",
    "bins": None,  # number of equal bins over [0, 1]; none: one per value k/N if they are few
    "extents": None,  # columns; none: every extent of the collection, or seven of more
}

# Inches.
PANEL_WIDTH, PANEL_HEIGHT, PANEL_GAP, ROW_GAP = 0.52, 0.3, 0.18, 0.1
LABEL_ROOM, VALUE_ROOM = 1.05, 0.62
HEADER_HEIGHT, FOOTER_HEIGHT = 0.5, 0.5


def tabulate(sources: list[Collection], options: dict) -> pd.DataFrame:
    """A row per bar."""
    chosen = OPTIONS | options
    split = chosen.pop("split")
    for source in sources:
        check_split(source, split)
    return distribution_table(sources, splits=[split], most_extents=FEW_EXTENTS, **chosen)


@style.paper()
def draw(data: pd.DataFrame, options: dict) -> Figure:
    """A row per collection, a column per extent, and the largest bimodality."""
    rows = blocks_of(data)
    columns = max(row["extent"].nunique() for row in rows)
    panels_width = columns * (PANEL_WIDTH + PANEL_GAP) - PANEL_GAP
    width, height = LABEL_ROOM + panels_width + VALUE_ROOM, PANEL_HEIGHT + ROW_GAP
    names = _short_names([row["architecture"].iloc[0] for row in rows])
    figure, placed, bottom = lay_out(
        rows, names, width, height, top=HEADER_HEIGHT, footer=FOOTER_HEIGHT
    )
    value_centre = LABEL_ROOM + panels_width + VALUE_ROOM / 2
    _draw_header(figure, data, value_centre)
    for block in placed:
        _draw_row(figure, block, is_last=block is placed[-1])
        value = wording.bimodality_label(largest_bimodality(block.rows)).removeprefix("B = ")
        middle = {"horizontalalignment": "center", "verticalalignment": "center"}
        style.text_at(figure, value_centre, block.top + PANEL_HEIGHT / 2, value, **middle)
    centre = LABEL_ROOM + panels_width / 2
    style.text_at(figure, centre, bottom + 0.12, "TP-agreement", horizontalalignment="center")
    style.legend_at(figure, histogram_panels.legend_handles(data), centre, bottom + 0.3)
    return figure


def largest_bimodality(row: pd.DataFrame) -> float:
    """The largest over the extents above 0 of one collection; NaN where there is none."""
    values = row.loc[row["extent"] > 0, "bimodality"].dropna()
    return values.max() if len(values) else np.nan


def _draw_header(figure: Figure, data: pd.DataFrame, value_centre: float) -> None:
    first = data.iloc[0]
    models = wording.span(data["models"].min(), data["models"].max())
    heading = f"{first['dataset']}, {first['split']} split, {models} models each"
    style.heading_at(figure, 0.05, 0.05, heading, figure.get_size_inches()[0] - 0.1)
    style.text_at(
        figure,
        value_centre,
        HEADER_HEIGHT - 0.06,
        "largest B\nafter epoch 0",
        fontsize=style.TINY,
        horizontalalignment="center",
        verticalalignment="bottom",
    )


def _draw_row(figure: Figure, block: Block, is_last: bool) -> None:
    size = style.TEXT * min(1, (LABEL_ROOM - 0.35) / (0.058 * len(block.heading)))
    place = {"verticalalignment": "center", "fontsize": size}
    style.text_at(figure, 0.05, block.top + PANEL_HEIGHT / 2, block.heading, **place)
    for column, (extent, panel) in enumerate(block.rows.groupby("extent")):
        left = LABEL_ROOM + column * (PANEL_WIDTH + PANEL_GAP)
        axes = style.axes_at(figure, left, block.top, PANEL_WIDTH, PANEL_HEIGHT)
        histogram_panels.draw_panel(axes, panel)
        axes.tick_params(labelbottom=is_last)
        if block.top == HEADER_HEIGHT:
            axes.set_title(f"epoch {extent}", fontsize=style.SMALL, pad=2)


def _short_names(names: list[str]) -> list[str]:
    """The names without the words that all begin with: 'relu' for 'st-vgg-relu' beside 'st-vgg'."""
    words = zip(*(name.split("-") for name in names), strict=False)
    shared = [column[0] for column in takewhile(lambda column: len(set(column)) == 1, words)]
    start = sum(len(word) + 1 for word in shared) if len(names) > 1 else 0
    return [name[start:] or name for name in names]
