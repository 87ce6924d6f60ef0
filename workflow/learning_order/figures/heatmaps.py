"""Heat maps of the TP-agreement over the whole of learning: a column per collection.

x is the extent, y the TP-agreement, intensity the share of the examples. Shares are shown on
a square-root scale: the examples on which models disagree are few, and would vanish.
"""

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.colors import PowerNorm
from matplotlib.figure import Figure

from learning_order.figures import style
from learning_order.figures.distributions import distribution_table
from learning_order.figures.sources import Collection

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
            image = draw_map(axes, rows, value)
            is_first = split not in labelled
            axes.tick_params(labelbottom=split == lowest, labelleft=is_first)
            if is_first:
                labelled.add(split)
                axes.set_ylabel(f"{split}\nTP-agreement", fontsize=style.SMALL, labelpad=2)
    bottom = top + len(splits) * step - ROW_GAP
    centre = LABEL_ROOM + (len(columns) * (width + MAP_GAP) - MAP_GAP) / 2
    style.text_at(figure, centre, bottom + 0.16, "epochs trained", ha="center")
    bar_left = LABEL_ROOM + len(columns) * (width + MAP_GAP)
    colour_bar(figure, image, style.axes_at(figure, bar_left, top, 0.08, bottom - top), "vertical")
    return figure


def draw_map(axes: Axes, data: pd.DataFrame, value: str = "share"):
    """One split of one collection; value is the column shown: share or null_share."""
    table = data.set_index(["left", "extent"])[value].unstack()  # noqa: PD010 (nothing to pool)
    extents = list(table.columns)
    edges = table.index[0], data["right"].max()
    image = axes.imshow(
        table.to_numpy(),
        cmap=style.INTENSITY,
        norm=PowerNorm(0.5, vmin=0, vmax=1),
        origin="lower",
        extent=(0, len(extents), *edges),
        aspect="auto",
        interpolation="nearest",
    )
    shown = range(0, len(extents), _label_step(axes, extents))
    axes.set_xticks([i + 0.5 for i in shown], [str(extents[i]) for i in shown])
    axes.set_yticks([0, 0.5, 1], ["0", "0.5", "1"])
    column = "bimodality" if value == "share" else "null_bimodality"
    axes.set_title(_range(data[column]), fontsize=style.TINY, loc="right", pad=1.5)
    return image


def colour_bar(figure: Figure, image, axes: Axes, orientation: str) -> None:
    """The key to the intensity, on those axes."""
    bar = figure.colorbar(image, cax=axes, orientation=orientation)
    bar.set_ticks([0, 0.01, 0.1, 0.25, 0.5, 1], labels=["0", ".01", ".1", ".25", ".5", "1"])
    bar.ax.minorticks_off()
    bar.set_label("share of examples", fontsize=style.SMALL, labelpad=2)
    bar.ax.tick_params(labelsize=style.TINY, length=2, width=0.5, pad=1.5)
    bar.outline.set_linewidth(0.5)


def _label_step(axes: Axes, extents: list[int]) -> int:
    """Every how manieth extent can be labelled without the labels touching."""
    width = axes.get_position().width * axes.figure.get_size_inches()[0]
    label = 0.045 * len(str(max(extents))) + 0.06
    return int(np.ceil(len(extents) * label / width))


def _columns(data: pd.DataFrame) -> list[tuple[str, pd.DataFrame, str]]:
    """Title, rows and value column of each column of maps."""
    columns = []
    blocks = [block for _, block in data.groupby("collection", sort=False)]
    for block in blocks:
        dataset, architecture, models = block.iloc[0][["dataset", "architecture", "models"]]
        models = style.count_of_models(models)
        columns.append((f"{dataset}\n{architecture}\n{models}", block, "share"))
        if block["null_share"].notna().any():
            columns.append((f"{dataset}\nnull hypothesis\n{models}", block, "null_share"))
    letters = style.letters(len(columns))
    named = zip(letters, columns, strict=True)
    return [(letter + title, *rest) for letter, (title, *rest) in named]


def _range(values: pd.Series) -> str:
    """The least and greatest bimodality over the extents."""
    if values.isna().all():
        return style.bimodality_label(np.nan)
    low, high = values.min(), values.max()
    return style.bimodality_label(low) if low == high else f"B = {low:.2f} … {high:.2f}"
