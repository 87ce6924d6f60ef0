"""Draw each figure from scores alone, with its data beside it and a caption of the facts."""

from learning_order.figures import KINDS

TABLES = ("summary", "examples", "accessibility", "null")


def figure_tables(wildcards):
    collections = CONFIG.figures[wildcards.figure].get("collections", [])
    return [f"{SCORES}/{name}/{table}.parquet" for name in collections for table in TABLES]


def figure_datasets(wildcards):
    datasets = CONFIG.figures[wildcards.figure].get("datasets", [])
    return [f"{DATASETS}/{name}/dataset.json" for name in datasets]


def figure_code(wildcards):
    return code_of(KINDS[CONFIG.figures[wildcards.figure]["kind"]].module)


def figure_entry(wildcards):
    """All of the figure's entry but the caption, which is not drawn."""
    entry = CONFIG.figures[wildcards.figure]
    return {key: value for key, value in entry.items() if key != "caption"}


def figure_sources(wildcards):
    """What the drawn collections are views of."""
    keys = ("dataset", "architecture", "protocol")
    return {
        name: {key: CONFIG.collections[name][key] for key in keys}
        for name in CONFIG.figures[wildcards.figure].get("collections", [])
    }


def figure_caption(wildcards):
    return CONFIG.figures[wildcards.figure]["caption"]


rule draw_figure:
    input:
        tables=figure_tables,
        datasets=figure_datasets,
        code=figure_code,
    output:
        png=report(f"{FIGURES}/{{figure}}.png", caption="../report/figure.rst", category="Figures"),
        pdf=f"{FIGURES}/{{figure}}.pdf",
        data=f"{FIGURES}/{{figure}}.csv",
    log:
        f"{LOGS}/figures/{{figure}}.log",
    conda:
        ENVIRONMENT
    params:
        entry=figure_entry,
        sources=figure_sources,
    message:
        "Drawing {wildcards.figure}"
    script:
        "../scripts/draw_figure.py"


rule write_caption:
    input:
        tables=figure_tables,
        datasets=figure_datasets,
        code=code_of("learning_order.figures.captions"),
    output:
        f"{FIGURES}/{{figure}}.txt",
    log:
        f"{LOGS}/captions/{{figure}}.log",
    conda:
        ENVIRONMENT
    params:
        text=figure_caption,
        entry=figure_entry,
        sources=figure_sources,
    message:
        "Writing the caption of {wildcards.figure}"
    script:
        "../scripts/write_caption.py"
