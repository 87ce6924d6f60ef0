"""Texts in the real workflow: from a CSV file and word vectors to a figure."""

import json

import pandas as pd
import pytest

pytestmark = pytest.mark.slow

OVERLAY = {
    "datasets": {
        "posts": {
            "loader": "text-csv",
            "root": "data/miniatures/stack-overflow/stack-overflow-data.csv",
            "text_column": "post",
            "label_column": "tags",
            "test_examples": 20,
        }
    },
    "architectures": {
        "small-bilstm": {
            "inherits": "bilstm-attention",
            "options": {"hidden": 16, "dense": 8, "embedding": 10},
            "batch_size": 10,
        }
    },
    "collections": {
        "learned": {
            "dataset": "posts",
            "architecture": "small-bilstm",
            "models": 2,
            "extents": [0, 10],
        },
        "given": {"inherits": "learned", "dataset": "stack-overflow"},
    },
    "scale": {"extents": [0, 10]},
    "figures": {"texts": {"kind": "heatmaps", "collections": ["given", "learned"]}},
}


def test_texts_are_learned_with_given_and_with_learned_vectors(workdir):
    workdir.snakemake("--", "texts", overlay=OVERLAY)
    results = workdir.path / "results/smoke"
    assert (results / "figures/texts.png").stat().st_size > 10_000
    for collection in ("given", "learned"):
        summary = pd.read_parquet(results / f"scores/{collection}/summary.parquet")
        accuracy = summary.set_index(["split", "extent"])["accuracy"]
        assert accuracy["train", 10] > 0.6
        assert accuracy["test", 10] > 0.6 > accuracy["test", 0]
    facts = json.loads((results / "datasets/stack-overflow/dataset.json").read_text())
    assert facts["shape"] == [20]
    assert "no word vector for" in facts["origin"]
