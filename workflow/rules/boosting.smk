"""Boost linear classifiers and record what every ensemble size predicts for every example."""


rule boost:
    input:
        facts=f"{DATASETS}/{{dataset}}/dataset.json",
        arrays=ancient(training_arrays),
    output:
        f"{PREDICTIONS}/{{dataset}}/{{architecture}}/extent-all/seeds-{{first}}-{{last}}.parquet",
    log:
        f"{LOGS}/boosting/{{dataset}}/{{architecture}}/seeds-{{first}}-{{last}}.log",
    wildcard_constraints:
        architecture=BOOSTED,
    conda:
        ENVIRONMENT
    threads: 1
    resources:
        mem_mb=boosting_memory,
        runtime=boosting_minutes,
    params:
        code=code_of("boost"),
        entry=boosting_entry,
    message:
        "Boosting {wildcards.architecture} on {wildcards.dataset}, "
        "seeds {wildcards.first} to {wildcards.last}"
    script:
        "../scripts/boost.py"
