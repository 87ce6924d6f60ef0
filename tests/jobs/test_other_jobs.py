"""What the jobs beside training and scoring are asked for."""

import json
import shutil

import pytest
from support.configurations import SMALL, configured
from support.wildcards import Given, of_size, wildcards
from support.workdir import ROOT

from learning_order.config import resolve
from learning_order.jobs import prepare_dataset
from learning_order.jobs.boost import Boost
from learning_order.jobs.claims import Claims, full_scale
from learning_order.jobs.draw_figure import DrawFigure
from learning_order.jobs.import_predictions import ImportPredictions, NoSuchFile, NotInFiles
from learning_order.jobs.join_reference import JoinReference
from learning_order.jobs.paths import Paths
from learning_order.jobs.prepare_dataset import NoSuchRoot, PrepareDataset
from learning_order.jobs.rank_collection import RankCollection
from learning_order.jobs.reproduction import Reproduction
from learning_order.jobs.targets import NothingBuilt, Targets
from learning_order.runtime.errors import UnknownName

FIG = wildcards(figure="fig")


def small(**changes):
    return resolve({**SMALL, **changes})


def test_paths_take_wildcards():
    paths = Paths("there")
    assert paths.facts("{dataset}") == "there/datasets/{dataset}/dataset.json"
    assert (
        paths.block("d", "a", "all", 0, 9) == "there/predictions/d/a/extent-all/seeds-0-9.parquet"
    )
    assert paths.log("scores", "{collection}") == "there/logs/scores/{collection}.log"


def test_a_dataset_is_prepared_from_what_changes_its_data_alone():
    sets = {"digits": {"loader": "digits", "limit": {"train": 5}, "stand_in_for": "the world"}}
    job, name = PrepareDataset(small(datasets=sets)), wildcards(dataset="digits")
    assert job.entry(name) == {
        "loader": "learning_order.datasets.loaders.generated:digits",
        "limit": {"train": 5},
    }
    assert (job.threads(name), job.minutes(name, attempt=2)) == (1, 120)


def test_boosting_asks_for_what_its_data_takes(tmp_path):
    job = Boost(configured({"results": str(tmp_path)}))
    block = wildcards(dataset="cifar10", architecture="adaboost", first=0, last=1)
    facts = tmp_path / "dataset.json"
    facts.write_text(json.dumps({"shape": [32, 32, 3], "examples": {"train": 50000, "test": 1}}))
    assert job.minutes(block, Given(facts=str(facts)), attempt=1) == 10 + 2 * 2 * 8
    assert job.memory(block, [of_size(tmp_path / "train.npy", 100)], attempt=1) == 3200


def test_own_files_are_found_by_name_and_pattern_each_once(tmp_path):
    for name in ("b.parquet", "a.parquet"):
        (tmp_path / name).touch()
    patterns = [f"{tmp_path}/*.parquet", f"{tmp_path}/a.parquet"]
    job = ImportPredictions(small(collections={"a": {"predictions": patterns}}))
    found = job.files(wildcards(collection="a"))
    assert found == [f"{tmp_path}/a.parquet", f"{tmp_path}/b.parquet"]


def test_own_files_may_have_signs_in_their_names_but_no_braces(tmp_path):
    for name, said in (("a [1]/x.parquet", None), ("a {b}/x.parquet", "takes the braces in")):
        path = tmp_path / name
        path.parent.mkdir()
        path.touch()
        job = ImportPredictions(small(collections={"a": {"predictions": str(path)}}))
        if said is None:
            assert job.files(wildcards(collection="a")) == [str(path)]
        else:
            with pytest.raises(NoSuchFile, match=said):
                job.files(wildcards(collection="a"))


def test_own_files_that_are_missing_are_named(tmp_path):
    job = ImportPredictions(small(collections={"a": {"predictions": f"{tmp_path}/*.csv"}}))
    with pytest.raises(
        NoSuchFile, match=r"collections\.a\.predictions: there is no file .*\*\.csv"
    ):
        job.files(wildcards(collection="a"))


