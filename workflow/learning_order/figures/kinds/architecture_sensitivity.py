"""How much of the order is that of the architecture, and the images on which architectures part.

The variance of one model's order, the share of extents at which it is right about each example, is
divided among what all architectures have in common, what each has for itself, and what a model has
for itself. Below are the images with the largest part for architectures, and how accessible each of
them is to every architecture. The mean correlation is that of the Accessibility of two
architectures; free of noise, it is what collections of ever so many models would have
(Spearman 1904).
"""

from itertools import combinations

import numpy as np
import pandas as pd
from matplotlib.figure import Figure
from matplotlib.patches import Patch

from learning_order import scores
from learning_order.figures import matrix_page, style, thumbnails
from learning_order.figures.choices import model_count, rows_of
from learning_order.figures.pair_tables import correlation
from learning_order.figures.sources import NotToDraw
from learning_order.tables.collection import Collection
from learning_order.tables.correct import times_right

OPTIONS = {"images": 10}  # on which architectures part most

SPLIT = "train"  # the images that are at hand
PARTS = {"example": 0.12, "example × architecture": 0.8, "example × model": 0.42}  # shades

# Inches.
LABEL_ROOM, RIGHT_ROOM, TITLE_HEIGHT, BAR_HEIGHT = 1.5, 0.1, 0.28, 0.24
LEGEND_HEIGHT, LINE, MOST_IMAGE = 0.4, 0.13, 0.6


def tabulate(sources: list[Collection], options: dict) -> pd.DataFrame:
    """A row per component, with its share; per image and architecture; and per pair of these.

    component and share: of the variance; place, example, accessibility, sensitivity and the pixels:
    of an image; other, r and r_free_of_noise: of two architectures.
    """
    if len(sources) < 2 or any(model_count(source) < 2 for source in sources):
        raise NotToDraw("variance components take two collections or more, of two models or more")
    matrix_page.check_comparable(sources, SPLIT)
    orders = [_order(source) for source in sources]
    return pd.concat(
        [
            _components(sources, orders),
            _images(sources, orders, (OPTIONS | options)["images"]),
            _pairs(sources, orders),
        ],
        ignore_index=True,
    )


@style.paper()
def draw(data: pd.DataFrame, options: dict) -> Figure:
    """The components as one bar, then a column per image."""
    shares = data[data["component"].notna()].set_index("component")["share"]
    images = data[data["place"].notna()]
    architectures = list(images["collection"].unique())
    columns = int(images["place"].max()) + 1
    room = style.PAGE_WIDTH - LABEL_ROOM - RIGHT_ROOM
    size = min(MOST_IMAGE, room / columns - thumbnails.GAP)
    above = TITLE_HEIGHT + BAR_HEIGHT + LEGEND_HEIGHT
    figure = style.new_figure(
        style.PAGE_WIDTH, above + size + 0.06 + LINE * len(architectures) + 0.32
    )
    heading = f"{data['dataset'].iloc[0]}, {SPLIT} split: {len(architectures)} collections"
    heading += "; below each image its Accessibility to them"
    style.heading_at(figure, 0.05, 0.05, heading, style.PAGE_WIDTH - 0.1)
    _draw_shares(figure, shares, room)
    style.text_at(figure, 0.05, above + size / 2 - 0.05, "part most on", fontsize=style.SMALL)
    for row, name in enumerate(architectures):
        of_one = images[images["collection"] == name].sort_values("place")
        top = above + size + 0.06 + row * LINE
        label = str(of_one["name"].iloc[0])
        shrunk = style.fitting_size(0.057 * len(label), LABEL_ROOM - 0.1, style.SMALL)
        label = style.shortened(label, LABEL_ROOM - 0.1, shrunk)
        style.text_at(figure, 0.05, top, label, fontsize=shrunk)
        for image in of_one.itertuples():
            left = LABEL_ROOM + image.place * (size + thumbnails.GAP)
            if row == 0:
                thumbnails.draw(figure, _whole(image), left, above, size)
            text = f"{image.accessibility:.2f}"
            style.text_at(figure, left + size / 2, top, text, fontsize=style.TINY, ha="center")
    _draw_pairs(figure, data, above + size + 0.14 + LINE * len(architectures))
    return figure


def _order(source: Collection) -> np.ndarray:
    """(models, examples): the share of extents at which each model is right."""
    table = source.tables["correct"]
    extents = table.loc[table["split"] == SPLIT, "extent"].nunique()
    return times_right(table, SPLIT) / extents


