"""Load one dataset and store it: examples.parquet, train.npy, test.npy, dataset.json."""

from pathlib import Path

from learning_order.datasets import prepared
from learning_order.datasets.load import load
from learning_order.datasets.remarks import remarks
from learning_order.jobs import submitted
from learning_order.runtime.job_log import job_log

with job_log(snakemake.log[0]) as log:
    name, entry = snakemake.wildcards.dataset, snakemake.params.entry
    submitted.check("dataset", name, entry)
    download = snakemake.config.get("download", True)
    examples = load(name, entry, Path(snakemake.params.root or "."), download)
    folder = Path(snakemake.output.facts).parent
    prepared.write(examples, folder, name, snakemake.params.listing)
    print(f"{name}: {examples.origin}", *remarks(examples), sep="\n", file=log)
