"""Hold what was measured against what the paper states."""

from learning_order.jobs.claims import Claims

CLAIMS = Planned(Claims(CONFIG, requested_targets, layers))


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
            labels={"page": "what the paper states, measured"},
        ),
    log:
        PATHS.log("claims"),
    localrule: True  # a second's work
    conda:
        ENVIRONMENT
    params:
        code=CLAIMS.code,
        claims=CLAIMS.entries,
        full=CLAIMS.full_scale,
    message:
        "Measuring the claims of the paper"
    script:
        "../scripts/claims.py"
