"""How difficult the examples are for a whole collection.

Left, the shares of examples that every model gets right at the last extent (trivial), that no
model does (impossible; Meding et al. 2022), and in between, with 95 % bootstrap intervals over
models. Right, how often examples are forgotten: right at an extent and wrong at the next, mean over
models (Toneva et al. 2019). Models trained anew for each extent do not forget, so they have no such
panel.
"""

from collections.abc import Mapping

import numpy as np
import pandas as pd
import seaborn
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Patch

from learning_order.figures import curve_page, style, wording
from learning_order.figures.choices import (
    ONE_RUN,
    check_labelled,
    chosen_splits,
    facts_of,
    model_count,
    rows_of,
)
from learning_order.figures.page import Block, blocks_of, lay_out
from learning_order.tables.collection import Collection

OPTIONS = {
    "splits": None,  # rows, top to bottom; none: train and test, if they are there
    "extent_name": None,  # what extents count; none: epochs, or what the protocol says
}

MOST_BARS = 20  # of the histogram of forgetting events
PARTS = {"trivial": 0.12, "in between": 0.42, "impossible": 0.8}  # place on the scale of intensity
ENDS = {"share": "", "low": "_low", "high": "_high"}  # of a column of the table
WRITTEN = 0.12  # a share that has room for its number

# Inches.
LABEL_ROOM, SHARES_WIDTH, GAP, RIGHT_ROOM = 0.5, 3.2, 0.55, 0.1
TITLE_HEIGHT, BAR_HEIGHT, LEAST_HEIGHT, BLOCK_GAP = 0.24, 0.26, 0.5, 0.24
FOOTER_HEIGHT = 0.42


def tabulate(sources: list[Collection], options: dict) -> pd.DataFrame:
    """A row per part of a bar, and per bar of the histogram (part: forgetting events).

    share: of the examples; low, high: ends of its interval; left, right: edges of the bar, in
    forgetting events; mean: forgetting events per example and model.
    """
    splits = (OPTIONS | options)["splits"]
    return pd.concat(
        [_rows(source, split) for source in sources for split in chosen_splits(source, splits)],
        ignore_index=True,
    )


@style.paper()
def draw(data: pd.DataFrame, options: dict) -> Figure:
    """A block per collection, one below the other."""
    blocks = blocks_of(data)
    heights = [max(BAR_HEIGHT * block["split"].nunique(), LEAST_HEIGHT) for block in blocks]
    figure, placed, bottom = lay_out(
        blocks,
        wording.headings(blocks),
        style.PAGE_WIDTH,
        [TITLE_HEIGHT + height + BLOCK_GAP for height in heights],
        top=0.0,
        footer=FOOTER_HEIGHT,
    )
    events = data["left"].min(), data["right"].max()
    looks = curve_page.split_looks(data)
    for block, height in zip(placed, heights, strict=True):
        _draw_block(figure, block, height, events, (OPTIONS | options)["extent_name"], looks)
    _draw_footer(figure, data, bottom - 0.07)
    return figure


def _rows(source: Collection, split: str) -> pd.DataFrame:
    last = int(source.tables["summary"]["extent"].max())
    facts = {**facts_of(source), "split": split, "extent": last}
    columns = ["part", "share", "low", "high", "left", "right", "mean"]
    rows = pd.concat([_parts(source, split), _forgetting(source, split)])
    return rows.reindex(columns=columns).assign(**facts)[[*facts, *columns]]


def _parts(source: Collection, split: str) -> pd.DataFrame:
    row = rows_of(source, "reliability", split).iloc[0]
    check_labelled(source, split, row[["trivial_share"]])
    trivial, impossible = (
        {name: row[f"{part}_share{end}"] for name, end in ENDS.items()}
        for part in ("trivial", "impossible")
    )
    between = {"share": 1 - trivial["share"] - impossible["share"]}
    return pd.DataFrame([trivial, between, impossible]).assign(part=list(PARTS))


