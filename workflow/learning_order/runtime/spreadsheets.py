"""Tables as CSV that spreadsheets open without running anything."""

import re
from pathlib import Path

import pandas as pd

FORMULA = re.compile(r"[=@\t\r+-]")  # what a cell begins with that a spreadsheet computes
NUMBERS = re.compile(r"[-+]?[\d.,]+([ ±–]|to|[\d.,])*")  # as in "-0.2 to 0.1"


def write_csv(table: pd.DataFrame, path: Path) -> None:
    """Write a table; a word that a spreadsheet would take for a formula follows a quote."""
    safe = table.copy()
    for name in safe.select_dtypes(exclude="number"):
        safe[name] = safe[name].map(_as_word)
    safe.to_csv(path, index=False)


def _as_word(value: object) -> object:
    if isinstance(value, str) and FORMULA.match(value) and not NUMBERS.fullmatch(value):
        return f"'{value}"
    return value
