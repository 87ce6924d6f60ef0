"""Heat maps of the TP-agreement over the whole of training: a column per collection.

x is the extent, y the TP-agreement, intensity the share of the examples.
"""

from typing import NamedTuple

import pandas as pd
from matplotlib.figure import Figure

from learning_order.figures import heatmap_panels, panel_numbers, style, wording
from learning_order.figures.distribution_tables import distribution_table
from learning_order.figures.page import blocks_of, lay_out
from learning_order.tables.collection import Collection

OPTIONS = {
    "splits": None,  # rows, top to bottom; none: train and test, if they are there
    "bins": None,  # number of equal bins over [0, 1]; none: one per value k/N if they are few
    "extents": None,  # columns of each map; none: every extent of the collection
    "null_hypothesis": False,  # add the map of the null hypothesis right of each collection's
    "extent_name": None,  # what extents count; none: epochs, or what the protocol says
    "at_100": False,  # also the bimodality that a hundred such models would have
}

# Inches.
LABEL_ROOM, BAR_ROOM = 0.52, 0.6  # left of the first map, right of the last
MAP_GAP, ROW_GAP = 0.14, 0.08
LINE = 0.125
FOOTER_HEIGHT = 0.36
MOST_MAP_WIDTH = 2.2


def tabulate(sources: list[Collection], options: dict) -> pd.DataFrame:
    """A row per cell."""
    chosen = OPTIONS | options
    chosen.pop("extent_name")
    return distribution_table(sources, **chosen)


@style.paper()
def draw(data: pd.DataFrame, options: dict) -> Figure:
    """Splits × collections, one colour bar."""
    columns = _columns(data)
    splits = list(data["split"].unique())
    page = style.PAGE_WIDTH if len(columns) > 2 else style.COLUMN_WIDTH
    width = (page - LABEL_ROOM - BAR_ROOM - MAP_GAP * (len(columns) - 1)) / len(columns)
    width = min(width, MOST_MAP_WIDTH)
    height = min(max(0.8 * width, 0.9), 1.3)
    titles = [style.lines(column.title, width) for column in columns]
    numbers = style.REMARK_LINE * len(panel_numbers.ranges_of(data)) + heatmap_panels.PAD / 72
    note = f"{panel_numbers.note(data)} {heatmap_panels.SCALE}"
    written = style.REMARK_LINE * len(style.note_lines(note, page - 0.1))
    top = 0.06 + LINE * max(title.count("\n") + 1 for title in titles) + numbers
    row_height = height + numbers + ROW_GAP
    figure, placed, bottom = lay_out(
        [column.rows for column in columns],
        titles,
        page,
        top + len(splits) * row_height - numbers - ROW_GAP,
        beside=len(columns),
        step=width + MAP_GAP,
        top=0.0,
        footer=FOOTER_HEIGHT + written,
    )
    labelled: set[str] = set()
    for block, column in zip(placed, columns, strict=True):
        left = LABEL_ROOM + block.left
        _write_title(figure, left + width / 2, block.heading)
        # A collection may lack a split that another has.
        present = [split for split in splits if split in set(block.rows["split"])]
        for split in present:
            row = top + splits.index(split) * row_height
            axes = style.axes_at(figure, left, row, width, height)
            rows = block.rows[block.rows["split"] == split]
            image = heatmap_panels.draw_map(axes, rows, column.value)
            is_first = split not in labelled
            axes.tick_params(labelbottom=split == present[-1], labelleft=is_first)
            if is_first:
                axes.set_ylabel(f"{split}\nTP-agreement", fontsize=style.SMALL, labelpad=2)
            labelled.add(split)
    right = LABEL_ROOM + len(columns) * (width + MAP_GAP)
    centre = (LABEL_ROOM + right - MAP_GAP) / 2
    name = wording.extent_name(data["protocol"].unique(), (OPTIONS | options)["extent_name"])
    style.text_at(figure, centre, bottom + 0.16, name, ha="center")
    style.note_at(figure, 0.05, bottom + FOOTER_HEIGHT - 0.04, note, page - 0.1)
    bar = style.axes_at(figure, right, top, 0.08, bottom - top)
    heatmap_panels.colour_bar(figure, image, bar, "vertical")
    return figure


class Column(NamedTuple):
    """A column of maps: its title, its rows, and the column of the table that is shown."""

    title: str
    rows: pd.DataFrame
    value: str


def _columns(data: pd.DataFrame) -> list[Column]:
    """Of each collection the maps of what was measured, then of the null hypothesis if asked."""
    columns = []
    for block in blocks_of(data):
        dataset, architecture, models = block.iloc[0][["dataset", "architecture", "models"]]
        models = wording.count_of_models(models)
        columns.append(Column(f"{dataset}\n{architecture}\n{models}", block, "share"))
        if block["null_share"].notna().any():
            title = f"{dataset}\nnull hypothesis\n{models}"
            columns.append(Column(title, block, "null_share"))
    letters = wording.letters(len(columns))
    return [
        column._replace(title=letter + column.title)
        for letter, column in zip(letters, columns, strict=True)
    ]


def _write_title(figure: Figure, centre: float, title: str) -> None:
    for number, line in enumerate(title.split("\n")):
        top = 0.04 + number * LINE
        style.text_at(figure, centre, top, line, fontsize=style.SMALL, ha="center")
