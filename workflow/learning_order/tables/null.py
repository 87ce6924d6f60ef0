"""The score table `null`: the scores to expect of independent models.

The null of the Agreement depends on the number of classes, which is known only once all splits and
extents have been counted. Until then `Null` keeps what the rows of one split and extent need.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from learning_order import scores
from learning_order.tables.counts import Counts


@dataclass(frozen=True)
class Null:
    """What the rows of one split and extent are made from."""

    accuracies: np.ndarray  # (models,), NaN where no label is known
    class_share: np.ndarray | float  # (models + 1,), a single NaN where no label is known
    largest_class: int

    @classmethod
    def of(cls, counts: Counts) -> "Null":
        class_share: np.ndarray | float = np.nan
        if counts.labels.known:
            class_share = scores.expected_null_of_classes(
                counts.class_accuracies, counts.labels.shares
            )
        return cls(counts.accuracies, class_share, counts.largest_class)

    @property
    def labelled(self) -> bool:
        """Whether any example has a label."""
        return not np.isnan(self.accuracies).all()

    def table(self, classes: int) -> pd.DataFrame:
        """The rows; where no label is known, the Agreement is that of predictions at random."""
        models = len(self.accuracies)
        accuracies = self.accuracies if self.labelled else np.full(models, 1 / classes)
        return pd.DataFrame(
            {
                "tp_agreement": np.arange(models + 1) / models,
                "share": scores.expected_null(accuracies) if self.labelled else np.nan,
                "agreement_share": scores.expected_null_agreement(accuracies, classes),
                "class_share": self.class_share,
            }
        )
