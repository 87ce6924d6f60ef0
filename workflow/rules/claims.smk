"""Hold what was measured against what the paper states."""


rule claims:
    input:
        tables=claims_tables,
    output:
        table=f"{RESULTS}/claims.csv",
        page=report(
            f"{RESULTS}/claims.html",
            caption="../report/claims.rst",
            category="Claims",
            labels={"page": "the paper's numbers, measured"},
        ),
    log:
        f"{LOGS}/claims.log",
    localrule: True  # a second's work
    conda:
        ENVIRONMENT
    params:
        code=code_of("claims"),
        claims=claims_entries,
    message:
        "Measuring the claims of the paper"
    script:
        "../scripts/claims.py"
