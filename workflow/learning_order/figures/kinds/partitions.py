"""Collections trained on different parts of a dataset and tested on the same examples (Fig 24).

Histograms of the TP-agreement of the first parts, and below them the mean over all parts on the
common test split, headed by the correlation of test Accessibility between two parts: its mean and
standard deviation over all pairs.
"""

from itertools import takewhile

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from learning_order import scores
from learning_order.figures import histogram_panels, style, wording
from learning_order.figures.choices import (
    check_labelled,
    check_split,
    chosen_extents,
    model_count,
    present_splits,
    rows_of,
)
from learning_order.figures.distribution_tables import (
    AT_100,
    EQUAL_BINS,
    MOST_EXTENTS,
    distribution_table,
)
from learning_order.figures.page import blocks_of
from learning_order.figures.sources import NotToDraw
from learning_order.tables.collection import Collection

OPTIONS = {
    "shown": 2,  # parts with histograms of their own
    "split": "test",  # that all parts share
    "null_hypothesis": True,  # show the null hypothesis
    "at_100": False,  # also the bimodality of a hundred such models; of all parts, its mean
    "bins": None,  # number of equal bins over [0, 1]; none: one per value k/N if they are few
    "extents": None,  # columns; none: every extent of the collections
    "extent_name": None,  # what extents count; none: epochs, or what the protocol says
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
    choices = {name: options[name] for name in ("extents", "null_hypothesis", "at_100")}
    choices |= {"bins": bins, "most_extents": MOST_EXTENTS}
    shown = sources[: options["shown"]]
    tables = [
        distribution_table([source], splits=_own_splits(source, split), **choices)
        for source in shown
    ]
    everywhere = distribution_table(sources, splits=[split], **choices)
    tables.append(_mean(sources, split, everywhere))
    table = pd.concat(tables, ignore_index=True)
    unused = [name for name in table if name.startswith("null_") and name != "null_share"]
    return table.drop(columns=unused)


@style.paper()
def draw(data: pd.DataFrame, options: dict) -> Figure:
    """A block per shown part, and one for all parts."""
    blocks = blocks_of(data)
    rows = [block["split"].nunique() for block in blocks]
    headings = [
        f"{wording.letter_span(sum(rows[:number]), rows[number])}) {_heading(block)}"
        for number, block in enumerate(blocks)
    ]
    name = (OPTIONS | options)["extent_name"]
    return histogram_panels.draw_page(blocks, headings, name)


def correlations(accessibility: np.ndarray) -> np.ndarray:
    """Pearson's r of every two rows, NaN where one is constant: (parts, examples) → (pairs,)."""
    centred = accessibility - accessibility.mean(axis=1, keepdims=True)
    norms = np.sqrt((centred**2).sum(axis=1))
    norms[norms < 1e-9] = np.nan
    upper = np.triu_indices(len(accessibility), 1)
    return ((centred @ centred.T) / np.outer(norms, norms))[upper]


def _mean(sources: list[Collection], split: str, bars: pd.DataFrame) -> pd.DataFrame:
    """Mean bars over the collections; the bimodality is that of all their scores together."""
    where = ["split", "extent", "score", "left", "right"]
    means = ["share", "null_share", "accuracy", "near_0", "near_1"]
    groups = bars.groupby(where, as_index=False)
    mean = groups[means].mean().assign(one_class=groups["one_class"].any()["one_class"])
    if AT_100 in bars:  # of all parts, or of none: those that share something are a choice
        mean[AT_100] = groups[AT_100].agg(lambda values: values.mean(skipna=False))[AT_100]
    pooled = {extent: _pooled(sources, split, extent) for extent in mean["extent"].unique()}
    r = correlations(_accessibility(sources, split))
    r = r[~np.isnan(r)]
    architectures = list(dict.fromkeys(source.architecture for source in sources))
    return mean.assign(
        collection=ALL,
        dataset=_common_name(sources),
        architecture=", ".join(architectures),
        protocol=sources[0].protocol,
        models=wording.span(bars["models"].min(), bars["models"].max()),
        bimodality=mean["extent"].map(pooled),
        parts=len(sources),
        correlation=r.mean() if len(r) else np.nan,
        correlation_sd=r.std(ddof=1) if len(r) > 1 else np.nan,
    )


def _common_name(sources: list[Collection]) -> str:
    """'fashion-mnist-part: mean of 60' for fashion-mnist-part-00 to fashion-mnist-part-59."""
    letters = zip(*(source.dataset for source in sources), strict=False)
    shared = "".join(column[0] for column in takewhile(_are_equal, letters))
    return f"{shared.rstrip('-_0123456789') or 'datasets'}: mean of {len(sources)}"


def _are_equal(values: tuple) -> bool:
    return len(set(values)) == 1


def _pooled(sources: list[Collection], split: str, extent: int) -> float:
    """The bimodality of the scores of all parts together."""
    parts = [rows_of(source, "examples", split, extent)["tp_agreement"] for source in sources]
    return scores.bimodality(np.concatenate(parts))


def _accessibility(sources: list[Collection], split: str) -> np.ndarray:
    """(parts, examples), the examples in the same order."""
    rows = [rows_of(source, "accessibility", split).sort_values("example") for source in sources]
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
        check_split(source, split)


def _own_splits(source: Collection, split: str) -> list[str]:
    """The part's own train split, if there are predictions of it, and the common one."""
    present = present_splits(source)
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
