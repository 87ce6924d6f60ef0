"""Training in the real workflow: networks and loaders of one's own, and jobs that are killed."""

import os
import signal
import subprocess
import sys
import time
from dataclasses import replace

import pandas as pd
import pytest
import yaml
from support.workdir import ROOT

pytestmark = pytest.mark.slow

NETWORK = """
from torch import nn
from my_layers import head

def tiny(shape, classes, *, width):
    convolution = nn.Conv2d(shape[0], width, 3)
    return nn.Sequential(convolution, nn.BatchNorm2d(width), nn.ReLU(), *head(width, classes))
"""
LAYERS = """
from torch import nn

def head(width, classes):
    return [nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(width, classes)]
"""
LOADER = '''
import numpy as np
from learning_order.datasets.examples import Examples, numbered

def stripes(options, root, download):
    """Horizontal against vertical stripes, under noise."""
    rng = np.random.default_rng(options["options"]["seed"])
    splits = {}
    for split, count in (("train", 60), ("test", 30)):
        labels = np.arange(count) % 2
        images = rng.normal(0, 0.5, (count, 8, 8, 1)).astype(np.float32)
        images[labels == 0, ::2] += 1
        images[labels == 1, :, ::2] += 1
        splits[split] = numbered(split, images, labels)
    return Examples(**splits, classes=("horizontal", "vertical"), origin="stripes")
'''
ENDED_LATE = """
import atexit, os
from my_networks import tiny

def ended():
    os.rename("to-be-ended", "ended")
    os._exit(1)

if os.path.exists("to-be-ended"):
    atexit.register(ended)
"""
SGD = {"optimizer": {"name": "sgd", "momentum": 0.9}, "learning_rate": 0.05, "epochs": 40}
OVERLAY = {
    "scale": {"models": 2, "extents": [0, 30]},
    "datasets": {"stripes": {"loader": "my_loaders:stripes", "options": {"seed": 1}}},
    "architectures": {
        "mine": {
            "network": "my_networks:tiny",
            "options": {"width": 6},
            "batch_size": 10,
            "augmentation": {"flip": True},
            "reestimate_batch_norm": True,
            **SGD,
        },
        "squeezed": {"network": "torchvision:squeezenet1_1", **SGD},
    },
    "collections": {
        "mine": {"dataset": "stripes", "architecture": "mine", "models": 2, "extents": [0, 1]},
        "squeezed": {
            "dataset": "cats-dogs",
            "architecture": "squeezed",
            "models": 1,
            "extents": [0, 1],
        },
    },
    "figures": {
        "mine": {"kind": "histograms", "collections": ["mine"]},
        "squeezed": {"kind": "heatmaps", "collections": ["squeezed"]},
    },
}


@pytest.fixture(scope="module")
def own(workdir):
    for name, text in (("networks", NETWORK), ("layers", LAYERS), ("loaders", LOADER)):
        (workdir.path / f"my_{name}.py").write_text(text)
    return workdir


def test_a_network_and_a_loader_of_one_s_own_are_trained(own):
    own.snakemake("--", "mine", overlay=OVERLAY)
    results = own.path / "results/smoke"
    summary = pd.read_parquet(results / "scores/mine/summary.parquet")
    accuracy = summary.set_index(["split", "extent"])["accuracy"]
    assert accuracy["test", 30] > 0.9
    assert (results / "figures/mine.png").exists()
    assert own.planned("mine", overlay=OVERLAY) == {}


def test_editing_one_s_own_network_or_what_it_imports_trains_again(own):
    own.snakemake("--", "mine", overlay=OVERLAY)
    for name, rules in (
        ("my_networks.py", {"train"}),
        ("my_layers.py", {"train"}),
        ("my_loaders.py", {"prepare_dataset", "train"}),
    ):
        path = own.path / name
        before = path.read_text()
        path.write_text(before + "\nEDITED = True\n")
        planned = own.planned("mine", overlay=OVERLAY)
        path.write_text(before)
        assert {"train", "prepare_dataset"} & planned.keys() == rules, name
    assert own.planned("mine", overlay=OVERLAY) == {}


