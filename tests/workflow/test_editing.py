"""Editing the source of the workflow reruns what is made of it, and nothing else."""

import os
import shutil

import pytest
from support.workdir import ROOT, Workdir

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def copy(miniature_data, python, tmp_path_factory):
    """A working directory with a copy of the workflow, whose source may be edited."""
    folder = tmp_path_factory.mktemp("copy")
    for name in ("Snakefile", "config.yaml", "workflow", "envs", "profiles"):
        source = ROOT / name
        if source.is_dir():
            shutil.copytree(source, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(source, folder / name)
    workdir = Workdir(folder, python, root=folder)
    workdir.link_data(miniature_data)
    return workdir


def test_editing_code_reruns_what_is_made_of_it(copy):
    figures = ("fig2", "fig21")
    copy.snakemake("--", *figures)
    assert copy.planned(*figures) == {}
    workflow = copy.path / "workflow"
    for path in workflow.rglob("*.py"):
        os.utime(path)
    assert copy.planned(*figures) == {}, "touching files is no change"

    def edit(*names):
        before = {workflow / name: (workflow / name).read_text() for name in names}
        for path, text in before.items():
            path.write_text(text + "\nEDITED = True\n")
        planned = copy.planned(*figures)
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
    assert copy.planned(*figures) == {}
