"""The claims table as a page for reading: one HTML file that needs no other file."""

from collections.abc import Mapping
from html import escape
from typing import Any

import pandas as pd

from learning_order.claims.verdicts import LEAST_MODELS, TWO_PEAKS

COLUMNS = {  # heading: how a row fills the cell
    "Claim": lambda row: f"<b>{escape(row['statement'])}</b><br>{escape(row['source'])}",
    "Claimed": lambda row: _claimed(row["paper"]),
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
.inconclusive { color: #1f4e8c; } .not-run { color: #777; }
th { cursor: pointer; } th::after { content: " ↕"; color: #999; font-weight: normal; }
input[type=search] { font: inherit; width: 16em; }
label { margin-right: 1em; white-space: nowrap; }
"""

# Shows the rows with a chosen verdict and the words written; a click on a heading sorts by it.
SCRIPT = """
const rows = () => [...document.querySelectorAll("tbody tr")];
const words = document.querySelector("input[type=search]");
const boxes = [...document.querySelectorAll("input[type=checkbox]")];
function filter() {
  const shown = new Set(boxes.filter(box => box.checked).map(box => box.value));
  for (const row of rows())
    row.hidden = !shown.has(row.dataset.verdict)
      || !row.textContent.toLowerCase().includes(words.value.toLowerCase());
}
[words, ...boxes].forEach(input => input.addEventListener("input", filter));
document.querySelectorAll("th").forEach((head, column) => head.addEventListener("click", () => {
  const text = row => row.cells[column].textContent;
  const turn = head.dataset.up = head.dataset.up === "1" ? "-1" : "1";
  const compare = new Intl.Collator("en", {numeric: true}).compare;
  const sorted = rows().sort((a, b) => turn * compare(text(a), text(b)));
  document.querySelector("tbody").append(...sorted);
}));
"""


def page(table: pd.DataFrame) -> str:
    """The HTML of a table whose rows are those of verdicts.row."""
    counts = table["verdict"].value_counts()
    summary = ", ".join(f"{count} {verdict}" for verdict, count in counts.items())
    boxes = " ".join(
        f'<label><input type="checkbox" value="{verdict}" checked>{verdict}</label>'
        for verdict in counts.index
    )
    head = "".join(f"<th>{name}</th>" for name in COLUMNS)
    body = "\n".join(_row(row) for row in table.to_dict("records"))
    return f"""<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><title>Claims</title><style>{STYLE}</style></head>
<body>
<h1>What the paper states, and what was measured</h1>
<p>{len(table)} claims: {summary}. Intervals are 95&nbsp;% bootstrap intervals over models, those
of κ over models and examples; those of accuracy are Student's t. A verdict follows from the numbers
by the rule beside it: a claim is inconclusive where only a part of the interval fits, and where
a collection of networks has fewer than {LEAST_MODELS} models. Where other data or networks stand in
for the paper's, no claim counts as reproduced, and the verdict only says whether the rule is met. κ
is the share of the variance of being right that all models have in common: 0 for independent
models, 1 for two points. {TWO_PEAKS}
Where all models are right about all examples but a handful (fewer than ten and than 1&nbsp;%), or
wrong about all but these, an extent decides nothing about peaks, shared errors and B, and is left
out.</p>
<p><input type="search" placeholder="words in a row"> {boxes}</p>
<table><thead><tr>{head}</tr></thead><tbody>
{body}
</tbody></table>
<script>{SCRIPT}</script>
</body></html>
"""


def measured(row: Mapping[str, Any]) -> str:
    """'0.83 [0.81, 0.85] for 100 models, 0.7 for these, p < 1e-50'; a dash where none was measured.

    Two decimals, or up to four where the ends of the interval are the same with fewer; nothing is
    minus zero.
    """
    raw = row.get("raw")
    beside = "" if pd.isna(raw) else f" for 100 models, {raw:z.2f} for these"
    if pd.isna(row.get("measured")):
        return f"–{beside}"
    low, high = row["low"], row["high"]
    decimals = next((each for each in (2, 3, 4) if f"{low:.{each}f}" != f"{high:.{each}f}"), 2)
    text = f"{row['measured']:z.{decimals}f}"
    if not pd.isna(low):
        text += f" [{low:z.{decimals}f}, {high:z.{decimals}f}]"
    text += beside
    if not pd.isna(row["p"]):
        text += ", p < 1e-50" if row["p"] < 1e-50 else f", p = {row['p']:.1g}"
    return text


def _verdict(row: Mapping[str, Any]) -> str:
    name = row["verdict"].replace(" ", "-")
    text = f'<span class="verdict {name}">{escape(row["verdict"])}</span>'
    if row["verdict"] == "stand-in":
        undecided = row["holds"] is None or pd.isna(row["holds"])
        said = "undecided" if undecided else "rule met" if row["holds"] else "rule not met"
        text += f"<br><small>{said}</small>"
    scale = row.get("scale")
    return text if pd.isna(scale) or not scale else f"{text},<br>{escape(scale)}"


def _claimed(value: str) -> str:
    """'1e-50' stays on one line."""
    return escape(value).replace("-", "\N{NON-BREAKING HYPHEN}")


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
    return f'<tr data-verdict="{row["verdict"]}">{cells}</tr>'
