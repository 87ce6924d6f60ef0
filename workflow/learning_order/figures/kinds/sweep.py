"""Many collections that differ in one thing each: per collection a row of histograms.

Meant for the robustness of a result to hyper-parameters (paper Suppl D). The rightmost column is
the largest bimodality over the shown extents above 0: how far the collection ever is from two
points. It is raw, or with `at_100` what a hundred such models would have.
"""

from itertools import takewhile

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from learning_order.figures import histogram_panels, panel_numbers, style, wording
from learning_order.figures.choices import check_split, chosen_extents, evenly_chosen
from learning_order.figures.distribution_tables import AT_100, FEW_EXTENTS, distribution_table
from learning_order.figures.page import Block, blocks_of, lay_out
from learning_order.tables.collection import Collection

OPTIONS = {
    "null_hypothesis": True,  # show the null hypothesis
    "at_100": False,  # the last column is that of a hundred such models
    "split": "test",
    "bins": None,  # number of equal bins over [0, 1]; none: one per value k/N if they are few
    "extents": None,  # columns; none: every extent of the collection, or seven of more
    "extent_name": None,  # what extents count; none: epochs, or what the protocol says
}

# Inches.
PANEL_WIDTH, PANEL_GAP, NUMBERS, ROW_GAP = 0.5, 0.2, 0.11, 0.03
LOWEST, HIGHEST, PAGE_HEIGHT = 0.18, 0.3, 9.0  # panels, and what all rows are to fit
LABEL_ROOM, VALUE_ROOM = 1.05, 0.62
HEADER_HEIGHT, FOOTER_HEIGHT = 0.5, 0.5

RAW, OF_100 = "largest raw B", "largest\nB at 100"


def tabulate(sources: list[Collection], options: dict) -> pd.DataFrame:
    """A row per bar."""
    chosen = OPTIONS | options
    split = chosen.pop("split")
    chosen.pop("extent_name")
    for source in sources:
        check_split(source, split)
    shown = shown_extents(sources, chosen.pop("extents"))
    return pd.concat(
        [
            distribution_table([source], splits=[split], extents=extents, **chosen)
            for source, extents in zip(sources, shown, strict=True)
        ],
        ignore_index=True,
    )


def shown_extents(sources: list[Collection], wanted: list[int] | None) -> list[list[int]]:
    """Those of each collection: the wanted ones, or of all that there are the same seven at most.

    Its last one where a collection has none of these.
    """
    known = [chosen_extents(source, wanted) for source in sources]
    if wanted:
        return known
    columns = evenly_chosen(sorted({extent for each in known for extent in each}), FEW_EXTENTS)
    return [[extent for extent in each if extent in columns] or each[-1:] for each in known]


@style.paper()
def draw(data: pd.DataFrame, options: dict) -> Figure:
    """A row per collection, a column per extent of any, and the largest bimodality."""
    rows = blocks_of(data)
    extents = sorted(data["extent"].unique())
    lefts = {
        extent: LABEL_ROOM + column * (PANEL_WIDTH + PANEL_GAP)
        for column, extent in enumerate(extents)
    }
    panels_width = len(extents) * (PANEL_WIDTH + PANEL_GAP) - PANEL_GAP
    width = LABEL_ROOM + panels_width + VALUE_ROOM
    note = panel_numbers.note(data)
    written = style.REMARK_LINE * len(style.note_lines(note, width - 0.1))
    room = (PAGE_HEIGHT - HEADER_HEIGHT - FOOTER_HEIGHT - written) / len(rows) - NUMBERS - ROW_GAP
    height = min(max(room, LOWEST), HIGHEST)
    names = _names([row.iloc[0] for row in rows])
    figure, placed, bottom = lay_out(
        rows,
        names,
        width,
        NUMBERS + height + ROW_GAP,
        top=HEADER_HEIGHT,
        footer=FOOTER_HEIGHT + written,
    )
    value_centre = LABEL_ROOM + panels_width + VALUE_ROOM / 2
    name = wording.extent_name(data["protocol"].unique(), (OPTIONS | options)["extent_name"])
    _draw_header(figure, data, lefts, value_centre, name)
    lowest = {extent: block for block in placed for extent in block.rows["extent"].unique()}
    for block in placed:
        ticked = {extent for extent, last in lowest.items() if last is block}
        _draw_row(figure, block, height, lefts, ticked)
        value = wording.bimodality_label(largest_bimodality(block.rows)).removeprefix("B = ")
        middle = {"horizontalalignment": "center", "verticalalignment": "center"}
        style.text_at(figure, value_centre, block.top + NUMBERS + height / 2, value, **middle)
    centre = LABEL_ROOM + panels_width / 2
    style.text_at(figure, centre, bottom + 0.12, "TP-agreement", horizontalalignment="center")
    style.legend_at(figure, histogram_panels.legend_handles(data), centre, bottom + 0.3)
    style.note_at(figure, 0.05, bottom + FOOTER_HEIGHT - 0.02, note, width - 0.1)
    return figure


