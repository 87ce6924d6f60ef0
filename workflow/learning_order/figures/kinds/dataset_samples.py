"""Example images of every class: a block per dataset."""

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from learning_order.datasets.pictures import Pictures
from learning_order.figures import style, thumbnails, wording
from learning_order.figures.page import blocks_of
from learning_order.figures.sources import NotToDraw
from learning_order.figures.thumbnails import GAP

OPTIONS = {"per_class": 3}  # images of each class: the first ones

MOST_COLUMNS = 14  # classes beside each other

# Inches.
BLOCK_GAP = 0.2
LINE = 0.1
TITLE_HEIGHT = 0.15
MOST_IMAGE = 0.6


def tabulate(sources: list[Pictures], options: dict) -> pd.DataFrame:
    """A row per image, with its row and column in the dataset's block."""
    per_class = (OPTIONS | options)["per_class"]
    return pd.concat([_block(dataset, per_class) for dataset in sources], ignore_index=True)


@style.paper()
def draw(data: pd.DataFrame, options: dict) -> Figure:
    """Datasets beside each other while they fit the page, then below."""
    blocks = blocks_of(data, "dataset")
    lines = _lines(blocks)
    size = min(MOST_IMAGE, min(_image_size(line) for line in lines))
    heights = [max(_height(block, size) for block in line) for line in lines]
    figure = style.new_figure(style.PAGE_WIDTH, 0.04 + sum(heights))
    letters = iter(wording.letters(len(blocks)))
    top = 0.04
    for line, height in zip(lines, heights, strict=True):
        left = 0.05
        for block in line:
            _draw_block(figure, block, left, top, size, next(letters))
            left += _columns(block) * (size + GAP) + BLOCK_GAP
        top += height
    return figure


def _block(dataset: Pictures, per_class: int) -> pd.DataFrame:
    labels = np.asarray(dataset.labels)
    if not len(labels):
        raise NotToDraw(f"the dataset {dataset.name} has no train images: show another")
    first = {label: np.flatnonzero(labels == label)[:per_class] for label in np.unique(labels)}
    rows = [
        {
            "dataset": dataset.name,
            "class": dataset.classes[label],
            "label": int(label),
            "example": int(example),
            "row": place // MOST_COLUMNS * per_class + number,
            "column": place % MOST_COLUMNS,
        }
        for place, (label, examples) in enumerate(first.items())
        for number, example in enumerate(examples)
    ]
    images = thumbnails.columns(dataset, np.concatenate(list(first.values())))
    return pd.DataFrame(rows).assign(per_class=per_class, **images)


def _columns(block: pd.DataFrame) -> int:
    return block["column"].max() + 1


def _lines(blocks: list[pd.DataFrame]) -> list[list[pd.DataFrame]]:
    """The blocks in lines of at most MOST_COLUMNS classes."""
    lines: list[list[pd.DataFrame]] = []
    for block in blocks:
        if lines and sum(map(_columns, [*lines[-1], block])) <= MOST_COLUMNS:
            lines[-1].append(block)
        else:
            lines.append([block])
    return lines


def _image_size(line: list[pd.DataFrame]) -> float:
    room = style.PAGE_WIDTH - 0.1 - BLOCK_GAP * (len(line) - 1)
    return room / sum(map(_columns, line)) - GAP


def _names(block: pd.DataFrame, size: float) -> dict[str, str]:
    """Class → its name in lines; where one name of several words is broken, all such are."""
    names = {name: style.wrapped(name, size) for name in block["class"].unique()}
    if any("\n" in lines for lines in names.values()):
        whole = [name for name, lines in names.items() if "\n" not in lines]
        names |= {name: names[name].replace(" ", "\n", 1) for name in whole}
    return names


def _names_height(block: pd.DataFrame, size: float) -> float:
    return LINE * max(lines.count("\n") + 1 for lines in _names(block, size).values()) + 0.02


def _height(block: pd.DataFrame, size: float) -> float:
    bands = block["row"].max() // block["per_class"].iloc[0] + 1
    images = (block["row"].max() + 1) * (size + GAP)
    return TITLE_HEIGHT + bands * _names_height(block, size) + images + 0.05


def _draw_block(
    figure: Figure, block: pd.DataFrame, left: float, top: float, size: float, letter: str
) -> None:
    room = _columns(block) * (size + GAP) + BLOCK_GAP - 0.1
    style.heading_at(figure, left, top, letter + block["dataset"].iloc[0], room)
    names, written = _names_height(block, size), _names(block, size)
    for image in block.itertuples():
        band, number = divmod(image.row, image.per_class)
        x = left + image.column * (size + GAP)
        y = top + TITLE_HEIGHT + (band + 1) * names + image.row * (size + GAP)
        thumbnails.draw(figure, image, x, y, size)
        if number == 0:
            name = written[block["class"][image.Index]]
            place = {"ha": "center", "verticalalignment": "bottom", "linespacing": 1.05}
            style.text_at(figure, x + size / 2, y - 0.02, name, fontsize=style.TINY, **place)
