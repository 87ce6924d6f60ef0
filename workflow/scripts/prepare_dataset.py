"""Load one dataset and store it: examples.parquet, train.npy, test.npy, dataset.json."""

from pathlib import Path

from learning_order.datasets import prepared
from learning_order.datasets.load import load
from learning_order.runtime.job_log import job_log

with job_log(snakemake.log[0]) as log:
    name = snakemake.wildcards.dataset
    # Where the files are does not change what they hold, so these two are no reason to rerun.
    root = Path(snakemake.config.get("data", "data"))
    download = snakemake.config.get("download", True)
    examples = load(name, snakemake.params.entry, root, download)
    prepared.write(examples, Path(snakemake.output.facts).parent, name)
    print(f"{name}: {examples.origin}", file=log)
