"""Write the caption of one figure: the facts of what was drawn, then the configured text."""

from figure_sources import read_sources

from learning_order.figures.captions import caption
from learning_order.files import written_aside
from learning_order.job import job_log

with job_log(snakemake.log[0]):
    entry = {**snakemake.params.entry, "caption": snakemake.params.text}
    with written_aside(snakemake.output[0]) as aside:
        text = caption(entry, read_sources(snakemake), snakemake.params.remarks)
        aside.write_text(text + "\n")
