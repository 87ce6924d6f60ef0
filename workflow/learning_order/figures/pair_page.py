"""A panel a pair of collections, and what is written in it."""

import math
from typing import NamedTuple

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from learning_order.figures import style, wording
from learning_order.figures.pair_tables import MEMBERS

MOST_BESIDE = 3

LABEL = {"fontsize": style.SMALL, "linespacing": 1.15, "multialignment": "center"}
UPRIGHT = {**LABEL, "rotation": 90, "ha": "left", "verticalalignment": "center"}

# Inches.
WIDEST = 3.0
LINE = 0.115
TICKS = 0.18  # tick labels and the space to the axis label
GAP = 0.12  # right of a panel
CORRELATION = 0.1  # above a panel


class Panel(NamedTuple):
    """The axes of one pair, its rows, and where there is room below its labels, in inches."""

    axes: Axes
    rows: pd.DataFrame
    centre: float
    below: float


def page(
    data: pd.DataFrame,
    x_label: str,
    y_label: str,
    *,
    height: float | None = None,
    y_ticks: float = TICKS,
    above: float = 0.0,
    margin: float = 0.0,
    footer: float = 0.0,
) -> tuple[Figure, list[Panel]]:
    """Headed and labelled panels, at most three beside each other.

    In the labels, {first} and {second} stand for the members of the pair. In inches: height of a
    panel (as high as wide if none), y_ticks for the tick labels left of it, room above and footer
    below each, margin right of all.
    """
    blocks = [block for _, block in data.groupby("pair", sort=False)]
    beside = min(len(blocks), MOST_BESIDE)
    step = panel_step(len(blocks), margin)
    firsts = [block.iloc[0] for block in blocks]
    y_labels = [_label(y_label, first, height or step - 0.6) for first in firsts]
    left = 0.06 + y_ticks + LINE * _most_lines(y_labels)
    width = step - left - GAP
    height = height or width
    x_labels = [_label(x_label, first, width + 0.2) for first in firsts]
    headings = [_members(first, step - 0.15) for first in firsts]
    top = 0.06 + 0.13 + LINE * _most_lines(headings) + 0.05 + above
    below = TICKS + LINE * _most_lines(x_labels) + 0.08
    row_height = top + height + below + footer
    rows = math.ceil(len(blocks) / beside)
    figure = style.new_figure(round(beside * step + margin, 9), rows * row_height)
    panels = []
    for number, (letter, block) in enumerate(
        zip(wording.letters(len(blocks)), blocks, strict=True)
    ):
        x, y = step * (number % beside), row_height * (number // beside)
        _heading(figure, x + 0.06, y + 0.06, letter, firsts[number], headings[number], step)
        axes = style.axes_at(figure, x + left, y + top, width, height)
        below_it = x + left + width / 2, y + top + height + TICKS
        style.text_at(figure, *below_it, x_labels[number], ha="center", **LABEL)
        beside_it = x + 0.06, y + top + height / 2
        style.text_at(figure, *beside_it, y_labels[number], **UPRIGHT)
        panels.append(Panel(axes, block, x + step / 2, y + top + height + below))
    return figure, panels


def panel_step(panels: int, margin: float = 0.0) -> float:
    """From one of so many panels to the next, in inches, with that margin on the page."""
    if panels == 1:
        return style.COLUMN_WIDTH - margin
    return min((style.PAGE_WIDTH - margin) / min(panels, MOST_BESIDE), WIDEST)


def names(row: pd.Series) -> tuple[str, str]:
    """What to call the members: their architectures, or if these are equal the collections."""
    # From a CSV, names that are digits come back as numbers.
    architectures = tuple(str(row[f"{member}_architecture"]) for member in MEMBERS)
    if architectures[0] != architectures[1]:
        return architectures
    return tuple(str(row[member]) for member in MEMBERS)


def names_with_models(row: pd.Series) -> tuple[str, str]:
    """'st-vgg (100 models)' and the like."""
    counts = (row[f"{member}_models"] for member in MEMBERS)
    return tuple(
        f"{name} ({wording.count_of_models(count)})"
        for name, count in zip(names(row), counts, strict=True)
    )


def broken(label: str, width: float) -> str:
    """A label with lines of at most that many inches, broken at the number of models if it can."""
    if "\n" not in style.lines(label, width):
        return label
    label = label.replace(" (", "\n(")
    if "\n" in style.lines(label.split("\n")[0], width):
        label = label.replace(" of ", " of\n")
    return style.lines(label, width)


def datasets(row: pd.Series) -> str:
    """The dataset of both, or those of each."""
    return " and ".join(dict.fromkeys(str(row[f"{member}_dataset"]) for member in MEMBERS))


def write_correlation(axes: Axes, row: pd.Series) -> None:
    """r, p and the number of examples, above the panel, where they hide none of these."""
    text = f"{wording.r_label(row['r'])}, {wording.p_label(row['p'])}, N = {row['n']:,}"
    axes.set_title(text, loc="left", fontsize=style.TINY, pad=2.5)


def set_unit_scales(axes: Axes) -> None:
    """Both axes from 0 to 1, with room for marks on the edge."""
    axes.set(xlim=(-0.03, 1.03), ylim=(-0.03, 1.03))
    for set_ticks in (axes.set_xticks, axes.set_yticks):
        set_ticks([0, 0.5, 1], ["0", "0.5", "1"])


def _label(template: str, row: pd.Series, width: float) -> str:
    """An axis label of at most that many inches."""
    label = template.format(**dict(zip(MEMBERS, names_with_models(row), strict=True)))
    return broken(label, width)


def _heading(figure, left, top, letter, row, members, step) -> None:
    heading = f"{letter}{datasets(row)}, {row['split']} examples"
    size = style.heading_size(heading, step - 0.12)
    style.text_at(figure, left, top, heading, fontweight="bold", fontsize=size)
    style.text_at(figure, left, top + 0.13, members, fontsize=style.SMALL, linespacing=1.15)


def _members(row: pd.Series, width: float) -> str:
    """'st-vgg and vgg19', broken at the 'and' where a line is too short."""
    members = names(row)
    on_one = " and ".join(members)
    if "\n" not in style.lines(on_one, width):
        return on_one
    return style.lines("\nand ".join(members), width)


def _most_lines(texts: list[str]) -> int:
    return max(text.count("\n") for text in texts) + 1
