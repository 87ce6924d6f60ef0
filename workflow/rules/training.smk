"""Train a block of models and record what each predicts for every example."""

from learning_order.config import recipe_entry
from learning_order.networks import NETWORKS


def recipe_of(wildcards):
    return recipe_entry(CONFIG.architectures[wildcards.architecture])


def training_code(wildcards):
    network = NETWORKS[CONFIG.architectures[wildcards.architecture]["network"]]
    return code_of("learning_order.training.trainer", network.partition(":")[0])


def recorded_extents(wildcards):
    """The extents that one job records: its own, or all that any snapshots collection asks for."""
    if wildcards.extent != "all":
        return [int(wildcards.extent)]
    return sorted(
        {
            extent
            for entry in CONFIG.collections.values()
            if entry["protocol"] == "snapshots"
            and entry["dataset"] == wildcards.dataset
            and entry["architecture"] == wildcards.architecture
            for extent in entry["extents"]
        }
    )


rule train:
    input:
        # The facts hold the content hash; the arrays only follow them.
        facts=f"{DATASETS}/{{dataset}}/dataset.json",
        arrays=ancient(
            [
                f"{DATASETS}/{{dataset}}/train.npy",
                f"{DATASETS}/{{dataset}}/test.npy",
                f"{DATASETS}/{{dataset}}/examples.parquet",
            ]
        ),
        code=training_code,
    output:
        f"{PREDICTIONS}/{{dataset}}/{{architecture}}/extent-{{extent}}/seeds-{{first}}-{{last}}.parquet",
    log:
        f"{LOGS}/training/{{dataset}}/{{architecture}}/extent-{{extent}}/seeds-{{first}}-{{last}}.log",
    conda:
        ENVIRONMENT
    threads: 1
    params:
        recipe=recipe_of,
        extents=recorded_extents,
    message:
        "Training {wildcards.architecture} on {wildcards.dataset}, extent {wildcards.extent}, "
        "seeds {wildcards.first} to {wildcards.last}"
    script:
        "../scripts/train.py"
