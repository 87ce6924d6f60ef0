"""Boost linear classifiers and record what every ensemble size predicts for every example."""

from learning_order.jobs.boost import Boost

BOOST = Planned(Boost(CONFIG))


rule boost:
    input:
        facts=PATHS.facts("{dataset}"),
        arrays=ancient(BOOST.arrays),
    output:
        PATHS.block("{dataset}", "{architecture}", "all", "{first}", "{last}"),
    log:
        PATHS.block_log("boosting"),
    benchmark:
        PATHS.block_benchmark("boosting", "all")
    wildcard_constraints:
        architecture=BOOSTED,
    conda:
        ENVIRONMENT
    threads: 1
    resources:
        mem_mb=BOOST.memory,
        attempt=attempt,
        runtime=BOOST.minutes,
    params:
        code=BOOST.code,
        entry=BOOST.entry,
    message:
        "Boosting {wildcards.architecture} on {wildcards.dataset}, "
        "seeds {wildcards.first} to {wildcards.last}"
    script:
        "../scripts/boost.py"
