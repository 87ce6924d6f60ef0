"""Boosting in the real workflow."""

import pandas as pd
import pytest
from sklearn.ensemble import AdaBoostClassifier
from sklearn.linear_model import Perceptron
from support.workdir import publish

from learning_order.datasets import prepared
from learning_order.predictions.reading import read_metadata

pytestmark = pytest.mark.slow

OVERLAY = {
    "scale": {"models": 2, "extents": [0, 1, 6]},
    "boosting": {"boosted": {"rounds": 8}},
    "collections": {
        "boosted": {"dataset": "digits", "architecture": "boosted", "models": 2, "extents": [1]}
    },
    "figures": {"boosted": {"kind": "heatmaps", "collections": ["boosted"]}},
}


def test_ensembles_are_boosted_scored_and_drawn(workdir):
    assert workdir.planned("boosted", overlay=OVERLAY)["train"] == 0
    workdir.snakemake("--", "boosted", overlay=OVERLAY)
    results = workdir.path / "results/smoke"
    path = results / "predictions/digits/boosted/extent-all/seeds-0-1.parquet"
    rows = pd.read_parquet(path)
    assert sorted(rows["extent"].unique()) == list(range(1, 9)), "every size is in the file"
    metadata = read_metadata(path)
    assert metadata["ended"]["1"] == {"weak_classifiers": 8, "stopped": None}
    assert metadata["recipe"] == {"rounds": 8, "passes": 1}

    digits = prepared.read(results / "datasets/digits")
    inputs, test = (digits.normalised(split).reshape(-1, 64) for split in ("train", "test"))
    theirs = AdaBoostClassifier(
        Perceptron(max_iter=1, tol=None), n_estimators=8, random_state=1
    ).fit(inputs, digits.labels("train"))
    ours = rows.query("seed == 1 and split == 'test' and extent == 8")["prediction"]
    assert (theirs.predict(test) == ours.to_numpy()).all()

    summary = pd.read_parquet(results / "scores/boosted/summary.parquet")
    assert sorted(summary["extent"].unique()) == [1, 6], "a scale has no ensemble of none"
    assert (results / "figures/boosted.png").exists()
    log = results / "logs/boosting/digits/boosted/seeds-0-1.log"
    assert "8/8: weighted error" in log.read_text()
    publish("results/smoke", cwd=workdir.path)
    published = pd.read_csv(workdir.path / "published/runs.csv").set_index("architecture")
    assert published.loc["boosted", "hours"] >= 0
    assert workdir.planned("boosted", overlay=OVERLAY) == {}


def test_extents_that_are_no_sizes_stop_before_any_job(workdir):
    overlay = {**OVERLAY, "scale": {"extents": [1, 9]}, "boosting": {"boosted": {"rounds": 8}}}
    overlay["collections"] = {"boosted": {**OVERLAY["collections"]["boosted"], "extents": [0, 9]}}
    done = workdir.snakemake("--", "boosted", overlay=overlay, check=False)
    assert done.returncode != 0
    said = done.stdout + done.stderr
    assert "0 is not a size of 'boosted', which has 1 to 8 weak classifiers" in said
    assert "9 is not a size of 'boosted'" in said
