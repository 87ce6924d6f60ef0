"""Join each reference to the examples of a dataset, as far as its file is there or can be had."""

from learning_order.jobs.join_reference import JoinReference

JOIN = Planned(JoinReference(CONFIG))


rule join_reference:
    input:
        facts=PATHS.facts("{dataset}"),
        arrays=explained(JOIN.arrays),
        file=JOIN.file,
    output:
        PATHS.reference("{reference}", "{dataset}"),
    log:
        PATHS.log("references", "{reference}", "{dataset}"),
    conda:
        ENVIRONMENT
    resources:
        mem_mb=JOIN.memory,
    params:
        code=JOIN.code,
        entry=JOIN.entry,
    message:
        "Joining {wildcards.reference} to {wildcards.dataset}"
    script:
        "../scripts/join_reference.py"
