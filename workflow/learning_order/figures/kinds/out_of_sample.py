"""The Agreement on examples that differ from the train data, beside that of chance (paper Fig 7).

The first panel shows independent classifiers, each of which draws one of K classes at random
for every example: the exact distribution of the largest share of N such models that agree. K is the
largest label or modal class of the collection, plus 1.
"""

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from learning_order import scores
from learning_order.figures import histogram_panels, panel_numbers, style, wording
from learning_order.figures.choices import chosen_extents, chosen_splits, present_splits
from learning_order.figures.distribution_tables import distribution_table, shares
from learning_order.figures.page import blocks_of, lay_out
from learning_order.figures.sources import NotToDraw
from learning_order.tables.collection import Collection

OPTIONS = {
    "splits": None,  # panels, left to right; none: all but train, test last
    "extent": None,  # none: the last one
    "bins": None,  # number of equal bins over [0, 1]; none: one per value k/N if they are few
    "extent_name": None,  # what extents count; none: epochs, or what the protocol says
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
    options.pop("extent_name")
    return pd.concat([_row(collection, **options) for collection in sources], ignore_index=True)


@style.paper()
def draw(data: pd.DataFrame, options: dict) -> Figure:
    """A row of panels per collection; the panels of a single one are lettered."""
    blocks = blocks_of(data)
    step = _step(max(block["split"].nunique() for block in blocks))
    rows = [_titled_panels(block, step, lettered=len(blocks) == 1) for block in blocks]
    head = TITLE_HEIGHT + LINE * max(title.count("\n") + 1 for row in rows for title, _ in row)
    right = LABEL_ROOM + step * max(map(len, rows)) - PANEL_GAP
    note = panel_numbers.remarks(data)
    footer = FOOTER_HEIGHT + style.REMARK_LINE * len(style.note_lines(note, right))
    width, height = max(right + RIGHT_ROOM, style.COLUMN_WIDTH), head + HEIGHT + TICKS_HEIGHT
    figure, placed, bottom = lay_out(
        blocks, wording.headings(blocks), width, height, top=0.0, footer=footer
    )
    for block, row in zip(placed, rows, strict=True):
        first = block.rows.iloc[0]
        name = wording.extent_name([first["protocol"]], (OPTIONS | options)["extent_name"])
        heading = f"{block.heading}, {wording.extent_label(name, first['extent'])}"
        style.heading_at(figure, 0.05, block.top + 0.05, heading, width - 0.1)
        _draw_row(figure, row, block.top + head, step)
    centre = (LABEL_ROOM + right) / 2
    style.text_at(figure, centre, bottom - 0.03, "Agreement", ha="center")
    style.note_at(figure, 0.05, bottom + FOOTER_HEIGHT - 0.04, note, right)
    return figure


def _step(columns: int) -> float:
    """Inches from the left edge of a panel to that of the next."""
    if columns > MOST_PANELS:
        raise NotToDraw(
            f"{columns} histograms do not fit a row: choose at most {MOST_PANELS - 1} with the "
            "option `splits`"
        )
    room = style.PAGE_WIDTH - LABEL_ROOM - RIGHT_ROOM + PANEL_GAP
    return min(WIDEST + PANEL_GAP, room / columns)


def _titled_panels(
    block: pd.DataFrame, step: float, lettered: bool
) -> list[tuple[str, pd.DataFrame]]:
    """The rows of each panel under its title: the split, broken to fit, and the mean Agreement."""
    panels = blocks_of(block, "split")
    before = wording.letters(len(panels)) if lettered else [""] * len(panels)
    titles = [
        style.wrapped(letter + panel["split"].iloc[0], step - 0.06)
        + "".join(f"\n{line}" for line in _numbers(panel.iloc[0]))
        for letter, panel in zip(before, panels, strict=True)
    ]
    return list(zip(titles, panels, strict=True))


def _numbers(panel: pd.Series) -> list[str]:
    """The mean Agreement, and the accuracy where there are labels."""
    return [f"mean {panel['agreement']:.2f}", *panel_numbers.numbers_of(panel)]


def _draw_row(figure: Figure, row: list[tuple[str, pd.DataFrame]], top: float, step: float) -> None:
    for column, (title, panel) in enumerate(row):
        axes = style.axes_at(figure, LABEL_ROOM + column * step, top, step - PANEL_GAP, HEIGHT)
        _draw_panel(axes, panel)
        axes.set_title(title, fontsize=style.TINY, pad=2)
    place = {"rotation": 90, "ha": "center", "verticalalignment": "center"}
    style.text_at(figure, 0.12, top + HEIGHT / 2, "share", **place)


def _row(
    collection: Collection, splits: list[str] | None, extent: int | None, bins: int | None
) -> pd.DataFrame:
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
    unused = ["null_share", "bimodality", "null_bimodality", "near_0", "near_1"]
    return rows.drop(columns=unused).assign(classes=classes)


def _independent(panel: pd.DataFrame, classes: int, bins: int | None) -> pd.DataFrame:
    """The bars of independent classifiers, in the form of another panel of the collection."""
    models = int(panel["models"].iloc[0])
    values = np.arange(models + 1) / models
    probability = scores.expected_null_agreement(np.full(models, 1 / classes), classes)
    share = shares(values, models, bins, probability)
    return panel.assign(
        split=INDEPENDENT,
        share=share,
        agreement=values @ probability,
        accuracy=np.nan,
        one_class=False,
    )


def _all_but_train(collection: Collection) -> list[str] | None:
    """Every split but train in order, test at the end; none where there is only train."""
    present = present_splits(collection)
    others = [split for split in present if split not in ("train", "test")]
    return [*others, *(["test"] if "test" in present else [])] or None


def _class_count(examples: pd.DataFrame) -> int:
    return int(examples[["label", "modal_class"]].max().max()) + 1


def _draw_panel(axes: Axes, panel: pd.DataFrame) -> None:
    if panel["split"].iloc[0] == INDEPENDENT:
        histogram_panels.draw_null(axes, panel, "share")
    else:
        histogram_panels.draw_shares(axes, panel)
    histogram_panels.finish_panel(axes, panel, panel["share"].max(), lines=[])
