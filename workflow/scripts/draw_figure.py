"""Draw one figure from its scores or datasets, and write what was drawn as CSV beside it."""

from figure_sources import read_sources

from learning_order.figures import load_kind, style
from learning_order.files import written_aside
from learning_order.job import job_log

with job_log(snakemake.log[0]):
    entry = snakemake.params.entry
    kind = load_kind(entry["kind"])
    options = {**kind.OPTIONS, **entry["options"]}
    data = kind.tabulate(read_sources(snakemake), options)
    with written_aside(snakemake.output.data) as aside:
        data.to_csv(aside, index=False)
    stem = snakemake.output.png.removesuffix(".png")
    style.save(kind.draw(data, options), stem, remarks=snakemake.params.remarks)
