"""Rank the examples of some collections of one dataset, and write the table as CSV and Parquet."""

import json
from pathlib import Path

import pandas as pd

from learning_order.ranking.table import ranking, scan_members
from learning_order.ranking.writing import write_ranking
from learning_order.runtime.job_log import job_log
from learning_order.tables.collection import read_tables

with job_log(snakemake.log[0]) as log:
    members = scan_members(snakemake.params.members)
    examples, classes = None, ()
    if snakemake.input.dataset:
        facts, stored = snakemake.input.dataset
        examples, classes = pd.read_parquet(stored), json.loads(Path(facts).read_text())["classes"]
    tables = read_tables(snakemake.input.tables)
    accessibility = {name: tables[name]["accessibility"] for name in members}
    table = ranking(members, examples, classes, accessibility)
    write_ranking(table, snakemake.output.parquet, snakemake.output.csv)
    print(table["category"].value_counts().to_string(), file=log)
    print(table.head(20).to_string(), file=log)
