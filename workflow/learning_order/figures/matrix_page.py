"""A number for every two collections of one dataset: the lower triangle of a matrix.

The diagonal, framed, compares a collection with itself. Kinds of figure differ in the number, in a
second one that may stand below it, and in the sentence that explains both.
"""

import textwrap
from collections import Counter
from collections.abc import Callable

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap, PowerNorm
from matplotlib.figure import Figure
from matplotlib.image import AxesImage
from matplotlib.patches import Rectangle

from learning_order.figures import style, wording
from learning_order.figures.choices import check_split, model_count, rows_of
from learning_order.figures.sources import NotToDraw
from learning_order.tables.collection import Collection

MOST = 12  # collections; the numbers of more could not be read
# Not up to black, which frames the diagonal.
COLOURS = LinearSegmentedColormap.from_list("cells", style.INTENSITY(np.linspace(0, 0.75, 64)))
# Of a cell beside the diagonal, and of one on it.
FRAMES: tuple[style.Look, style.Look] = (
    {"edgecolor": "white", "linewidth": 0.6, "zorder": 2},
    {"edgecolor": "black", "linewidth": 1.2, "zorder": 3},
)
TICKS = {0: "0", 0.5: "0.5", 0.8: "0.8", 1: "1"}  # of the key to the colours

# Inches.
WIDEST_CELL, HEIGHT = 0.5, 0.36
CHARACTER = 0.057  # on average, at the small size
MOST_LABEL_ROOM = 2.4
TITLE_HEIGHT, TICKS_HEIGHT, BAR_HEIGHT, BAR_ROOM, LINE = 0.3, 0.2, 0.08, 0.4, 0.105


def check_comparable(sources: list[Collection], split: str) -> None:
    """NotToDraw unless these are two or more collections of the same labelled examples."""
    datasets = list(dict.fromkeys(source.dataset for source in sources))
    if len(datasets) > 1:
        raise NotToDraw(
            f"the collections are of {len(datasets)} datasets, {', '.join(datasets)}: name "
            "collections of one, and make a figure of its own for each dataset"
        )
    if not 2 <= len(sources) <= MOST:
        raise NotToDraw(f"{len(sources)} collections: a matrix compares 2 to {MOST}")
    counts = {}
    for source in sources:
        check_split(source, split)
        summary = rows_of(source, "summary", split)
        if summary["accuracy"].isna().all():
            raise NotToDraw(
                f"the {split} examples of collection {source.name} have no labels, so nobody knows "
                "which models are right: choose another with the option `split`"
            )
        counts[source.name] = int(summary["examples"].iloc[0])
    if len(set(counts.values())) > 1:
        listed = ", ".join(f"{name} {count:,}" for name, count in counts.items())
        raise NotToDraw(f"the collections differ in their number of {split} examples: {listed}")
    first, *others = (
        rows_of(source, "accessibility", split).sort_values("example")["label"].to_numpy()
        for source in sources
    )
    for source, labels in zip(sources[1:], others, strict=True):
        if not np.array_equal(first, labels):
            raise NotToDraw(
                f"the {split} labels of collections {sources[0].name} and {source.name} differ: "
                "are these the same examples in the same order?"
            )


def cells(sources: list[Collection], split: str, score: Callable[[int, int], dict]) -> pd.DataFrame:
    """A row per cell of the lower triangle.

    score: takes two places in the list of sources, the first not before the second, and returns
    the columns of their cell, of which `value` is drawn.
    """
    names = names_of(sources)
    rows = [
        {
            "dataset": a.dataset,
            "split": split,
            "row": i,
            "column": j,
            "collection": a.name,
            "other": b.name,
            "name": names[i],
            "models": model_count(a),
            **score(i, j),
        }
        for i, a in enumerate(sources)
        for j, b in enumerate(sources[: i + 1])
    ]
    return pd.DataFrame(rows)


def names_of(sources: list[Collection]) -> list[str]:
    """Their architectures, with the name of the collection where several have the same."""
    of_architecture = Counter(source.architecture for source in sources)
    return [
        source.architecture
        + (f" ({source.name})" if of_architecture[source.architecture] > 1 else "")
        for source in sources
    ]


