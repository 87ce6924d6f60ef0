"""Write the page of the documentation on what published predictions show."""

from learning_order.jobs.reproduction import Reproduction

REPRODUCTION = Reproduction(CONFIG)

if CONFIG.published:

    rule reproduction:
        input:
            claims=PATHS.claims("csv"),
            figures=REPRODUCTION.inputs("png"),
            captions=REPRODUCTION.inputs("txt"),
            index=REPRODUCTION.index(),
        output:
            page=PATHS.reproduction("reproduction.md"),
            summary=PATHS.reproduction("summary.md"),
            pictures=REPRODUCTION.pictures(),
        log:
            PATHS.log("reproduction"),
        localrule: True  # a second's work
        conda:
            ENVIRONMENT
        params:
            code=REPRODUCTION.code,
            limits=REPRODUCTION.limits(),
        message:
            "Writing the page on what is published"
        script:
            "../scripts/reproduction.py"
