"""Heat maps of the TP-agreement over the whole of learning: a column per collection.

x is the extent, y the TP-agreement, intensity the share of the examples. Shares are shown on
a square-root scale: the examples on which models disagree are few, and would vanish.
"""

import pandas as pd
from matplotlib.figure import Figure

from learning_order.figures import heatmap_panels, style, wording
from learning_order.figures.distribution_tables import distribution_table
from learning_order.tables.collection import Collection

OPTIONS = {
    "splits": None,  # rows, top to bottom; none: train and test, if they are there
    "bins": None,  # number of equal bins over [0, 1]; none: one a value k/N if they are few
    "extents": None,  # columns of each map; none: every extent of the collection
    "null_hypothesis": False,  # add the map of the null hypothesis right of each collection's
}

# Inches.
LABEL_ROOM, BAR_ROOM = 0.52, 0.6  # left of the first map, right of the last
MAP_GAP, ROW_GAP = 0.14, 0.2
LINE = 0.125
FOOTER_HEIGHT = 0.33
MOST_MAP_WIDTH = 2.2


def tabulate(sources: list[Collection], options: dict) -> pd.DataFrame:
    """A row per cell."""
    return distribution_table(sources, **(OPTIONS | options))


@style.paper()
def draw(data: pd.DataFrame, options: dict) -> Figure:
    """Splits × collections, one colour bar."""
    columns = _columns(data)
    splits = list(data["split"].unique())
    page = style.PAGE_WIDTH if len(columns) > 2 else style.COLUMN_WIDTH
    width = (page - LABEL_ROOM - BAR_ROOM - MAP_GAP * (len(columns) - 1)) / len(columns)
    width = min(width, MOST_MAP_WIDTH)
    height = min(max(0.8 * width, 0.9), 1.3)
    titles = [style.lines(title, width) for title, _, _ in columns]
    top = 0.04 + LINE * max(title.count("\n") + 1 for title in titles) + 0.16
    step, labelled = height + ROW_GAP, set()
    figure = style.new_figure(page, top + len(splits) * step - ROW_GAP + FOOTER_HEIGHT)
    for column, (title, (_, block, value)) in enumerate(zip(titles, columns, strict=True)):
        left = LABEL_ROOM + column * (width + MAP_GAP)
        for number, line in enumerate(title.split("\n")):
            place = left + width / 2, 0.04 + number * LINE
            style.text_at(figure, *place, line, fontsize=style.SMALL, ha="center")
        lowest = [split for split in splits if split in set(block["split"])][-1]
        for row, split in enumerate(splits):
            axes = style.axes_at(figure, left, top + row * step, width, height)
            rows = block[block["split"] == split]
            if rows.empty:  # a collection that has only the other split
                axes.set_axis_off()
                continue
            image = heatmap_panels.draw_map(axes, rows, value)
            is_first = split not in labelled
            axes.tick_params(labelbottom=split == lowest, labelleft=is_first)
            if is_first:
                labelled.add(split)
                axes.set_ylabel(f"{split}\nTP-agreement", fontsize=style.SMALL, labelpad=2)
    bottom = top + len(splits) * step - ROW_GAP
    centre = LABEL_ROOM + (len(columns) * (width + MAP_GAP) - MAP_GAP) / 2
    style.text_at(figure, centre, bottom + 0.16, "epochs trained", ha="center")
    bar_left = LABEL_ROOM + len(columns) * (width + MAP_GAP)
    heatmap_panels.colour_bar(
        figure, image, style.axes_at(figure, bar_left, top, 0.08, bottom - top), "vertical"
    )
    return figure


def _columns(data: pd.DataFrame) -> list[tuple[str, pd.DataFrame, str]]:
    """Title, rows and value column of each column of maps."""
    columns = []
    blocks = [block for _, block in data.groupby("collection", sort=False)]
    for block in blocks:
        dataset, architecture, models = block.iloc[0][["dataset", "architecture", "models"]]
        models = wording.count_of_models(models)
        columns.append((f"{dataset}\n{architecture}\n{models}", block, "share"))
        if block["null_share"].notna().any():
            columns.append((f"{dataset}\nnull hypothesis\n{models}", block, "null_share"))
    letters = wording.letters(len(columns))
    named = zip(letters, columns, strict=True)
    return [(letter + title, *rest) for letter, (title, *rest) in named]
