"""Predictions made elsewhere serve the figures of the real workflow."""

import numpy as np
import pandas as pd
import pytest
from sklearn.datasets import load_digits
from sklearn.linear_model import SGDClassifier

from learning_order.scores import tp_agreement

pytestmark = pytest.mark.slow

EXTENTS = [1, 3]
OVERLAY = {
    "collections": {
        "sgd": {"predictions": "mine/sgd-*.parquet"},
        "csv": {"predictions": ["mine/all.csv"], "dataset": "digits", "architecture": "linear"},
        "npz": {"predictions": "mine/all.npz", "models": 2, "first_seed": 1, "extents": [3]},
    },
    "figures": {
        "mine": {"kind": "histograms", "collections": ["sgd", "csv"]},
        "maps": {"kind": "heatmaps", "collections": ["csv", "npz"]},
        "train-only": {
            "kind": "histograms",
            "collections": ["npz"],
            "options": {"splits": ["train"]},
        },
    },
}


@pytest.fixture(scope="module")
def own(workdir):
    """The predictions of linear classifiers on the test half, by scikit-learn alone."""
    bundle = load_digits()
    inputs, labels = bundle.data / 16, bundle.target
    tables = []
    for seed in range(4):
        classifier = SGDClassifier(random_state=seed)
        for epoch in range(1, max(EXTENTS) + 1):
            classifier.partial_fit(inputs[::2], labels[::2], classes=range(10))
            if epoch in EXTENTS:
                columns = {"label": labels[1::2], "prediction": classifier.predict(inputs[1::2])}
                tables.append(pd.DataFrame(columns).assign(seed=seed, extent=epoch, split="test"))
                tables[-1]["example"] = np.arange(len(tables[-1]))
    folder = workdir.path / "mine"
    folder.mkdir()
    table = pd.concat(tables)
    for seed, rows in table.groupby("seed"):
        rows.to_parquet(folder / f"sgd-{seed}.parquet")
    table.sample(frac=1, random_state=0).to_csv(folder / "all.csv", index=False)
    np.savez(folder / "all.npz", split=np.full(len(table), "test"),
             **{name: table[name] for name in table if name != "split"})  # fmt: skip
    return workdir, table


def test_every_form_is_scored_and_drawn_without_training(own):
    workdir, table = own
    planned = workdir.planned("mine", "maps", overlay=OVERLAY)
    assert planned["train"] == planned["prepare_dataset"] == 0
    workdir.snakemake("--", "mine", "maps", overlay=OVERLAY)
    results = workdir.path / "results/smoke"
    wide = table.query("extent == 3").pivot_table(
        index="seed", columns="example", values="prediction"
    )
    labels = table.drop_duplicates("example").sort_values("example")["label"].to_numpy()
    for name, seeds in (("sgd", range(4)), ("csv", range(4)), ("npz", [1, 2])):
        scored = pd.read_parquet(results / f"scores/{name}/examples.parquet")
        found = scored.query("extent == 3")["tp_agreement"].to_numpy()
        assert np.allclose(found, tp_agreement(wide.loc[seeds].to_numpy(int), labels))
    assert set(scored["extent"]) == {3}
    caption = (results / "figures/mine.txt").read_text()
    assert "a) sgd, own predictions: 4 models, predictions that were made elsewhere;" in caption
    assert "b) digits, linear: 4 models" in caption
    for figure in ("mine", "maps"):
        assert (results / f"figures/{figure}.png").exists()
    assert workdir.planned("mine", "maps", overlay=OVERLAY) == {}


def test_a_changed_file_is_imported_and_scored_again(own):
    workdir, table = own
    workdir.snakemake("--", "maps", overlay=OVERLAY)
    changed = table.assign(prediction=table["label"])
    changed.to_csv(workdir.path / "mine/all.csv", index=False)
    planned = workdir.planned("maps", overlay=OVERLAY)
    assert planned == {
        "import_predictions": 1,
        "score_collection": 1,
        "draw_figure": 1,
        "write_caption": 1,
    }
    table.to_csv(workdir.path / "mine/all.csv", index=False)


def test_what_is_wrong_is_said_before_anything_is_drawn(own):
    workdir, table = own

    def said(*arguments, **collection):
        overlay = {
            "collections": {"bad": collection},
            "figures": {"bad": {"kind": "histograms", "collections": ["bad"]}},
        }
        done = workdir.snakemake(*arguments, overlay=overlay, check=False)
        assert done.returncode != 0
        return done.stdout + done.stderr

    table.iloc[1:].to_parquet(workdir.path / "mine/short.parquet")
    short = said("--", "bad", predictions="mine/short.parquet")
    assert "mine/short.parquet: no prediction of seed 0 after extent 1 for test ex" in short
    table.assign(label="cat").to_csv(workdir.path / "mine/words.csv", index=False)
    words = said("--", "bad", predictions="mine/words.csv")
    assert "mine/words.csv, row 1: label 'cat'; expected a whole number from 0" in words
    assert "Traceback" not in short + words
    missing = said("--dry-run", "--", "bad", predictions="mine/none-*.parquet")
    assert "collections.bad.predictions: there is no file" in missing
    assert "mine/none-*.parquet" in missing
    assert "Traceback" not in missing
    assert "'architecture', 'models', 'extents' missing; or `predictions:`" in said(
        "--", "bad", dataset="digits"
    )


def test_further_examples_without_labels_and_files_named_twice(own):
    workdir, table = own
    noise = table.assign(split="noise", label=-1)
    noise.to_csv(workdir.path / "mine/noise.csv.gz", index=False)
    files = ["mine/all.csv", "mine/noise.csv.gz", "mine/*.csv"]
    overlay = {
        "collections": {"both": {"predictions": files}},
        "figures": {
            "both": {
                "kind": "histograms",
                "collections": ["both"],
                "options": {"splits": ["test", "noise"], "score": "agreement"},
            },
            "wrong": {
                "kind": "heatmaps",
                "collections": ["both"],
                "options": {"splits": ["noise"]},
            },
        },
    }
    (workdir.path / "mine/words.csv").unlink(missing_ok=True)
    workdir.snakemake("--", "both", overlay=overlay)
    drawn = pd.read_csv(workdir.path / "results/smoke/figures/both.csv")
    shares = drawn.pivot_table(index=["extent", "left"], columns="split", values="share")
    assert np.array_equal(shares["noise"], shares["test"]), "the Agreement needs no label"
    done = workdir.snakemake("--", "wrong", overlay=overlay, check=False)
    said = done.stdout + done.stderr
    assert "the noise examples of collection both have no labels" in said
    assert "Traceback" not in said


def test_a_split_that_is_not_there_is_explained(own):
    workdir, _ = own
    done = workdir.snakemake("--", "train-only", overlay=OVERLAY, check=False)
    assert done.returncode != 0
    said = done.stdout + done.stderr
    assert "collection npz has no split train, only test: change the option `splits`" in said
    assert "Traceback" not in said
