"""Load each dataset once, check it, and store it the way training wants it."""

from learning_order.jobs.prepare_dataset import PrepareDataset

PREPARE = Planned(PrepareDataset(CONFIG))


rule prepare_dataset:
    input:
        # None to wait for; of one figure among many, only its own job says what is missing.
        explained(
            lambda wildcards: (
                PREPARE.known(wildcards)
                if TARGETS.are_many(requested_targets())
                else PREPARE.there(wildcards)
            )
        ),
    output:
        examples=PATHS.array("{dataset}", "examples.parquet"),
        train=PATHS.array("{dataset}", "train.npy"),
        test=PATHS.array("{dataset}", "test.npy"),
        extras=PATHS.array("{dataset}", "extras.npz"),
        facts=PATHS.facts("{dataset}"),
    log:
        PATHS.log("datasets", "{dataset}"),
    conda:
        ENVIRONMENT
    threads: PREPARE.threads
    resources:
        mem_mb=PREPARE.memory,
        runtime=PREPARE.minutes,
    params:
        code=PREPARE.code,
        entry=PREPARE.entry,
        root=PREPARE.root,
        listing=explained(PREPARE.listing),
    message:
        "Preparing dataset {wildcards.dataset}"
    script:
        "../scripts/prepare_dataset.py"
