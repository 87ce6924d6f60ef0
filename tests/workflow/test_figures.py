"""The real workflow at smoke scale: every figure, and what runs again after a change."""

import json
import shutil

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest
import yaml
from PIL import Image
from support.workdir import ROOT

from learning_order.predictions.reading import read_metadata
from learning_order.scores import tp_agreement

pytestmark = pytest.mark.slow

CONFIG = yaml.safe_load((ROOT / "config.yaml").read_text())
FIGURES, TARGETS = sorted(CONFIG["figures"]), sorted(CONFIG["targets"])


@pytest.mark.parametrize("figure", FIGURES)
def test_every_figure_is_there_with_its_data_and_caption(complete, figure):
    stem = complete.path / "results/smoke/figures" / figure
    with Image.open(stem.with_suffix(".png")) as image:
        assert min(image.size) > 300
        assert np.asarray(image.convert("L")).std() > 5
    assert stem.with_suffix(".pdf").read_bytes().startswith(b"%PDF")
    assert len(pd.read_csv(stem.with_suffix(".csv"))) > 0
    assert len(stem.with_suffix(".txt").read_text()) > 20


def test_captions_say_what_was_really_run(complete):
    figures = complete.path / "results/smoke/figures"
    assert (figures / "fig13.txt").read_text() == (
        "mnist, mnist-net-slow: 3 models, each extent trained from scratch with new random "
        "streams; extents of 0, 1, 2, 3 epochs; 40 test and 100 train examples. "
        "Miniature data at smoke scale, no result. "
        "MNIST with a low learning rate, which avoids convergence after one epoch.\n"
    )
    pair = (figures / "fig9b.txt").read_text()
    assert pair.startswith("small-mammals, st-vgg: 3 models, each model trained once and recorded")
    assert " And small-mammals, linear-st-vgg: 3 models, " in pair
    assert pair.count("extents of 0, 1, 2, 3 epochs; ") == 2
    assert pair.count("extents of 0, 1, 2, 3 parts of epochs, 5 per epoch; ") == 2


def test_a_name_for_several_figures_builds_them(complete):
    overlay = {"figures": {name: {"options": {"bins": 4}} for name in ("fig3a", "fig3b")}}
    assert complete.planned("fig3", overlay=overlay) == {"draw_figure": 2, "write_caption": 2}


def test_stand_ins_are_said_in_the_picture_and_train_nothing(complete):
    before = complete.path / "results/smoke/figures/fig16.png"
    with Image.open(before) as image:
        height = image.height
    overlay = {"collections": {"st-vgg-cats-dogs": {"stand_in_for": "lions on tigers, " * 20}}}
    assert complete.planned("fig16", overlay=overlay) == {"draw_figure": 1, "write_caption": 1}
    complete.snakemake("--", "fig16", overlay=overlay)
    with Image.open(before) as image:
        assert image.height > height
    complete.snakemake("--", "fig16")


def test_scores_follow_from_the_predictions(complete):
    results = complete.path / "results/smoke"
    blocks = results.glob("predictions/fish/st-vgg/extent-all/*.parquet")
    rows = pd.concat([pd.read_parquet(path) for path in blocks])
    rows = rows.query("split == 'test' and extent == 1")
    wide = rows.pivot_table(index="seed", columns="example", values="prediction")
    labels = rows.drop_duplicates("example").sort_values("example")["label"]
    expected = tp_agreement(wide.to_numpy(int), labels.to_numpy())
    scored = pd.read_parquet(results / "scores/st-vgg-fish/examples.parquet")
    scored = scored.query("split == 'test' and extent == 1").sort_values("example")
    assert np.allclose(scored["tp_agreement"], expected)


def test_predictions_say_where_they_come_from(complete):
    results = complete.path / "results/smoke"
    metadata = read_metadata(next(results.glob("predictions/cats-dogs/st-vgg/extent-1/*.parquet")))
    facts = json.loads((results / "datasets/cats-dogs/dataset.json").read_text())
    assert metadata["dataset_hash"] == facts["hash"]
    assert metadata["recipe"]["learning_rate"] == 0.05
    assert [model["seed"] for model in metadata["models"]] == [0, 1, 2]
    assert metadata["device"]
    assert metadata["path"] == "one model after another" or metadata["device"] != "cpu"
    assert metadata["torch"]
    assert metadata["source"]


def test_a_second_run_does_nothing(complete):
    assert complete.planned("figures", "claims") == {}


def test_a_plain_call_makes_the_demonstration(workdir):
    overlay = {"results": "results/none"}
    plain, named = (workdir.planned(*targets, overlay=overlay) for targets in ((), ("demo",)))
    assert plain == named
    assert plain["draw_figure"] == 1


