"""Collections side by side: histograms at a few extents, and beneath them the heat maps.

Real data beside synthetic data, say: the first agree on every example, the second do not.
"""

import pandas as pd
from matplotlib.figure import Figure
from matplotlib.image import AxesImage

from learning_order.figures import (
    heatmap_panels,
    histogram_panels,
    panel_numbers,
    style,
    wording,
)
from learning_order.figures.choices import chosen_extents, evenly_chosen
from learning_order.figures.distribution_tables import distribution_table
from learning_order.figures.page import Block, blocks_of, lay_out
from learning_order.tables.collection import Collection

OPTIONS = {
    "labels": None,  # a word before the name of each collection: [real, synthetic]
    "extents": None,  # shown as histograms; none: four, spread over the collection's extents
    "splits": None,  # none: train and test, if they are there
    "bins": None,  # number of equal bins over [0, 1]; none: one per value k/N if they are few
    "null_hypothesis": True,  # show the null hypothesis in the histograms
    "extent_name": None,  # what extents count; none: epochs, or what the protocol says
    "at_100": False,  # also the bimodality that a hundred such models would have
}

HISTOGRAMS = 4

# Inches.
BLOCK_GAP = 0.15
BLOCK_WIDTH = (style.PAGE_WIDTH - BLOCK_GAP) / 2
MAP_HEIGHT = 0.95
BETWEEN = 0.25  # histograms and maps: axis label of the former, without the numbers of the latter
FOOTER_HEIGHT = 0.54


def tabulate(sources: list[Collection], options: dict) -> pd.DataFrame:
    """A row per collection, split, extent and bin; histogram marks what is also a histogram."""
    options = OPTIONS | options
    labels = options["labels"] or [""] * len(sources)
    if len(labels) != len(sources):
        raise ValueError(f"{len(labels)} labels for {len(sources)} collections: write one for each")
    table = distribution_table(
        sources,
        splits=options["splits"],
        bins=options["bins"],
        null_hypothesis=options["null_hypothesis"],
        at_100=options["at_100"],
    )
    words = dict(zip([source.name for source in sources], labels, strict=True))
    table.insert(0, "label", table["collection"].map(words))
    shown = {source.name: _histogram_extents(source, options["extents"]) for source in sources}
    table["histogram"] = [
        extent in shown[name]
        for name, extent in zip(table["collection"], table["extent"], strict=True)
    ]
    return table


@style.paper()
def draw(data: pd.DataFrame, options: dict) -> Figure:
    """Blocks of one collection each, two beside each other."""
    blocks = blocks_of(data)
    histograms = [block[block["histogram"]] for block in blocks]
    options = OPTIONS | options
    note = f"{panel_numbers.note(data)} {heatmap_panels.SCALE}"
    most = max(rows["extent"].nunique() for rows in histograms)
    size = histogram_panels.panel_size(BLOCK_WIDTH - 0.1, most)
    height = max(_block_height(rows, size) for rows in histograms) + 0.1
    beside = min(len(blocks), 2)
    width = BLOCK_WIDTH * beside + BLOCK_GAP * (beside - 1)
    figure, placed, bottom = lay_out(
        blocks,
        [_heading(block) for block in blocks],
        width,
        height,
        beside=beside,
        step=BLOCK_WIDTH + BLOCK_GAP,
        footer=FOOTER_HEIGHT + style.REMARK_LINE * len(style.note_lines(note, width - 0.1)),
    )
    for block, rows in zip(placed, histograms, strict=True):
        histogram_panels.draw_block(
            figure, block._replace(rows=rows), size, extent_name=options["extent_name"]
        )
        below = block.top + histogram_panels.block_height(rows, size)
        centre = block.left + (histogram_panels.LABEL_ROOM + BLOCK_WIDTH) / 2
        style.text_at(figure, centre, below, "TP-agreement", fontsize=style.SMALL, ha="center")
        name = wording.extent_name(rows["protocol"].unique(), options["extent_name"])
        image = _draw_maps(figure, block, below + _between(block.rows), name)
    style.legend_at(figure, histogram_panels.legend_handles(data), width / 2, bottom)
    bar = style.axes_at(figure, width / 2 - 0.8, bottom + 0.19, 1.6, 0.07)
    heatmap_panels.colour_bar(figure, image, bar, "horizontal")
    style.note_at(figure, 0.05, bottom + FOOTER_HEIGHT, note, width - 0.1)
    return figure


def _draw_maps(figure: Figure, block: Block, top: float, extent_name: str) -> AxesImage:
    """The heat maps of one collection, a split beside the other."""
    splits = block.rows["split"].unique()
    room = histogram_panels.LABEL_ROOM
    width = (BLOCK_WIDTH - 0.1 - room - 0.12 * (len(splits) - 1)) / len(splits)
    for column, split in enumerate(splits):
        left = block.left + room + column * (width + 0.12)
        axes = style.axes_at(figure, left, top, width, MAP_HEIGHT)
        image = heatmap_panels.draw_map(axes, block.rows[block.rows["split"] == split])
        name = style.shortened(split, 0.4 * width, style.SMALL)
        axes.set_title(name, loc="left", fontsize=style.SMALL, pad=1.5)
        axes.set_xlabel(extent_name, fontsize=style.SMALL, labelpad=1)
        axes.tick_params(labelleft=column == 0)
        if column == 0:
            axes.set_ylabel("TP-agreement", fontsize=style.SMALL, labelpad=2)
    return image


def _block_height(histograms: pd.DataFrame, size: histogram_panels.Size) -> float:
    labels_below = 0.25
    above = histogram_panels.block_height(histograms, size) + _between(histograms)
    return above + MAP_HEIGHT + labels_below


def _between(rows: pd.DataFrame) -> float:
    return BETWEEN + style.REMARK_LINE * len(panel_numbers.ranges_of(rows))


def _heading(block: pd.DataFrame) -> str:
    """A label stands in place of the dataset, as both do not fit."""
    label, title = block["label"].iloc[0], wording.title(block.iloc[0])
    if isinstance(label, str) and label:
        return f"{label}: {title.partition(', ')[2]}"
    return title


def _histogram_extents(collection: Collection, wanted: list[int] | None) -> list[int]:
    """The wanted extents, or at most HISTOGRAMS, evenly apart in order, with first and last."""
    extents = chosen_extents(collection, wanted)
    return extents if wanted is not None else evenly_chosen(extents, HISTOGRAMS)
