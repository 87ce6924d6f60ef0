"""Train a block of models and record what each predicts for every example."""


rule train:
    input:
        # The facts hold the content hash; the arrays only follow them.
        facts=f"{DATASETS}/{{dataset}}/dataset.json",
        arrays=ancient(training_arrays),
        others=out_of_sample_facts,
        other_arrays=ancient(out_of_sample_arrays),
    output:
        f"{PREDICTIONS}/{{dataset}}/{{architecture}}/extent-{{extent}}/seeds-{{first}}-{{last}}.parquet",
    log:
        f"{LOGS}/training/{{dataset}}/{{architecture}}/extent-{{extent}}/seeds-{{first}}-{{last}}.log",
    wildcard_constraints:
        architecture=TRAINED,
    conda:
        ENVIRONMENT
    threads: training_threads
    resources:
        mem_mb=training_memory,
        runtime=training_minutes,
        training_on_gpu=0 if CONFIG.device == "cpu" else 1,
    params:
        code=training_code,
        recipe=recipe_of,
        builder=builder_of,
        extents=recorded_extents,
        checkpoints=f"{CHECKPOINTS}/{{dataset}}/{{architecture}}/extent-{{extent}}",
    message:
        "Training {wildcards.architecture} on {wildcards.dataset}, extent {wildcards.extent}, "
        "seeds {wildcards.first} to {wildcards.last}"
    script:
        "../scripts/train.py"
