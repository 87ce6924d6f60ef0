"""Measure every claim whose collections have been scored, and write the table and the page."""

from pathlib import Path

import pandas as pd

from learning_order.claims.page import page
from learning_order.claims.verdicts import COLUMNS, row
from learning_order.figures import collections_of
from learning_order.figures.sources import Collection
from learning_order.files import written_aside
from learning_order.job import job_log


def read_tables(paths) -> dict[str, dict[str, pd.DataFrame]]:
    """Name of a collection → name of a table → the table."""
    tables = {}
    for path in map(Path, paths):
        tables.setdefault(path.parent.name, {})[path.stem] = pd.read_parquet(path)
    return tables


def sources_of(claim: dict, about: dict, tables: dict) -> list[Collection] | None:
    """The collections of a claim, or None where one of them has not been scored."""
    names = collections_of(claim)
    if not all(name in tables for name in names):
        return None
    return [Collection(name=name, tables=tables[name], **about[name]) for name in names]


with job_log(snakemake.log[0]) as log:
    tables = read_tables(snakemake.input.tables)
    rows = [
        row(name, claim, sources_of(claim, about, tables), about, remarks)
        for name, (claim, about, remarks) in snakemake.params.claims.items()
    ]
    table = pd.DataFrame(rows, columns=COLUMNS)
    with written_aside(snakemake.output.table) as aside:
        table.to_csv(aside, index=False)
    with written_aside(snakemake.output.page) as aside:
        aside.write_text(page(table))
    print(table[["claim", "paper", "measured", "verdict"]].to_string(), file=log)
