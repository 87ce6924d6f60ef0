"""Histograms of the TP-agreement whose bars show the modal class of the examples (paper Fig 29).

The modal class is the class that most models predict for an example. Ten colours can be told
apart, the second five by their hatching; of more classes, the nine that are most often modal in a
collection have their own, and the rest share the tenth as "other".
"""

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Patch

from learning_order.figures import histogram_panels, panel_numbers, style, wording
from learning_order.figures.distribution_tables import MOST_EXTENTS, distribution_table, shares
from learning_order.figures.page import blocks_of, lay_out
from learning_order.tables.collection import Collection

OPTIONS = {
    "splits": None,  # rows, top to bottom; none: train and test, if they are there
    "bins": None,  # number of equal bins over [0, 1]; none: one per value k/N if they are few
    "extents": None,  # columns; none: every extent of the collection, or seven of very many
    "extent_name": None,  # what extents count; none: epochs, or what the protocol says
    "at_100": False,  # also the bimodality that a hundred such models would have
}

OTHER = -1  # in the column of modal classes

# Inches.
LEGEND_LINE = 0.14
LABEL_HEIGHT = 0.2
NAME_ROOM = 1.5  # of a class in the legend


def tabulate(sources: list[Collection], options: dict) -> pd.DataFrame:
    """A row per collection, split, extent, bin and modal class; shares are of all examples."""
    options = OPTIONS | options
    options.pop("extent_name")
    return pd.concat([_block(collection, options) for collection in sources], ignore_index=True)


@style.paper()
def draw(data: pd.DataFrame, options: dict) -> Figure:
    """One block of panels per collection, each with its own legend, as classes differ."""
    blocks = blocks_of(data)
    width, size = histogram_panels.page_sizes(blocks, wording.headings(blocks))
    legends = [legend_handles(block) for block in blocks]
    columns = [_legend_columns(handles, width) for handles in legends]
    heights = [
        histogram_panels.block_height(block, size)
        + LABEL_HEIGHT
        - LEGEND_LINE * (-len(handles) // beside)
        for block, handles, beside in zip(blocks, legends, columns, strict=True)
    ]
    note = panel_numbers.note(data)
    footer = 0.1 * len(blocks) + style.REMARK_LINE * len(style.note_lines(note, width - 0.1))
    figure, placed, bottom = lay_out(
        blocks, wording.headings(blocks), width, heights, footer=footer
    )
    centre = (histogram_panels.LABEL_ROOM + width) / 2
    for block, handles, beside in zip(placed, legends, columns, strict=True):
        name = (OPTIONS | options)["extent_name"]
        histogram_panels.draw_block(figure, block, size, draw_panel, name)
        below = block.top + histogram_panels.block_height(block.rows, size)
        label = "TP-agreement (colours: class given by most)"
        style.text_at(figure, centre, below, label, ha="center")
        style.legend_at(figure, handles, width / 2, below + LABEL_HEIGHT, beside)
    style.note_at(figure, 0.05, bottom + 0.05, note, width - 0.1)
    return figure


def draw_panel(axes: Axes, panel: pd.DataFrame) -> None:
    """One histogram, its bars stacked by modal class."""
    bottom = np.zeros(panel["left"].nunique())
    for place, rows in enumerate(blocks_of(panel, "modal_class")):
        left, widths, share = (rows[name].to_numpy() for name in ("left", "width", "share"))
        axes.bar(left, share, widths, bottom, align="edge", **style.class_look(place))
        bottom += share
    # An outline, as the lightest class would fade into the page.
    edges = [*rows["left"], rows["right"].iloc[-1]]
    axes.stairs(bottom, edges, color="0.3", linewidth=0.3)
    histogram_panels.finish_panel(axes, panel, bottom.max())


def legend_handles(block: pd.DataFrame) -> list[Patch]:
    """The name of each modal class."""
    names = block.drop_duplicates("modal_class")["class"]
    return [
        Patch(label=style.shortened(str(name), NAME_ROOM, style.SMALL), **style.class_look(place))
        for place, name in enumerate(names)
    ]


def _legend_columns(handles: list[Patch], width: float) -> int:
    """How many entries of the legend stand beside each other, in as few even lines as fit."""
    longest = max(len(str(handle.get_label())) for handle in handles)
    fitting = max(1, int((width - 0.1) / (0.36 + 0.056 * longest)))
    lines = -(-len(handles) // fitting)
    return -(-len(handles) // lines)


def _block(collection: Collection, options: dict) -> pd.DataFrame:
    bars = distribution_table(
        [collection], null_hypothesis=False, most_extents=MOST_EXTENTS, **options
    )
    examples = collection.tables["examples"]
    examples = examples[examples["split"].isin(bars["split"].unique())]
    examples = examples[examples["extent"].isin(bars["extent"].unique())]
    classes = _own_colours(examples["modal_class"])
    modal = examples["modal_class"].where(examples["modal_class"].isin(classes), OTHER)
    cells = dict(list(examples.assign(modal_class=modal).groupby(["split", "extent"])))
    stacked = []
    for (split, extent), panel in bars.groupby(["split", "extent"], sort=False):
        cell = cells[split, extent]
        for number in [*classes, OTHER] if (modal == OTHER).any() else classes:
            of_class = (cell["modal_class"] == number).to_numpy(float) / len(cell)
            models = panel["models"].iloc[0]
            share = shares(cell["tp_agreement"], models, options["bins"], of_class)
            about = {"modal_class": number, "class": _name(collection, number)}
            stacked.append(panel.assign(**about, width=panel["right"] - panel["left"], share=share))
    return pd.concat(stacked).drop(columns=["null_share", "null_bimodality"])


def _own_colours(modal: pd.Series) -> list[int]:
    """The classes that are not drawn as "other", in ascending order."""
    counts = np.bincount(modal)
    present = np.flatnonzero(counts)
    most = style.MOST_CLASSES
    if len(present) > most:
        present = np.sort(np.argsort(-counts, kind="stable")[: most - 1])
    return [int(number) for number in present]


def _name(collection: Collection, number: int) -> str:
    return "other" if number == OTHER else wording.class_name(collection.classes, number)