def test_own_files_that_hold_less_than_is_asked_for_are_told_before_anything_runs(tmp_path):
    file = tmp_path / "a.csv"
    rows = [f"{seed},5,test,0,1,1" for seed in (0, 1)]
    file.write_text("\n".join(["seed,extent,split,example,label,prediction", *rows]))
    for wanted, said in (
        ({"models": 7}, r"a\.models: seed 2 is wanted, but the seeds in .*a\.csv are 0, 1"),
        ({"extents": [0, 5]}, r"a\.extents: extent 0 is wanted, but the extents in .* are 5"),
        ({"models": 2, "extents": [5]}, None),
    ):
        job = ImportPredictions(small(collections={"a": {"predictions": str(file), **wanted}}))
        if said is None:
            assert job.files(wildcards(collection="a")) == [str(file)]
        else:
            with pytest.raises(NotInFiles, match=said):
                job.files(wildcards(collection="a"))


def test_a_dataset_whose_files_are_missing_is_told_before_anything_runs(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "my_data.py").write_text("def load(options, root, download): ...")
    sets = {
        "birds": {"loader": "image-folder", "root": f"{tmp_path}/birds"},
        "jays": {"loader": "npz", "root": f"{tmp_path}"},
        "mnist": {"loader": "mnist", "root": f"{tmp_path}/mnist"},
        "own": {"loader": "my_data:load", "root": "sqlite://birds"},
        "digits": {"loader": "digits"},
    }
    job = PrepareDataset(resolve({**SMALL, "datasets": sets, "results": f"{tmp_path}/results"}))
    with pytest.raises(
        NoSuchRoot, match=r"datasets\.birds\.root: there is no folder .*/birds: put"
    ):
        job.there(wildcards(dataset="birds"))
    with pytest.raises(NoSuchRoot, match=r"datasets\.jays\.root: there is no file"):
        job.there(wildcards(dataset="jays"))
    for name in ("mnist", "own", "digits"):  # downloaded, known to its own code alone, generated
        assert job.there(wildcards(dataset=name)) == []
    facts = tmp_path / "results/datasets/birds/dataset.json"
    facts.parent.mkdir(parents=True)
    facts.touch()  # what is prepared needs its files no longer
    assert job.there(wildcards(dataset="birds")) == []


def test_a_dataset_is_prepared_again_of_other_files_and_not_where_they_are_gone(tmp_path):
    folder, file = tmp_path / "birds", tmp_path / "mine.npz"
    (folder / "jay").mkdir(parents=True)
    (folder / "jay" / "1.png").touch()
    file.write_bytes(b"12345")
    sets = {
        "birds": {"loader": "image-folder", "root": str(folder)},
        "mine": {"loader": "npz", "root": str(file)},
        "own": {"loader": "my_data:load", "root": str(folder)},
        "digits": {"loader": "digits"},
    }
    (tmp_path / "my_data.py").write_text("def load(options, root, download): ...")

    def listing(name):  # each call of Snakemake looks once
        prepare_dataset._listing_of_this_call.cache_clear()
        return job.listing(wildcards(dataset=name))

    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(tmp_path)
        job = PrepareDataset(resolve({**SMALL, "datasets": sets, "results": f"{tmp_path}/results"}))
    first = listing("birds")
    assert listing("own") is listing("digits") is None
    assert listing("mine").startswith("5 bytes ")
    (folder / "jay" / "1.png").rename(folder / "jay" / "2.png")
    assert listing("birds") != first
    shutil.rmtree(folder)
    assert listing("birds") is None
    facts = tmp_path / "results/datasets/birds/dataset.json"
    facts.parent.mkdir(parents=True)
    facts.write_text(json.dumps({"listing": first}))
    assert listing("birds") == first
    folder.mkdir()  # a disk that is not there
    assert listing("birds") == first
    facts.write_text("{")
    assert listing("birds") is None

    def refuse(*_):
        raise PermissionError(13, "Permission denied", f"{folder}/owl")

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(prepare_dataset, "_listing_of_this_call", refuse)
        with pytest.raises(NoSuchRoot, match=r"datasets.birds.root: .*/owl cannot be read \(Perm"):
            job.listing(wildcards(dataset="birds"))


def test_files_of_unknown_things_are_refused_with_the_nearest_name():
    config = small(references={"ref": {"format": "cifar-10n"}})
    with pytest.raises(UnknownName, match="no collection or ranking 'aa'; did you mean 'a'"):
        RankCollection(config).predictions(wildcards(ranking="aa"))
    with pytest.raises(UnknownName, match="no reference 'reff'; did you mean 'ref'"):
        JoinReference(config).arrays(wildcards(reference="reff", dataset="digits"))
    with pytest.raises(UnknownName, match="no collection of own predictions 'a'; there are none"):
        ImportPredictions(config).files(wildcards(collection="a"))


