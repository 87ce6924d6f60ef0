"""Load each dataset once, check it, and store it the way training wants it."""


rule prepare_dataset:
    output:
        examples=f"{DATASETS}/{{dataset}}/examples.parquet",
        train=f"{DATASETS}/{{dataset}}/train.npy",
        test=f"{DATASETS}/{{dataset}}/test.npy",
        extras=f"{DATASETS}/{{dataset}}/extras.npz",
        facts=f"{DATASETS}/{{dataset}}/dataset.json",
    log:
        f"{LOGS}/datasets/{{dataset}}.log",
    conda:
        ENVIRONMENT
    threads: preparation_threads
    resources:
        mem_mb=preparation_memory,
        runtime=preparation_minutes,
    params:
        code=dataset_code,
        entry=dataset_entry,
    message:
        "Preparing dataset {wildcards.dataset}"
    script:
        "../scripts/prepare_dataset.py"
