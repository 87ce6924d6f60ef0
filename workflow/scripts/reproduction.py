"""Write the page on what published predictions show, its summary, and its pictures, made small."""

from pathlib import Path

from PIL import Image

from learning_order.claims.reproduction import read, reproduction, summary
from learning_order.runtime.files import written_aside
from learning_order.runtime.job_log import job_log

WIDTH, COLOURS = 1000, 64

with job_log(snakemake.log[0]) as log:
    given, output = snakemake.input, snakemake.output
    table = read(given.claims, numbers=["measured", "low", "high", "raw", "p"])
    runs = read(given.index, numbers=["parts_per_epoch", "hours", "bytes"])
    figures = [(Path(path).stem, Path(path).read_text()) for path in given.captions]
    pages = {
        output.page: reproduction(table, figures, runs, snakemake.params.limits),
        output.summary: summary(table),
    }
    for path, text in pages.items():
        with written_aside(path) as aside:
            aside.write_text(text.rstrip() + "\n")
    for source, target in zip(given.figures, output.pictures, strict=True):
        with Image.open(source) as image, written_aside(target) as aside:
            image.thumbnail((WIDTH, 4 * WIDTH))
            image.convert("RGB").quantize(COLOURS).save(aside, optimize=True)
    print(summary(table), file=log)