def test_any_network_of_torchvision_is_trained(own):
    overlay = {**OVERLAY, "scale": {"models": 1, "extents": [0, 1]}}
    own.snakemake("--", "squeezed", overlay=overlay)
    assert (own.path / "results/smoke/figures/squeezed.png").exists()


def test_a_function_that_is_not_there_stops_before_any_job(own):
    overlay = {**OVERLAY, "architectures": {"mine": {"network": "my_networks:tinny", **SGD}}}
    done = own.snakemake("--", "mine", overlay=overlay, check=False)
    assert done.returncode != 0
    assert (
        "my_networks.py has no function 'tinny'; did you mean 'tiny'?" in done.stdout + done.stderr
    )


def test_a_killed_training_job_goes_on_and_ends_with_the_same_bytes(own):
    """Everything is killed at once, as by a power cut; the second start finds the checkpoints."""
    name = "predictions/stripes/mine/extent-all/seeds-0-1.parquet"

    def overlay(results):
        return {
            **OVERLAY,
            "results": results,
            "checkpoint_minutes": 0,
            "scale": {"models": 2, "extents": [0, 10, 40]},
            "collections": {"mine": {**OVERLAY["collections"]["mine"], "protocol": "snapshots"}},
            "figures": {"mine": OVERLAY["figures"]["mine"]},
        }

    whole, killed = (f"results/{run}/{name}" for run in ("whole", "killed"))
    own.snakemake("--", whole, overlay=overlay("results/whole"))

    state = own.path / "results/killed/checkpoints/stripes/mine/extent-all/seed-1.state.pt"
    files = [ROOT / "workflow/scales/smoke.yaml", own.path / "killed.yaml"]
    files[-1].write_text(yaml.safe_dump(overlay("results/killed")))
    process = subprocess.Popen(
        [
            *(sys.executable, "-m", "snakemake", "--snakefile", str(ROOT / "Snakefile")),
            *("--directory", str(own.path), "--workflow-profile", "none", "--cores", "2"),
            *("--configfile", *map(str, files), "--", killed),
        ],
        cwd=own.path,
        start_new_session=True,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    deadline = time.monotonic() + 120
    while not state.exists():
        assert process.poll() is None, "it ended before it could be killed"
        assert time.monotonic() < deadline
        time.sleep(0.01)
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    assert not (own.path / killed).exists()

    own.snakemake("--unlock", "--", killed, overlay=overlay("results/killed"))
    own.snakemake("--rerun-incomplete", "--", killed, overlay=overlay("results/killed"))
    log = own.path / "results/killed/logs/training/stripes/mine/extent-all/seeds-0-1.log"
    assert "resumed: 40 network-epochs were done before" in log.read_text()
    assert (own.path / killed).read_bytes() == (own.path / whole).read_bytes()
    assert not (own.path / "results/killed/checkpoints").exists()


def test_a_block_whose_job_is_ended_when_it_is_written_is_not_trained_again(own):
    """As by a time limit: Snakemake deletes the block, and the next attempt takes it back."""
    (own.path / "my_late.py").write_text(ENDED_LATE)
    (own.path / "to-be-ended").touch()
    late = {"inherits": "mine", "network": "my_late:tiny"}
    architectures = {**OVERLAY["architectures"], "late": late}
    overlay = {**OVERLAY, "results": "results/late", "architectures": architectures}
    block = "results/late/predictions/stripes/late/extent-30/seeds-0-1.parquet"
    plain = replace(own, python=sys.executable)  # which runs what is registered for its exit
    said = plain.snakemake("--retries", "1", "--", block, overlay=overlay)
    assert (own.path / "ended").exists()
    assert "Removing output files of failed job train" in said.stdout + said.stderr
    log = own.path / "results/late/logs/training/stripes/late/extent-30/seeds-0-1.log"
    assert "finished by an earlier attempt" in log.read_text()
    assert os.listdir((own.path / block).parent) == ["seeds-0-1.parquet"]
    assert own.planned(block, overlay=overlay) == {}