def test_a_deleted_figure_alone_is_drawn_again(complete):
    (complete.path / "results/smoke/figures/fig16.png").unlink()
    assert complete.planned("figures") == {"draw_figure": 1}
    complete.snakemake("--", "fig16")
    assert complete.planned("figures") == {}


def test_another_learning_rate_reruns_the_jobs_of_its_architecture(complete):
    overlay = {"architectures": {"mnist-net-slow": {"learning_rate": 0.002}}}
    assert complete.planned("figures", overlay=overlay) == {
        "train": 4,
        "score_collection": 1,
        "draw_figure": 3,  # figures 1, 4 and 13
        "write_caption": 3,
    }


def test_more_epochs_of_a_recipe_rerun_nothing(complete):
    overlay = {"architectures": {"st-vgg": {"epochs": 200}}}
    assert complete.planned("figures", overlay=overlay) == {}


def test_another_caption_rebuilds_no_figure(complete):
    overlay = {"figures": {"fig13": {"caption": "Other words."}}}
    assert complete.planned("figures", overlay=overlay) == {"write_caption": 1}


def test_other_bins_rebuild_their_figure_alone(complete):
    overlay = {"figures": {"fig13": {"options": {"bins": 5}}}}
    planned = complete.planned("figures", overlay=overlay)
    assert planned["draw_figure"] == 1
    assert planned.keys() <= {"draw_figure", "write_caption"}


def test_another_block_size_reruns_nothing(complete):
    assert complete.planned("figures", overlay={"models_per_job": 1}) == {}


def test_another_data_folder_prepares_again_what_is_looked_for_there(complete):
    planned = complete.planned("fig2", "fig14", overlay={"data": "elsewhere"})
    assert planned["prepare_dataset"] == 1


def test_fewer_models_train_nothing(complete):
    overlay = {"collections": {"st-vgg-cats-dogs": {"models": 2}}}
    assert "train" not in complete.planned("fig16", overlay=overlay)


def test_more_models_train_only_the_new_ones(complete):
    results = complete.path / "results/smoke/predictions/mnist/mnist-net-slow/extent-1"
    before = (results / "seeds-0-2.parquet").stat().st_mtime_ns
    overlay = {"scale": {"models": 5}, "collections": {"mnist-net-mnist": {"models": 5}}}
    targets = ["fig13"]
    planned = complete.planned(*targets, overlay=overlay)
    assert planned == {"train": 4, "score_collection": 1, "draw_figure": 1, "write_caption": 1}
    complete.snakemake("--", *targets, overlay=overlay)
    assert (results / "seeds-3-4.parquet").exists()
    assert (results / "seeds-0-2.parquet").stat().st_mtime_ns == before
    summary = pd.read_parquet(
        complete.path / "results/smoke/scores/mnist-net-mnist/summary.parquet"
    )
    assert set(summary["models"]) == {5}
    assert complete.planned(*targets, overlay=overlay) == {}


def test_a_model_is_the_same_in_another_block(complete):
    """Seed 1 of the block 0–2 above, trained again by the workflow in a block of its own."""
    overlay = {"results": "results/alone", "models_per_job": 1}
    name = "predictions/digits-4x4/fully-connected-small-batch/extent-all"
    alone = f"results/alone/{name}/seeds-1-1.parquet"
    complete.snakemake("--", alone, overlay=overlay)
    block = pd.read_parquet(complete.path / f"results/smoke/{name}/seeds-0-2.parquet")
    expected = block.query("seed == 1").reset_index(drop=True)
    pd.testing.assert_frame_equal(pd.read_parquet(complete.path / alone), expected)


def test_two_runs_give_the_same_bytes(complete):
    name = "predictions/digits-4x4/fully-connected-small-batch/extent-all/seeds-0-2.parquet"
    overlay = {"results": "results/again"}
    complete.snakemake("--", f"results/again/{name}", overlay=overlay)
    first, second = (complete.path / f"results/{run}/{name}" for run in ("smoke", "again"))
    assert first.read_bytes() == second.read_bytes()


def test_snapshots_come_from_one_job(complete):
    overlay = {"collections": {"st-vgg-cats-dogs": {"protocol": "snapshots"}}}
    assert complete.planned("fig16", overlay=overlay)["train"] == 1
    complete.snakemake("--", "fig16", overlay=overlay)
    folder = complete.path / "results/smoke/predictions/cats-dogs/st-vgg/extent-all"
    extents = pq.read_table(next(folder.iterdir()), columns=["extent"])["extent"].to_pylist()
    assert sorted(set(extents)) == [0, 1, 2, 3]
    caption = (complete.path / "results/smoke/figures/fig16.txt").read_text()
    assert "recorded at every extent" in caption


