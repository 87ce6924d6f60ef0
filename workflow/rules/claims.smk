"""Hold what was measured against what the paper states."""

from learning_order.jobs.claims import Claims

CLAIMS = Claims(CONFIG, requested_targets)


rule claims:
    input:
        tables=CLAIMS.tables,
        references=CLAIMS.references,
    output:
        table=PATHS.claims("csv"),
        page=report(
            PATHS.claims("html"),
            caption="../report/claims.rst",
            category="Claims",
            labels={"page": "the paper's numbers, measured"},
        ),
    log:
        PATHS.log("claims"),
    localrule: True  # a second's work
    conda:
        ENVIRONMENT
    params:
        code=CLAIMS.code,
        claims=CLAIMS.entries,
    message:
        "Measuring the claims of the paper"
    script:
        "../scripts/claims.py"
