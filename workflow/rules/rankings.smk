"""Rank the examples of a collection, or of several of one dataset."""

from learning_order.jobs.rank_collection import RankCollection

RANK = RankCollection(CONFIG)


rule rank_collection:
    input:
        predictions=RANK.predictions,
        tables=RANK.tables,
        dataset=RANK.dataset,
    output:
        parquet=PATHS.ranking("{ranking}", "parquet"),
        csv=PATHS.ranking("{ranking}", "csv"),
    log:
        PATHS.log("ranking", "{ranking}"),
    conda:
        ENVIRONMENT
    resources:
        mem_mb=RANK.memory,
    params:
        code=RANK.code,
        members=RANK.members,
    message:
        "Ranking the examples of {wildcards.ranking}"
    script:
        "../scripts/rank_collection.py"


for name in RANK.names:
    for product, files in RANK.products(name).items():

        rule:
            name:
                f"{name}-{product}"
            input:
                files,
