"""Score each collection: tables per example, per model, and per extent and split."""

from learning_order.jobs.score_collection import ScoreCollection

SCORE = Planned(ScoreCollection(CONFIG))


rule score_collection:
    input:
        predictions=explained(SCORE.predictions),
    output:
        **SCORE.tables(),
    log:
        PATHS.log("scores", "{collection}"),
    benchmark:
        PATHS.benchmark("scores", "{collection}")
    conda:
        ENVIRONMENT
    resources:
        mem_mb=SCORE.memory,
        attempt=attempt,
        runtime=SCORE.minutes,
    params:
        code=SCORE.code,
        seeds=SCORE.seeds,
        extents=SCORE.extents,
        made_of=SCORE.made_of,
        facts=SCORE.facts,
    message:
        "Scoring {wildcards.collection}"
    script:
        "../scripts/score_collection.py"
