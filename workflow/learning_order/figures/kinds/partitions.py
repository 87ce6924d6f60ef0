"""Collections trained on different parts of a dataset and tested on the same examples (Fig 24).

Histograms of the TP-agreement of the first parts, and below them the mean over all parts on the
common test split, with the correlation of test Accessibility between parts: its mean and
standard deviation over all pairs of parts.
"""

from itertools import takewhile

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from learning_order import scores
from learning_order.figures import histogram_panels, style, wording
from learning_order.figures.distribution_tables import (
    EQUAL_BINS,
    MOST_EXTENTS,
    check_labelled,
    chosen_extents,
    distribution_table,
    model_count,
)
from learning_order.figures.sources import NotToDraw
from learning_order.tables.collection import Collection

OPTIONS = {
    "shown": 2,  # parts with histograms of their own
    "split": "test",  # that all parts share
    "null_hypothesis": True,  # show the null hypothesis
    "bins": None,  # number of equal bins over [0, 1]; none: one a value k/N if they are few
    "extents": None,  # columns; none: every extent of the collections
}

ALL = "all parts"  # in the column of collections


def tabulate(sources: list[Collection], options: dict) -> pd.DataFrame:
    """A row per bar. parts, correlation and correlation_sd are those of the averaged panels."""
    options = OPTIONS | options
    split, extents = options["split"], options["extents"]
    _check_common(sources, split, extents)
    bins = options["bins"]
    if len({model_count(source) for source in sources}) > 1:
        bins = bins or EQUAL_BINS  # one bin a value k/N would differ between parts
    choices = {"bins": bins, "extents": extents, "null_hypothesis": options["null_hypothesis"]}
    choices["most_extents"] = MOST_EXTENTS
    shown = sources[: options["shown"]]
    tables = [
        distribution_table([source], splits=_own_splits(source, split), **choices)
        for source in shown
    ]
    everywhere = distribution_table(sources, splits=[split], **choices)
    tables.append(_mean(sources, split, everywhere))
    table = pd.concat(tables, ignore_index=True)
    return table.drop(columns="null_bimodality", errors="ignore")


@style.paper()
def draw(data: pd.DataFrame, options: dict) -> Figure:
    """A block a shown part, and one for all of them."""
    blocks = [block for _, block in data.groupby("collection", sort=False)]
    rows = [block["split"].nunique() for block in blocks]
    headings = [
        _letters(sum(rows[:number]), rows[number]) + _heading(block)
        for number, block in enumerate(blocks)
    ]
    return histogram_panels.draw_page(blocks, headings)


def correlations(accessibility: np.ndarray) -> np.ndarray:
    """Pearson's r of each pair of rows, NaN where one is constant; (parts, examples) → (pairs,)."""
    centred = accessibility - accessibility.mean(axis=1, keepdims=True)
    norms = np.sqrt((centred**2).sum(axis=1))
    norms[norms < 1e-9] = np.nan
    upper = np.triu_indices(len(accessibility), 1)
    return ((centred @ centred.T) / np.outer(norms, norms))[upper]


def _mean(sources: list[Collection], split: str, bars: pd.DataFrame) -> pd.DataFrame:
    """Mean bars over the collections; the bimodality is that of all their scores together."""
    where = ["split", "extent", "score", "left", "right"]
    mean = bars.groupby(where, as_index=False)[["share", "null_share"]].mean()
    pooled = {extent: _pooled(sources, split, extent) for extent in mean["extent"].unique()}
    pairs = correlations(_accessibility(sources, split))
    pairs = pairs[~np.isnan(pairs)]
    architectures = list(dict.fromkeys(source.architecture for source in sources))
    return mean.assign(
        collection=ALL,
        dataset=_common_name(sources),
        architecture=", ".join(architectures),
        models=_range(bars["models"]),
        bimodality=mean["extent"].map(pooled),
        parts=len(sources),
        correlation=pairs.mean() if len(pairs) else np.nan,
        correlation_sd=pairs.std(ddof=1) if len(pairs) > 1 else np.nan,
    )


def _common_name(sources: list[Collection]) -> str:
    """'fashion-mnist-part: mean of 60' for fashion-mnist-part-00 to fashion-mnist-part-59."""
    letters = zip(*(source.dataset for source in sources), strict=False)
    shared = "".join(column[0] for column in takewhile(_are_equal, letters))
    return f"{shared.rstrip('-_0123456789') or 'datasets'}: mean of {len(sources)}"


def _are_equal(values: tuple) -> bool:
    return len(set(values)) == 1


def _pooled(sources, split, extent) -> float:
    tables = [source.tables["examples"] for source in sources]
    cells = [t[(t["split"] == split) & (t["extent"] == extent)]["tp_agreement"] for t in tables]
    return scores.bimodality(np.concatenate(cells))


def _accessibility(sources: list[Collection], split: str) -> np.ndarray:
    """(parts, examples), the examples in the same order."""
    tables = [source.tables["accessibility"] for source in sources]
    rows = [table[table["split"] == split].sort_values("example") for table in tables]
    for source, part in zip(sources, rows, strict=True):
        check_labelled(source, split, part["accessibility"])
        if not np.array_equal(part[["example", "label"]], rows[0][["example", "label"]]):
            raise NotToDraw(
                f"the {split} examples of {source.name} are not those of {sources[0].name}: choose "
                "collections of parts of one dataset, which share them"
            )
    return np.array([part["accessibility"] for part in rows])


def _check_common(sources: list[Collection], split: str, wanted: list[int] | None) -> None:
    """At least two parts, all with the split and the same extents."""
    if len(sources) < 2:
        raise NotToDraw("partitions compare at least two collections: name one for each part")
    extents = {source.name: chosen_extents(source, wanted) for source in sources}
    for source in sources:
        if extents[source.name] != extents[sources[0].name]:
            raise NotToDraw(
                f"collections {sources[0].name} and {source.name} have different extents, so they "
                "have no mean: choose common ones with the option `extents`"
            )
        present = source.tables["summary"]["split"].unique()
        if split not in present:
            raise NotToDraw(
                f"collection {source.name} has no split {split}, only {', '.join(present)}: "
                "change the option `split`"
            )


def _own_splits(source: Collection, split: str) -> list[str]:
    """The part's own train split, if there are predictions of it, and the common one."""
    present = source.tables["summary"]["split"].unique()
    return [name for name in dict.fromkeys(("train", split)) if name in present]


def _heading(block: pd.DataFrame) -> str:
    first = block.iloc[0]
    if first["collection"] != ALL:
        return wording.title(first)
    mean = f"{wording.title(first)} each"
    if np.isnan(first["correlation"]):
        return f"{mean}; r of Accessibility n/a"
    spread = "" if np.isnan(first["correlation_sd"]) else f" ± {first['correlation_sd']:.2f}"
    return f"{mean}; Accessibility of any two: r = {first['correlation']:.2f}{spread}"


def _letters(before: int, rows: int) -> str:
    """'a–b) ' for two rows of panels, 'e) ' for one."""
    first, last = wording.letter(before), wording.letter(before + rows - 1)
    return f"{first}) " if rows == 1 else f"{first}–{last}) "


def _range(values: pd.Series) -> str:
    low, high = values.min(), values.max()
    return f"{low}" if low == high else f"{low}–{high}"
