"""Read the predictions of a collection and write its score tables."""

import pandas as pd

from learning_order.predictions.reading import scan
from learning_order.runtime.job_log import job_log
from learning_order.tables.build import table_parts
from learning_order.tables.writing import write_tables

with job_log(snakemake.log[0]) as log:
    found = scan(snakemake.input.predictions, snakemake.params.seeds, snakemake.params.extents)
    write_tables(table_parts(found), dict(snakemake.output.items()))
    print(pd.read_parquet(snakemake.output.summary).to_string(), file=log)
