"""Train a block of models and record what each predicts for every example."""


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
