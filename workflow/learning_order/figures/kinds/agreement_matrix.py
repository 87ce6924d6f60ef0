"""How far collections of one dataset agree on which examples are accessible.

Pearson's r of the Accessibility of every two collections, and below it the highest value that their
reliabilities allow: the geometric mean of both, √(ρ_a ρ_b) (Spearman 1904). On the diagonal the
split-half reliability ρ of each.
"""

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from learning_order.figures import matrix_page, style
from learning_order.figures.choices import rows_of
from learning_order.figures.pair_tables import correlation
from learning_order.tables.collection import Collection

OPTIONS = {"split": "test"}

EXPLANATION = (
    "On the diagonal: the split-half reliability ρ of each collection. Below it: Pearson's r of "
    "the Accessibility of two, of √(ρa ρb), the highest value that their reliabilities allow."
)


def tabulate(sources: list[Collection], options: dict) -> pd.DataFrame:
    """A row per cell: its value, and the ceiling where it is of two collections."""
    split = (OPTIONS | options)["split"]
    matrix_page.check_comparable(sources, split)
    accessible = [_accessibility(source, split) for source in sources]
    reliable = [_reliability(source, split) for source in sources]

    def score(i: int, j: int) -> dict:
        if i == j:
            return {"value": reliable[i], "ceiling": np.nan}
        # Halves that agree less than by chance allow no correlation.
        ceiling = np.sqrt(np.prod(np.clip([reliable[i], reliable[j]], 0, None)))
        r, _ = correlation(accessible[i], accessible[j])
        return {"value": r, "ceiling": float(ceiling)}

    return matrix_page.cells(sources, split, score)


@style.paper()
def draw(data: pd.DataFrame, options: dict) -> Figure:
    """The lower triangle."""
    return matrix_page.draw_page(
        data, value="correlation of Accessibility", explanation=EXPLANATION, below="ceiling"
    )


def _accessibility(source: Collection, split: str) -> np.ndarray:
    rows = rows_of(source, "accessibility", split).sort_values("example")
    return rows["accessibility"].to_numpy()


def _reliability(source: Collection, split: str) -> float:
    return float(rows_of(source, "reliability", split)["split_half_reliability"].iloc[0])
