"""Read the predictions of a collection and write its score tables."""

import pandas as pd

from learning_order.job import job_log
from learning_order.predictions import find
from learning_order.score_files import write_tables
from learning_order.tables import table_parts

with job_log(snakemake.log[0]) as log:
    found = find(snakemake.input.predictions, snakemake.params.seeds, snakemake.params.extents)
    write_tables(table_parts(found), dict(snakemake.output.items()))
    print(pd.read_parquet(snakemake.output.summary).to_string(), file=log)
