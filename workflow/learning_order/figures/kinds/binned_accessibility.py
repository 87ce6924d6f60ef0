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
SMALLEST, LARGEST = 4.0, 26.0  # areas of dots, in square points
NOTE = "The area of a dot grows with its number of examples; one example has no error bar."


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
    pairs = data["pair"].nunique()
    width = pair_page.panel_step(pairs) * min(pairs, pair_page.MOST_BESIDE) - 0.12
    footer = style.REMARK_LINE * len(style.note_lines(NOTE, width)) + 0.06
    figure, panels = pair_page.lay_out_panels(
        data, *labels, height=PANEL_HEIGHT, above=pair_page.CORRELATION, footer=footer
    )
    for panel in panels:
        draw_panel(panel.axes, panel.rows)
    style.note_at(figure, 0.06, figure.get_size_inches()[1] - footer, NOTE, width)
    return figure


def draw_panel(axes: Axes, rows: pd.DataFrame) -> None:
    """The means of one pair with error bars."""
    x, y = rows["first_accessibility"], rows["second_accessibility"]
    axes.errorbar(
        x,
        y,
        yerr=rows["standard_error"].fillna(0),
        linestyle="none",
        ecolor="0.45",
        elinewidth=0.7,
        capsize=1,
        capthick=0.5,
        zorder=1,
    )
    share = rows["examples"] / rows["examples"].max()
    areas = SMALLEST + (LARGEST - SMALLEST) * share
    axes.scatter(x, y, areas, color=style.split_colour(rows["split"].iloc[0]), linewidths=0)
    pair_page.set_unit_scales(axes)
    pair_page.write_correlation(axes, rows.iloc[0])
    seaborn.despine(ax=axes)
