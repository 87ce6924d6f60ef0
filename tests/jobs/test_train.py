"""What a training job is asked for and asks for."""

import json

import pytest
from support.configurations import SMALL, changed
from support.wildcards import Given, of_size, wildcards

from learning_order.config import resolve
from learning_order.jobs import estimates
from learning_order.jobs.train import NoSuchBlock, Train

BLOCK = wildcards(dataset="digits", architecture="net", extent=1, first=0, last=2)


def train(**changes) -> Train:
    return Train(resolve({**SMALL, **changes}))


def prepared(folder, shape=(8, 8, 1), **examples) -> str:
    path = folder / "dataset.json"
    path.write_text(json.dumps({"shape": shape, "examples": examples}))
    return str(path)


def test_a_block_of_one_extent_records_it_and_snapshots_record_all_that_are_wanted():
    collections = dict(SMALL["collections"])
    for name, extents in (("b", [0, 4]), ("c", [2, 4, 9])):
        collections[name] = {**collections["a"], "extents": extents, "protocol": "snapshots"}
    job = train(collections=collections)
    assert job.extents(BLOCK) == [1]
    assert job.extents(wildcards(**{**vars(BLOCK), "extent": "all"})) == [0, 2, 4, 9]
    assert job.run("digits", "net", 4, models=3) == ([4], 12, 3)
    assert job.run("digits", "net", "all", models=3) == ([0, 2, 4, 9], 27, 12)


def test_parts_of_epochs_are_a_run_of_their_own():
    a, snapshots = SMALL["collections"]["a"], {"protocol": "snapshots"}
    job = train(
        collections={
            "a": a,
            "whole": {**a, **snapshots, "extents": [0, 4]},
            "parts": {**a, **snapshots, "extents": [0, 1, 8], "parts_per_epoch": 4},
            "other-parts": {**a, **snapshots, "extents": [3], "parts_per_epoch": 8},
        }
    )
    for files, extents, parts, epochs in (
        ("all", [0, 4], 1, 12),
        ("all-4-per-epoch", [0, 1, 8], 4, 6),
        ("all-8-per-epoch", [3], 8, 9 / 8),
    ):
        block = wildcards(**{**vars(BLOCK), "extent": files})
        assert (job.extents(block), job.parts_per_epoch(block)) == (extents, parts)
        assert job.run("digits", "net", files, models=3).epochs == epochs
    assert job.parts_per_epoch(BLOCK) == 1


def test_the_recipe_is_what_training_depends_on_alone():
    recipe = train().recipe(BLOCK)
    assert recipe["learning_rate"] == 0.1
    assert recipe.keys().isdisjoint({"epochs", "images_per_second", "models_per_job"})
    assert train().builder(BLOCK)["function"].endswith("st_vgg:small_st_vgg")


def test_datasets_out_of_sample_are_inputs_too():
    sets = {
        "digits": {"loader": "digits", "out_of_sample": ["noise"]},
        "noise": {"loader": "noise", "size": 8, "channels": 1},
    }
    job = train(datasets=sets)
    assert job.shown("digits") == ["digits", "noise"]
    assert job.other_facts(BLOCK) == ["results/datasets/noise/dataset.json"]
    assert len(job.other_arrays(BLOCK)) == len(job.arrays(BLOCK)) == 4


@pytest.mark.parametrize(
    ("block", "message"),
    [
        ({"extent": 99}, "extent-99 is beyond the 10 epochs of 'net'"),
        ({"extent": "all"}, "no collection records 'net' along its training"),
        ({"first": 5, "last": 1}, "seeds-5-1.parquet: write the first seed before the last"),
    ],
)
def test_a_file_that_no_training_makes_is_refused(block, message):
    with pytest.raises(NoSuchBlock, match=message):
        train().other_facts(wildcards(**{**vars(BLOCK), **block}))


def test_memory_grows_with_the_data_and_with_the_attempt(tmp_path):
    job, arrays = train(), tmp_path / "train.npy"
    facts = prepared(tmp_path, (8, 8, 1), train=10, test=5)

    def asked(mb: int, attempt: int) -> int:
        return job.memory(BLOCK, [facts, of_size(arrays, mb)], attempt)

    assert [asked(0, 1), asked(100, 1), asked(100, 2)] == [4001, 4801, 7201]  # 1: of the facts


def test_streamed_images_ask_for_threads_and_memory_of_their_workers(tmp_path):
    images = {"loader": "image-folder", "root": str(tmp_path), "size": 32, "stream": True}
    facts, asked = prepared(tmp_path, train=10, test=5), []
    for workers in (1, 6):
        job = train(datasets={"digits": images}, workers=workers)
        asked.append((job.threads(BLOCK), job.memory(BLOCK, [facts], attempt=1)))
    assert asked == [(2, 5001), (7, 10001)]
    assert train(workers=6).threads(BLOCK) == 1, "images in memory have no workers"


def test_minutes_are_those_of_the_estimate(tmp_path):
    facts = prepared(tmp_path, (32, 32, 3), train=2500, test=500)
    job = train()
    entry = job.config.architectures["net"]
    rate = estimates.images_per_second(
        entry["images_per_second"], (32, 32, 3), entry["batch_size"], job.config.device
    )
    expected = estimates.training_minutes(3, 3, 2500, 3000, rate, attempt=2)
    assert job.minutes(BLOCK, Given(facts=facts, others=[]), attempt=2) == expected
    with pytest.raises(FileNotFoundError):  # which Snakemake takes for: not yet
        job.minutes(BLOCK, Given(facts=str(tmp_path / "none.json"), others=[]), attempt=1)


def test_a_changed_fact_is_read_again(tmp_path):
    job, minutes = train(), []
    for examples in (10**6, 10**7):
        facts = prepared(tmp_path, (64, 64, 3), train=examples, test=10)
        minutes.append(job.minutes(BLOCK, Given(facts=facts, others=[]), attempt=1))
    assert minutes[0] < minutes[1]


def test_a_gpu_is_asked_for_once():
    assert train().gpus == 1
    assert train(device="cpu").gpus == 0
    assert train().gpus_beside({"score_collection": {"gres": "x"}}) == 1
    assert train().gpus_beside({"train": {"gres": "gpu:1"}}) == 0, "the profile names it by gres"


def test_a_network_of_another_name_is_other_code():
    other = changed("architectures.net.network", "mnist-net")
    assert train().code(BLOCK) != train(architectures=other["architectures"]).code(BLOCK)
