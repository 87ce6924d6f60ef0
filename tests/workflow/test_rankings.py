"""A ranking, its page and its exports as targets of the real workflow."""

import numpy as np
import pandas as pd
import pytest

from learning_order.predictions.recorder import Recorder

pytestmark = pytest.mark.slow

NAMES = "digits-net-ranking", "digits-net-page", "both-page", "mine-cleanlab", "both-huggingface"
SNAPSHOTS = {"extents": [0, 1], "protocol": "snapshots", "models": 2}
OVERLAY = {
    "datasets": {"planted": {"loader": "digits", "label_noise": {"share": 0.1}}},
    "collections": {
        "digits-net": {"dataset": "planted", "architecture": "small-st-vgg", **SNAPSHOTS},
        "digits-dense": {"dataset": "planted", "architecture": "fully-connected", **SNAPSHOTS},
        "mine": {"predictions": "mine/*.parquet", "dataset": "elsewhere"},
    },
    "rankings": {"both": ["digits-net", "digits-dense"]},
}


@pytest.fixture(scope="module")
def ranked(workdir):
    rng = np.random.default_rng(0)
    for seed in range(2):
        with Recorder(workdir.path / f"mine/{seed}.parquet", seed=seed) as recorder:
            for extent in (1, 2):
                recorder.add(
                    extent=extent,
                    split="test",
                    examples=np.arange(30),
                    labels=np.arange(30) % 3,
                    logits=rng.normal(size=(30, 3)),
                )
    workdir.snakemake("--", *NAMES, overlay=OVERLAY)
    return workdir.path / "results/smoke/ranking"


def test_products_are_where_they_should_be(ranked):
    for name in ("digits-net.csv", "digits-net.html", "both.html", "mine/cleanlab/labels.csv"):
        assert (ranked / name).stat().st_size > 0
    images = pd.read_csv(ranked / "both/huggingface/ranking.csv")["file_name"]
    assert all((ranked / "both/huggingface" / name).exists() for name in images)


def test_tables_hold_the_planted_truth_and_pooled_collections(ranked, workdir):
    table = pd.read_parquet(ranked / "both.parquet")
    wrong = table["label"] != table["true_label"]
    assert wrong.sum() == round(0.1 * (table["split"] == "train").sum())
    assert {"accessibility_digits-net", "accessibility_digits-dense"} <= set(table)
    scored = pd.read_parquet(workdir.path / "results/smoke/scores/digits-net/accessibility.parquet")
    both = table.merge(scored, on=["split", "example"], suffixes=("_pooled", ""))
    assert np.allclose(both["accessibility_digits-net"], both["accessibility"])


def test_nothing_is_left_to_do(ranked, workdir):
    assert workdir.planned(*NAMES, overlay=OVERLAY) == {}


def test_a_changed_page_reruns_no_ranking(ranked, workdir):
    (ranked / "both.html").unlink()
    assert workdir.planned("both-page", overlay=OVERLAY) == {"draw_page": 1}
