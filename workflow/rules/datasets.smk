"""Load each dataset once, check it, and store it the way training wants it."""

from learning_order.datasets import LOADERS


def dataset_entry(wildcards):
    return CONFIG.datasets[wildcards.dataset]


def dataset_code(wildcards):
    loader = LOADERS[CONFIG.datasets[wildcards.dataset]["loader"]].partition(":")[0]
    return code_of("learning_order.datasets", "learning_order.datasets.prepared", loader)


rule prepare_dataset:
    input:
        code=dataset_code,
    output:
        examples=f"{DATASETS}/{{dataset}}/examples.parquet",
        train=f"{DATASETS}/{{dataset}}/train.npy",
        test=f"{DATASETS}/{{dataset}}/test.npy",
        facts=f"{DATASETS}/{{dataset}}/dataset.json",
    log:
        f"{LOGS}/datasets/{{dataset}}.log",
    conda:
        ENVIRONMENT
    params:
        entry=dataset_entry,
    message:
        "Preparing dataset {wildcards.dataset}"
    script:
        "../scripts/prepare_dataset.py"
