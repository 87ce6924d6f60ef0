"""Train a block of models and record what each predicts for every example."""

from learning_order.jobs.train import Train

# The jobs of a cluster run elsewhere.
elsewhere = any(word.startswith(("--profile", "--executor", "-e")) for word in sys.argv)
TRAIN = Planned(Train(CONFIG, here=workflow.is_main_process and not elsewhere))


rule train:
    input:
        # The facts hold the content hash; the arrays only follow them.
        facts=PATHS.facts("{dataset}"),
        arrays=ancient(TRAIN.arrays),
        others=explained(TRAIN.other_facts),
        other_arrays=ancient(explained(TRAIN.other_arrays)),
    output:
        PATHS.block("{dataset}", "{architecture}", "{extent}", "{first}", "{last}"),
    log:
        PATHS.block_log("training", "{extent}"),
    benchmark:
        PATHS.block_benchmark("training", "{extent}")
    wildcard_constraints:
        architecture=TRAINED,
    conda:
        ENVIRONMENT
    threads: TRAIN.threads
    resources:
        mem_mb=TRAIN.memory,
        attempt=attempt,
        runtime=TRAIN.minutes,
        training_on_gpu=TRAIN.gpus,  # of this machine's, which some jobs share
        gpu=TRAIN.gpus_beside(workflow.resource_settings.overwrite_resources),
    params:
        code=TRAIN.code,
        recipe=TRAIN.recipe,
        builder=TRAIN.builder,
        extents=TRAIN.extents,
        parts_per_epoch=TRAIN.parts_per_epoch,
        checkpoints=PATHS.checkpoints("{dataset}", "{architecture}", "{extent}"),
    message:
        "Training {wildcards.architecture} on {wildcards.dataset}, extent {wildcards.extent}, "
        "seeds {wildcards.first} to {wildcards.last}"
    script:
        "../scripts/train.py"
