"""The workflow in other places: in somebody's own Snakefile, with results elsewhere."""

import os
import shutil
import subprocess
import sys

import pandas as pd
import pytest
import yaml
from support.workdir import ROOT, Workdir

pytestmark = pytest.mark.slow

OVERLAY = {
    "scale": {"models": 2, "extents": [0, 1], "limit": {"train": 60, "test": 30}},
    "collections": {
        "mine": {
            "dataset": "digits",
            "architecture": "fully-connected-small-batch",
            "models": 2,
            "extents": [0, 1],
        },
    },
    "figures": {"mine": {"kind": "histograms", "collections": ["mine"]}},
}
SNAKEFILE = """
configfile: "{root}/config.yaml"
configfile: "{root}/workflow/scales/smoke.yaml"
configfile: "overlay.yaml"

rule all:
    input:
        "lines.txt",

module learning_order:
    snakefile: "{root}/Snakefile"
    config: config

use rule * from learning_order as learning_order_*

rule lines:
    input:
        "results/smoke/figures/mine.csv",
    output:
        "lines.txt",
    shell:
        "wc -l < {{input}} > {{output}}"
"""


def test_as_a_module_of_somebodys_snakefile(tmp_path):
    (tmp_path / "Snakefile").write_text(SNAKEFILE.format(root=ROOT))
    (tmp_path / "overlay.yaml").write_text(yaml.safe_dump(OVERLAY))
    command = [*(sys.executable, "-m", "snakemake"), "--cores", "2"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    drawn = pd.read_csv(tmp_path / "results/smoke/figures/mine.csv")
    assert set(drawn["extent"]) == {0, 1}
    assert int((tmp_path / "lines.txt").read_text()) == len(drawn) + 1
    assert "(Rule: learning_order_train)" in done.stderr
    # One model more trains one model.
    config = {**OVERLAY, "scale": {**OVERLAY["scale"], "models": 3}}
    config["collections"] = {"mine": {**OVERLAY["collections"]["mine"], "models": 3}}
    (tmp_path / "overlay.yaml").write_text(yaml.safe_dump(config))
    planned = subprocess.run([*command, "--dry-run"], cwd=tmp_path, capture_output=True, text=True)
    assert "seeds 2 to 2" in planned.stdout + planned.stderr
    assert "seeds 0 to" not in planned.stdout + planned.stderr


AS_MODULE = """
configfile: "config.yaml"

module learning_order:
    snakefile: github("somebody/learning-order", path="workflow/Snakefile", tag="v1.0.0")
    config: config

use rule * from learning_order
"""


def test_as_a_module_from_github(tmp_path, monkeypatch):
    """Git takes a local repository for it; the rest is as over the network."""
    repository, here = tmp_path / "github/somebody/learning-order", tmp_path / "here"
    for folder in ("workflow", "envs"):
        shutil.copytree(ROOT / folder, repository / folder)
    here.mkdir()
    shutil.copy(ROOT / "config.yaml", here)
    (here / "Snakefile").write_text(AS_MODULE)
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(tmp_path / "gitconfig"))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    (tmp_path / "gitconfig").write_text(
        f'[url "{tmp_path}/github/"]\n\tinsteadOf = https://github.com/\n'
        "[user]\n\tname = somebody\n\temail = somebody@example.org\n"
    )
    for command in ("init -q", "add .", "commit -q -m All", "tag v1.0.0"):
        subprocess.run(["git", *command.split()], cwd=repository, check=True)
    facts = "results/datasets/digits/dataset.json"
    command = [*(sys.executable, "-m", "snakemake"), "--cores", "1", facts]
    done = subprocess.run(command, cwd=here, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert (here / facts).exists()


def test_results_may_lie_anywhere(tmp_path, python):
    workdir, elsewhere = Workdir(tmp_path / "here", python), tmp_path / "scratch/runs"
    workdir.path.mkdir()
    overlay = {**OVERLAY, "results": str(elsewhere)}
    workdir.snakemake("--", "mine", overlay=overlay)
    assert (elsewhere / "figures/mine.png").exists()
    assert {path.name for path in workdir.path.iterdir()} == {"overlay.yaml", ".snakemake"}
    assert "Nothing to be done" in workdir.snakemake("--", "mine", overlay=overlay).stderr


def test_jobs_that_share_this_machine_s_gpu_are_limited(workdir, monkeypatch, tmp_path):
    (tmp_path / "nvidia-smi").write_text("#!/bin/sh\n")
    (tmp_path / "nvidia-smi").chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    facts = "results/smoke/datasets/gaussian/dataset.json"
    done = workdir.snakemake("--forcerun", "prepare_dataset", "--", facts)
    assert "training_on_gpu" in done.stdout + done.stderr
