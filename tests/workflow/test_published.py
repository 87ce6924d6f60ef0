"""Published predictions are drawn and judged without training and without data."""

import shutil
import subprocess

import pandas as pd
import pytest
from support.workdir import ROOT, Workdir, publish

pytestmark = pytest.mark.slow

COLLECTION = "st-vgg-small-mammals-epochs"
BLOCK = "predictions/small-mammals/st-vgg/extent-all/seeds-0-2.parquet"
AGAIN = {"published": "published", "results": "results/again"}


@pytest.fixture(scope="module")
def trained(workdir):
    """One collection at smoke scale, scored and published."""
    workdir.snakemake("--", f"results/smoke/scores/{COLLECTION}/summary.parquet")
    publish("results/smoke", "--machine", "a tiny one", cwd=workdir.path)
    return workdir


@pytest.fixture(scope="module")
def elsewhere(trained, tmp_path_factory):
    """A folder with the published files and no data."""
    folder = tmp_path_factory.mktemp("elsewhere")
    (folder / "published").symlink_to(trained.path / "published")
    return Workdir(folder, trained.python)


def test_the_index_says_what_there_is(trained):
    [row] = pd.read_csv(trained.path / "published/runs.csv").to_dict("records")
    assert row["file"] == BLOCK
    assert (row["seeds"], row["extents"], row["machine"]) == ("0-2", "0-3", "a tiny one")
    assert (row["test"], row["train"]) == (30, 80)
    assert row["hours"] >= 0


def test_what_is_published_is_taken_once(trained):
    assert publish("results/smoke", cwd=trained.path).stdout == ""


def test_room_is_saved_where_it_is_asked_for(trained, tmp_path):
    done = publish("results/smoke", "--without-probabilities", "--to", tmp_path, cwd=trained.path)
    assert BLOCK in done.stdout
    small, whole = (
        pd.read_parquet(tmp_path / BLOCK),
        pd.read_parquet(trained.path / "published" / BLOCK),
    )
    pd.testing.assert_frame_equal(small, whole.drop(columns=["p_true", "margin"]))


def test_nothing_is_trained_and_no_dataset_is_read(elsewhere):
    planned = elsewhere.planned("figures", "claims", overlay=AGAIN)
    assert planned["draw_figure"] > 5
    assert planned["train"] == 0
    assert planned["prepare_dataset"] == 2  # the generated ones of fig12


def test_scores_are_those_of_the_run(trained, elsewhere):
    target = f"scores/{COLLECTION}/summary.parquet"
    elsewhere.snakemake("--", f"results/again/{target}", overlay=AGAIN)
    found, known = (
        pd.read_parquet(folder / target)
        for folder in (elsewhere.path / "results/again", trained.path / "results/smoke")
    )
    pd.testing.assert_frame_equal(found, known)


def test_classes_have_their_names_without_the_images(elsewhere):
    elsewhere.snakemake("--", "fig29", overlay=AGAIN)
    drawn = (elsewhere.path / "results/again/figures/fig29.csv").read_text()
    assert "hamster" in drawn


def test_examples_are_ranked_without_the_images(elsewhere):
    elsewhere.snakemake("--", f"{COLLECTION}-ranking", f"{COLLECTION}-cleanlab", overlay=AGAIN)
    labels = elsewhere.path / f"results/again/ranking/{COLLECTION}/cleanlab/labels.csv"
    assert len(pd.read_csv(labels)) == 110
    table = pd.read_csv(elsewhere.path / f"results/again/ranking/{COLLECTION}.csv")
    assert len(table) == 110
    assert set(table["label_name"]) > {"hamster", "mouse"}


def test_what_would_have_to_be_trained_is_refused(elsewhere):
    done = elsewhere.snakemake("--", "fig13", overlay=AGAIN, check=False)
    assert done.returncode
    assert "collection 'mnist-net-mnist' is not in 'published'" in done.stdout + done.stderr


def test_training_again_gives_the_same_rows(trained):
    trained.snakemake("--", f"results/again/{BLOCK}", overlay=AGAIN)
    found, known = (
        pd.read_parquet(trained.path / folder / BLOCK) for folder in ("results/again", "published")
    )
    pd.testing.assert_frame_equal(found, known)


@pytest.fixture(scope="module")
def other(trained):
    """The same of another version of the dataset, in results/other."""
    overlay = {"results": "results/other", "datasets": {"small-mammals": {"limit": {"train": 20}}}}
    trained.snakemake("--", f"results/other/{BLOCK}", overlay=overlay)
    return trained


def test_another_version_of_a_dataset_is_refused(other, tmp_path):
    trained = other
    done = publish("results/other", cwd=trained.path, check=False)
    assert done.returncode
    assert "are of other data than those in published/datasets/small-mammals" in done.stderr


