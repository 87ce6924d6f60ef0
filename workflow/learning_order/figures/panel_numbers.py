"""The numbers that stand above a histogram or a heat map, and the note that says what they are.

Accuracy stands beside B, as constant networks look like perfect agreement. The bimodality of a
single peak is its kurtosis, which a few examples elsewhere make arbitrarily large: where nearly all
examples lie at one end, their share stands there instead.
"""

import numpy as np
import pandas as pd

from learning_order.figures import wording
from learning_order.figures.distribution_tables import AT_100, ONE_CLASS

# The share of the examples near one end, and near the other, at which that is the only peak.
SINGLE_PEAK, OTHER_PEAK = 0.9, 0.01
# What the numbers above a panel are made of.
PANEL_COLUMNS = (
    *("collection", "split", "extent", "score", "accuracy", "one_class", "bimodality", AT_100),
    *("near_0", "near_1", "null_bimodality", "null_near_0", "null_near_1"),
)
MEASURED, NULL = "", "null_"  # what is before the names of columns

RAW = (
    "Above each panel: mean accuracy of the models, and B, the bimodality of their TP-agreement: "
    "raw, as these models give it"
)
AT_100_NOTE = "; at 100, as a hundred such models would"
SATURATED = (
    f"No B where {SINGLE_PEAK:.0%} of the examples or more lie within 0.1 of one end (at 1, at 0) "
    f"and fewer than {OTHER_PEAK:.0%} within 0.1 of the other."
).replace("%", " %")
ONE_CLASS_NOTE = (
    f"* Most models give one class to {ONE_CLASS:.0%} of the examples or more, whatever these are: "
    "what they agree on is this class."
).replace("%", " %")


def line_count(data: pd.DataFrame) -> int:
    """How many lines of numbers stand above each panel."""
    return max(len(numbers_of(panel)) for _, panel in _distinct(data).iterrows())


def numbers_of(panel: pd.Series) -> list[str]:
    """The lines above a panel: accuracy and, unless it shows the Agreement, bimodality.

    panel: any row of its table.
    """
    lines = []
    if pd.notna(panel.get("accuracy")):
        lines.append(f"{wording.percent(panel['accuracy'])} right")
    if panel.get("one_class", False):
        lines = [f"{lines[0]}*" if lines else "*"]
    if panel["score"] == "tp_agreement":  # the bimodality is that of the TP-agreement
        lines += bimodality_lines(panel)
    return lines


def on_one_line(panel: pd.Series) -> str:
    """The same in short: '72 %, B 0.41', or '98 %, at 1'."""
    accuracy, *others = numbers_of(panel.drop(AT_100, errors="ignore"))
    second = others[0].split(" % ")[-1].replace("raw B =", "B").replace("raw ", "")
    return f"{accuracy.replace(' right', '')}, {second}"


def ranges_of(rows: pd.DataFrame, of: str = MEASURED) -> list[str]:
    """The same for a heat map: least and greatest over the extents.

    of: MEASURED, or NULL for the independent models, whose accuracy is the same.
    """
    panels = _distinct(rows)
    lines = []
    if panels["accuracy"].notna().any():
        low, high = (
            wording.percent(end) for end in (panels["accuracy"].min(), panels["accuracy"].max())
        )
        star = "*" if panels["one_class"].any() and of == MEASURED else ""
        lines.append(
            f"{wording.span(low.removesuffix(' %'), high.removesuffix(' %'))} % right{star}"
        )
    saturated = np.array([bool(saturated_end(panel, of)) for _, panel in panels.iterrows()])
    shown = panels[~saturated]
    if shown.empty:
        lines.append("one peak")
    else:
        raw = "" if of == NULL else "raw "
        lines.append(f"{raw}B{_range(shown[f'{of}bimodality'])}")
    if AT_100 in panels and of == MEASURED:
        lines.append("" if shown.empty else f"at 100{_range(shown[AT_100])}")
    return lines


def saturated_end(panel: pd.Series, of: str = MEASURED) -> str:
    """The end, 0 or 1, near which nearly all examples lie; nothing where they do not."""
    for end, other in (("1", "0"), ("0", "1")):
        near, far = panel[f"{of}near_{end}"], panel[f"{of}near_{other}"]
        if near >= SINGLE_PEAK and far < OTHER_PEAK:
            return end
    return ""


def bimodality_lines(panel: pd.Series) -> list[str]:
    """The line of B, and with AT_100 that of B at 100; or the share at one end, without B."""
    end = saturated_end(panel)
    if end:
        lines = [f"{wording.percent(panel[f'near_{end}'])} at {end}"]
        return [*lines, ""] if AT_100 in panel else lines
    lines = [f"raw {wording.bimodality_label(panel['bimodality'])}"]
    if AT_100 in panel:
        lines.append(f"at 100{wording.bimodality_label(panel[AT_100]).removeprefix('B')}")
    return lines


def note(data: pd.DataFrame) -> str:
    """What the numbers above the panels of these rows are."""
    if (data["score"] != "tp_agreement").all():
        return remarks(data)
    meanings = RAW + (AT_100_NOTE if AT_100 in data else "") + "."
    return f"{meanings} {remarks(data)}".strip()


def remarks(data: pd.DataFrame) -> str:
    """What has to be said of panels that are marked."""
    panels = _distinct(data)
    sentences = []
    of_right = panels[panels["score"] == "tp_agreement"]
    if any(saturated_end(panel) for _, panel in of_right.iterrows()):
        sentences.append(SATURATED)
    if panels["one_class"].any():
        sentences.append(ONE_CLASS_NOTE)
    return " ".join(sentences)


def _range(values: pd.Series) -> str:
    """' 0.12–1.98', ' 0.12' or ' n/a'."""
    values = values.dropna()
    return f" {wording.span(values.min(), values.max(), '.2f')}" if len(values) else " n/a"


def _distinct(data: pd.DataFrame) -> pd.DataFrame:
    """A row per panel."""
    columns = [name for name in PANEL_COLUMNS if name in data]
    return data[columns].drop_duplicates()
