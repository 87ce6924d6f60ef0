"""How many examples two ensembles get right, together or alone, whenever they are equally accurate.

An ensemble predicts by majority vote. Beyond the best accuracy of the weaker collection, its last
extent is compared (paper §4.1, Figs 8a and 9b).
"""

import pandas as pd
import seaborn
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from learning_order.figures import pair_page, style
from learning_order.figures.pair_tables import Pair, matches, paired_extents, pooled, table

OPTIONS = {
    "pooled": False,  # all pairs as one, of other extents of the same networks
    "split": "test",
    "tolerance": 0.01,  # how far apart equal accuracies may be
    "same_examples": False,  # datasets of different names hold the same examples, in order
}

LOOKS = {  # as in the paper, and told apart in grey by marker and dashes
    "both": {"color": style.BOTH, "linestyle": "-", "marker": "o"},
    "first": {"color": style.FIRST, "linestyle": ":", "marker": "^"},
    "second": {"color": style.SECOND, "linestyle": "--", "marker": "s"},
}

FEW_MATCHES = 15  # up to which each has a marker

# Inches.
PANEL_HEIGHT, LEGEND_LINE = 1.6, 0.13


def tabulate(sources: list[Pair], options: dict) -> pd.DataFrame:
    """A row per match of each pair and who is right: both, first (alone) or second (alone).

    Extents are as the collections count them, or epochs where pairs are pooled.
    """
    options = OPTIONS | options
    pairs = [pooled(sources)] if options["pooled"] else sources
    return table(_rows, pairs, {key: value for key, value in options.items() if key != "pooled"})


def _rows(pair: Pair, split: str, tolerance: float, same_examples: bool) -> pd.DataFrame:
    examples = paired_extents(pair, split, same_examples)
    first, second = (
        {extent: (rows["modal_class"] == rows["label"]).to_numpy() for extent, rows in of.items()}
        for of in examples
    )
    counted = []
    for match in matches(pair, split, tolerance).to_dict("records"):
        a, b = first[match["first_extent"]], second[match["second_extent"]]
        for right, who in {"both": a & b, "first": a & ~b, "second": b & ~a}.items():
            counted.append({**match, "right": right, "examples": int(who.sum())})
    return pd.DataFrame(counted)


@style.paper()
def draw(data: pd.DataFrame, options: dict) -> Figure:
    """A panel per pair, each with its own legend and its own number of examples."""
    firsts = [rows.iloc[0] for _, rows in data.groupby("pair", sort=False)]
    width = pair_page.panel_step(len(firsts)) - 0.4
    legends = [_legend_labels(first, width) for first in firsts]
    lines = max(sum(label.count("\n") + 1 for label in labels) for labels in legends)
    figure, panels = pair_page.lay_out_panels(
        data,
        "accuracy of the ensembles",
        "examples right",
        height=PANEL_HEIGHT,
        y_ticks=0.36,
        footer=lines * LEGEND_LINE + 0.08,
    )
    for panel, labels in zip(panels, legends, strict=True):
        draw_panel(panel.axes, panel.rows)
        handles = [
            Line2D([], [], label=label, **_look(right))
            for right, label in zip(LOOKS, labels, strict=True)
        ]
        style.legend_at(figure, handles, panel.centre, panel.below, columns=1)
    return figure


def draw_panel(axes: Axes, rows: pd.DataFrame) -> None:
    """The three lines of one pair, and where the weaker collection is left behind."""
    for right, line in rows.groupby("right", sort=False):
        # Extents of one accuracy, of which the order means nothing, are one point.
        mean = line.groupby("accuracy")["examples"].mean()
        # Markers on all of many matches would hide the line.
        marked = 0.06 if len(mean) > FEW_MATCHES else None
        axes.plot(mean.index, mean, markevery=marked, **_look(right))
    if rows["beyond"].any():
        _mark_best(axes, rows)
    low, high = rows["accuracy"].min(), rows["accuracy"].max()
    low = min(low, rows["weaker_best"].iloc[0])
    room = max(0.05 * (high - low), 0.01)
    # A sixth of the height is kept free for the label of the dashed line.
    low, high, top = low - room, high + room, 1.2 * max(rows["examples"].max(), 1)
    axes.set(xlim=(low, high), ylim=(0, top))
    axes.set_xticks(style.round_ticks(low, high))
    axes.set_yticks(style.round_ticks(0, top, 4, integer=True))
    axes.xaxis.set_major_formatter("{x:.3g}")
    axes.yaxis.set_major_formatter("{x:,.0f}")
    seaborn.despine(ax=axes)


def _mark_best(axes: Axes, rows: pd.DataFrame) -> None:
    row = rows[rows["beyond"]].iloc[-1]
    weaker = 0 if row["first_accuracy"] < row["second_accuracy"] else 1
    axes.axvline(row["weaker_best"], color="black", linestyle=(0, (4, 2)), linewidth=0.8)
    # To the side with more room.
    middle = (rows["accuracy"].min() + rows["accuracy"].max()) / 2
    is_left = row["weaker_best"] > middle
    axes.annotate(
        f"best of\n{pair_page.names(row)[weaker]}",
        (row["weaker_best"], 0.99),
        xycoords=("data", "axes fraction"),
        xytext=(-3 if is_left else 3, 0),
        textcoords="offset points",
        horizontalalignment="right" if is_left else "left",
        verticalalignment="top",
        fontsize=style.TINY,
    )


def _look(right: str) -> style.Look:
    return {"linewidth": 1.1, "markersize": 2.6, **LOOKS[right]}


def _legend_labels(row: pd.Series, width: float) -> list[str]:
    """What each of LOOKS means, in lines of at most that many inches."""
    first, second = pair_page.names_with_models(row)
    return [pair_page.broken(label, width) for label in ("both", f"only {first}", f"only {second}")]
