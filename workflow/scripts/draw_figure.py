"""Draw one figure from its scores or datasets, and write what was drawn as CSV beside it."""

from learning_order.figures import load_kind, style
from learning_order.figures.sources import read_sources
from learning_order.runtime.files import written_aside
from learning_order.runtime.job_log import job_log
from learning_order.runtime.spreadsheets import write_csv

with job_log(snakemake.log[0], snakemake.resources.attempt):
    entry, given = snakemake.params.entry, snakemake.input
    kind = load_kind(entry["kind"])
    options = {**kind.OPTIONS, **entry["options"]}
    sources = read_sources(
        entry, snakemake.params.sources, given.tables, given.datasets, given.references
    )
    data = kind.tabulate(sources, options)
    with written_aside(snakemake.output.data) as aside:
        write_csv(data, aside)
    stem = snakemake.output.png.removesuffix(".png")
    style.save(kind.draw(data, options), stem, remarks=snakemake.params.remarks)
