"""Accessibility of the same examples in two collections: a panel per pair.

Few examples are points, darker where several coincide; many are counted on a grid, so that the
table stays small and the density is seen (paper Figs 8b–d, 26, 27).
"""

from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.cm import ScalarMappable
from matplotlib.colors import LinearSegmentedColormap, LogNorm
from matplotlib.figure import Figure

from learning_order.figures import pair_page, style
from learning_order.figures.pair_tables import (
    DECIMALS,
    Pair,
    bin_numbers,
    correlation,
    paired_accessibility,
    table,
)

OPTIONS = {
    "split": "train",
    "bins": 50,  # cells along each axis, for more than MOST_POINTS examples
    "same_examples": False,  # datasets of different names hold the same examples, in order
    "first_letter": "",  # of the first panel, such as b; none: a where there are several
}

MOST_POINTS = 5000
BAR_ROOM = 0.62  # inches
# Starts at a shade in which a single example can be seen.
SHADES = LinearSegmentedColormap.from_list("shades", style.INTENSITY(np.linspace(0.3, 1, 24)))


def tabulate(sources: list[Pair], options: dict) -> pd.DataFrame:
    """A row per point or cell of each pair: its Accessibility in both and how many examples.

    cell is the side of a cell, 0 of a point; the two Accessibilities are its lower left corner.
    """
    chosen = OPTIONS | options
    chosen.pop("first_letter")
    return table(_rows, sources, chosen)


def _rows(pair: Pair, split: str, bins: int, same_examples: bool) -> pd.DataFrame:
    first, second = paired_accessibility(pair, split, same_examples)
    r, p = correlation(first, second)
    counted = _points(first, second) if len(first) <= MOST_POINTS else _cells(first, second, bins)
    return counted.assign(r=r, p=p, n=len(first))


def _points(first: np.ndarray, second: np.ndarray) -> pd.DataFrame:
    values = np.column_stack([first, second]).round(DECIMALS)
    places, counts = np.unique(values, axis=0, return_counts=True)
    return _counted(places, counts, cell=0.0)


def _cells(first: np.ndarray, second: np.ndarray, bins: int) -> pd.DataFrame:
    columns, rows = bin_numbers(first, bins), bin_numbers(second, bins)
    counts = np.bincount(columns * bins + rows, minlength=bins * bins)
    occupied = np.flatnonzero(counts)
    places = np.column_stack(np.divmod(occupied, bins)) / bins
    return _counted(places, counts[occupied], cell=1 / bins)


def _counted(places: np.ndarray, counts: np.ndarray, cell: float) -> pd.DataFrame:
    columns = {"first_accessibility": places[:, 0], "second_accessibility": places[:, 1]}
    return pd.DataFrame({**columns, "cell": cell, "examples": counts})


@style.paper()
def draw(data: pd.DataFrame, options: dict) -> Figure:
    """Square panels on the same scales, one key to the shades."""
    labels = "Accessibility of {first}", "Accessibility of {second}"
    figure, panels = pair_page.lay_out_panels(
        data,
        *labels,
        above=pair_page.CORRELATION,
        margin=BAR_ROOM,
        first_letter=(OPTIONS | options)["first_letter"],
    )
    most = max(data["examples"].max(), 2)
    norm = LogNorm(1, most)
    for panel in panels:
        shades = draw_panel(panel.axes, panel.rows, norm)
    _colour_bar(figure, shades, panels[0].axes, most)
    return figure


def draw_panel(axes: Axes, rows: pd.DataFrame, norm: LogNorm) -> ScalarMappable:
    """The examples of one pair; returns what is drawn in shades."""
    is_points = rows["cell"].iloc[0] == 0
    # The identity is above cells, which would hide it, and below points, which it would cross out.
    axes.plot([0, 1], [0, 1], color="0.6", linewidth=0.8, zorder=1 if is_points else 3)
    draw_examples = _draw_points if is_points else _draw_cells
    shades = draw_examples(axes, rows, cmap=SHADES, norm=norm, zorder=2)
    pair_page.set_unit_scales(axes)
    pair_page.write_correlation(axes, rows.iloc[0])
    return shades


def _draw_points(axes: Axes, rows: pd.DataFrame, **look: Any) -> ScalarMappable:
    rows = rows.sort_values("examples", kind="stable")  # the darkest on top
    places = rows["first_accessibility"], rows["second_accessibility"]
    return axes.scatter(*places, c=rows["examples"], s=4, linewidths=0, **look)


def _draw_cells(axes: Axes, rows: pd.DataFrame, **look: Any) -> ScalarMappable:
    bins = round(1 / rows["cell"].iloc[0])
    lower = rows[["second_accessibility", "first_accessibility"]].to_numpy()
    counts = np.ma.masked_all((bins, bins))
    counts[tuple((lower * bins).round().astype(int).T)] = rows["examples"]
    edges = np.linspace(0, 1, bins + 1)
    return axes.pcolormesh(edges, edges, counts, **look)


def _colour_bar(figure: Figure, shades: ScalarMappable, beside: Axes, most: int) -> None:
    place = beside.get_position()
    page_width, page_height = figure.get_size_inches()
    left = page_width - BAR_ROOM + 0.08
    top, height = page_height * (1 - place.y1), page_height * place.height
    axes = style.axes_at(figure, left, top, 0.08, height)
    digits = (1, 2, 5) if most < 20 else (1,)
    ticks = [digit * 10**power for power in range(8) for digit in digits]
    labels = {tick: f"{tick:,}" for tick in ticks if tick <= most}
    style.colour_bar(figure, shades, axes, labels, "examples")
