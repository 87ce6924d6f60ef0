"""Mean Accessibility in the second collection of the examples that are alike in the first.

For AdaBoost against networks (paper Fig 11): one member of the pair tells the examples apart by
few values, one for each number of weak classifiers.
"""

import pandas as pd
import seaborn
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from learning_order.figures import pair_page, style
from learning_order.figures.pair_tables import (
    DECIMALS,
    Pair,
    bin_numbers,
    correlation,
    paired_accessibility,
    table,
)

OPTIONS = {
    "split": "train",
    "bins": None,  # equal bins over the first Accessibility; none: every value that occurs
    "same_examples": False,  # datasets of different names hold the same examples, in order
}

PANEL_HEIGHT = 1.6  # inches


def tabulate(sources: list[Pair], options: dict) -> pd.DataFrame:
    """A row per value, or bin, of the first Accessibility of each pair.

    Both Accessibilities are means over the examples there; standard_error is that of the second,
    missing for a single example.
    """
    return table(_rows, sources, OPTIONS | options)


def _rows(pair: Pair, split: str, bins: int | None, same_examples: bool) -> pd.DataFrame:
    first, second = paired_accessibility(pair, split, same_examples)
    groups = first.round(DECIMALS) if bins is None else bin_numbers(first, bins)
    examples = pd.DataFrame({"first": first, "second": second}).groupby(groups)
    r, p = correlation(first, second)
    return pd.DataFrame(
        {
            "first_accessibility": examples["first"].mean().to_numpy(),
            "second_accessibility": examples["second"].mean().to_numpy(),
            "standard_error": examples["second"].sem().to_numpy(),
            "examples": examples.size().to_numpy(),
            "r": r,
            "p": p,
            "n": len(first),
        }
    )


@style.paper()
def draw(data: pd.DataFrame, options: dict) -> Figure:
    """A panel per pair on the same scales, a mean and its standard error per value."""
    labels = "Accessibility of {first}", "mean Accessibility of {second}"
    figure, panels = pair_page.lay_out_panels(
        data, *labels, height=PANEL_HEIGHT, above=pair_page.CORRELATION
    )
    for panel in panels:
        draw_panel(panel.axes, panel.rows)
    return figure


def draw_panel(axes: Axes, rows: pd.DataFrame) -> None:
    """The means of one pair with error bars."""
    x, y = rows["first_accessibility"], rows["second_accessibility"]
    axes.errorbar(
        x,
        y,
        yerr=rows["standard_error"].fillna(0),
        linestyle="none",
        marker="o",
        markersize=2.2,
        color=style.split_colour(rows["split"].iloc[0]),
        ecolor="0.45",
        elinewidth=0.7,
        capsize=1,
        capthick=0.5,
    )
    pair_page.set_unit_scales(axes)
    pair_page.write_correlation(axes, rows.iloc[0])
    seaborn.despine(ax=axes)
