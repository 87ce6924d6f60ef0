"""How far measures of difficulty, and what others say of the same examples, order them alike.

Spearman's ρ of every two over the examples that both know, those made here turned so that easy
examples come first. On the diagonal the reliability of each: how well it would agree with that of
another such collection. What others say shares no chance with these models, so the reliability of a
measure sets a ceiling to its ρ with a reference, √ρ_a if the reference itself had no noise; it
stands below. Two measures of the same models share their chance, and no ceiling holds. A mark of
few examples, such as a label error, has small ρ with anything.
"""

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from learning_order import scores
from learning_order.figures import matrix_page, style
from learning_order.figures.choices import (
    ONE_RUN,
    check_labelled,
    check_split,
    facts_of,
    rows_of,
)
from learning_order.figures.sources import NotToDraw
from learning_order.tables.collection import Collection
from learning_order.tables.correct import unpack

OPTIONS = {
    "split": "train",
    "references": [],  # names of references of the configuration, shown as far as they are known
}

TURNED = ("forgetting", "el2n")  # high where examples are hard
NAMES = {
    "forgetting": "forgetting, few",
    "confidence": "confidence",
    "aum": "AUM",
    "el2n": "EL2N, low",
}
LATE = "learned extent, early"
EXPLANATION = (
    "Spearman's ρ of two measures of the same examples. Those made here put easy examples first; "
    "references are as published. On the diagonal the reliability of each measure made here; "
    "with a reference, below ρ the ceiling it sets."
)


def tabulate(sources: list[Collection], options: dict) -> pd.DataFrame:
    """A row per cell; first_share: of the variance of all ranks, by their first component."""
    if len(sources) > 1:
        raise NotToDraw(f"{len(sources)} collections: a difficulty matrix shows one, so name one")
    [source], chosen = sources, OPTIONS | options
    measures, reliable, missing = _measures(source, chosen["split"], chosen["references"])
    ranks = pd.DataFrame(measures).corr("spearman").to_numpy()
    names = list(measures)
    is_other = [name in chosen["references"] for name in names]
    facts = {**facts_of(source), "split": chosen["split"], "first_share": _first_share(ranks)}
    return pd.DataFrame(
        [
            {
                **facts,
                "row": i,
                "column": j,
                "name": names[i],
                "other": names[j],
                "value": reliable[i] if i == j else ranks[i, j],
                "ceiling": _ceiling(reliable[j]) if is_other[i] > is_other[j] else np.nan,
                "missing": "; ".join(missing),
            }
            for i in range(len(names))
            for j in range(i + 1)
        ]
    )


@style.paper()
def draw(data: pd.DataFrame, options: dict) -> Figure:
    """The lower triangle, and the share of the first component below it."""
    share, missing = data["first_share"].iloc[0], data["missing"].iloc[0]
    held = f"{100 * share:.0f} % of the variance of ranks"
    text = f"{EXPLANATION} The first principal component holds {held}."
    if isinstance(missing, str) and missing:  # from a CSV, nothing is NaN
        text += f" Not shown: {missing}."
    first = data.iloc[0]
    heading = f"{first['dataset']}, {first['architecture']}, {first['split']} split"
    return matrix_page.draw_page(
        data, value="Spearman's ρ", explanation=text, below="ceiling", heading=heading
    )


def _measures(
    source: Collection, split: str, references: list[str]
) -> tuple[dict[str, np.ndarray], list[float], list[str]]:
    """Name → (examples,) values, easy examples high; their reliabilities; what is missing."""
    check_split(source, split)
    examples = rows_of(source, "accessibility", split).sort_values("example")
    check_labelled(source, split, examples["accessibility"])
    alphas = rows_of(source, "reliability", split).iloc[0]
    measures = {"Accessibility": examples["accessibility"].to_numpy()}
    reliable, missing = [float(alphas["alpha"])], []
    along_run = source.protocol in ONE_RUN
    if along_run:
        learned = _learned(source, split)
        measures[LATE] = -learned.mean(axis=0)
        reliable.append(_reliability(learned))
    else:
        missing.append(LATE.split(",")[0])
    for column, name in NAMES.items():
        values = examples[column].to_numpy()
        if np.isnan(values).all() or (column == "forgetting" and not along_run):
            missing.append(name.split(",")[0])
        else:
            measures[name] = -values if column in TURNED else values
            reliable.append(
                _of_forgetting(source, split)
                if column == "forgetting"
                else float(alphas[f"{column}_alpha"])
            )
    for reference in references:
        values = _reference(source, reference, split, len(examples))
        if np.isnan(values).all():
            missing.append(reference)
        else:
            measures[reference] = values
            reliable.append(np.nan)
    return measures, reliable, missing


def _reference(source: Collection, reference: str, split: str, examples: int) -> np.ndarray:
    """The values of all examples of the split, NaN where there is none."""
    values = np.full(examples, np.nan)
    table = source.references.get(reference)
    if table is not None:
        rows = table[(table["split"] == split) & (table["example"] < examples)]
        values[rows["example"]] = rows["value"]
    return values


def _learned(source: Collection, split: str) -> np.ndarray:
    """(models, examples): the extent by which each is learned, a step after the last for never."""
    extents, correct = unpack(source.tables["correct"], split)
    learned = scores.learned_extent(correct, extents)
    step = extents[-1] - extents[-2] if len(extents) > 1 else 1
    return np.nan_to_num(learned, nan=extents[-1] + step)


def _of_forgetting(source: Collection, split: str) -> float:
    _, correct = unpack(source.tables["correct"], split)
    return _reliability(scores.forgetting_events(correct))


def _reliability(values: np.ndarray) -> float:
    """Of the mean over the models; values: (models, examples)."""
    r1 = scores.single_model_reliability(scores.model_covariance(values))
    return float(scores.reliability_of(r1, len(values)))


def _ceiling(reliability: float) -> float:
    """Of the correlation of a measure with something free of noise."""
    return float(np.sqrt(max(reliability, 0)))


def _first_share(correlations: np.ndarray) -> float:
    """The largest eigenvalue as a share of all, of those measures that vary."""
    known = np.isfinite(correlations.diagonal())
    kept = np.nan_to_num(correlations[np.ix_(known, known)])
    return float(np.linalg.eigvalsh(kept)[-1] / len(kept)) if known.any() else float("nan")
