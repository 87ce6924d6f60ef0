"""How difficult the examples are for a whole collection.

Left, the shares of examples that every model gets right at the last extent (trivial), that none
does (impossible; Meding et al. 2022), and in between, with 95 % bootstrap intervals over models.
Right, how often examples are forgotten: right at an extent and wrong at the next, mean over models
(Toneva et al. 2019). Models trained anew for each extent do not forget; of them there is no such
panel.
"""

import numpy as np
import pandas as pd
import seaborn
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Patch

from learning_order.figures import style, wording
from learning_order.figures.curve_page import split_handles, split_look
from learning_order.figures.distribution_tables import check_labelled, chosen_splits, model_count
from learning_order.tables.collection import Collection

OPTIONS = {"splits": None}  # rows, top to bottom; none: train and test, if they are there

ONE_RUN = ("snapshots", "boosted")  # protocols that record one model at several extents
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

    share: of the examples; low, high: its interval; left, right: forgetting events, edges of the
    bar; mean: forgetting events per example and model.
    """
    splits = (OPTIONS | options)["splits"]
    return pd.concat(
        [
            _about(source, split, pd.concat([_parts(source, split), _forgetting(source, split)]))
            for source in sources
            for split in chosen_splits(source, splits)
        ],
        ignore_index=True,
    )


@style.paper()
def draw(data: pd.DataFrame, options: dict) -> Figure:
    """A block a collection, one below the other."""
    blocks = [block for _, block in data.groupby("collection", sort=False)]
    heights = [max(BAR_HEIGHT * block["split"].nunique(), LEAST_HEIGHT) for block in blocks]
    step = TITLE_HEIGHT + BLOCK_GAP
    events = data["left"].min(), data["right"].max()
    figure = style.new_figure(style.PAGE_WIDTH, sum(heights) + step * len(blocks) + FOOTER_HEIGHT)
    top = 0.0
    for heading, block, height in zip(wording.headings(blocks), blocks, heights, strict=True):
        heading = f"{heading}, at extent {block['extent'].iloc[0]}"
        size = style.heading_size(heading, style.PAGE_WIDTH - 0.1)
        style.text_at(figure, 0.05, top + 0.05, heading, fontweight="bold", fontsize=size)
        place = (LABEL_ROOM, top + TITLE_HEIGHT, SHARES_WIDTH, height)
        _draw_shares(style.axes_at(figure, *place), block)
        left = LABEL_ROOM + SHARES_WIDTH + GAP
        width = style.PAGE_WIDTH - left - RIGHT_ROOM
        bars = block[block["part"] == "forgetting events"]
        if bars.empty:
            middle = {"ha": "center", "va": "center", "fontsize": style.TINY}
            y = top + TITLE_HEIGHT + height / 2
            style.text_at(figure, left + width / 2, y, "not recorded along one run", **middle)
        else:
            axes = style.axes_at(figure, left, top + TITLE_HEIGHT, width, height)
            _draw_forgetting(axes, bars, events)
        top += step + height
    _draw_footer(figure, data, top - 0.07)
    return figure


def _parts(source: Collection, split: str) -> pd.DataFrame:
    table = source.tables["reliability"]
    row = table[table["split"] == split].iloc[0]
    check_labelled(source, split, row[["trivial_share"]])
    trivial, impossible = (
        {name: row[f"{part}_share{end}"] for name, end in ENDS.items()}
        for part in ("trivial", "impossible")
    )
    between = {"share": 1 - trivial["share"] - impossible["share"]}
    return pd.DataFrame([trivial, between, impossible]).assign(part=list(PARTS))


def _forgetting(source: Collection, split: str) -> pd.DataFrame:
    """The histogram; empty where the extents are not those of one run."""
    table = source.tables["accessibility"]
    values = table.loc[table["split"] == split, "forgetting"]
    if source.protocol not in ONE_RUN:
        return pd.DataFrame()
    models = model_count(source)
    # Bars of as many of the possible values, multiples of 1/models, each: no comb.
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


def _about(source: Collection, split: str, rows: pd.DataFrame) -> pd.DataFrame:
    about = {
        "collection": source.name,
        "dataset": source.dataset,
        "architecture": source.architecture,
        "models": model_count(source),
        "split": split,
        "extent": int(source.tables["summary"]["extent"].max()),
    }
    columns = ["part", "share", "low", "high", "left", "right", "mean"]
    return rows.reindex(columns=columns).assign(**about)[[*about, *columns]]


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
                middle = {"ha": "center", "va": "center", "fontsize": style.TINY}
                text = f"{100 * share:.0f} %"
                axes.text(left + share / 2, place - 0.09, text, color=colour, **middle)
            left += share
        trivial, impossible = rows.loc["trivial"], rows.loc["impossible"]
        # Low in the bar, below its number.
        _draw_interval(axes, place + 0.22, trivial["low"], trivial["high"])
        _draw_interval(axes, place + 0.22, 1 - impossible["high"], 1 - impossible["low"])
    axes.set(xlim=(0, 1), ylim=(len(splits) - 0.5, -0.5))
    axes.set_yticks(range(len(splits)), splits, fontsize=style.SMALL)
    axes.set_xticks([0, 0.5, 1], ["0", "0.5", "1"])
    axes.tick_params(axis="y", length=0)
    seaborn.despine(ax=axes, left=True)


def _draw_interval(axes: Axes, place: float, low: float, high: float) -> None:
    # In white below: it is seen on dark parts, too.
    for colour, width in (("white", 2.4), ("black", 0.9)):
        look = {"linewidth": width, "marker": "|", "markersize": 3.5, "markeredgewidth": width}
        axes.plot([low, high], [place, place], color=colour, **look)


def _draw_forgetting(axes: Axes, bars: pd.DataFrame, limits: tuple[float, float]) -> None:
    for split, rows in bars.groupby("split", sort=False):
        edges = [*rows["left"], rows["right"].iloc[-1]]
        axes.stairs(rows["share"], edges, **split_look(split))
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
    style.legend_at(figure, split_handles(bars), centre, top + 0.2)


def _look(part: str) -> dict:
    return {"facecolor": style.INTENSITY(PARTS[part]), "edgecolor": "black", "linewidth": 0.4}