def test_a_figure_reads_the_tables_of_its_kind():
    job = DrawFigure(small())
    tables = ["summary", "examples", "null"]
    assert job.tables(FIG) == [f"results/scores/a/{table}.parquet" for table in tables]
    assert job.caption_tables(FIG) == ["results/scores/a/summary.parquet"]
    assert job.datasets(FIG) == [], "histograms show no images"
    assert job.sources(FIG)["a"] == {
        **{"dataset": "digits", "architecture": "net", "protocol": "independent"}
    }


def test_captions_and_sections_redraw_nothing():
    figures = {"fig": {**SMALL["figures"]["fig"], "caption": "Some words.", "section": "§1"}}
    plain, worded = DrawFigure(small()), DrawFigure(small(figures=figures))
    assert plain.entry(FIG) == worded.entry(FIG)
    assert worded.caption(FIG) == "Some words."


def test_stand_ins_are_remarked():
    sets = {"digits": {"loader": "digits", "stand_in_for": "MNIST"}}
    figures = {"fig": {"kind": "dataset-samples", "datasets": ["digits"]}}
    job = DrawFigure(small(datasets=sets, figures=figures, stamp="small"))
    assert job.remarks(FIG) == ["small", "digits stands in for MNIST"]


def test_claims_need_what_was_scored_and_what_is_asked_for(tmp_path):
    claim = {"statement": "s", "source": "§", "measure": "bimodal", "collections": ["a"]}
    config = small(results=str(tmp_path), claims={"it": claim})
    tables = [str(tmp_path / f"scores/a/{name}.parquet") for name in ("summary", "correct")]
    assert Claims(config, lambda: ["claims"]).tables(None) == []
    assert Claims(config, lambda: ["claims", "fig"]).tables(None) == tables
    assert Claims(config, lambda: ["figures"]).tables(None) == tables
    (tmp_path / "scores/a").mkdir(parents=True)
    (tmp_path / "scores/a/summary.parquet").touch()
    assert Claims(config, lambda: ["claims"]).tables(None) == tables


def test_the_full_scale_is_that_of_the_first_layer():
    claim = {"statement": "s", "source": "§", "measure": "bimodal", "collections": ["a"]}
    base = SMALL | {"claims": {"it": claim}}
    overlay = {"collections": {"a": {"models": 1, "extents": [0]}}}
    layers = {"config.yaml": base, "mine.yaml": overlay}
    full = full_scale(layers)
    resolved = resolve(base).collections["a"]
    assert full["a"] == (resolved["models"], max(resolved["extents"]))
    assert Claims(resolve(base), list, layers).full_scale(None) == {"a": full["a"]}
    assert full_scale({"mine.yaml": overlay}) == {}
    assert full_scale({}) == {}


def test_targets_are_files_of_figures(tmp_path):
    targets = Targets(small(results=str(tmp_path)))
    assert targets.default() == targets.all_figures() == targets.figure("fig")
    with pytest.raises(NothingBuilt, match="draw some first"):
        targets.built(None)
    (tmp_path / "figures").mkdir()
    for suffix in ("png", "pdf", "csv"):
        (tmp_path / f"figures/fig.{suffix}").touch()
    with pytest.raises(NothingBuilt):
        targets.built(None)
    (tmp_path / "figures/fig.txt").touch()
    assert targets.built(None) == targets.figure("fig")


def test_the_targets_of_rankings_are_those_that_are_asked_for():
    job = RankCollection(resolve(SMALL))
    asked = job.asked(["snakemake", "fig1", "a-page", "their_a-cleanlab", "--cores", "a-none"])
    assert asked == {"a-page": job.page("a"), "a-cleanlab": job.export("a", "cleanlab")}
    assert job.asked(["snakemake", "fig1", "a"]) == {}


def test_limits_that_leave_nothing_out_are_not_said(monkeypatch):
    monkeypatch.chdir(ROOT)
    config = configured(scale="published")
    assert set(config.datasets["cats-dogs"]["limit"]) == {"train"}
    limits = Reproduction(config).limits()
    assert limits["cifar10"] == "10,000 of the train examples"
    assert "cats-dogs" not in limits
