"""Read the predictions of a collection and write its score tables."""

from learning_order.files import written_aside
from learning_order.job import job_log
from learning_order.predictions import read
from learning_order.tables import collection_tables

with job_log(snakemake.log[0]) as log:
    found = read(snakemake.input.predictions, snakemake.params.seeds, snakemake.params.extents)
    tables = collection_tables(found.predictions, found.labels, found.extents, found.seeds)
    for name, path in snakemake.output.items():
        with written_aside(path) as aside:
            tables[name].to_parquet(aside, index=False)
    print(tables["summary"].to_string(), file=log)
