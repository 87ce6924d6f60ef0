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
    "null_hypothesis": False,  # add the map of the null hypothesis below each
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
    """Splits, and the null hypothesis below each if asked, × collections; one colour bar."""
    blocks = blocks_of(data)
    maps = _maps(data)
    page = style.PAGE_WIDTH if len(blocks) > 2 else style.COLUMN_WIDTH
    width = (page - LABEL_ROOM - BAR_ROOM - MAP_GAP * (len(blocks) - 1)) / len(blocks)
    width = min(width, MOST_MAP_WIDTH)
    height = min(max(0.8 * width, 0.9), 1.3)
    titles = [style.lines(title, width) for title in _titles(blocks)]
    numbers = style.REMARK_LINE * len(panel_numbers.ranges_of(data)) + heatmap_panels.PAD / 72
    note = f"{panel_numbers.note(data)} {heatmap_panels.SCALE}"
    written = style.REMARK_LINE * len(style.note_lines(note, page - 0.1))
    top = 0.06 + LINE * max(title.count("\n") + 1 for title in titles) + numbers
    row_height = height + numbers + ROW_GAP
    figure, placed, bottom = lay_out(
        blocks,
        titles,
        page,
        top + len(maps) * row_height - numbers - ROW_GAP,
        beside=len(blocks),
        step=width + MAP_GAP,
        top=0.0,
        footer=FOOTER_HEIGHT + written,
    )
    labelled: set[Map] = set()
    for block in placed:
        left = LABEL_ROOM + block.left
        _write_title(figure, left + width / 2, block.heading)
        present = [each for each in maps if _holds(block.rows, each)]
        for each in present:
            row = top + maps.index(each) * row_height
            axes = style.axes_at(figure, left, row, width, height)
            rows = block.rows[block.rows["split"] == each.split]
            image = heatmap_panels.draw_map(axes, rows, each.value)
            is_first = each not in labelled
            axes.tick_params(labelbottom=each == present[-1], labelleft=is_first)
            if is_first:
                axes.set_ylabel(f"{each.label}\nTP-agreement", fontsize=style.SMALL, labelpad=2)
            labelled.add(each)
    right = LABEL_ROOM + len(blocks) * (width + MAP_GAP)
    centre = (LABEL_ROOM + right - MAP_GAP) / 2
    name = wording.extent_name(data["protocol"].unique(), (OPTIONS | options)["extent_name"])
    style.text_at(figure, centre, bottom + 0.16, name, ha="center")
    style.note_at(figure, 0.05, bottom + FOOTER_HEIGHT - 0.04, note, page - 0.1)
    bar = style.axes_at(figure, right, top, 0.08, bottom - top)
    heatmap_panels.colour_bar(figure, image, bar, "vertical")
    return figure


class Map(NamedTuple):
    """What a row of maps shows: a split, and the column of the table."""

    split: str
    value: str

    @property
    def label(self) -> str:
        return self.split if self.value == "share" else f"{self.split}, null"


def _maps(data: pd.DataFrame) -> list[Map]:
    """Of each split what was measured, then the null hypothesis if asked."""
    every = [Map(split, of) for split in data["split"].unique() for of in ("share", "null_share")]
    return [each for each in every if _holds(data, each)]


def _holds(data: pd.DataFrame, each: Map) -> bool:
    """A collection may lack a split that another has."""
    return data.loc[data["split"] == each.split, each.value].notna().any()


def _titles(blocks: list[pd.DataFrame]) -> list[str]:
    """Dataset, architecture and number of models, with a letter where there are several."""
    titles = []
    for letter, block in zip(wording.letters(len(blocks)), blocks, strict=True):
        dataset, architecture, models = block.iloc[0][["dataset", "architecture", "models"]]
        models = wording.count_of_models(models)
        titles.append(f"{letter}{dataset}\n{architecture}\n{models}")
    return titles


def _write_title(figure: Figure, centre: float, title: str) -> None:
    for number, line in enumerate(title.split("\n")):
        top = 0.04 + number * LINE
        style.text_at(figure, centre, top, line, fontsize=style.SMALL, ha="center")
