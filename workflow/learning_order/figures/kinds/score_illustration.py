"""What TP-agreement and Agreement are, shown on a few models and examples of two classes.

The scores are computed by the functions that score real models, not typed in.
"""

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from learning_order.figures import style, wording
from learning_order.figures.sources import Source
from learning_order.scores import agreement, tp_agreement

OPTIONS = {
    "classes": ["tree", "hamster"],  # two names
    "labels": [0, 1, 0, 1, 0, 1],  # the class of each example
    # A row per model, 1 where it is right: precision 2/3 each, and yet the examples differ.
    "correct": [[1, 1, 1, 1, 0, 0], [1, 1, 1, 1, 0, 0], [1, 1, 1, 0, 1, 0]],
}

RIGHT, WRONG = "#DCE9F5", "#F3C98B"

# Inches.
CELL_HEIGHT = 0.3
CHARACTER = 0.046  # of a class name
NAME_ROOM = 0.76


def tabulate(sources: Sequence[Source], options: dict) -> pd.DataFrame:
    """A row per model and example; scores are repeated on each row they belong to.

    There are no sources: all that is shown stands in the options.
    """
    options = OPTIONS | options
    labels = np.array(options["labels"])
    correct = np.array(options["correct"], dtype=bool)
    if len(options["classes"]) != 2 or correct.ndim != 2 or correct.shape[1] != len(labels):
        raise ValueError("score-illustration: two classes, and in each row of correct one a label")
    predictions = np.where(correct, labels, 1 - labels)
    models, examples = correct.shape
    names = np.array(options["classes"])
    return pd.DataFrame(
        {
            "model": np.repeat([wording.letter(i) for i in range(models)], examples),
            "example": np.tile(np.arange(1, examples + 1), models),
            "label": np.tile(names[labels], models),
            "prediction": names[predictions].ravel(),
            "correct": correct.ravel(),
            "precision": np.repeat(correct.mean(axis=1), examples),
            "tp_agreement": np.tile(tp_agreement(predictions, labels), models),
            "agreement": np.tile(agreement(predictions), models),
        }
    )


@style.paper()
def draw(data: pd.DataFrame, options: dict) -> Figure:
    """The models' predictions as a table, the scores of each example beneath it."""
    models, examples = data["model"].unique(), data["example"].unique()
    # In cells: beside the examples the precision; a head, the models, a little air, two scores.
    across, down = len(examples) + 1.15, len(models) + 3.25
    width = max(CHARACTER * data["label"].astype(str).str.len().max() + 0.08, 0.3)
    figure = style.new_figure(NAME_ROOM + width * across + 0.02, CELL_HEIGHT * down + 0.04)
    axes = style.axes_at(figure, NAME_ROOM, 0.02, width * across, CELL_HEIGHT * down)
    axes.set(xlim=(0, across), ylim=(down, 0))
    axes.set_axis_off()
    _draw_classes(axes, data)
    for row, model in enumerate(models, start=1):
        _draw_model(axes, row, data[data["model"] == model])
    scores = data.groupby("example")[["tp_agreement", "agreement"]].first()
    _draw_score(axes, len(models) + 1.25, "TP-agreement", scores["tp_agreement"])
    _draw_score(axes, len(models) + 2.25, "Agreement", scores["agreement"])
    return figure


def _draw_classes(axes: Axes, data: pd.DataFrame) -> None:
    labels = data.groupby("example")["label"].first()
    _name(axes, 0, "true class")
    for column, label in enumerate(labels):
        _centred(axes, column + 0.5, 0.5, label, fontsize=style.TINY, fontstyle="italic")
    _centred(axes, len(labels) + 0.62, 0.5, "precision", fontsize=style.TINY)


def _draw_model(axes: Axes, row: int, data: pd.DataFrame) -> None:
    _name(axes, row, f"model {data['model'].iloc[0]}")
    for column, (prediction, correct) in enumerate(
        zip(data["prediction"], data["correct"], strict=True)
    ):
        colour = RIGHT if correct else WRONG
        axes.add_patch(Rectangle((column, row), 1, 1, facecolor=colour, edgecolor="white", lw=1.5))
        _centred(axes, column + 0.5, row + 0.34, "✓" if correct else "✗", fontweight="bold")
        _centred(axes, column + 0.5, row + 0.75, prediction, fontsize=style.TINY)
    _centred(axes, len(data) + 0.62, row + 0.5, _fraction(data["precision"].iloc[0]))


def _draw_score(axes: Axes, row: float, name: str, values: pd.Series) -> None:
    _name(axes, row, name)
    axes.plot([0, len(values)], [row, row], color="0.4", linewidth=0.5)
    for column, value in enumerate(values):
        _centred(axes, column + 0.5, row + 0.5, _fraction(value), fontweight="bold")


def _name(axes: Axes, row: float, text: str) -> None:
    axes.text(-0.1, row + 0.5, text, fontsize=style.TINY + 0.5, ha="right", va="center")


def _centred(axes: Axes, x: float, y: float, text: str, **look: Any) -> None:
    axes.text(x, y, text, ha="center", va="center", **({"fontsize": style.TEXT} | look))


def _fraction(value: float) -> str:
    return str(Fraction(float(value)).limit_denominator(100))
