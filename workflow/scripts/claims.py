"""Measure every claim whose collections have been scored, and write the table and the page."""

import pandas as pd

from learning_order.claims.page import page
from learning_order.claims.verdicts import COLUMNS, ordered, row
from learning_order.runtime.files import written_aside
from learning_order.runtime.job_log import job_log
from learning_order.runtime.spreadsheets import write_csv
from learning_order.tables.collection import Collection, read_references, read_tables


def sources_of(about: dict, tables: dict, references: dict) -> list[Collection] | None:
    """The collections of a claim, or None where one of them has not been scored."""
    if not all(name in tables for name in about):
        return None
    return [
        Collection(
            name=name, tables=tables[name], references=references.get(facts["dataset"], {}), **facts
        )
        for name, facts in about.items()
    ]


with job_log(snakemake.log[0]) as log:
    tables = read_tables(snakemake.input.tables)
    references = read_references(snakemake.input.references)
    rows = [
        row(
            name,
            claim,
            sources_of(about, tables, references),
            about,
            remarks,
            snakemake.params.full,
        )
        for name, (claim, about, remarks) in snakemake.params.claims.items()
    ]
    table = pd.DataFrame(ordered(rows), columns=COLUMNS)
    with written_aside(snakemake.output.table) as aside:
        write_csv(table, aside)
    with written_aside(snakemake.output.page) as aside:
        aside.write_text(page(table))
    print(table[["claim", "paper", "measured", "verdict"]].to_string(), file=log)
