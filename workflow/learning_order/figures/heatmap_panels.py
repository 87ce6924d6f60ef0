"""Heat maps of the TP-agreement, which several kinds of figure share."""

import math
from typing import Literal

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.colors import Normalize
from matplotlib.figure import Figure
from matplotlib.image import AxesImage

from learning_order.figures import panel_numbers, style

# Linear, so that a band of many examples stands out of the few that lie all over the range. Half of
# the examples in one cell is as dark as it gets.
MOST = 0.5
CHARACTER = 0.047  # inches of a digit
PAD = 4  # points between a map and its numbers, which clear the upper half of the tick label 1
TICKS = {0: "0", 0.1: ".1", 0.2: ".2", 0.3: ".3", 0.4: ".4", MOST: "≥ .5"}
SCALE = "The scale of the colours is linear up to half of the examples."


def draw_map(axes: Axes, data: pd.DataFrame, value: str = "share") -> AxesImage:
    """One split of one collection; value is the column shown: share or null_share."""
    table = data.set_index(["left", "extent"])[value].unstack()  # noqa: PD010 (nothing to pool)
    extents = list(table.columns)
    edges = table.index[0], data["right"].max()
    image = axes.imshow(
        table.to_numpy(),
        cmap=style.SHADES,
        norm=Normalize(0, MOST, clip=True),
        origin="lower",
        extent=(0, len(extents), *edges),
        aspect="auto",
        interpolation="nearest",
    )
    shown = _labelled(axes, extents)
    axes.set_xticks([i + 0.5 for i in shown], [str(extents[i]) for i in shown])
    axes.set_yticks([0, 0.5, 1], ["0", "0.5", "1"])
    of = panel_numbers.MEASURED if value == "share" else panel_numbers.NULL
    numbers = "\n".join(panel_numbers.ranges_of(data, of))
    axes.set_title(numbers, fontsize=style.TINY, loc="right", pad=PAD, linespacing=1.1)
    return image


def colour_bar(
    figure: Figure, image: AxesImage, axes: Axes, orientation: Literal["vertical", "horizontal"]
) -> None:
    """The key to the intensity, on those axes."""
    style.colour_bar(figure, image, axes, TICKS, "share of examples", orientation)


def _labelled(axes: Axes, extents: list[int]) -> list[int]:
    """The columns with a label: the first, the last, and between them those that do not touch.

    Of extents that are evenly apart every so many, as the others can be guessed.
    """
    column = axes.get_window_extent().width / axes.figure.dpi / len(extents)
    rooms = [(CHARACTER * len(str(extent)) + 0.06) / column for extent in extents]
    last = len(extents) - 1
    spacing = math.ceil(max(rooms)) if len(set(np.diff(extents))) == 1 else 1
    chosen = [0]
    for place in range(0, last, spacing):
        before, after = chosen[-1], last
        if (
            place - before >= (rooms[place] + rooms[before]) / 2
            and after - place >= (rooms[place] + rooms[after]) / 2
        ):
            chosen.append(place)
    return [*chosen, last] if last else chosen