def test_another_dataset_is_not_published_first(other, tmp_path):
    """What was prepared anew after training is not that of the predictions."""
    trained = other
    done = publish("results/other", "--to", tmp_path / "to", cwd=trained.path, check=False)
    assert done.returncode == 0, done.stderr
    facts = trained.path / "results/other/datasets/small-mammals/dataset.json"
    whole = facts.read_text()
    facts.write_text(
        (trained.path / "results/smoke/datasets/small-mammals/dataset.json").read_text()
    )
    done = publish("results/other", "--to", tmp_path / "again", cwd=trained.path, check=False)
    facts.write_text(whole)
    assert "are of other data than those in results/other/datasets" in done.stderr
    assert not (tmp_path / "again").exists()


def test_what_was_not_published_is_not_listed(trained, tmp_path):
    """A file that was copied there, one that is cut off, and a folder that is no such one."""
    target = tmp_path / "published" / BLOCK
    target.parent.mkdir(parents=True)
    shutil.copyfile(trained.path / "results/smoke" / BLOCK, target)
    done = publish("--to", tmp_path / "published", cwd=trained.path, check=False)
    assert "it was not published by this program: take it away" in done.stderr
    target.write_bytes((trained.path / "published" / BLOCK).read_bytes()[:-100])
    done = publish("--to", tmp_path / "published", cwd=trained.path, check=False)
    assert "not a whole Parquet file; restore it, or delete it and" in done.stderr
    done = publish("nowhere", "--to", tmp_path, cwd=trained.path, check=False)
    assert "nowhere: it has no predictions" in done.stderr
    assert "Traceback" not in done.stderr
    assert not list(tmp_path.rglob("runs.csv"))


def test_pages_that_are_missing_remove_none(trained):
    pictures = trained.path / "docs/figures/reproduction"
    pictures.mkdir(parents=True)
    (pictures / "fig1.png").touch()
    done = publish("--pages", "results/typo", cwd=trained.path, check=False)
    assert "no file results/typo/reproduction.md: `make reproduction` writes" in done.stderr
    assert (pictures / "fig1.png").exists()


def test_pages_go_where_readers_find_them(tmp_path):
    source = tmp_path / "reproduction"
    for name, text in {"reproduction.md": "page", "summary.md": "table\n", "fig1.png": ""}.items():
        source.mkdir(exist_ok=True)
        (source / name).write_text(text)
    readme = tmp_path / "README.md"
    marks = "<!-- reproduction -->\n", "<!-- end of reproduction -->\nafter\n"
    readme.write_text(f"before\n{marks[0]}old\n{marks[1]}")
    old = tmp_path / "docs/figures/reproduction/fig9.png"
    old.parent.mkdir(parents=True)
    old.touch()
    (tmp_path / "published").mkdir()
    publish("--pages", source, cwd=tmp_path)
    assert readme.read_text() == f"before\n{marks[0]}table\n{marks[1]}"
    assert (tmp_path / "docs/reproduction.md").read_text() == "page"
    assert [path.name for path in old.parent.iterdir()] == ["fig1.png"]


@pytest.fixture(scope="module")
def committed(tmp_path_factory, python):
    """All that the committed predictions allow, in a folder with nothing else."""
    folder = tmp_path_factory.mktemp("committed")
    (folder / "published").symlink_to(ROOT / "published")
    command = [
        *(python, "-m", "snakemake", "--snakefile", ROOT / "Snakefile", "--cores", "2"),
        *("--workflow-profile", ROOT / "profiles/default"),
        *("--configfile", ROOT / "workflow/scales/published.yaml"),
        *("--", "reproduction"),
    ]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    return folder / "results/published"


def test_the_committed_page_is_what_the_workflow_writes(committed):
    written = (committed / "reproduction/reproduction.md").read_text()
    assert (ROOT / "docs/reproduction.md").read_text() == written
    pictures = {path.name for path in (committed / "reproduction").glob("*.png")}
    assert {path.name for path in (ROOT / "docs/figures/reproduction").iterdir()} == pictures


def test_the_table_in_the_readme_is_what_the_workflow_writes(committed):
    assert (committed / "reproduction/summary.md").read_text() in (ROOT / "README.md").read_text()


def test_every_published_file_is_whole_and_in_the_index():
    index = pd.read_csv(ROOT / "published/runs.csv").set_index("file")
    files = list((ROOT / "published/predictions").rglob("*.parquet"))
    assert {str(path.relative_to(ROOT / "published")) for path in files} == set(index.index)
    assert index.index.is_unique
    assert sum(path.stat().st_size for path in files) < 60e6
    for path in files:
        assert path.stat().st_size == index.loc[str(path.relative_to(ROOT / "published")), "bytes"]
