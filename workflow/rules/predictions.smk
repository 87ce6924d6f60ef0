"""Take in predictions that were made elsewhere."""


rule import_predictions:
    input:
        files=own_files,
    output:
        f"{PREDICTIONS}/own/{{collection}}.parquet",
    log:
        f"{LOGS}/predictions/{{collection}}.log",
    conda:
        ENVIRONMENT
    resources:
        mem_mb=importing_memory,
    params:
        code=code_of("import_predictions"),
    message:
        "Importing the predictions of {wildcards.collection}"
    script:
        "../scripts/import_predictions.py"
