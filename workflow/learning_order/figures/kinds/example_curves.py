"""The TP-agreement of single examples over training, one of each typical shape (paper Fig 30).

Each shape is a set of templates over the recorded extents after 0, of which there are n. Where a
template switches from one value to another, s is the place, of 1 … n, of the first extent with
the new value. Each value is held for at least m = n / 8 extents (rounded down, but 1), as a
shorter dip could not be seen; h is n / 2 rounded up.

- learned at once: 1 throughout;
- dips, then learned: 0, then 1 from s on, for s = m + 1 … h;
- learned late: the same for s = h + 1 … n + 1 - m;
- never learned: 0 throughout;
- forgotten: 1, then 0 from s on, for s = m + 1 … h.

The distance of an example to a shape is its mean squared distance to the nearest template. Shapes
are served in this order, each with the example of the smallest distance that is not yet taken;
among equals, with the one whose first TP-agreement is nearest to the mean of all, then with the
smallest number. A shape that no example has is drawn all the same, and called a poor fit.

Below the legend stand the images of the examples in its order, where they are train images at hand.
"""

from itertools import pairwise

import numpy as np
import pandas as pd
import seaborn
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from learning_order.figures import collection_page, style, thumbnails, wording
from learning_order.figures.choices import (
    check_labelled,
    check_split,
    chosen_extents,
    facts_of,
    rows_of,
)
from learning_order.figures.sources import NotToDraw
from learning_order.tables.collection import Collection

OPTIONS = {
    "split": "train",
    "extents": None,  # none: every extent of the collection
    "extent_name": None,  # what extents count; none: epochs, or what the protocol says
}

FEWEST_LATER_EXTENTS = 3  # for one switch in each half
POOR = 0.1  # mean squared distance

# Inches.
HEIGHT = 1.6
IMAGE, IMAGE_ROOM = 0.44, 0.56  # the room of one holds its number too
CLASS_ROOM = 0.8  # of the name of a class in the legend

LOOKS: dict[str, style.Look] = {
    "learned at once": {"color": "#000000", "linestyle": "-", "marker": "o"},
    "dips, then learned": {"color": style.TRAIN, "linestyle": "--", "marker": "s"},
    "learned late": {"color": "#56B4E9", "linestyle": "-.", "marker": "^"},
    "never learned": {"color": "#D55E00", "linestyle": ":", "marker": "v"},
    "forgotten": {"color": style.TEST, "linestyle": (0, (3, 1, 1, 1, 1, 1)), "marker": "D"},
}


def tabulate(sources: list[Collection], options: dict) -> pd.DataFrame:
    """A row per shape and extent; distance is that of the example to the shape."""
    options = OPTIONS | options
    tables = [_curves(collection, options) for collection in sources]
    return pd.concat(tables, ignore_index=True)


@style.paper()
def draw(data: pd.DataFrame, options: dict) -> Figure:
    """A panel per collection, its legend naming shape and example."""
    shown = "pixels" in data
    footer = IMAGE_ROOM + 0.04 if shown else 0.0
    figure, panels = collection_page.lay_out_panels(data, HEIGHT, len(LOOKS), footer)
    for axes, rows, centre, below in panels:
        draw_panel(axes, rows)
        chosen = (OPTIONS | options)["extent_name"]
        axes.set_xlabel(wording.extent_name(rows["protocol"].unique(), chosen), labelpad=2)
        axes.set_ylabel(f"TP-agreement ({rows['split'].iloc[0]})", labelpad=2)
        style.legend_at(figure, axes.lines, centre, below, columns=1)
        if shown:
            top = below + len(LOOKS) * collection_page.LEGEND_LINE + 0.06
            _draw_images(figure, rows.dropna(subset="pixels"), centre, top)
    return figure


def _draw_images(figure: Figure, rows: pd.DataFrame, centre: float, top: float) -> None:
    """Side by side in the order of the legend, each framed as its line and above its number."""
    left = centre - len(rows) * IMAGE_ROOM / 2 + (IMAGE_ROOM - IMAGE) / 2
    # A row without an image makes floats of them.
    sizes = dict.fromkeys(["height", "width", "channels"], int)
    for place, image in enumerate(rows.astype(sizes).itertuples()):
        x = left + place * IMAGE_ROOM
        axes = thumbnails.draw(figure, image, x, top, IMAGE)
        axes.set_axis_on()
        axes.set(xticks=[], yticks=[])
        axes.spines[:].set(color=LOOKS[image.shape]["color"], linewidth=1.2)
        look: style.Look = {"fontsize": style.TINY, "ha": "center"}
        style.text_at(figure, x + IMAGE / 2, top + IMAGE + 0.02, str(image.example), **look)


def templates(later: int) -> dict[str, np.ndarray]:
    """The templates of each shape: (templates, later), of as many extents after 0."""
    half, held = (later + 1) // 2, max(1, later // 8)
    places = np.arange(1, later + 1)
    early = np.array([places >= s for s in range(held + 1, half + 1)], float)
    late = np.array([places >= s for s in range(half + 1, later + 2 - held)], float)
    return {
        "learned at once": np.ones((1, later)),
        "dips, then learned": early,
        "learned late": late,
        "never learned": np.zeros((1, later)),
        "forgotten": 1 - early,
    }


