"""Which prediction files a collection is made of, and which tables it becomes."""

import pytest
from support.configurations import SMALL
from support.wildcards import of_size, wildcards

from learning_order.config import resolve
from learning_order.jobs.score_collection import TABLES, BeyondRecipe, ScoreCollection
from learning_order.planning.work import models_of
from learning_order.tables import build

A = wildcards(collection="a")


def score(tmp_path, **changes) -> ScoreCollection:
    return ScoreCollection(resolve({**SMALL, "results": str(tmp_path), **changes}))


def files_of(job, collection="a") -> list[str]:
    root = f"{job.config.results}/predictions/"
    return [path.removeprefix(root) for path in job.predictions(wildcards(collection=collection))]


def test_every_table_is_an_output():
    assert set(TABLES) == set(build.TABLES)


def test_a_file_per_extent_and_block(tmp_path):
    assert files_of(score(tmp_path, models_per_job=2)) == [
        "digits/net/extent-0/seeds-0-1.parquet",
        "digits/net/extent-0/seeds-2-2.parquet",
        "digits/net/extent-1/seeds-0-1.parquet",
        "digits/net/extent-1/seeds-2-2.parquet",
    ]


def test_seeds_that_diverged_are_passed_over(tmp_path):
    """The next ones take their place, in blocks that leave them out, and what exists stays."""
    collections = {"a": {**SMALL["collections"]["a"], "extents": [1], "without_seeds": [1, 9]}}
    job = score(tmp_path, models_per_job=2, collections=collections)
    assert job.seeds(A) == [0, 2, 3]
    assert files_of(job) == [
        "digits/net/extent-1/seeds-0-0.parquet",
        "digits/net/extent-1/seeds-2-3.parquet",
    ]
    assert {model.seed for model in models_of(job.config, ["a"])} == {0, 2, 3}


def test_a_network_may_have_blocks_of_its_own_size(tmp_path):
    architectures = {"net": {**SMALL["architectures"]["net"], "models_per_job": 1}}
    assert len(files_of(score(tmp_path, architectures=architectures))) == 6


def test_blocks_that_exist_are_taken(tmp_path):
    folder = tmp_path / "predictions/digits/net/extent-1"
    folder.mkdir(parents=True)
    (folder / "seeds-1-1.parquet").touch()
    assert files_of(score(tmp_path))[1:] == [
        "digits/net/extent-1/seeds-0-0.parquet",
        "digits/net/extent-1/seeds-1-1.parquet",
        "digits/net/extent-1/seeds-2-2.parquet",
    ]


def test_views_of_the_same_models_share_blocks(tmp_path):
    half = {**SMALL["collections"]["a"], "models": 2}
    job = score(tmp_path, collections={**SMALL["collections"], "half": half})
    assert set(files_of(job, "half")) < set(files_of(job))


def test_snapshots_lie_in_one_file(tmp_path):
    collections = {"a": {**SMALL["collections"]["a"], "protocol": "snapshots"}}
    job = score(tmp_path, collections=collections)
    assert files_of(job) == ["digits/net/extent-all/seeds-0-2.parquet"]


def test_parts_of_epochs_lie_apart_and_say_so(tmp_path):
    parts = {**SMALL["collections"]["a"], "protocol": "snapshots", "parts_per_epoch": 5}
    job = score(tmp_path, collections={"a": parts}, figures={})
    assert files_of(job) == ["digits/net/extent-all-5-per-epoch/seeds-0-2.parquet"]
    assert job.made_of(A)["parts_per_epoch"] == 5
    # What ordinary blocks hold, and so what they are compared with, stays as it was.
    assert score(tmp_path).made_of(A).keys() == {"dataset", "architecture", "protocol", "recipe"}


def test_an_extent_of_a_scale_is_in_parts_too(tmp_path):
    parts = {**SMALL["collections"]["a"], "protocol": "snapshots", "parts_per_epoch": 5}
    scaled = {"scale": {"extents": [0, 12], "protocol": "independent"}}
    long = {"net": {**SMALL["architectures"]["net"], "epochs": 12}}
    job = score(tmp_path, collections={"a": parts}, figures={}, architectures=long, **scaled)
    assert job.extents(A) == [0, 12]
    assert files_of(job) == ["digits/net/extent-all-5-per-epoch/seeds-0-2.parquet"]


def test_own_predictions_are_one_file_of_which_all_seeds_count(tmp_path):
    job = score(tmp_path, collections={"a": {"predictions": "mine/*.parquet"}})
    assert files_of(job) == ["own/a.parquet"]
    assert (job.seeds(A), job.extents(A)) == (None, None)


def test_memory_and_minutes_grow_with_the_files(tmp_path):
    job, small, large = (
        score(tmp_path),
        of_size(tmp_path / "small.parquet", 200),
        of_size(tmp_path / "large.parquet", 2000),
    )
    assert job.memory(A, [small], attempt=2) == 4800
    assert [job.minutes(A, files, attempt=1) for files in ([], [large])] == [30, 130]


def test_blocks_are_expected_to_be_made_as_configured(tmp_path):
    made_of = score(tmp_path).made_of(A)
    assert made_of["recipe"]["learning_rate"] == 0.1
    assert (made_of["dataset"], made_of["protocol"]) == ("digits", "independent")
    own = score(tmp_path, collections={"a": {"predictions": "mine.csv"}})
    assert own.made_of(A) == {}


def test_a_scale_beyond_a_recipe_is_said_when_it_is_asked_for(tmp_path):
    long = {**SMALL["architectures"]["net"], "epochs": 100}
    sections = {
        "architectures": {**SMALL["architectures"], "long": long},
        "collections": {
            **SMALL["collections"],
            "b": {**SMALL["collections"]["a"], "architecture": "long"},
        },
        "scale": {"extents": [0, 50]},
    }
    job = score(tmp_path, **sections)
    assert len(files_of(job, "b")) == 2
    with pytest.raises(BeyondRecipe, match=r"scale\.extents: 50 is beyond the 10 epochs of 'net'"):
        files_of(job)
