"""Histograms of the TP-agreement (or Agreement): a row per split, a column per extent.

The null hypothesis, independent models of the same accuracy, lies over them in fading orange.
Each panel has its own vertical scale, as in the paper, because one converged epoch would
flatten all the others; the one labelled tick of each gives the scale.
"""

import pandas as pd
from matplotlib.figure import Figure

from learning_order.figures import histogram_panels, style, wording
from learning_order.figures.distribution_tables import MOST_EXTENTS, distribution_table
from learning_order.figures.page import blocks_of
from learning_order.tables.collection import Collection

OPTIONS = {
    "null_hypothesis": True,  # show the null hypothesis
    "splits": None,  # rows, top to bottom; none: train and test, if they are there
    "bins": None,  # number of equal bins over [0, 1]; none: one per value k/N if they are few
    "score": "tp_agreement",  # or agreement, which needs no labels
    "extents": None,  # columns; none: every extent of the collection, or seven of very many
    "extent_name": None,  # what extents count; none: epochs, or what the protocol says
    "at_100": False,  # also the bimodality that a hundred such models would have
}


def tabulate(sources: list[Collection], options: dict) -> pd.DataFrame:
    """A row per bar."""
    chosen = OPTIONS | options
    chosen.pop("extent_name")
    return distribution_table(sources, most_extents=MOST_EXTENTS, **chosen)


@style.paper()
def draw(data: pd.DataFrame, options: dict) -> Figure:
    """One block of panels per collection, one below the other."""
    blocks = blocks_of(data)
    name = (OPTIONS | options)["extent_name"]
    return histogram_panels.draw_page(blocks, wording.headings(blocks), name)
