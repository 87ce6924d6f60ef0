"""Editing the source of the workflow reruns what is made of it, and nothing else."""

import os
import shutil

import pytest
from support.workdir import ROOT

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def copy(complete, tmp_path_factory):
    """A copy of the workflow and its results, whose source may be edited."""
    folder = tmp_path_factory.mktemp("copy")
    for name in ("Snakefile", "config.yaml", "workflow", "envs"):
        source = ROOT / name
        if source.is_dir():
            shutil.copytree(source, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(source, folder / name)
    shutil.copytree(complete.path / "data", folder / "data")
    return folder


def planned_in(folder, complete):
    """What the copied workflow would run for figure 2 and 21, of which all is built."""
    done = complete.snakemake(
        *("--snakefile", str(folder / "Snakefile"), "--directory", str(folder)),
        *("--dry-run", "--", "fig2", "fig21"),
    )
    names = ("prepare_dataset", "train", "score_collection", "draw_figure", "write_caption")
    text = (done.stdout + done.stderr).partition("Job stats:")[2].partition("total")[0]
    return {
        line.split()[0]: int(line.split()[1])
        for line in text.splitlines()
        if line.startswith(names)
    }


def test_editing_code_reruns_what_is_made_of_it(copy, complete):
    complete.snakemake(
        *("--snakefile", str(copy / "Snakefile"), "--directory", str(copy), "--", "fig2", "fig21")
    )
    assert planned_in(copy, complete) == {}
    workflow = copy / "workflow"
    for path in workflow.rglob("*.py"):
        os.utime(path)
    assert planned_in(copy, complete) == {}, "touching files is no change"

    def edit(*names):
        before = {workflow / name: (workflow / name).read_text() for name in names}
        for path, text in before.items():
            path.write_text(text + "\nEDITED = True\n")
        planned = planned_in(copy, complete)
        for path, text in before.items():
            path.write_text(text)
        return planned

    assert edit("learning_order/figures/kinds/histograms.py") == {"draw_figure": 1}
    assert edit("learning_order/figures/captions.py") == {"write_caption": 2}
    scored = {"score_collection": 1, "draw_figure": 1, "write_caption": 1}
    assert edit("learning_order/tables/build.py") == scored
    assert edit("learning_order/predictions/reading.py") == scored
    for name in (
        *("training/trainer.py", "networks/device.py", "predictions/contract.py"),
        "networks/st_vgg.py",
    ):
        trained = edit(f"learning_order/{name}")
        assert trained["train"] == 1, name
        assert "prepare_dataset" not in trained
    others = (
        *("runtime/job_log", "runtime/progress", "runtime/files", "runtime/errors"),
        *("jobs/estimates", "config/catalogue", "networks/mnist_net"),
    )
    assert edit(*(f"learning_order/{name}.py" for name in others)) == {}

    assert edit("scripts/draw_figure.py") == {"draw_figure": 2}
    assert edit("learning_order/figures/sources.py") == {"draw_figure": 2, "write_caption": 2}
    assert edit("scripts/score_collection.py") == scored
    assert edit("scripts/train.py")["train"] == 1
    assert edit("scripts/prepare_dataset.py")["prepare_dataset"] == 1
    assert planned_in(copy, complete) == {}
