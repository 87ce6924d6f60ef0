"""Error consistency between and within collections of one dataset, each after its last extent.

The mean of Cohen's κ of correctness over pairs of models: 1 where two models are right about the
same examples, 0 where they agree as often as independent models of their accuracies. Between
collections over all pairs, on the diagonal over pairs of different models of one (Geirhos et al.
2020).
"""

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from learning_order.figures import matrix_page, style
from learning_order.figures.choices import rows_of
from learning_order.scores import error_consistency
from learning_order.tables.collection import Collection
from learning_order.tables.correct import unpack

OPTIONS = {"split": "test"}

EXPLANATION = (
    "Mean of Cohen's κ of correctness over pairs of models after their last extents: below the "
    "diagonal over all pairs of two collections, on it over pairs of different models of one."
)


def tabulate(sources: list[Collection], options: dict) -> pd.DataFrame:
    """A row per cell: the mean κ, and the last extents of both collections."""
    split = (OPTIONS | options)["split"]
    matrix_page.check_comparable(sources, split)
    last = [_last(source, split) for source in sources]

    def score(i: int, j: int) -> dict:
        (extent, correct), (other_extent, others) = last[i], last[j]
        kappa = np.asarray(error_consistency(correct, others))
        if i == j:
            kappa = kappa[np.triu_indices(len(kappa), k=1)]
        return {"extent": extent, "other_extent": other_extent, "value": _mean(kappa)}

    return matrix_page.cells(sources, split, score)


@style.paper()
def draw(data: pd.DataFrame, options: dict) -> Figure:
    """The lower triangle."""
    return matrix_page.draw_page(data, value="error consistency κ", explanation=EXPLANATION)


def _last(source: Collection, split: str) -> tuple[int, np.ndarray]:
    """The last extent, and which of its models are right: (models, examples)."""
    rows = rows_of(source, "correct", split)
    [extent], [correct] = unpack(rows[rows["extent"] == rows["extent"].max()], split)
    return extent, correct


def _mean(kappa: np.ndarray) -> float:
    """The mean over pairs where κ is defined: two models that are always right have none."""
    known = kappa[np.isfinite(kappa)]
    return float(known.mean()) if known.size else float("nan")
