"""What the page of a ranking shows of each example, as columns for the browser."""

import base64
import html
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from learning_order.predictions.reading import PredictionFiles, Predictions

MOST = 10_000  # examples on one page
BUDGET = 12 * 2**20  # bytes of all pictures
VOTES_BUDGET = 7 * 2**20  # bytes of all votes
SIDES = (
    128,
    96,
    64,
    48,
    32,
)  # pixels of a picture, of which the largest within the budget is taken
SAMPLE = 64  # examples whose size is measured
LONGEST = 2000  # characters of a text
Found = Mapping[str, PredictionFiles | Predictions]
Extents = Mapping[str, list[int]]  # of each collection


def chosen_rows(table: pd.DataFrame, most: int = MOST) -> pd.DataFrame:
    """All rows, or the head and an even sample of the rest where there are more than `most`."""
    if len(table) <= most:
        return table
    head = most // 2
    rest = np.linspace(head, len(table) - 1, most - head).round().astype(int)
    return table.iloc[np.unique(np.concatenate([np.arange(head), rest]))].reset_index(drop=True)


def shown_extents(collections: Found, table: pd.DataFrame) -> dict[str, list[int]]:
    """The extents of each collection, evenly thinned where their votes would exceed the budget."""
    extents = {name: [*map(int, found.extents)] for name, found in collections.items()}
    sample = table.iloc[:: max(1, len(table) // SAMPLE)].reset_index(drop=True)
    measured = votes_over_extents(collections, extents, sample)
    share = VOTES_BUDGET / (sum(map(len, measured)) * len(table) / len(sample))
    return {name: _thinned(each, share) for name, each in extents.items()}


def _thinned(extents: list[int], share: float) -> list[int]:
    """That share of the extents, the first and the last among them."""
    if share >= 1:
        return extents
    kept = np.linspace(0, len(extents) - 1, max(2, int(share * len(extents))))
    return [extents[place] for place in np.unique(kept.round().astype(int))]


def votes_over_extents(collections: Found, extents: Extents, table: pd.DataFrame) -> list[str]:
    """For each row of the table the votes of each collection at each extent, as text.

    Such as "3:9 5:1;3:10|5:4;5:4": of the first collection 9 models say class 3 and 1 says 5 at its
    first extent, and 10 say 3 at the second; then the second collection.
    """
    texts = pd.Series("", index=table.index)
    for position, (name, found) in enumerate(collections.items()):
        if position:
            texts += "|"
        for step, extent in enumerate(extents[name]):
            if step:
                texts += ";"
            for split, rows in table.groupby("split", sort=False, observed=True):
                predictions = np.hstack([*found.parts(str(split), extent)])[:, rows["example"]]
                texts[rows.index] += [_counted(votes) for votes in predictions.T]
    return texts.tolist()


def _counted(votes: np.ndarray) -> str:
    classes, counts = np.unique(votes, return_counts=True)
    return " ".join(f"{c}:{n}" for c, n in zip(classes, counts, strict=True))


def class_curves(
    collections: Found, extents: Extents, split_labels: pd.DataFrame
) -> dict[str, list[list[float]]]:
    """Split and label → for each collection the mean TP-agreement of the class at each extent."""
    curves: dict[str, list[list[float]]] = {}
    splits = [str(split) for split in split_labels["split"].unique()]
    for split in splits:
        labels = next(iter(collections.values())).labels[split]
        if labels[0] < 0:
            continue
        for position, (name, found) in enumerate(collections.items()):
            for extent in extents[name]:
                right = (np.hstack([*found.parts(split, extent)]) == labels).mean(axis=0)
                of_class = np.bincount(labels, weights=right) / np.maximum(np.bincount(labels), 1)
                for label in np.unique(labels):
                    curve = curves.setdefault(f"{split} {label}", [[] for _ in collections])
                    curve[position].append(round(float(of_class[label]), 4))
    return curves


def showable(table: pd.DataFrame, shown: Mapping[str, Any]) -> tuple[pd.DataFrame, list[str]]:
    """The rows of splits whose examples are at hand, and what to say of the others.

    shown: split → what shows its examples; empty where nothing shows any, which leaves all rows.
    """
    others = sorted(set(table["split"]) - set(shown)) if shown else []
    if not others:
        return table, []
    kept = table[~table["split"].isin(others)].reset_index(drop=True)
    return kept, [f"Examples of {', '.join(others)} are not at hand here: the table has them."]


def picture_columns(table: pd.DataFrame, pictures: Mapping[str, Any]) -> list[str]:
    """A picture of each row as a data URI, as large as fits the budget."""
    items = list(zip(table["split"], table["example"], strict=True))
    step = max(1, len(items) // SAMPLE)
    for side in SIDES:
        sizes = [
            len(_data_uri(pictures[split].image(example), side)) for split, example in items[::step]
        ]
        if np.mean(sizes) * len(items) <= BUDGET:
            break
    return [_data_uri(pictures[split].image(example), side) for split, example in items]


def text_column(table: pd.DataFrame, texts: Mapping[str, Sequence[str]]) -> list[str]:
    """The text of each row, cut where all of them would exceed the budget."""
    longest = BUDGET // max(len(table), 1)
    rows = zip(table["split"], table["example"], strict=True)
    return [texts[split][example][:longest] for split, example in rows]


def _data_uri(image: Any, side: int) -> str:
    """WebP of an image of PIL, at most so many pixels on its longer side; never enlarged."""
    image = image.copy()
    image.thumbnail((side, side))
    file = io.BytesIO()
    small = max(image.size) <= 32
    image.convert("RGB").save(file, "webp", quality=85 if small else 75, method=2)
    return "data:image/webp;base64," + base64.b64encode(file.getvalue()).decode()


def plot_of_values(values: np.ndarray) -> Any:
    """An array of numbers as a grey picture, for want of a better one: dark is the least."""
    from PIL import Image

    values = np.asarray(values, float)
    if values.ndim == 3:
        values = values.mean(axis=2) if min(values.shape[:2]) > 1 else values.ravel()
    if values.ndim == 1:
        width = int(np.ceil(np.sqrt(len(values))))
        values = np.pad(values, (0, -len(values) % width)).reshape(-1, width)
    low, high = values.min(), values.max()
    return Image.fromarray((255 * (values - low) / ((high - low) or 1)).astype(np.uint8))


@dataclass(frozen=True)
class ValuePlots:
    """Arrays that are no images, shown as plots of their values."""

    arrays: np.ndarray  # (examples, height, width, channels)

    def image(self, example: int) -> Any:
        return plot_of_values(self.arrays[example])


def text_of(tokens: np.ndarray, words: Sequence[str]) -> str:
    """A text as its words; 0 is padding."""
    return " ".join(words[token] for token in tokens if token)[:LONGEST]


def thinning(collections: Found, extents: Extents) -> list[str]:
    """What to say of collections of which not all extents are shown."""
    return [
        f"{name}: the curves and votes show {len(extents[name])} of {len(found.extents)} extents."
        for name, found in collections.items()
        if len(extents[name]) < len(found.extents)
    ]


def summary(name: str, table: pd.DataFrame, shown: int, remarks: Sequence[str]) -> str:
    """The heading of the page, as HTML."""
    counts = table["category"].value_counts()
    parts = ", ".join(f"{count:,} {category}" for category, count in counts.items() if category)
    said = f"{len(table):,} examples: {parts}." if parts else f"{len(table):,} examples."
    if shown < len(table):
        said += (
            f" The page shows {shown:,} of them: the {MOST // 2:,} whose labels the networks "
            "support least, and an even sample of the rest. All are in the CSV beside it."
        )
    notes = "".join(f"<p>{html.escape(remark)}</p>" for remark in remarks)
    return f"<h1>{html.escape(name)}</h1><p>{said}</p>{notes}"
