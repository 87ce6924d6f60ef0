"""Draw each figure from scores alone, with its data beside it and a caption of the facts."""


rule draw_figure:
    input:
        tables=figure_tables,
        datasets=figure_datasets,
    output:
        png=report(
            f"{FIGURES}/{{figure}}.png",
            caption="../report/figure.rst",
            category=figure_section,
            labels=figure_labels,
        ),
        pdf=f"{FIGURES}/{{figure}}.pdf",
        data=f"{FIGURES}/{{figure}}.csv",
    log:
        f"{LOGS}/figures/{{figure}}.log",
    conda:
        ENVIRONMENT
    resources:
        mem_mb=drawing_memory,
    params:
        code=figure_code,
        entry=figure_entry,
        sources=figure_sources,
        remarks=figure_remarks,
    message:
        "Drawing {wildcards.figure}"
    script:
        "../scripts/draw_figure.py"


rule write_caption:
    input:
        tables=caption_tables,
        datasets=caption_datasets,
    output:
        f"{FIGURES}/{{figure}}.txt",
    log:
        f"{LOGS}/captions/{{figure}}.log",
    localrule: True  # a second's work
    conda:
        ENVIRONMENT
    params:
        code=code_of("write_caption"),
        text=figure_caption,
        entry=caption_entry,
        sources=figure_sources,
        remarks=figure_remarks,
    message:
        "Writing the caption of {wildcards.figure}"
    script:
        "../scripts/write_caption.py"
