"""A score against the extent: one panel per collection, all in a row, a line per split.

Kinds that draw such curves differ in the lines of a panel and in the score on the vertical axis.
"""

import textwrap
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import pandas as pd
import seaborn
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from learning_order.figures import style, wording
from learning_order.figures.choices import (
    check_labelled,
    chosen_extents,
    chosen_splits,
    facts_of,
    rows_of,
)
from learning_order.figures.page import blocks_of, lay_out
from learning_order.tables.collection import Collection

OPTIONS = {
    "splits": None,  # lines; none: train and test, if they are there
    "extents": None,  # none: every extent of the collection
    "extent_name": None,  # what extents count; none: epochs, or what the protocol says
}

LINES: dict[str, Any] = {"train": "--", "test": "-"}
OTHERS = (":", "-.", (0, (5, 1, 1, 1, 1, 1)), (0, (1, 3)), (0, (8, 2)))  # of further splits
FEW = 20  # extents that are marked one by one

# Inches.
WIDEST, PANEL_HEIGHT, PANEL_GAP = 2.3, 1.5, 0.35
RIGHT_ROOM = 0.15
LABEL_ROOM, TITLE_HEIGHT, TITLE_LINE, FOOTER_HEIGHT = 0.5, 0.25, 0.12, 0.62
LEGEND_LINE = 0.14


def summary_rows(sources: list[Collection], options: Mapping, *scores: str) -> pd.DataFrame:
    """A row per collection, split and extent: the chosen scores and the ends of their intervals.

    NotToDraw where a chosen split has no labels, or a collection lacks an extent or split.
    """
    return pd.concat(
        [
            _rows(collection, split, options["extents"], scores)
            for collection in sources
            for split in chosen_splits(collection, options["splits"])
        ],
        ignore_index=True,
    )


def _rows(
    collection: Collection, split: str, extents: list[int] | None, scores: Sequence[str]
) -> pd.DataFrame:
    rows = rows_of(collection, "summary", split).sort_values("extent")
    rows = rows[rows["extent"].isin(chosen_extents(collection, extents))]
    check_labelled(collection, split, rows["accuracy"])
    columns = [f"{score}{end}" for score in scores for end in ("", "_low", "_high")]
    facts = facts_of(collection)
    return rows.assign(**facts)[[*facts, "split", "extent", *columns]]


def draw_page(
    data: pd.DataFrame,
    draw_panel: Callable[[Axes, pd.DataFrame], None],
    handles: Sequence[Line2D],
    *,
    quantity: str,
    top: float,
    extent_name: str | None,
    bottom: float = 0.0,
) -> Figure:
    """All panels on one vertical scale from bottom to top; draw_panel draws the rows of one."""
    blocks = blocks_of(data)
    room = style.PAGE_WIDTH - LABEL_ROOM - RIGHT_ROOM + PANEL_GAP
    step = min(WIDEST + PANEL_GAP, room / len(blocks))
    panel_width = step - PANEL_GAP
    width = LABEL_ROOM + len(blocks) * step - PANEL_GAP + RIGHT_ROOM
    headings = [_broken(heading, panel_width) for heading in wording.headings(blocks)]
    above = TITLE_HEIGHT + TITLE_LINE * max(heading.count("\n") for heading in headings)
    columns = _legend_columns(handles, width)
    legend = (-(-len(handles) // columns) - 1) * LEGEND_LINE
    figure, placed, below = lay_out(
        blocks,
        headings,
        width,
        above + PANEL_HEIGHT,
        beside=len(blocks),
        step=step,
        top=0.0,
        footer=FOOTER_HEIGHT + legend,
    )
    heading_size = min(style.heading_size(heading, panel_width + 0.15) for heading in headings)
    for block in placed:
        left = LABEL_ROOM + block.left
        axes = style.axes_at(figure, left, above, panel_width, PANEL_HEIGHT)
        draw_panel(axes, block.rows)
        seaborn.despine(ax=axes)
        _set_scales(axes, panel_width, block.rows["extent"], bottom, top)
        axes.tick_params(labelleft=block.left == 0)
        style.text_at(
            figure, left - 0.05, 0.06, block.heading, fontweight="bold", fontsize=heading_size
        )
    middle = {"rotation": 90, "ha": "center", "verticalalignment": "center"}
    style.text_at(figure, 0.12, above + PANEL_HEIGHT / 2, quantity, **middle)
    centre = (LABEL_ROOM + width - RIGHT_ROOM) / 2
    name = wording.extent_name(data["protocol"].unique(), extent_name)
    style.text_at(figure, centre, below + 0.18, name, horizontalalignment="center")
    style.legend_at(figure, handles, centre, below + 0.42, columns)
    return figure


def _broken(heading: str, width: float) -> str:
    """The heading on more lines where fewer would have to be small print; names end at a hyphen."""
    fitting = int((width + 0.15) * style.TEXT / style.SMALL / 0.065)
    for breaks in (0, 1, -1):
        lines = heading.replace(", ", ",\n", breaks).split("\n")
        if max(map(len, lines)) <= fitting:
            return "\n".join(lines)
    return "\n".join(textwrap.fill(line, fitting, break_long_words=False) for line in lines)


def _legend_columns(handles: Sequence[Line2D], width: float) -> int:
    """How many entries of the legend fit beside each other in that many inches."""
    widest = max(0.4 + 0.056 * len(str(handle.get_label())) for handle in handles)
    columns = max(1, min(len(handles), int(width / widest)))
    rows = -(-len(handles) // columns)
    return -(-len(handles) // rows)


def draw_line(axes: Axes, rows: pd.DataFrame, score: str, **look: Any) -> None:
    """One score of one split, with a band where there is an interval."""
    marker = "o" if len(rows) <= FEW else None
    axes.plot(rows["extent"], rows[score], **{"marker": marker, "markersize": 2.5, **look})
    low, high = rows[f"{score}_low"], rows[f"{score}_high"]
    axes.fill_between(rows["extent"], low, high, color=look["color"], alpha=0.2, linewidth=0)


def split_looks(data: pd.DataFrame) -> dict[str, style.Look]:
    """How the line of each split is drawn; those beside train and test differ in their dashes."""
    splits = list(map(str, data["split"].unique()))
    others = [split for split in splits if split not in LINES]
    lines = LINES | {split: OTHERS[k % len(OTHERS)] for k, split in enumerate(others)}
    return {
        split: {
            "color": style.split_colour(split),
            "linestyle": lines[split],
            "linewidth": 1.2,
        }
        for split in splits
    }


def split_handles(data: pd.DataFrame) -> list[Line2D]:
    """What the lines of the splits mean."""
    return [Line2D([], [], label=split, **look) for split, look in split_looks(data).items()]


def _set_scales(axes: Axes, width: float, extents: pd.Series, bottom: float, top: float) -> None:
    """Limits, and ticks within them only."""
    low, high = extents.min(), extents.max()
    room = 0.03 * max(high - low, 1)
    axes.set(xlim=(low - room, high + room), ylim=(bottom, top))
    axes.set_xticks(*_extent_ticks(low, high, width))
    axes.set_yticks(style.round_ticks(bottom, top))


def _extent_ticks(low: float, high: float, width: float) -> tuple[list[float], list[str]]:
    """As many round extents as stand beside each other in that many inches, and their labels."""
    for most in (5, 4, 3, 2, 1):
        ticks = style.round_ticks(low, high, most, integer=True)
        labels = wording.extent_numbers(ticks)
        if 0.055 * sum(len(label) + 0.5 for label in labels) <= width:
            break
    return ticks, labels
