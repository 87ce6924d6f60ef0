"""Train one block of models and write their predictions."""

from pathlib import Path

import torch

from learning_order.datasets import prepared
from learning_order.job import job_log, source_revision
from learning_order.predictions import write_block
from learning_order.progress import TrainingProgress
from learning_order.training.device import choose_device, describe, to_device
from learning_order.training.recipe import Recipe
from learning_order.training.trainer import epochs_to_train, train_block

with job_log(snakemake.log[0]) as log:
    wildcards, recipe = snakemake.wildcards, snakemake.params.recipe
    seeds = range(int(wildcards.first), int(wildcards.last) + 1)
    extents = snakemake.params.extents
    protocol = "snapshots" if wildcards.extent == "all" else "independent"
    device = choose_device(snakemake.config.get("device", "auto"))
    dataset = prepared.read(Path(snakemake.input.facts).parent)
    data = to_device(dataset, device)
    title = f"{wildcards.dataset} {wildcards.architecture} {wildcards.extent}"
    progress = TrainingProgress(log, epochs_to_train(seeds, extents, protocol), title)
    records = train_block(
        Recipe.from_config(recipe), data, seeds, extents, protocol=protocol, progress=progress
    )
    metadata = {
        "dataset": wildcards.dataset,
        "dataset_hash": dataset.hash,
        "architecture": wildcards.architecture,
        "recipe": recipe,
        "protocol": protocol,
        "torch": torch.__version__,
        "device": describe(device),
        "source": source_revision(),
    }
    labels = {split: dataset.labels(split) for split in ("train", "test")}
    write_block(snakemake.output[0], records, labels, metadata)
    progress.close()