def _forgetting(source: Collection, split: str) -> pd.DataFrame:
    """The histogram; empty where the extents are not those of one run."""
    if source.protocol not in ONE_RUN:
        return pd.DataFrame()
    values = rows_of(source, "accessibility", split)["forgetting"]
    models = model_count(source)
    # Each bar holds equally many of the possible values, multiples of 1/models: there is no comb.
    events = np.rint(values.to_numpy() * models).astype(int)
    wide = -(-(events.max() + 1) // MOST_BARS)
    counts = np.bincount(events // wide)
    left = np.arange(len(counts)) * wide - 0.5
    return pd.DataFrame(
        {
            "part": "forgetting events",
            "share": counts / len(events),
            "left": left / models,
            "right": (left + wide) / models,
            "mean": values.mean(),
        }
    )


def _draw_block(
    figure: Figure,
    block: Block,
    height: float,
    events: tuple[float, float],
    extent_name: str | None,
    looks: Mapping[str, style.Look],
) -> None:
    """Both panels of a collection, of that height; events: the scale of forgetting events."""
    first = block.rows.iloc[0]
    name = wording.extent_name([first["protocol"]], extent_name)
    heading = f"{block.heading}, {wording.extent_label(name, first['extent'])}"
    style.heading_at(figure, 0.05, block.top + 0.05, heading, style.PAGE_WIDTH - 0.1)
    top = block.top + TITLE_HEIGHT
    _draw_shares(style.axes_at(figure, LABEL_ROOM, top, SHARES_WIDTH, height), block.rows)
    left = LABEL_ROOM + SHARES_WIDTH + GAP
    width = style.PAGE_WIDTH - left - RIGHT_ROOM
    bars = block.rows[block.rows["part"] == "forgetting events"]
    if bars.empty:
        centre, middle = left + width / 2, top + height / 2
        look = {"ha": "center", "va": "center", "fontsize": style.TINY}
        style.text_at(figure, centre, middle, "not recorded along one run", **look)
    else:
        _draw_forgetting(style.axes_at(figure, left, top, width, height), bars, events, looks)


def _draw_shares(axes: Axes, block: pd.DataFrame) -> None:
    splits = list(block["split"].unique())
    for place, split in enumerate(splits):
        rows = block[block["split"] == split].set_index("part")
        left = 0.0
        for part in PARTS:
            share = rows.loc[part, "share"]
            axes.barh(place, share, 0.72, left=left, **_look(part))
            if share >= WRITTEN:
                colour = "white" if PARTS[part] > 0.6 else "black"
                look: style.Look = {"ha": "center", "va": "center", "fontsize": style.TINY}
                text = wording.percent(share)
                axes.text(left + share / 2, place - 0.09, text, color=colour, **look)
            left += share
        trivial, impossible = rows.loc["trivial"], rows.loc["impossible"]
        # Low in the bar, below its number.
        _draw_interval(axes, place + 0.22, trivial["low"], trivial["high"])
        _draw_interval(axes, place + 0.22, 1 - impossible["high"], 1 - impossible["low"])
    axes.set(xlim=(0, 1), ylim=(len(splits) - 0.5, -0.5))
    names = [style.shortened(split, LABEL_ROOM - 0.08, style.SMALL) for split in splits]
    axes.set_yticks(range(len(splits)), names, fontsize=style.SMALL)
    axes.set_xticks([0, 0.5, 1], ["0", "0.5", "1"])
    axes.tick_params(axis="y", length=0)
    seaborn.despine(ax=axes, left=True)


def _draw_interval(axes: Axes, place: float, low: float, high: float) -> None:
    # White below black, so that it is seen on dark parts as well.
    for colour, width in (("white", 2.4), ("black", 0.9)):
        look: style.Look = {"marker": "|", "markersize": 3.5, "markeredgewidth": width}
        axes.plot([low, high], [place, place], color=colour, linewidth=width, **look)


def _draw_forgetting(
    axes: Axes,
    bars: pd.DataFrame,
    limits: tuple[float, float],
    looks: Mapping[str, style.Look],
) -> None:
    for split, rows in bars.groupby("split", sort=False):
        edges = [*rows["left"], rows["right"].iloc[-1]]
        axes.stairs(rows["share"], edges, **looks[str(split)])
    top = 1.08 * bars["share"].max()
    axes.set(xlim=limits, ylim=(0, top))
    axes.set_xticks(style.round_ticks(0, limits[1]))
    axes.set_yticks(style.round_ticks(0, top, 3))
    for axis in (axes.xaxis, axes.yaxis):
        axis.set_major_formatter("{x:g}")
    axes.set_ylabel("share", fontsize=style.TINY, labelpad=2)
    seaborn.despine(ax=axes)


def _draw_footer(figure: Figure, data: pd.DataFrame, top: float) -> None:
    centre = LABEL_ROOM + SHARES_WIDTH / 2
    style.text_at(figure, centre, top, "share of examples", fontsize=style.SMALL, ha="center")
    handles = [Patch(label=part, **_look(part)) for part in PARTS]
    style.legend_at(figure, handles, centre, top + 0.2)
    bars = data[data["part"] == "forgetting events"]
    if bars.empty:
        return
    left = LABEL_ROOM + SHARES_WIDTH + GAP
    centre = (left + style.PAGE_WIDTH - RIGHT_ROOM) / 2
    name = "forgetting events per model"
    style.text_at(figure, centre, top, name, fontsize=style.SMALL, ha="center")
    style.legend_at(figure, curve_page.split_handles(bars), centre, top + 0.2)


def _look(part: str) -> style.Look:
    return {"facecolor": style.INTENSITY(PARTS[part]), "edgecolor": "black", "linewidth": 0.4}
