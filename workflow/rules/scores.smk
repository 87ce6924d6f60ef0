"""Score each collection: tables per example, per model, and per extent and split."""


def collection_predictions(wildcards):
    return predictions_of(wildcards.collection)


def collection_seeds(wildcards):
    return list(seeds_of(wildcards.collection))


def collection_extents(wildcards):
    return CONFIG.collections[wildcards.collection]["extents"]


rule score_collection:
    input:
        predictions=collection_predictions,
        code=code_of("learning_order.tables", "learning_order.predictions"),
    output:
        summary=f"{SCORES}/{{collection}}/summary.parquet",
        examples=f"{SCORES}/{{collection}}/examples.parquet",
        accessibility=f"{SCORES}/{{collection}}/accessibility.parquet",
        models=f"{SCORES}/{{collection}}/models.parquet",
        null=f"{SCORES}/{{collection}}/null.parquet",
    log:
        f"{LOGS}/scores/{{collection}}.log",
    conda:
        ENVIRONMENT
    params:
        seeds=collection_seeds,
        extents=collection_extents,
    message:
        "Scoring {wildcards.collection}"
    script:
        "../scripts/score_collection.py"
