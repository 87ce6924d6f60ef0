"""The claims table as a page for reading: one HTML file that needs no other file."""

from collections.abc import Mapping
from html import escape
from typing import Any

import pandas as pd

COLUMNS = {  # heading: how a row fills the cell
    "Claim": lambda row: f"<b>{escape(row['statement'])}</b><br>{escape(row['source'])}",
    "Paper": lambda row: escape(row["paper"]),
    "Measured": lambda row: measured(row),
    "Verdict": lambda row: _verdict(row),
    "Rule": lambda row: escape(row["rule"]),
    "Really used": lambda row: _used(row),
}

STYLE = """
body { font: 14px/1.4 sans-serif; margin: 1.5em; color: #222; }
table { border-collapse: collapse; }
th, td { text-align: left; vertical-align: top; padding: .45em .8em; }
td { max-width: 24em; border-top: 1px solid #ddd; }
small { color: #555; }
.verdict { font-weight: bold; white-space: nowrap; }
.reproduced { color: #00664a; } .not-reproduced { color: #a33; } .stand-in { color: #8a5a00; }
.not-run { color: #777; }
"""


def page(table: pd.DataFrame) -> str:
    """The HTML of a table whose rows are those of verdicts.row."""
    counts = table["verdict"].value_counts()
    summary = ", ".join(f"{count} {verdict}" for verdict, count in counts.items())
    head = "".join(f"<th>{name}</th>" for name in COLUMNS)
    body = "\n".join(_row(row) for row in table.to_dict("records"))
    return f"""<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><title>Claims</title><style>{STYLE}</style></head>
<body>
<h1>What the paper states, and what was measured</h1>
<p>{len(table)} claims: {summary}. Intervals are 95&nbsp;% bootstrap intervals over models.
A verdict follows from the numbers by the rule beside it. Where other data or networks stand in for
the paper's, no claim counts as reproduced, and the verdict only says whether the rule is met.</p>
<table><thead><tr>{head}</tr></thead><tbody>
{body}
</tbody></table>
</body></html>
"""


def measured(row: Mapping[str, Any]) -> str:
    """'0.83 [0.81, 0.85], p < 1e-50'; a dash where nothing was measured."""
    if pd.isna(row.get("measured")):
        return "–"
    text = _number(row["measured"])
    if not pd.isna(row["low"]):
        text += f" [{_number(row['low'])}, {_number(row['high'])}]"
    if not pd.isna(row["p"]):
        text += ", p < 1e-50" if row["p"] < 1e-50 else f", p = {row['p']:.1g}"
    return text


def _number(value: float) -> str:
    return f"{value:.2f}"


def _verdict(row: Mapping[str, Any]) -> str:
    name = row["verdict"].replace(" ", "-")
    text = f'<span class="verdict {name}">{escape(row["verdict"])}</span>'
    if row["verdict"] == "stand-in":
        text += f"<br><small>rule {'met' if row['holds'] else 'not met'}</small>"
    return text


def _used(row: Mapping[str, Any]) -> str:
    used = f"{row['architectures']} on {row['datasets']}, {row['split']}"
    if not pd.isna(row.get("models")):
        used += f"; models: {row['models']}; examples: {row['examples']}"
        used += f"; to extent {row['last_extent']}"
    remark = row.get("remark")
    small = "" if pd.isna(remark) or not remark else f"<br><small>{escape(remark)}</small>"
    return escape(used) + small


def _row(row: Mapping[str, Any]) -> str:
    cells = "".join(f"<td>{fill(row)}</td>" for fill in COLUMNS.values())
    return f"<tr>{cells}</tr>"
