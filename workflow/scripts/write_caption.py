"""Write the caption of one figure: the facts of what was drawn, then the configured text."""

from learning_order.figures.captions import caption
from learning_order.figures.sources import read_sources
from learning_order.runtime.files import written_aside
from learning_order.runtime.job_log import job_log

with job_log(snakemake.log[0]):
    entry, given = {**snakemake.params.entry, "caption": snakemake.params.text}, snakemake.input
    sources = read_sources(entry, snakemake.params.sources, given.tables, given.datasets)
    with written_aside(snakemake.output[0]) as aside:
        text = caption(entry, sources, snakemake.params.remarks)
        aside.write_text(text + "\n")
