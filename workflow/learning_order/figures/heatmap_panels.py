"""Heat maps of the TP-agreement, which several kinds of figure share."""

from typing import Literal

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.colors import PowerNorm
from matplotlib.figure import Figure
from matplotlib.image import AxesImage

from learning_order.figures import style, wording

TICKS = {0: "0", 0.01: ".01", 0.1: ".1", 0.25: ".25", 0.5: ".5", 1: "1"}


def draw_map(axes: Axes, data: pd.DataFrame, value: str = "share") -> AxesImage:
    """One split of one collection; value is the column shown: share or null_share."""
    table = data.set_index(["left", "extent"])[value].unstack()  # noqa: PD010 (nothing to pool)
    extents = list(table.columns)
    edges = table.index[0], data["right"].max()
    image = axes.imshow(
        table.to_numpy(),
        cmap=style.INTENSITY,
        norm=PowerNorm(0.5, vmin=0, vmax=1),
        origin="lower",
        extent=(0, len(extents), *edges),
        aspect="auto",
        interpolation="nearest",
    )
    shown = _labelled(len(extents), _label_spacing(axes, extents))
    axes.set_xticks([i + 0.5 for i in shown], [str(extents[i]) for i in shown])
    axes.set_yticks([0, 0.5, 1], ["0", "0.5", "1"])
    column = "bimodality" if value == "share" else "null_bimodality"
    axes.set_title(_range(data[column]), fontsize=style.TINY, loc="right", pad=1.5)
    return image


def colour_bar(
    figure: Figure, image: AxesImage, axes: Axes, orientation: Literal["vertical", "horizontal"]
) -> None:
    """The key to the intensity, on those axes."""
    style.colour_bar(figure, image, axes, TICKS, "share of examples", orientation)


def _labelled(count: int, spacing: int) -> list[int]:
    """The columns with a label: the first, the last, and between them every so many."""
    last = count - 1
    between = [place for place in range(0, last, spacing) if last - place >= spacing or not place]
    return [*between, last]


def _label_spacing(axes: Axes, extents: list[int]) -> int:
    """The spacing of extent labels, in extents, at which they do not touch."""
    width = axes.get_window_extent().width / axes.figure.dpi
    label = 0.045 * len(str(max(extents))) + 0.06
    return int(np.ceil(len(extents) * label / width))


def _range(values: pd.Series) -> str:
    """The least and greatest bimodality over the extents."""
    if values.isna().all():
        return wording.bimodality_label(np.nan)
    low, high = values.min(), values.max()
    return wording.bimodality_label(low) if low == high else f"B = {low:.2f} … {high:.2f}"
