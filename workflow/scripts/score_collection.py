"""Read the predictions of a collection and write its score tables."""

from pathlib import Path

import pandas as pd

from learning_order.datasets import prepared
from learning_order.predictions.expected import check_wanted
from learning_order.predictions.origin import check_origin
from learning_order.predictions.reading import scan
from learning_order.runtime.job_log import job_log
from learning_order.tables.build import table_parts
from learning_order.tables.writing import write_tables

with job_log(snakemake.log[0], snakemake.resources.attempt) as log:
    expected, facts = dict(snakemake.params.made_of), Path(snakemake.params.facts)
    if expected and facts.exists():
        expected["dataset_hash"] = prepared.read(facts.parent).content_hash
    check_origin(snakemake.input.predictions, expected)
    if not expected:  # made elsewhere
        [file], params = snakemake.input.predictions, snakemake.params
        check_wanted(file, snakemake.wildcards.collection, params.seeds, params.extents)
    found = scan(snakemake.input.predictions, snakemake.params.seeds, snakemake.params.extents)
    write_tables(table_parts(found), dict(snakemake.output.items()))
    print(pd.read_parquet(snakemake.output.summary).to_string(), file=log)
