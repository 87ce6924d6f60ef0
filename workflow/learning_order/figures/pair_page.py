"""A page with one panel per pair of collections, and what is written in the panels."""

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from learning_order.figures import style, wording
from learning_order.figures.page import Panel, blocks_of, lay_out
from learning_order.figures.pair_tables import MEMBERS

MOST_BESIDE = 3

LABEL: style.Look = {"fontsize": style.SMALL, "linespacing": 1.15, "multialignment": "center"}
UPRIGHT: style.Look = {**LABEL, "rotation": 90, "ha": "left", "verticalalignment": "center"}

# Inches.
WIDEST = 3.0
LINE = 0.115
TICKS = 0.18  # tick labels and the space to the axis label
GAP = 0.12  # right of a panel
CORRELATION = 0.1  # above a panel


def lay_out_panels(
    data: pd.DataFrame,
    x_template: str,
    y_template: str,
    *,
    height: float | None = None,
    y_ticks: float = TICKS,
    above: float = 0.0,
    margin: float = 0.0,
    footer: float = 0.0,
    first_letter: str = "",
) -> tuple[Figure, list[Panel]]:
    """Headed and labelled panels, at most three beside each other.

    In the templates of the labels, {first} and {second} stand for the members of a pair. In inches:
    height of a panel (as high as wide if none), y_ticks for the tick labels left of it, room above
    and footer below each, margin right of all. first_letter: that of the first panel.
    """
    blocks = blocks_of(data, "pair")
    beside = min(len(blocks), MOST_BESIDE)
    step = panel_step(len(blocks), margin)
    firsts = [block.iloc[0] for block in blocks]
    y_labels = [_label(y_template, first, height or step - 0.6) for first in firsts]
    left = 0.06 + y_ticks + LINE * _most_lines(y_labels)
    width = step - left - GAP
    height = height or width
    x_labels = [_label(x_template, first, width + 0.2) for first in firsts]
    subtitles = [_members(first, step - 0.15) for first in firsts]
    top = 0.06 + 0.13 + LINE * _most_lines(subtitles) + 0.05 + above
    below = TICKS + LINE * _most_lines(x_labels) + 0.08
    figure, placed, _ = lay_out(
        blocks,
        _headings(firsts, first_letter),
        round(beside * step + margin, 9),
        top + height + below + footer,
        beside=beside,
        step=step,
        top=0.0,
    )
    panels = []
    for block, subtitle, x_label, y_label in zip(
        placed, subtitles, x_labels, y_labels, strict=True
    ):
        x, y = block.left + 0.06, block.top + 0.06
        alone = margin if beside == 1 else 0  # a heading may reach over the margin
        style.heading_at(figure, x, y, block.heading, step - 0.12 + alone)
        style.text_at(figure, x, y + 0.13, subtitle, fontsize=style.SMALL, linespacing=1.15)
        x, y = block.left + left, block.top + top
        axes = style.axes_at(figure, x, y, width, height)
        style.text_at(figure, x + width / 2, y + height + TICKS, x_label, ha="center", **LABEL)
        style.text_at(figure, block.left + 0.06, y + height / 2, y_label, **UPRIGHT)
        panels.append(Panel(axes, block.rows, block.left + step / 2, y + height + below))
    return figure, panels


def panel_step(count: int, margin: float = 0.0) -> float:
    """Inches from one panel to the next where there are `count`, beside that margin of the page."""
    if count == 1:
        return style.COLUMN_WIDTH - margin
    return min((style.PAGE_WIDTH - margin) / min(count, MOST_BESIDE), WIDEST)


def names(row: pd.Series) -> tuple[str, str]:
    """What to call the members: their architectures, and if these are equal what differs besides.

    'resnet50, first half' is the collection resnet50-imagenet-first-half.
    """
    # From a CSV, names that are digits come back as numbers.
    first, second = (str(row[f"{member}_architecture"]) for member in MEMBERS)
    if first == second:
        first, second = (_with_rest(row, member) for member in MEMBERS)
    if first == second:
        return str(row["first"]), str(row["second"])
    return first, second


def _with_rest(row: pd.Series, member: str) -> str:
    """The architecture and what the name of the collection says besides it and the dataset."""
    name, architecture = str(row[member]), str(row[f"{member}_architecture"])
    usual = f"{architecture}-{row[f'{member}_dataset']}"
    if not name.startswith(usual):
        return name
    rest = name.removeprefix(usual).strip("-").replace("-", " ")
    return f"{architecture}, {rest}" if rest else architecture


def names_with_models(row: pd.Series) -> tuple[str, str]:
    """'st-vgg (100 models)' and the like."""
    first, second = (
        f"{name} ({wording.count_of_models(row[f'{member}_models'])})"
        for name, member in zip(names(row), MEMBERS, strict=True)
    )
    return first, second


def broken(label: str, width: float) -> str:
    """A label in lines of at most that many inches: broken before "(", after "of", or anywhere."""
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
    """r, p and the number of examples, above the panel, where they hide no examples."""
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


def _headings(rows: list[pd.Series], first_letter: str) -> list[str]:
    """The lettered headings of pairs, of each of which there is one row."""
    return [
        f"{letter}{datasets(row)}, {row['split']} examples"
        for letter, row in zip(wording.letters(len(rows), first_letter), rows, strict=True)
    ]


def _members(row: pd.Series, width: float) -> str:
    """'st-vgg and vgg19', broken at the 'and' where a line is too short."""
    members = names(row)
    on_one = " and ".join(members)
    if "\n" not in style.lines(on_one, width):
        return on_one
    return style.lines("\nand ".join(members), width)


def _most_lines(texts: list[str]) -> int:
    return max(text.count("\n") for text in texts) + 1
