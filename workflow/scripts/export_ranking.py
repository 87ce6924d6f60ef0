"""Write a ranking as files for another program."""

import sys
from pathlib import Path

import pandas as pd

from learning_order.datasets import prepared
from learning_order.datasets.split_pictures import split_pictures
from learning_order.ranking import exports
from learning_order.ranking.page_data import showable
from learning_order.ranking.table import scan_members
from learning_order.runtime.job_log import job_log

with job_log(snakemake.log[0]) as log:
    table = pd.read_parquet(snakemake.input.ranking)
    folder = Path(snakemake.output[0]).parent
    facts = snakemake.input.dataset
    dataset = prepared.read(Path(facts[0]).parent) if facts else None
    if snakemake.params.program == "cleanlab":  # which needs no images
        members = scan_members(snakemake.params.members)
        exports.write_cleanlab(table, members, len(dataset.classes) if dataset else 0, folder)
        sys.exit()
    root = snakemake.params.root
    pictures = split_pictures(dataset, root and Path(root).expanduser()) if dataset else {}
    table, left_out = showable(table, pictures)
    print(*left_out, file=log)
    if snakemake.params.program == "fiftyone":
        exports.write_fiftyone(table, pictures, snakemake.wildcards.ranking, folder)
    else:
        exports.write_huggingface(table, pictures, folder)