def largest_bimodality(row: pd.DataFrame) -> float:
    """The largest over the extents above 0 of one collection; NaN where there is none.

    Extents at which nearly all examples lie at one end have no bimodality.
    """
    panels = row[row["extent"] > 0].drop_duplicates("extent")
    saturated = [bool(panel_numbers.saturated_end(panel)) for _, panel in panels.iterrows()]
    values = panels.loc[~np.array(saturated, bool), _column(row)].dropna()
    return values.max() if len(values) else np.nan


def _column(data: pd.DataFrame) -> str:
    return AT_100 if AT_100 in data else "bimodality"


def _draw_header(
    figure: Figure, data: pd.DataFrame, lefts: dict[int, float], value_centre: float, name: str
) -> None:
    first = data.iloc[0]
    models = wording.span(data["models"].min(), data["models"].max())
    datasets = data["dataset"].unique()
    of = datasets[0] if len(datasets) == 1 else f"{len(datasets)} datasets"
    heading = f"{of}, {first['split']} split, {models} models each"
    numbers = wording.extent_numbers(list(lefts))
    if _column_title(name, numbers[-1]) == numbers[-1]:
        heading += f", by {name}"
    style.heading_at(figure, 0.05, 0.05, heading, figure.get_size_inches()[0] - 0.1)
    above = {"horizontalalignment": "center", "verticalalignment": "bottom"}
    for number, left in zip(numbers, lefts.values(), strict=True):
        title, centre = _column_title(name, number), left + PANEL_WIDTH / 2
        style.text_at(figure, centre, HEADER_HEIGHT - 0.03, title, fontsize=style.SMALL, **above)
    value = OF_100 if AT_100 in data else RAW
    value += f"\n{'after epoch' if name == wording.EPOCHS else 'beyond'} 0"
    style.text_at(figure, value_centre, HEADER_HEIGHT - 0.06, value, fontsize=style.TINY, **above)


def _draw_row(
    figure: Figure, block: Block, height: float, lefts: dict[int, float], ticked: set[int]
) -> None:
    """ticked: the extents whose lowest panel is in this row, which has the numbers of the axis."""
    top, room = block.top + NUMBERS, LABEL_ROOM - 0.3
    label = block.heading
    size = style.fitting_size(0.058 * len(label), room, style.TEXT)
    if size == style.TINY:
        label = style.wrapped(label.replace("-", "- "), room).replace("- ", "-")
    place = {"verticalalignment": "center", "fontsize": size}
    style.text_at(figure, 0.05, top + height / 2, label, **place)
    for extent, panel in block.rows.groupby("extent"):
        axes = style.axes_at(figure, lefts[extent], top, PANEL_WIDTH, height)
        histogram_panels.draw_panel(axes, panel, [panel_numbers.on_one_line(panel.iloc[0])])
        axes.tick_params(labelbottom=extent in ticked)


def _column_title(name: str, number: str) -> str:
    """'epoch 10', or 10 where words do not fit; the heading then says what it counts."""
    title = wording.extent_label(name, number)
    return title if 0.052 * len(title) <= PANEL_WIDTH + 0.03 else number


def _names(firsts: list[pd.Series]) -> list[str]:
    """What rows are called: by their architectures, else datasets, else collections."""
    for column in ("architecture", "dataset", "collection"):
        names = [str(first[column]) for first in firsts]
        if len(set(names)) == len(names):
            break
    return _short_names(names)


def _short_names(names: list[str]) -> list[str]:
    """The names without the words that all begin with: 'relu' for 'st-vgg-relu' beside 'st-vgg'."""
    words = zip(*(name.split("-") for name in names), strict=False)
    shared = [column[0] for column in takewhile(lambda column: len(set(column)) == 1, words)]
    start = sum(len(word) + 1 for word in shared) if len(names) > 1 else 0
    return [name[start:] or name for name in names]