def _components(sources: list[Collection], orders: list[np.ndarray]) -> pd.DataFrame:
    found = scores.variance_components(orders)
    return pd.DataFrame(
        {
            "dataset": sources[0].dataset,
            "component": list(PARTS),
            "variance": list(found),
            "share": list(found.shares),
        }
    )


def _images(sources: list[Collection], orders: list[np.ndarray], count: int) -> pd.DataFrame:
    pictures, examples = sources[0].images, rows_of(sources[0], "accessibility", SPLIT)
    numbers, labels = examples["example"].to_numpy(), examples["label"].to_numpy()
    if pictures is None or not thumbnails.are_of(pictures, numbers, labels):
        raise NotToDraw(
            f"the {SPLIT} images of {sources[0].dataset} are not at hand, or by their labels not "
            f"those of collection {sources[0].name}: show a dataset of the configuration"
        )
    sensitive = scores.architecture_sensitivity(orders)
    chosen = np.argsort(-sensitive, kind="stable")[:count]
    shown = thumbnails.columns(pictures, chosen)
    return pd.concat(
        [
            pd.DataFrame(
                {
                    "dataset": source.dataset,
                    "collection": source.name,
                    "architecture": source.architecture,
                    "name": name,
                    "models": model_count(source),
                    "place": np.arange(len(chosen)),
                    "example": chosen,
                    "sensitivity": sensitive[chosen],
                    "accessibility": order[:, chosen].mean(axis=0),
                    **shown,
                }
            )
            for source, name, order in zip(
                sources, matrix_page.names_of(sources), orders, strict=True
            )
        ]
    )


def _pairs(sources: list[Collection], orders: list[np.ndarray]) -> pd.DataFrame:
    reliable = [_reliability(order) for order in orders]
    rows = []
    for a, b in combinations(range(len(sources)), 2):
        r, _ = correlation(orders[a].mean(axis=0), orders[b].mean(axis=0))
        rows.append(
            {
                "dataset": sources[a].dataset,
                "architecture": sources[a].architecture,
                "other": sources[b].architecture,
                "r": r,
                "r_free_of_noise": scores.disattenuated_correlation(r, reliable[a], reliable[b]),
            }
        )
    return pd.DataFrame(rows)


def _reliability(order: np.ndarray) -> float:
    r1 = scores.single_model_reliability(scores.model_covariance(order))
    return float(scores.reliability_of(r1, len(order)))


def _draw_shares(figure: Figure, shares: pd.Series, room: float) -> None:
    axes = style.axes_at(figure, LABEL_ROOM, TITLE_HEIGHT, room, BAR_HEIGHT)
    left, handles = 0.0, []
    whole = shares.clip(lower=0).sum()  # by chance, a part is estimated below 0
    for part, shade in PARTS.items():
        share = max(shares[part], 0) / whole if whole > 0 else 0
        colour = style.INTENSITY(shade)
        look: style.Look = {"facecolor": colour, "edgecolor": "black", "linewidth": 0.4}
        axes.barh(0, share, 1, left=left, **look)
        left += share
        said = "n/a" if np.isnan(shares[part]) else f"{100 * shares[part]:.1f} %"
        handles.append(Patch(label=f"{part}: {said}", **look))
    axes.set(xlim=(0, 1), ylim=(-0.5, 0.5), yticks=[], xticks=[])
    style.text_at(figure, 0.05, TITLE_HEIGHT + 0.06, "variance of one order", fontsize=style.SMALL)
    below = TITLE_HEIGHT + BAR_HEIGHT + 0.12
    style.legend_at(figure, handles, LABEL_ROOM + room / 2, below)


def _draw_pairs(figure: Figure, data: pd.DataFrame, top: float) -> None:
    pairs = data[data["other"].notna()]
    r, free = pairs["r"].mean(), pairs["r_free_of_noise"].mean()
    said, known = ("n/a" if np.isnan(each) else f"{each:.2f}" for each in (r, free))
    text = f"mean correlation of Accessibility between two {said}, free of noise {known}"
    style.text_at(figure, 0.05, top, text, fontsize=style.SMALL)


def _whole(image):
    """The sizes as whole numbers: rows of other things have none, which makes them fractions."""
    sizes = {name: int(getattr(image, name)) for name in ("height", "width", "channels")}
    return image._replace(**sizes)
