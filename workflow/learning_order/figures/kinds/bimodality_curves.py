"""Bimodality against the extent, beside that of two null hypotheses.

A line per split, with the 95 % bootstrap interval over models. Lines without a band show what the
bimodality would be if models were independent, and if they were independent within classes, so that
all that they shared was which classes are easy. The further below both, the more of the order is
shared.

In a nearly perfect collection a few examples that only some models get wrong make the bimodality
large and uncertain; the scale ends above 2, the bimodality of a Gaussian.
"""

from collections.abc import Mapping
from functools import partial

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from learning_order.figures import curve_page, style
from learning_order.tables.collection import Collection

OPTIONS = {
    **curve_page.OPTIONS,
    "at_100": False,  # also the bimodality that a hundred such models would have
    "top": 2.6,  # the highest bimodality on the scale; what lies above is marked at its edge
}

NULLS: dict[str, style.Look] = {
    "null_bimodality": {"label": "null hypothesis", "color": style.NULL},
    "class_null_bimodality": {"label": "null within classes", "color": style.CLASS_NULL},
}
AT_100 = "bimodality_at_100"  # NaN where models share nothing
CORRECTED: style.Look = {"linewidth": 0.8, "marker": "s", "markersize": 2.5}
BEYOND: style.Look = {"marker": "^", "markersize": 4, "linestyle": "none"}


def tabulate(sources: list[Collection], options: dict) -> pd.DataFrame:
    """A row per collection, split and extent: bimodality, both nulls, and their intervals."""
    options = OPTIONS | options
    corrected = [AT_100] if options["at_100"] else []
    return curve_page.summary_rows(sources, options, "bimodality", *corrected, *NULLS)


@style.paper()
def draw(data: pd.DataFrame, options: dict) -> Figure:
    """A panel per collection, beside each other, on one scale of bimodality."""
    options = OPTIONS | options
    top = options["top"]
    handles = curve_page.split_handles(data)
    handles += [Line2D([], [], **look, **_plain(name)) for name, look in NULLS.items()]
    if AT_100 in data:
        handles.append(Line2D([], [], color="black", label="at 100 models", **CORRECTED))
    if any((data[name] > top).any() for name in _drawn(data)):
        handles.append(Line2D([], [], color="black", label=f"above {top:g}", **BEYOND))
    return curve_page.draw_page(
        data,
        partial(draw_panel, top=top, looks=curve_page.split_looks(data)),
        handles,
        quantity="bimodality of these models" if AT_100 in data else "bimodality",
        top=top,
        extent_name=options["extent_name"],
    )


def draw_panel(
    axes: Axes, panel: pd.DataFrame, top: float, looks: Mapping[str, style.Look]
) -> None:
    """The lines of one collection; those of the nulls are broken like the line of their split."""
    for split, rows in panel.groupby("split", sort=False):
        look = looks[str(split)]
        for name, null in NULLS.items():
            broken = {"linestyle": look["linestyle"], **_plain(name), "color": null["color"]}
            if len(rows) > curve_page.FEW:
                broken["marker"] = None
            axes.plot(rows["extent"], rows[name], **broken)
        curve_page.draw_line(axes, rows, "bimodality", **look)
        if AT_100 in rows:
            curve_page.draw_line(axes, rows, AT_100, **(look | CORRECTED))
        for name in _drawn(rows):
            beyond = rows.loc[rows[name] > top, "extent"]
            colour = NULLS[name]["color"] if name in NULLS else look["color"]
            axes.plot(beyond, [top] * len(beyond), color=colour, clip_on=False, **BEYOND)


def _drawn(rows: pd.DataFrame) -> list[str]:
    return [name for name in (*NULLS, "bimodality", AT_100) if name in rows]


def _plain(name: str) -> style.Look:
    return {"linewidth": 0.8, "marker": "x" if name == "null_bimodality" else "+", "markersize": 3}
