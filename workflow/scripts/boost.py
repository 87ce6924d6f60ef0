"""Train AdaBoost ensembles and write the predictions of every ensemble size."""

import json
import sys
from pathlib import Path

import sklearn

from learning_order.datasets import prepared
from learning_order.jobs import submitted
from learning_order.predictions.contract import SPLITS, write_block
from learning_order.runtime import finished
from learning_order.runtime.job_log import job_log, source_revision
from learning_order.runtime.progress import BoostingProgress
from learning_order.training.boosting import boost, records

with job_log(snakemake.log[0], snakemake.resources.attempt) as log:
    wildcards, entry = snakemake.wildcards, snakemake.params.entry
    submitted.check("boosting", wildcards.architecture, entry)
    seeds = range(int(wildcards.first), int(wildcards.last) + 1)
    dataset = prepared.read(Path(snakemake.input.facts).parent)
    dataset.verify()
    labels = {split: dataset.labels(split) for split in SPLITS}
    inputs = {split: dataset.normalised(split).reshape(len(labels[split]), -1) for split in SPLITS}
    ended = {}

    def ensembles():
        """The records of one seed after another."""
        for seed in seeds:
            progress = BoostingProgress(log, entry["rounds"], f"{wildcards.dataset} seed {seed}")
            found = boost(inputs["train"], labels["train"], **entry, seed=seed, on_round=progress)
            progress.close(found.stopped)
            ended[seed] = {"weak_classifiers": found.size, "stopped": found.stopped}
            yield from records(found, inputs, labels, seed)

    metadata = {
        "dataset": wildcards.dataset,
        "dataset_hash": dataset.content_hash,
        "architecture": wildcards.architecture,
        "recipe": entry,
        "protocol": "snapshots",
        "sklearn": sklearn.__version__,
        "device": "cpu",
        "source": source_revision(),
        "ended": ended,  # filled by the time that it is written
    }
    fingerprint = json.dumps({**metadata, "source": snakemake.params.code}, sort_keys=True)
    if finished.take_back(snakemake.output[0], fingerprint):
        print("finished by an earlier attempt, which was ended afterwards", file=log)
        sys.exit()
    write_block(snakemake.output[0], ensembles(), labels, metadata)
    finished.keep(snakemake.output[0], fingerprint)
