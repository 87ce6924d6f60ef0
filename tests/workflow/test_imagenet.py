"""A network on streamed images in the real workflow, with sets without labels."""

import json

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest

pytestmark = pytest.mark.slow

OVERLAY = {
    "workers": 1,
    "scale": {"models": 2, "extents": [1], "limit": {"train": 40, "test": 20}},
    "datasets": {"imagenet": {"out_of_sample": ["noise-224", "indoor-scenes"]}},
    "architectures": {
        "mobile": {
            "network": "torchvision:mobilenet_v3_small",
            "optimizer": {"name": "sgd", "momentum": 0.9},
            "learning_rate": 0.05,
            "batch_size": 16,
            "augmentation": {"flip": True, "resized_crop": True},
            "epochs": 1,
        }
    },
    "collections": {
        "mobile": {"dataset": "imagenet", "architecture": "mobile", "models": 2, "extents": [1]}
    },
    "figures": {"mobile": {"kind": "histograms", "collections": ["mobile"]}},
}

BLOCK = "predictions/imagenet/mobile/extent-1/seeds-0-1.parquet"
LOG = "logs/training/imagenet/mobile/extent-1/seeds-0-1.log"

SETS = {"imagenet": "file", "indoor-scenes": "file", "noise-224": "uint8"}


@pytest.fixture(scope="module")
def trained(workdir):
    """The working directory after two networks were trained, with one worker process."""
    workdir.snakemake("--", "mobile", overlay=OVERLAY)
    return workdir


def test_predictions_have_the_sets_without_labels(trained):
    path = trained.path / "results/smoke" / BLOCK
    rows = pd.read_parquet(path)
    counts = rows.groupby(["seed", "split"], observed=True).size()
    wanted = {"test": 20, "train": 40, "indoor-scenes": 20, "noise-224": 20}
    assert counts.to_dict() == {(seed, name): n for seed in (0, 1) for name, n in wanted.items()}
    further = rows["split"].isin(["indoor-scenes", "noise-224"])
    assert (rows.loc[further, "label"] == -1).all()
    assert not rows.loc[further, "correct"].any()
    assert rows.loc[~further, "label"].between(0, 9).all()
    assert rows["prediction"].between(0, 9).all()
    models = json.loads(pq.read_metadata(path).metadata[b"learning_order"])["models"]
    assert [set(model["accuracy"]) for model in models] == [{"train", "test"}] * 2


def test_prepared_images_stay_in_their_files(trained):
    datasets = trained.path / "results/smoke/datasets"
    facts = {name: json.loads((datasets / name / "dataset.json").read_text()) for name in SETS}
    assert {name: found["dtype"] for name, found in facts.items()} == SETS
    assert all(found["shape"] == [64, 64, 3] for found in facts.values())
    lengths = np.load(datasets / "imagenet/train.npy")
    sources = pd.read_parquet(datasets / "imagenet/examples.parquet").query("split == 'train'")
    place = trained.path / "data/miniatures/imagenet"
    assert lengths.tolist() == [(place / path).stat().st_size for path in sources["source"]]


def test_scores_and_the_figure_are_there(trained):
    results = trained.path / "results/smoke"
    assert (results / "figures/mobile.png").stat().st_size > 0
    summary = pd.read_parquet(results / "scores/mobile/summary.parquet")
    assert {"train", "test"} <= set(summary["split"])


def test_workers_change_nothing_and_rerun_nothing(trained):
    before = (trained.path / "results/smoke" / BLOCK).read_bytes()
    alone = {**OVERLAY, "workers": 0}
    assert trained.planned("mobile", overlay=alone) == {}
    results = "results/alone"
    trained.snakemake("--", f"{results}/{BLOCK}", overlay={**alone, "results": results})
    assert (trained.path / results / BLOCK).read_bytes() == before


def test_another_set_without_labels_trains_again_and_prepares_only_itself(trained):
    datasets = {"imagenet": {"out_of_sample": ["noise-224", "indoor-scenes", "stylegan"]}}
    planned = trained.planned("mobile", overlay={**OVERLAY, "datasets": datasets})
    assert planned["prepare_dataset"] == 1
    assert planned["train"] == 1


def test_an_image_that_is_damaged_after_it_was_prepared_is_named_in_the_log(trained):
    images = trained.path / "data/miniatures/imagenet"
    sources = pd.read_parquet(trained.path / "results/smoke/datasets/imagenet/examples.parquet")
    path = images / sources.query("split == 'train'")["source"].iloc[7]
    content = path.read_bytes()
    path.write_bytes(content[: len(content) // 2])
    target = f"results/smoke/{BLOCK}"
    done = trained.snakemake("--force", "--", target, overlay=OVERLAY, check=False)
    path.write_bytes(content)
    assert done.returncode != 0
    log = (trained.path / "results/smoke" / LOG).read_text()
    assert f"{path.name}: not a readable image (image file is truncated" in log
    assert "Traceback" not in log