def draw_page(
    data: pd.DataFrame, *, value: str, explanation: str, below: str = "", heading: str = ""
) -> Figure:
    """The matrix of `value`; below: the column that stands smaller below it, if any.

    With a heading of its own the rows are of one collection, and their labels count no models.
    """
    diagonal = data[data["row"] == data["column"]]
    letters = wording.letters(len(diagonal))
    labels = [
        f"{letter}{name}" + ("" if heading else f", {wording.count_of_models(models)}")
        for letter, name, models in zip(letters, diagonal["name"], diagonal["models"], strict=True)
    ]
    count = len(labels)
    room = min(CHARACTER * max(map(len, labels)) + 0.15, MOST_LABEL_ROOM)
    cell = min(WIDEST_CELL, (style.PAGE_WIDTH - room - 0.15) / count)
    width = max(style.COLUMN_WIDTH, room + cell * count + 0.15)
    left = (width + room - cell * count) / 2
    lines = textwrap.wrap(explanation, int((width - 0.1) / 0.046))
    bottom = TITLE_HEIGHT + count * HEIGHT
    bar_top = bottom + TICKS_HEIGHT
    figure = style.new_figure(width, bar_top + BAR_ROOM + LINE * len(lines) + 0.06)
    heading = heading or f"{data['dataset'].iloc[0]}, {data['split'].iloc[0]} split"
    style.heading_at(figure, 0.05, 0.05, heading, width - 0.1)
    axes = style.axes_at(figure, left, TITLE_HEIGHT, cell * count, count * HEIGHT)
    image = _draw_cells(axes, data, below)
    _label(axes, labels, (left - 0.06) / max(map(len, labels)))
    bar = style.axes_at(figure, left, bar_top, cell * count, BAR_HEIGHT)
    style.colour_bar(figure, image, bar, TICKS, orientation="horizontal")
    right, top = left + cell * count, bar_top + BAR_HEIGHT + 0.13
    style.text_at(figure, right, top, value, fontsize=style.SMALL, ha="right")
    for number, line in enumerate(lines):
        top = bar_top + BAR_ROOM + number * LINE
        style.text_at(figure, 0.05, top, line, fontsize=style.TINY)
    return figure


def _draw_cells(axes: Axes, data: pd.DataFrame, below: str) -> AxesImage:
    count = data["row"].max() + 1
    values = np.full((count, count), np.nan)
    values[data["row"], data["column"]] = data["value"]
    # Squares part the high values, which are the rule.
    norm = PowerNorm(2, vmin=0, vmax=1, clip=True)
    image = axes.imshow(values, cmap=COLOURS, norm=norm, aspect="auto")
    for cell in data.itertuples():
        second = getattr(cell, below) if below else np.nan
        _write_cell(axes, cell.row, cell.column, cell.value, second)
        place, look = (cell.column - 0.5, cell.row - 0.5), FRAMES[cell.row == cell.column]
        axes.add_patch(Rectangle(place, 1, 1, fill=False, clip_on=False, **look))
    axes.spines[:].set_visible(False)
    return image


def _write_cell(axes: Axes, row: int, column: int, value: float, second: float) -> None:
    """The value, and below it the second number unless that is NaN."""
    dark = value > 0.75  # not where it is NaN
    look: style.Look = {"ha": "center", "va": "center", "color": "white" if dark else "black"}
    shift = 0.16 if np.isfinite(second) else 0
    text = "n/a" if np.isnan(value) else f"{value:z.2f}".replace("-", "−")
    axes.text(column, row - shift, text, fontsize=style.SMALL, **look)
    if shift:
        axes.text(column, row + 0.24, f"of {second:.2f}", fontsize=style.TINY, **look)


def _label(axes: Axes, labels: list[str], character: float) -> None:
    """Rows with the names of the collections, columns with their letters."""
    letters = [label.split(")")[0] for label in labels]
    size = style.fitting_size(CHARACTER, character, style.SMALL)
    if size == style.TINY:  # and still too long
        fitting = int(character * max(map(len, labels)) * style.SMALL / style.TINY / CHARACTER)
        labels = ["\n".join(textwrap.wrap(label, fitting)) for label in labels]
    axes.set_xticks(range(len(labels)), letters, fontsize=style.SMALL)
    axes.set_yticks(range(len(labels)), labels, fontsize=size)
    axes.tick_params(length=0, pad=3)
