"""`make plan` before and after the real workflow at smoke scale; and what planning a run loads."""

import os
import re
import subprocess
import sys

import pytest
from support.workdir import ROOT

pytestmark = pytest.mark.slow


def planned(workdir, *targets: str, scale: str = "smoke", check: bool = True):
    """What `make plan TARGET=… SCALE=…` runs, without calibration."""
    command = [
        *(sys.executable, str(ROOT / "workflow/plan.py"), *targets),
        *("--configfile", str(ROOT / f"workflow/scales/{scale}.yaml"), "--no-calibrate"),
    ]
    env = {**os.environ, "CUDA_VISIBLE_DEVICES": ""}
    done = subprocess.run(command, capture_output=True, text=True, cwd=workdir.path, env=env)
    assert not check or done.returncode == 0, done.stderr
    return done


def row(done, name: str) -> list[str]:
    [found] = [line.split() for line in done.stdout.splitlines() if line.startswith(f"{name} ")]
    return found[1:]


def test_a_plan_holds_before_and_after_the_run(workdir):
    """Figure 21 at smoke scale: 3 models, one run each of 3 epochs over 100 images, of
    which the miniature has 80.

    Figure 16: 3 models at each of the extents 0 to 3, from scratch; 0 + 1 + 2 + 3 epochs.
    """
    before = planned(workdir, "fig21", "fig16")
    assert row(before, "fig21")[:4] == ["3", "0", "9", "900"]
    assert row(before, "fig16")[:4] == ["12", "0", "18", "1.8"]  # thousand
    assert row(before, "total")[:4] == ["15", "0", "27", "2.7"]
    assert "A guess by `images_per_second`" in before.stdout
    assert not (workdir.path / "results").exists(), "a plan starts nothing"

    workdir.snakemake("--", "fig21")
    after = planned(workdir, "fig21", "fig16")
    assert row(after, "fig21")[:4] == ["3", "3", "9", "720"]
    assert row(after, "fig21")[-3] == "0", "no hours are left"
    assert row(after, "total")[:4] == ["15", "3", "27", "2.5"]


def test_an_unknown_target_is_said_in_one_line(workdir):
    done = planned(workdir, "fig51", check=False)
    assert done.returncode == 1
    assert done.stderr == "there is no target 'fig51'; did you mean 'fig5'?\n"


def test_a_scale_that_is_not_there_is_said_in_one_line(workdir):
    done = planned(workdir, "fig2", scale="laptop2", check=False)
    assert done.returncode == 1
    assert "laptop2.yaml: " in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_make_plan_takes_a_target_and_a_scale():
    command = ["make", "--dry-run", "plan", "TARGET=fig9 fig15", "SCALE=laptop"]
    said = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, check=True).stdout
    assert "workflow/plan.py fig9 fig15 --configfile workflow/scales/laptop.yaml" in said


def test_planning_a_run_loads_nothing_that_trains_or_draws(tmp_path):
    """Snakemake reads the workflow for every job once more, so what it imports counts each time."""
    command = [
        *(sys.executable, "-X", "importtime", "-m", "snakemake"),
        *("--snakefile", str(ROOT / "Snakefile"), "--directory", str(tmp_path)),
        *("--workflow-profile", str(ROOT / "profiles/default"), "--cores", "1"),
        *("--dry-run", "--", "fig15", "fig11", "claims"),
    ]
    done = subprocess.run(command, capture_output=True, text=True, cwd=tmp_path, check=True)
    loaded = set(re.findall(r"^import time:.*\| +([\w.]+)$", done.stderr, re.MULTILINE))
    assert "learning_order.config" in loaded, "the list is that of the workflow"
    packages = {name.partition(".")[0] for name in loaded}
    heavy = {"torch", "torchvision", "matplotlib", "seaborn", "sklearn", "scipy"}
    assert packages & heavy == set()
