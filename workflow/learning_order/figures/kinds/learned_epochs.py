"""When examples are learned, from the most to the least accessible (paper Fig 6).

The examples are sorted by Accessibility and cut into sets of equal size. An example is learned by
a model at the first extent from which on the model is right at every later one, and never where
there is none. The median of a set is the first extent by which at least half of its (model,
example) pairs are learned; where fewer than half ever are, it lies beyond the last extent, and
the table has NaN. The box is its 95 % bootstrap interval over models: plain percentiles, as drawing
a model twice shifts no median; an end beyond the last extent is NaN as well, and a single
model has no interval.
"""

import numpy as np
import pandas as pd
import seaborn
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch, Rectangle

from learning_order import scores
from learning_order.figures import collection_page, style, wording
from learning_order.figures.choices import protocol_of
from learning_order.figures.sources import NotToDraw
from learning_order.tables import correct
from learning_order.tables.collection import Collection

OPTIONS = {
    "split": "train",
    "boxes": 20,  # sets of examples of equal size
    "extent_name": None,  # what extents count; none: epochs, or what the protocol says
}

RESAMPLES = 1000
CONFIDENCE = 0.95
RNG_SEED = 0

HEIGHT = 1.7  # inches of a panel

BEYOND: style.Look = {"marker": "^", "markersize": 3.5, "linestyle": "none", "clip_on": False}
MEDIAN: style.Look = {
    "color": style.MEDIAN,
    "linewidth": 1.6,
    "solid_capstyle": "butt",
    "zorder": 3,
}


def tabulate(sources: list[Collection], options: dict) -> pd.DataFrame:
    """A row per box."""
    chosen = OPTIONS | options
    chosen.pop("extent_name")
    tables = [_boxes(collection, **chosen) for collection in sources]
    return pd.concat(tables, ignore_index=True)


@style.paper()
def draw(data: pd.DataFrame, options: dict) -> Figure:
    """A panel per collection."""
    figure, panels = collection_page.lay_out_panels(data, HEIGHT, legend_lines=1)
    for axes, rows, centre, below in panels:
        draw_panel(axes, rows)
        chosen = (OPTIONS | options)["extent_name"]
        name = wording.extent_name(rows["protocol"].unique(), chosen)
        axes.set_xlabel("examples by Accessibility, the most accessible first (%)", labelpad=2)
        axes.set_ylabel(_learned(name, rows["split"].iloc[0]), labelpad=2)
        style.legend_at(figure, _handles(rows, name), centre, below)
    return figure


def median_extents(counts: np.ndarray) -> np.ndarray:
    """The index of the extent by which at least half are learned, for each row of counts.

    counts: (rows, extents + 1), how many are learned at each extent and, last, how many never are.
    Returns (rows,) indices; the number of extents stands for never.
    """
    learned = np.cumsum(counts, axis=1)
    return (2 * learned >= learned[:, -1:]).argmax(axis=1)


def _boxes(collection: Collection, split: str, boxes: int) -> pd.DataFrame:
    extents, correct = _read(collection, split)
    models, examples = correct.shape[1:]
    right = correct.sum(axis=(0, 1), dtype=np.int64)  # whole numbers: equal ones are equal
    order = np.argsort(-right, kind="stable")
    accessibility = right / (len(extents) * models)
    rng = np.random.default_rng(RNG_SEED)
    weights = scores.draw_weights(scores.model_draws(models, rng, RESAMPLES))
    beyond = np.array([*extents, np.nan], dtype=float)
    rows, done = [], 0
    for members in np.array_split(order, min(boxes, examples)):
        counts = _counts(correct[:, :, members], extents)
        low, median, high = beyond[_interval(counts, weights)]
        rows.append(
            {
                "rank_low": 100 * done / examples,
                "rank_high": 100 * (done + len(members)) / examples,
                "examples": len(members),
                "accessibility_low": accessibility[members].min(),
                "accessibility_high": accessibility[members].max(),
                "learned_share": 1 - counts[:, -1].sum() / counts.sum(),
                "median": median,
                "median_low": low if models > 1 else np.nan,
                "median_high": high if models > 1 else np.nan,
            }
        )
        done += len(members)
    facts = {
        "collection": collection.name,
        "dataset": collection.dataset,
        "architecture": collection.architecture,
        "protocol": protocol_of(collection),
        "models": models,
        "split": split,
        "last_extent": extents[-1],
    }
    return pd.DataFrame(rows).assign(**facts)[[*facts, *rows[0]]]


