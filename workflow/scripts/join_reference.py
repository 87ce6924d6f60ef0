"""Join the values of one reference to the examples of one dataset."""

from pathlib import Path

from learning_order.datasets import prepared
from learning_order.datasets.references import PROBLEM, joined
from learning_order.runtime.files import written_aside
from learning_order.runtime.job_log import job_log

with job_log(snakemake.log[0]) as log:
    dataset = prepared.read(Path(snakemake.input.facts).parent)
    # Where the files lie does not change what they are, so these two are no reason to rerun.
    root = Path(snakemake.config.get("data", "data"))
    download = snakemake.config.get("download", True)
    table = joined(snakemake.params.entry, dataset, root, download)
    with written_aside(snakemake.output[0]) as aside:
        table.to_parquet(aside, index=False)
    known = table["value"].notna().sum()
    print(table.attrs.get(PROBLEM) or f"{known} of {len(table)} examples have a value", file=log)
