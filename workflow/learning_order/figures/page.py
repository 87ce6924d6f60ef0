"""A page of blocks, one per collection or pair, from which most kinds of figure start."""

import math
from collections.abc import Sequence
from itertools import accumulate
from typing import NamedTuple

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from learning_order.figures import style


class Block(NamedTuple):
    """The rows of one collection or pair, its heading, and its corner of the page, in inches."""

    rows: pd.DataFrame
    heading: str
    left: float
    top: float


class Page(NamedTuple):
    """A figure, its blocks, and how far down they reach, in inches."""

    figure: Figure
    blocks: list[Block]
    bottom: float


class Panel(NamedTuple):
    """The axes of one block, its rows, and where there is room below its labels, in inches."""

    axes: Axes
    rows: pd.DataFrame
    centre: float
    below: float


def blocks_of(data: pd.DataFrame, by: str = "collection") -> list[pd.DataFrame]:
    """The rows of each collection, or pair, in the order of the table."""
    return [block for _, block in data.groupby(by, sort=False)]


def lay_out(
    blocks: Sequence[pd.DataFrame],
    headings: Sequence[str],
    width: float,
    height: float | Sequence[float],
    *,
    beside: int = 1,
    step: float = 0.0,
    top: float = 0.04,
    footer: float = 0.0,
) -> Page:
    """A page on which blocks have their places, row by row from the left; nothing is drawn yet.

    beside: blocks per row. In inches: width of the page, height of every row or of each, step from
    one block to the next beside it, top of the first row, footer below the last.
    """
    heights = np.broadcast_to(height, math.ceil(len(blocks) / beside))
    *tops, bottom = accumulate(heights, initial=top)
    placed = [
        Block(rows, heading, number % beside * step, tops[number // beside])
        for number, (rows, heading) in enumerate(zip(blocks, headings, strict=True))
    ]
    return Page(style.new_figure(width, bottom + footer), placed, bottom)
