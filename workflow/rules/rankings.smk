"""Rank the examples of a collection, or of several of one dataset."""

from learning_order.jobs.rank_collection import EXPORTS, RankCollection

RANK = Planned(RankCollection(CONFIG))


rule rank_collection:
    input:
        predictions=explained(RANK.predictions),
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


for program, files in EXPORTS.items():

    rule:
        name:
            f"export_{program}"
        input:
            ranking=PATHS.ranking("{ranking}", "parquet"),
            predictions=explained(RANK.predictions),
            dataset=RANK.dataset if program == "cleanlab" else RANK.shown,
        output:
            [PATHS.export("{ranking}", program, file) for file in files],
        log:
            PATHS.log("exports", f"{{ranking}}-{program}"),
        conda:
            ENVIRONMENT
        resources:
            mem_mb=RANK.memory,
        params:
            code=RANK.export_code,
            members=RANK.members,
            root=RANK.root,
            program=program,
        message:
            f"Exporting {{wildcards.ranking}} for {program}"
        script:
            "../scripts/export_ranking.py"


rule draw_page:
    input:
        ranking=PATHS.ranking("{ranking}", "parquet"),
        predictions=explained(RANK.predictions),
        dataset=RANK.shown,
    output:
        report(
            PATHS.ranking("{ranking}", "html"),
            caption="../report/ranking.rst",
            category="Examples",
            labels={"page": "{ranking}"},
        ),
    log:
        PATHS.log("pages", "{ranking}"),
    conda:
        ENVIRONMENT
    resources:
        mem_mb=RANK.memory,
    params:
        code=RANK.page_code,
        members=RANK.members,
        remarks=RANK.remarks,
    message:
        "Drawing the page of {wildcards.ranking}"
    script:
        "../scripts/draw_page.py"


# Only those of this call: each collection has five, and every rule costs time to plan.
for target, files in RANK.asked(sys.argv).items():

    rule:
        name:
            target
        input:
            files,
