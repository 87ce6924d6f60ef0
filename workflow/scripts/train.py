"""Train one block of models and write their predictions."""

import json
import sys
from functools import partial
from pathlib import Path

from learning_order.runtime.gpus import before_torch

claimed = before_torch(snakemake.config.get("device", "auto"))

import torch

from learning_order.datasets import prepared
from learning_order.datasets.decoded import decoded_once
from learning_order.jobs import submitted
from learning_order.jobs.blocks import is_snapshots
from learning_order.jobs.estimates import network_epochs
from learning_order.networks.device import choose_device, describe, keep_freed_memory, place
from learning_order.predictions.contract import SPLITS, write_block
from learning_order.runtime import finished
from learning_order.runtime.job_log import job_log, source_revision
from learning_order.runtime.progress import TrainingProgress
from learning_order.training.check_fits import check_fits
from learning_order.training.checkpoints import Checkpoints
from learning_order.training.choose_execution import choose_execution
from learning_order.training.device_data import to_device
from learning_order.training.kept_choices import KeptChoices
from learning_order.training.recipe import Builder, Recipe
from learning_order.training.streamed_data import to_stream
from learning_order.training.trainer import train_block
from learning_order.training.try_compiling import compiled_or_not

with job_log(snakemake.log[0], snakemake.resources.attempt) as log:
    wildcards, params, config = snakemake.wildcards, snakemake.params, snakemake.config
    seeds = range(int(wildcards.first), int(wildcards.last) + 1)
    protocol = "snapshots" if is_snapshots(wildcards.extent) else "independent"
    parts = params.parts_per_epoch
    submitted.check("architecture", wildcards.architecture, [params.recipe, params.builder])
    if protocol == "snapshots":
        run = submitted.run_name(wildcards.dataset, wildcards.architecture, wildcards.extent)
        submitted.check("extents", run, params.extents)
    device = choose_device(config.get("device", "auto"))
    keep_freed_memory()
    say = partial(print, file=log, flush=True)
    say(place(device))
    dataset = prepared.read(Path(snakemake.input.facts).parent)
    dataset.verify()
    others = [prepared.read(Path(facts).parent) for facts in snakemake.input.others]
    if dataset.streamed:
        workers = snakemake.threads - 1
        keep = config.get("keep_decoded", False)
        decoded = decoded_once(dataset, workers + 1, say) if keep else None
        data = to_stream(dataset, device, workers, others, decoded)
    else:
        data = to_device(dataset, device, others)
    recipe, builder = Recipe.from_config(params.recipe), Builder(**params.builder)
    check_fits(recipe, builder, data)
    metadata = {
        "dataset": wildcards.dataset,
        "dataset_hash": dataset.content_hash,
        "architecture": wildcards.architecture,
        "recipe": params.recipe,
        "protocol": protocol,
        "torch": torch.__version__,
        "device": describe(device),
        "source": source_revision(),
    }
    if parts > 1:  # files that leave it out count whole epochs
        metadata["parts_per_epoch"] = parts
    if recipe.compile:
        recipe, why_not = compiled_or_not(recipe, builder, data, say)
        metadata |= {"compiled": recipe.compile, "compiled_reason": why_not or "the recipe asks"}
    # All that results follow from: the code by its content, as its revision may be unknown.
    fingerprint = json.dumps(
        {
            **metadata,
            "source": params.code,
            "builder": params.builder,
            "extents": params.extents,
            "others": [other.content_hash for other in others],
        },
        sort_keys=True,
    )
    if finished.take_back(snakemake.output[0], fingerprint):
        print("finished by an earlier attempt, which was ended afterwards", file=log)
        sys.exit()
    title = f"{wildcards.dataset} {wildcards.architecture} {wildcards.extent}"
    epochs = network_epochs(len(seeds), params.extents, protocol, parts)
    progress = TrainingProgress(log, epochs, title)
    checkpoints = Checkpoints(
        Path(params.checkpoints),
        fingerprint,
        config.get("checkpoint_minutes", 10),
        progress.say,
    )
    kept = KeptChoices(Path(config.get("results", "results"), "calibration/paths"), params.code)
    execution = choose_execution(recipe, builder, data, seeds, epochs, progress.say, kept=kept)
    metadata |= {"path": str(execution), "path_reason": execution.why}
    metadata["path_changes"] = progress.changes  # grows while models train
    records = train_block(
        recipe,
        builder,
        data,
        seeds,
        params.extents,
        protocol=protocol,
        parts_per_epoch=parts,
        progress=progress,
        checkpoints=checkpoints,
        execution=execution,
    )
    labels = {split: dataset.labels(split) for split in SPLITS}
    labels |= {other.name: other.labels("test") for other in others}
    write_block(snakemake.output[0], records, labels, metadata)
    finished.keep(snakemake.output[0], fingerprint)
    checkpoints.remove(seeds)
    progress.close()
