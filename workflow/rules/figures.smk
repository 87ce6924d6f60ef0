"""Draw each figure from scores alone, with its data beside it and a caption of the facts."""

from learning_order.jobs.draw_figure import DrawFigure

DRAW = Planned(DrawFigure(CONFIG))


rule draw_figure:
    input:
        tables=explained(DRAW.tables),
        datasets=DRAW.datasets,
        references=DRAW.references,
    output:
        png=report(
            PATHS.figure("{figure}", "png"),
            caption="../report/figure.rst",
            category=DRAW.section,
            labels=DRAW.labels,
        ),
        pdf=PATHS.figure("{figure}", "pdf"),
        data=PATHS.figure("{figure}", "csv"),
    log:
        PATHS.log("figures", "{figure}"),
    conda:
        ENVIRONMENT
    resources:
        mem_mb=DRAW.memory,
        attempt=attempt,
    params:
        code=DRAW.code,
        entry=DRAW.entry,
        sources=DRAW.sources,
        remarks=DRAW.remarks,
    message:
        "Drawing {wildcards.figure}"
    script:
        "../scripts/draw_figure.py"


rule write_caption:
    input:
        tables=explained(DRAW.caption_tables),
        datasets=DRAW.caption_datasets,
    output:
        PATHS.figure("{figure}", "txt"),
    log:
        PATHS.log("captions", "{figure}"),
    localrule: True  # a second's work
    conda:
        ENVIRONMENT
    params:
        code=DRAW.caption_code,
        text=DRAW.caption,
        entry=DRAW.caption_entry,
        sources=DRAW.sources,
        remarks=DRAW.remarks,
    message:
        "Writing the caption of {wildcards.figure}"
    script:
        "../scripts/write_caption.py"
