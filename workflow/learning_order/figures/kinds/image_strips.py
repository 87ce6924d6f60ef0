"""The images that are learned first, above those that are learned last (paper Fig 1).

A strip holds the train examples of the highest or the lowest Accessibility, the most extreme one
at its left. Many examples may tie: among equals the classes take turns, the smallest label first,
each with its examples in order, so that a strip shows as many classes as it can. No example is in
both strips of a collection.
"""

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from learning_order.figures import style, thumbnails, wording
from learning_order.figures.choices import check_labelled, facts_of, rows_of
from learning_order.figures.page import blocks_of, lay_out
from learning_order.figures.sources import NotToDraw
from learning_order.figures.thumbnails import GAP
from learning_order.tables.collection import Collection, Images

OPTIONS = {"images": 10}  # in each strip

STRIPS = ("learned first", "learned last")

# Inches.
LABEL_ROOM, LABEL_HEIGHT = 1.0, 0.36
TITLE_HEIGHT, BLOCK_GAP = 0.17, 0.1
NAME_HEIGHT = 0.1  # of the class below an image
MOST_IMAGE = 0.6


def tabulate(sources: list[Collection], options: dict) -> pd.DataFrame:
    """A row per image, with its strip and its place there."""
    count = (OPTIONS | options)["images"]
    return pd.concat([_block(collection, count) for collection in sources], ignore_index=True)


@style.paper()
def draw(data: pd.DataFrame, options: dict) -> Figure:
    """Two strips per collection, one collection below the other."""
    blocks = blocks_of(data)
    columns = data["place"].max() + 1
    size = min(MOST_IMAGE, (style.PAGE_WIDTH - LABEL_ROOM - GAP) / columns - GAP)
    strip_height = max(size, LABEL_HEIGHT) + NAME_HEIGHT + GAP
    height = TITLE_HEIGHT + 2 * strip_height + BLOCK_GAP
    width = max(LABEL_ROOM + columns * (size + GAP) + GAP, style.COLUMN_WIDTH)
    figure, placed, _ = lay_out(blocks, wording.headings(blocks), width, height)
    for block in placed:
        style.heading_at(figure, 0.05, block.top, block.heading, width - 0.1)
        for row, strip in enumerate(STRIPS):
            top = block.top + TITLE_HEIGHT + row * strip_height
            _draw_strip(figure, block.rows[block.rows["strip"] == strip], top, size)
    return figure


def extremes(
    accessibility: np.ndarray, labels: np.ndarray, count: int
) -> tuple[np.ndarray, np.ndarray]:
    """Indices of the most and of the least accessible examples, the most extreme first.

    accessibility, labels: (examples,). At most count each; of fewer than 2 · count examples, half
    are the most accessible.
    """
    count = min(count, len(labels) // 2)
    first = _in_turn(-accessibility, labels)[:count]
    others = np.setdiff1d(np.arange(len(labels)), first)
    last = others[_in_turn(accessibility[others], labels[others])[:count]]
    return first, last


def _in_turn(key: np.ndarray, labels: np.ndarray) -> np.ndarray:
    """The order of ascending key; among equals, classes take turns."""
    # Equal means may differ in their last digits, if their shares were summed in another order.
    key = np.round(key, 9)
    turn = pd.DataFrame({"key": key, "label": labels}).groupby(["key", "label"]).cumcount()
    return np.lexsort((labels, turn, key))


def _block(collection: Collection, count: int) -> pd.DataFrame:
    examples, images = _train_examples(collection)
    accessibility, labels = examples["accessibility"].to_numpy(), examples["label"].to_numpy()
    chosen = np.concatenate(extremes(accessibility, labels, count))
    each = len(chosen) // 2
    numbers = examples["example"].to_numpy()[chosen]
    return pd.DataFrame(
        {
            **facts_of(collection),
            "strip": np.repeat(STRIPS, each),
            "place": np.tile(np.arange(each), 2),
            "example": numbers,
            "label": labels[chosen],
            "accessibility": accessibility[chosen],
            **images.names_of(numbers),
            **thumbnails.columns(images, numbers),
        }
    )


def _train_examples(collection: Collection) -> tuple[pd.DataFrame, Images]:
    """The train examples in the table of Accessibility, and their images."""
    examples = rows_of(collection, "accessibility", "train")
    if len(examples) < 2:
        raise NotToDraw(
            f"collection {collection.name} has {len(examples)} train examples: image strips show "
            "the train split, so add its predictions or choose another collection"
        )
    check_labelled(collection, "train", examples["accessibility"])
    if collection.images is None:
        raise NotToDraw(
            f"the images of {collection.dataset} are not at hand: image strips can show "
            "collections of a dataset of the configuration only"
        )
    numbers, labels = examples["example"].to_numpy(), examples["label"].to_numpy()
    if not thumbnails.are_of(collection.images, numbers, labels):
        raise NotToDraw(
            f"the {len(examples)} train examples of collection {collection.name} are not the "
            f"{len(collection.images.labels)} of the dataset {collection.images.name}, by their "
            "labels: were the predictions made from another version of it, or in another order?"
        )
    return examples, collection.images


def _draw_strip(figure: Figure, images: pd.DataFrame, top: float, size: float) -> None:
    for image in images.itertuples():
        left = LABEL_ROOM + image.place * (size + GAP)
        thumbnails.draw(figure, image, left, top, size)
        name = style.shortened(image.class_name, size)
        style.text_at(figure, left, top + size + 0.01, name, fontsize=style.TINY)
    middle = top + size / 2
    style.text_at(figure, 0.05, middle, images["strip"].iloc[0], verticalalignment="bottom")
    span = wording.span(images["accessibility"].min(), images["accessibility"].max(), ".2f")
    gap = "\n" if "–" in span else " "  # beside each other, two numbers would lie on the images
    style.text_at(figure, 0.05, middle + 0.03, f"Accessibility{gap}{span}", fontsize=style.TINY)
