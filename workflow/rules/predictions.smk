"""Take in predictions that were made elsewhere."""

from learning_order.jobs.import_predictions import ImportPredictions

IMPORT = Planned(ImportPredictions(CONFIG))


rule import_predictions:
    input:
        files=explained(IMPORT.files),
    output:
        PATHS.own_predictions("{collection}"),
    log:
        PATHS.log("predictions", "{collection}"),
    conda:
        ENVIRONMENT
    resources:
        mem_mb=IMPORT.memory,
        attempt=attempt,
    params:
        code=IMPORT.code,
        dataset=IMPORT.dataset,
        classes=IMPORT.classes,
    message:
        "Importing the predictions of {wildcards.collection}"
    script:
        "../scripts/import_predictions.py"
