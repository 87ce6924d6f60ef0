"""The ranked table as files: Parquet for programs, CSV for people and their spreadsheets."""

from pathlib import Path

import pandas as pd

from learning_order.runtime.files import written_aside

FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")  # how a cell begins that a spreadsheet would run


def write_ranking(table: pd.DataFrame, parquet: Path | str, csv: Path | str) -> None:
    """Write the table twice; of the CSV, six digits and cells that no spreadsheet runs."""
    with written_aside(parquet) as aside:
        table.to_parquet(aside, index=False)
    with written_aside(csv) as aside:
        safe(table).to_csv(aside, index=False, float_format="%.6g")


def safe(table: pd.DataFrame) -> pd.DataFrame:
    """The table with an apostrophe before each text that a spreadsheet would take for a formula.

    Source: OWASP, CSV injection.

    >>> safe(pd.DataFrame({"source": ["=1+1", "a.png"], "aum": [-1.5, 2]}))
      source  aum
    0  '=1+1 -1.5
    1  a.png  2.0
    """
    texts = [name for name in table if not pd.api.types.is_numeric_dtype(table[name])]
    return table.assign(**{name: table[name].map(_quoted) for name in texts})


def _quoted(text: object) -> object:
    return f"'{text}" if isinstance(text, str) and text.startswith(FORMULA) else text
