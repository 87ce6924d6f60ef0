"""Check predictions that were made elsewhere and write them as one file of the contract."""

from pathlib import Path

from learning_order.predictions.contract import write_block
from learning_order.predictions.expected import check_classes
from learning_order.predictions.imported import read_own, records
from learning_order.runtime.job_log import job_log

with job_log(snakemake.log[0], snakemake.resources.attempt) as log:
    paths = [Path(path) for path in snakemake.input.files]
    found = read_own(paths)
    params, names = snakemake.params, ", ".join(map(str, paths))
    if remark := check_classes(found, names, params.dataset, params.classes):
        print(remark, file=log)
    metadata = {"protocol": "own", "files": [path.name for path in paths]}
    write_block(snakemake.output[0], records(found), found.labels, metadata)
    counts = {split: len(labels) for split, labels in found.labels.items()}
    print(f"{len(found.seeds)} seeds, extents {found.extents}, examples {counts}", file=log)