def _read(collection: Collection, split: str) -> tuple[list[int], np.ndarray]:
    """The extents, and (extents, models, examples) booleans."""
    if collection.protocol not in ("snapshots", "own"):
        raise NotToDraw(
            f"collection {collection.name} trained other models for every extent, but learned "
            "epochs follow one run of a model: give the collection `protocol: snapshots`"
        )
    table = collection.tables["correct"]
    present = list(table["split"].unique())
    if split not in present:
        others = f", only {', '.join(present)}: change the option `split`" if present else ""
        raise NotToDraw(f"collection {collection.name} has no labelled split {split}{others}")
    return correct.unpack(table, split)


def _counts(correct: np.ndarray, extents: list[int]) -> np.ndarray:
    """(models, extents + 1): how many examples each model learns at each extent; last, never."""
    learned = scores.learned_extent(correct, extents)
    places = np.where(np.isnan(learned), len(extents), np.searchsorted(extents, learned))
    places = places.astype(int)
    return np.array([np.bincount(model, minlength=len(extents) + 1) for model in places])


def _interval(counts: np.ndarray, weights: np.ndarray) -> list[int]:
    """Low end, median and high end, as indices of extents."""
    resampled = median_extents(weights @ counts)
    tail = (1 - CONFIDENCE) / 2
    # Extents have an order, but no number lies between an extent and never.
    low, high = np.quantile(resampled, [tail, 1 - tail], method="inverted_cdf")
    return [int(low), int(median_extents(counts.sum(axis=0, keepdims=True))[0]), int(high)]


def draw_panel(axes: Axes, rows: pd.DataFrame) -> None:
    """A box per set: its interval, and its median or a mark beyond the last extent."""
    last = rows["last_extent"].iloc[0]
    beyond = 1.1 * max(last, 1)
    look = _box_look(rows["split"].iloc[0])
    for row in rows.itertuples():
        inset = 0.12 * (row.rank_high - row.rank_low)
        left, right = row.rank_low + inset, row.rank_high - inset
        if row.models > 1:
            low, high = (
                beyond if np.isnan(end) else end for end in (row.median_low, row.median_high)
            )
            axes.add_patch(Rectangle((left, low), right - left, high - low, **look))
        if np.isnan(row.median):
            axes.plot((left + right) / 2, beyond, color=style.MEDIAN, **BEYOND)
        else:
            axes.plot([left, right], [row.median] * 2, **MEDIAN)
    axes.set(xlim=(0, 100), ylim=(-0.04 * beyond, 1.06 * beyond))
    _set_ticks(axes, rows, last, beyond)
    seaborn.despine(ax=axes)


def _box_look(split: str) -> style.Look:
    colour = style.split_colour(split)
    return {"facecolor": (*to_rgb(colour), 0.25), "edgecolor": colour, "linewidth": 0.7}


def _set_ticks(axes: Axes, rows: pd.DataFrame, last: int, beyond: float) -> None:
    """Round epochs, and above a dashed line what is beyond the last of them."""
    round_ones = style.round_ticks(0, last, integer=True)
    ticks = {tick: wording.extent_number(tick) for tick in round_ones}
    is_censored = rows["median"].isna() | (rows["median_high"].isna() & (rows["models"] > 1))
    if is_censored.any():
        axes.axhline((last + beyond) / 2, color="0.6", linewidth=0.5, linestyle=(0, (4, 3)))
        number = wording.extent_number(last)
        ticks[beyond] = f"> {number}" if len(number) < 4 else f">{number}"  # room is narrow
    axes.set_yticks(list(ticks), list(ticks.values()))


def _learned(name: str, split: str) -> str:
    """'epoch learned (train)', or 'steps when learned (train)'."""
    of = "epoch" if name == wording.EPOCHS else "extent" if name == "extent" else f"{name} when"
    return f"{of} learned ({split})"


def _handles(rows: pd.DataFrame, name: str) -> list[Artist]:
    handles: list[Artist] = [Line2D([], [], label="median", **MEDIAN)]
    if rows["models"].iloc[0] > 1:
        handles.append(Patch(label="its 95 % interval", **_box_look(rows["split"].iloc[0])))
    if rows["median"].isna().any():
        label = f"not by {wording.extent_label(name, rows['last_extent'].iloc[0])}"
        handles.append(Line2D([], [], color=style.MEDIAN, label=label, **BEYOND))
    return handles