def pick(curves: np.ndarray, extents: list[int]) -> dict[str, tuple[int, float]]:
    """The example of each shape and its distance; curves: (extents, examples) TP-agreement."""
    later = curves[1:] if extents[0] == 0 else curves
    oddness = np.abs(curves[0] - curves[0].mean())
    picked: dict[str, tuple[int, float]] = {}
    free = np.ones(curves.shape[1], bool)
    for shape, of_shape in templates(len(later)).items():
        distances = np.min([_distances(later, template) for template in of_shape], axis=0)
        # Rounded, so that equal distances are equal whatever their last digits.
        order = np.lexsort((oddness.round(9), distances.round(9), ~free))
        best = int(order[0])
        picked[shape] = best, float(distances[best])
        free[best] = False
    return picked


def _distances(later: np.ndarray, template: np.ndarray) -> np.ndarray:
    """Mean squared distance of each example to a template, an extent at a time to save memory."""
    squares = np.zeros(later.shape[1])
    for row, value in zip(later, template, strict=True):
        squares += (row - value) ** 2
    return squares / len(template)


def _curves(collection: Collection, options: dict) -> pd.DataFrame:
    split = options["split"]
    check_split(collection, split)
    extents = chosen_extents(collection, options["extents"])
    if sum(extent > 0 for extent in extents) < FEWEST_LATER_EXTENTS:
        raise NotToDraw(
            f"collection {collection.name} has extents {extents}: to tell the shapes apart, record "
            f"at least {FEWEST_LATER_EXTENTS} after 0"
        )
    numbers, curves = _trajectories(collection, split, extents)
    if len(numbers) < len(LOOKS):
        raise NotToDraw(
            f"collection {collection.name} has {len(numbers)} {split} examples, too few for one "
            f"of each of {len(LOOKS)} shapes: choose another collection or `split`"
        )
    labels = rows_of(collection, "examples", split).groupby("example")["label"].first()
    tables = [
        pd.DataFrame(
            {
                **facts_of(collection),
                "split": split,
                "shape": shape,
                "example": numbers[place],
                "class_name": wording.class_name(collection.classes, labels[numbers[place]]),
                "distance": distance,
                "extent": extents,
                "tp_agreement": curves[:, place],
            }
        ).join(_image(collection, split, numbers[place], labels))
        for shape, (place, distance) in pick(curves, extents).items()
    ]
    return pd.concat(tables, ignore_index=True)


def _image(collection: Collection, split: str, example: int, labels: pd.Series) -> pd.DataFrame:
    """The columns of the image of an example, for its first row.

    None where it is not at hand: texts and features have no images, and those of another version of
    the dataset would be of other examples. labels: of all examples, by their numbers.
    """
    images = collection.images
    is_known = thumbnails.are_of(images, labels.index.to_numpy(), labels.to_numpy())
    if split != "train" or images is None or not is_known or not thumbnails.are_images(images):
        return pd.DataFrame(index=[0])
    return pd.DataFrame(thumbnails.columns(images, np.array([example])), index=[0])


def _trajectories(
    collection: Collection, split: str, extents: list[int]
) -> tuple[np.ndarray, np.ndarray]:
    """Numbers of the examples, and (extents, examples) TP-agreement."""
    table = rows_of(collection, "examples", split)
    table = table[table["extent"].isin(extents)]
    check_labelled(collection, split, table["tp_agreement"])
    cells = [rows.sort_values("example") for _, rows in table.groupby("extent")]
    numbers = [rows["example"].to_numpy() for rows in cells]
    if any(not np.array_equal(one, other) for one, other in pairwise(numbers)):
        raise ValueError(f"collection {collection.name}: the {split} examples differ with extents")
    return numbers[0], np.array([rows["tp_agreement"].to_numpy() for rows in cells])


def draw_panel(axes: Axes, rows: pd.DataFrame) -> None:
    """A line per shape, with a marker at each extent or, of many, at some."""
    for number, (shape, curve) in enumerate(rows.groupby("shape", sort=False)):
        every = max(1, len(curve) // 10)
        class_name = style.shortened(curve["class_name"].iloc[0], CLASS_ROOM, style.SMALL)
        name = f"{shape}: example {curve['example'].iloc[0]}, {class_name}"
        axes.plot(
            curve["extent"],
            curve["tp_agreement"],
            label=name + (" (poor fit)" if curve["distance"].iloc[0] > POOR else ""),
            # Curves lie on each other at 0 and 1: the first are wider and show beneath the last.
            linewidth=2.2 - 0.3 * number,
            markersize=5.2 - 0.6 * number,
            markevery=(number * every // len(LOOKS), every),
            clip_on=False,
            **LOOKS[shape],
        )
    first, last = rows["extent"].min(), rows["extent"].max()
    axes.set(xlim=(first, last), ylim=(-0.03, 1.03))
    ticks = style.round_ticks(first, last, 7, integer=True)
    axes.set_xticks(ticks, list(map(wording.extent_number, ticks)))
    axes.set_yticks([0, 0.5, 1], ["0", "0.5", "1"])
    seaborn.despine(ax=axes)
