"""The Agreement on examples ever less like the train data, beside that of chance (paper Fig 7).

The first panel shows independent classifiers, each of which draws one of K classes at random
for every example: the exact distribution of the largest share of N such models that agree. K is the
largest label or modal class of the collection, plus 1.
"""

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from learning_order import scores
from learning_order.figures import histograms, style
from learning_order.figures.distributions import (
    chosen_extents,
    chosen_splits,
    distribution_table,
    shares,
)
from learning_order.figures.sources import Collection, NotToDraw

OPTIONS = {
    "splits": None,  # panels, left to right; none: all but train, test last
    "extent": None,  # none: the last one
    "bins": None,  # number of equal bins over [0, 1]; none: one a value k/N if they are few
}

INDEPENDENT = "independent classifiers"
MOST_PANELS = 9

# Inches.
LABEL_ROOM, RIGHT_ROOM, PANEL_GAP = 0.42, 0.06, 0.26
WIDEST, HEIGHT = 1.3, 0.95
TITLE_HEIGHT, LINE, TICKS_HEIGHT = 0.2, 0.1, 0.2
FOOTER_HEIGHT = 0.18


def tabulate(sources: list[Collection], options: dict) -> pd.DataFrame:
    """A row per bar; agreement is the mean of its panel."""
    options = OPTIONS | options
    return pd.concat([_row(collection, **options) for collection in sources], ignore_index=True)


@style.paper()
def draw(data: pd.DataFrame, options: dict) -> Figure:
    """A row of panels a collection."""
    blocks = [block for _, block in data.groupby("collection", sort=False)]
    columns = max(block["split"].nunique() for block in blocks)
    if columns > MOST_PANELS:
        raise NotToDraw(
            f"{columns} histograms do not fit a row: choose at most {MOST_PANELS - 1} with the "
            "option `splits`"
        )
    room = style.PAGE_WIDTH - LABEL_ROOM - RIGHT_ROOM + PANEL_GAP
    step = min(WIDEST + PANEL_GAP, room / columns)
    panels = [dict(list(block.groupby("split", sort=False))) for block in blocks]
    titles = [_title(panel, step - 0.06) for row in panels for panel in row.values()]
    head = TITLE_HEIGHT + LINE * (max(title.count("\n") for title in titles) + 1)
    row_height = head + HEIGHT + TICKS_HEIGHT
    width = max(LABEL_ROOM + columns * step - PANEL_GAP + RIGHT_ROOM, style.COLUMN_WIDTH)
    figure = style.new_figure(width, len(blocks) * row_height + FOOTER_HEIGHT)
    for number, heading in enumerate(style.headings(blocks)):
        top = number * row_height
        heading = f"{heading}, {_when(blocks[number])}"
        fontsize = style.heading_size(heading, width - 0.1)
        style.text_at(figure, 0.05, top + 0.05, heading, fontweight="bold", fontsize=fontsize)
        for column, panel in enumerate(panels[number].values()):
            left = LABEL_ROOM + column * step
            axes = style.axes_at(figure, left, top + head, step - PANEL_GAP, HEIGHT)
            _draw_panel(axes, panel)
            axes.set_title(_title(panel, step - 0.06), fontsize=style.TINY, pad=2)
        place = {"rotation": 90, "ha": "center", "verticalalignment": "center"}
        style.text_at(figure, 0.12, top + head + HEIGHT / 2, "share", **place)
    centre = LABEL_ROOM + (columns * step - PANEL_GAP) / 2
    below = len(blocks) * row_height
    style.text_at(figure, centre, below - 0.03, "Agreement", ha="center")
    return figure


def _row(collection: Collection, splits, extent, bins) -> pd.DataFrame:
    extents = chosen_extents(collection, None if extent is None else [extent])
    splits = chosen_splits(collection, splits or _all_but_train(collection))
    bars = distribution_table(
        [collection],
        splits=splits,
        extents=extents[-1:],
        bins=bins,
        score="agreement",
        null_hypothesis=False,
    )
    examples = collection.tables["examples"]
    of_extent = examples[examples["extent"] == extents[-1]]
    means = of_extent.groupby("split", observed=True)["agreement"].mean()
    bars["agreement"] = bars["split"].map(means)
    classes = _class_count(examples)
    chance = _independent(bars[bars["split"] == splits[0]], classes, bins)
    rows = pd.concat([chance, bars], ignore_index=True)
    unused = ["null_share", "bimodality", "null_bimodality"]
    return rows.drop(columns=unused).assign(classes=classes, protocol=collection.protocol)


def _independent(panel: pd.DataFrame, classes: int, bins: int | None) -> pd.DataFrame:
    """The bars of independent classifiers, like another panel of the collection."""
    models = int(panel["models"].iloc[0])
    values = np.arange(models + 1) / models
    probability = scores.expected_null_agreement(np.full(models, 1 / classes), classes)
    share = shares(values, models, bins, probability)
    return panel.assign(split=INDEPENDENT, share=share, agreement=values @ probability)


def _all_but_train(collection: Collection) -> list[str] | None:
    """Every split of the collection in its order, but test at the end; none: there is but train."""
    present = collection.tables["summary"]["split"].unique()
    others = [split for split in present if split not in ("train", "test")]
    return [*others, *(["test"] if "test" in present else [])] or None


def _class_count(examples: pd.DataFrame) -> int:
    return int(examples[["label", "modal_class"]].max().max()) + 1


def _draw_panel(axes: Axes, panel: pd.DataFrame) -> None:
    split = panel["split"].iloc[0]
    colour = style.NULL if split == INDEPENDENT else style.split_colour(split)
    widths = panel["right"] - panel["left"]
    axes.bar(panel["left"], panel["share"], widths, align="edge", color=colour, linewidth=0)
    histograms.finish_panel(axes, panel, panel["share"].max())


def _title(panel: pd.DataFrame, width: float) -> str:
    """The name of the split, broken to that many inches, over its mean Agreement."""
    name = style.wrapped(panel["split"].iloc[0], width)
    return f"{name}\nmean {panel['agreement'].iloc[0]:.2f}"


def _when(block: pd.DataFrame) -> str:
    first = block.iloc[0]
    if first["protocol"] == "boosted":
        return f"{first['extent']} weak classifiers"
    return f"{'extent' if first['protocol'] == 'own' else 'epoch'} {first['extent']}"