def test_data_that_is_not_there_stops_the_run_with_an_explanation(complete):
    overlay = {"data": "nowhere", "results": "results/nothing"}
    planned = complete.planned("fig16", overlay=overlay)
    assert planned["prepare_dataset"] == 1, "a dry run needs no data"
    done = complete.snakemake("--", "fig16", overlay=overlay, check=False)
    assert done.returncode != 0
    said = done.stdout + done.stderr
    assert "dataset 'cats-dogs': CIFAR-10 was not found, and `download` is off. Look" in said
    assert "Traceback" not in said
    assert not list((complete.path / "results/nothing").glob("predictions/*"))


def test_a_dataset_that_is_not_there_stops_its_own_figures_alone(complete):
    shutil.copytree(complete.path / "data/miniatures/MNIST", complete.path / "only/MNIST")
    overlay = {"data": "only", "results": "results/rest"}
    done = complete.snakemake(*("--", "fig13", "fig16", "fig2"), overlay=overlay, check=False)
    assert done.returncode != 0
    figures = sorted(path.stem for path in (complete.path / "results/rest/figures").glob("*.png"))
    assert figures == ["fig13", "fig2"]


def test_a_bad_configuration_stops_before_any_job(complete):
    overlay = {"figures": {"fig16": {"collections": ["st-vgg-cat-dogs"]}}}
    done = complete.snakemake("--", "fig16", overlay=overlay, check=False)
    assert done.returncode != 0
    message = "overlay.yaml: figures.fig16.collections: 'st-vgg-cat-dogs' is not one of the"
    assert message in done.stdout + done.stderr
    assert "did you mean 'st-vgg-cats-dogs'?" in done.stdout + done.stderr


def test_no_figure_may_have_the_name_of_a_rule(workdir):
    rules = set(workdir.snakemake("--list-rules").stdout.split()) - {*FIGURES, *TARGETS}
    products = ("-page", "-ranking", "-cleanlab", "-fiftyone", "-huggingface")  # of collections
    rules = {name for name in rules if not name.endswith(products)}
    assert {"default", "figures", "prepare_dataset", "train", "draw_figure"} <= rules
    overlay = {"figures": {name: {"kind": "score-illustration"} for name in rules}}
    done = workdir.snakemake("--dry-run", "--", "fig2", overlay=overlay, check=False)
    for name in rules:
        message = f"overlay.yaml: figures.{name}: '{name}' is a step of the workflow"
        assert message in done.stdout + done.stderr


def test_an_overlay_may_name_another_schedule(workdir):
    schedule = {"name": "cosine", "epochs": 140}
    overlay = {"architectures": {"st-vgg": {"schedule": schedule}}, "results": "results/cosine"}
    assert workdir.planned("fig16", overlay=overlay)["train"] == 4


def test_the_command_line_lies_over_all_files(workdir):
    done = workdir.snakemake("--config", "models_per_job=0", "--dry-run", "--", "fig2", check=False)
    assert "--config: models_per_job: 0 is below 1" in done.stdout + done.stderr
    several = "collections={st-vgg-fish: {extents: [0, 1], models: 2}}"
    done = workdir.snakemake("--config", several, "--dry-run", "--", "fig15")
    assert "Training st-vgg on fish, extent all, seeds 0 to 1\n" in done.stdout + done.stderr


def test_networks_that_do_not_fit_the_images_are_explained(complete):
    overlay = {
        "collections": {
            "too-small": {
                "dataset": "digits",
                "architecture": "st-vgg",
                "models": 1,
                "extents": [0],
            }
        },
        "figures": {"too-small": {"kind": "histograms", "collections": ["too-small"]}},
    }
    done = complete.snakemake("--", "too-small", overlay=overlay, check=False)
    assert done.returncode != 0
    assert "st-vgg halves an image 4 times, so it needs at least 16×16" in done.stdout + done.stderr
    assert "Traceback" not in done.stdout + done.stderr


def test_figure_9b_is_of_parts_of_epochs_and_of_epochs(complete):
    results = complete.path / "results/smoke"
    for architecture in ("st-vgg", "linear-st-vgg"):
        folder = results / "predictions/small-mammals" / architecture
        for files, parts in (("extent-all", None), ("extent-all-5-per-epoch", 5)):
            blocks = list((folder / files).glob("*.parquet"))
            assert blocks
            assert {read_metadata(path).get("parts_per_epoch") for path in blocks} == {parts}
    drawn = pd.read_csv(results / "figures/fig9b.csv")
    assert set(drawn["pair"]) == {0}
    assert set(drawn["first_extent"]) | set(drawn["second_extent"]) <= {0, 0.2, 0.4, 0.6, 1, 2, 3}
