"""Write the page of a ranking: one HTML file that opens anywhere."""

from pathlib import Path

import pandas as pd

from learning_order.datasets import prepared
from learning_order.datasets.split_pictures import split_pictures
from learning_order.ranking.page import page
from learning_order.ranking.page_data import ValuePlots, showable, text_of
from learning_order.ranking.table import scan_members
from learning_order.runtime.files import written_aside
from learning_order.runtime.job_log import job_log


def shown_of(dataset: prepared.Prepared) -> dict:
    """What the page shows of each example: pictures, or texts."""
    if len(dataset.shape) == 1:
        words = dataset.extras().get("vocabulary")
        if words is None:
            return {}
        splits = {split: dataset.inputs(split) for split in prepared.SPLITS}
        return {
            "texts": {
                split: [text_of(tokens, words) for tokens in inputs]
                for split, inputs in splits.items()
            }
        }
    pictures = split_pictures(dataset)
    plots = (
        {}
        if dataset.streamed
        else {split: ValuePlots(dataset.inputs(split)) for split in prepared.SPLITS}
    )
    return {"pictures": pictures or plots}


with job_log(snakemake.log[0]) as log:
    table = pd.read_parquet(snakemake.input.ranking)
    classes, shown = (), {}
    if snakemake.input.dataset:
        dataset = prepared.read(Path(snakemake.input.dataset[0]).parent)
        classes, shown = dataset.classes, shown_of(dataset)
    table, left_out = showable(table, next(iter(shown.values()), {}))
    members = scan_members(snakemake.params.members)
    remarks = [*snakemake.params.remarks, *left_out]
    text = page(snakemake.wildcards.ranking, table, members, classes, remarks=remarks, **shown)
    with written_aside(snakemake.output[0]) as aside:
        aside.write_text(text)
    print(f"{len(text) / 1e6:.1f} MB", file=log)
