"""Score each collection: tables per example, per model, and per extent and split."""


rule score_collection:
    input:
        predictions=collection_predictions,
    output:
        summary=f"{SCORES}/{{collection}}/summary.parquet",
        examples=f"{SCORES}/{{collection}}/examples.parquet",
        accessibility=f"{SCORES}/{{collection}}/accessibility.parquet",
        models=f"{SCORES}/{{collection}}/models.parquet",
        null=f"{SCORES}/{{collection}}/null.parquet",
        correct=f"{SCORES}/{{collection}}/correct.parquet",
        reliability=f"{SCORES}/{{collection}}/reliability.parquet",
    log:
        f"{LOGS}/scores/{{collection}}.log",
    conda:
        ENVIRONMENT
    resources:
        mem_mb=scoring_memory,
        runtime=scoring_minutes,
    params:
        code=code_of("score_collection"),
        seeds=collection_seeds,
        extents=collection_extents,
    message:
        "Scoring {wildcards.collection}"
    script:
        "../scripts/score_collection.py"
