"""What Snakemake says of mistakes: a sentence, and none of the workflow's or Snakemake's code."""

import os
import subprocess
import sys

import pytest
from support.workdir import ROOT

from learning_order.runtime.gpus import has_driver

pytestmark = pytest.mark.slow

MINE = """
datasets:
  birds: {loader: image-folder, root: /nowhere/birds, size: 8}
collections:
  tiny: {dataset: digits, architecture: small-st-vgg, models: 2, extents: [0, 1]}
  own: {predictions: none.csv}
  few: {predictions: few.csv, models: 7}
  away: {dataset: birds, architecture: small-st-vgg, models: 2, extents: [0, 1]}
  run: {dataset: digits, architecture: small-st-vgg, models: 2, extents: {from: 0, to: 5}}
figures:
  tiny: {kind: histograms, collections: [tiny]}
  own: {kind: histograms, collections: [own]}
  few: {kind: histograms, collections: [few]}
  away: {kind: histograms, collections: [away]}
  curves: {kind: example-curves, collections: [run]}
"""
CASES = {
    "a target": (["tinny", "--configfile", "mine.yaml"], "no target 'tinny'; did you mean 'tiny'?"),
    "a target after a file": (
        ["--configfile", "mine.yaml", "tiny"],
        "write it first: snakemake tiny --configfile mine.yaml",
    ),
    "two options": (
        ["tiny", "--configfile", "mine.yaml", "--configfile", "scale.yaml"],
        "--configfile stands there 2 times, and only the last counts: write all files after one",
    ),
    "a dataset": (["digits"], "'digits' is a dataset: its target is results/datasets/digits/"),
    "a picture": (["results/figures/fig144.png"], "no figure 'fig144'; did you mean 'fig14'?"),
    "a file of a dataset": (
        ["results/datasets/digit/dataset.json"],
        "no dataset 'digit'; did you mean 'digits'?",
    ),
    "no folder": (
        ["tiny", "--configfile", "mine.yaml", "--config", "results=/proc/none"],
        "results: '/proc/none' cannot be made",
    ),
    "no GPU": (
        ["tiny", "--configfile", "mine.yaml", "--config", "device=cuda"],
        "this machine has no driver of one: set `device: auto`",
    ),
    "a file that is missing": (["own", "--configfile", "mine.yaml"], "there is no file /"),
    "fewer models than asked for": (
        ["few", "--configfile", "mine.yaml"],
        "collections.few.models: seed 1 is wanted, but the seeds in few.csv are 0",
    ),
    "no images": (
        ["away", "--configfile", "mine.yaml"],
        "datasets.birds.root: there is no folder /nowhere/birds: put it there, or write where",
    ),
    "a ranking": (["results/ranking/NOPE.csv"], "there is no collection or ranking 'NOPE'; "),
    "no such output": (
        ["results/figures/fig9.svg"],
        "no rule makes results/figures/fig9.svg; did you mean 'results/figures/{figure}.",
    ),
    "no file": (["tiny", "--configfile", "none.yaml"], "none.yaml: not a readable file"),
    "no value": (["tiny", "--config", "device"], "--config device: write device=VALUE"),
    "broken": (["tiny", "--configfile", "broken.yaml"], "broken.yaml, line 2: not readable"),
    "twice": (["tiny", "--configfile", "twice.yaml"], "twice.yaml, line 2: 'data' is written twi"),
    "unknown": (["fig1", "--configfile", "key.yaml"], "key.yaml: top level: unknown key 'colect"),
    "a scale": (
        ["curves", "--configfile", "mine.yaml", "scale.yaml"],
        "figures.curves: example-curves needs at least 3 extents after 0, but 'run' has 0, 1",
    ),
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    path = tmp_path_factory.mktemp("refused")
    (path / "mine.yaml").write_text(MINE)
    (path / "few.csv").write_text("seed,extent,split,example,label,prediction\n0,1,test,0,1,1\n")
    (path / "broken.yaml").write_text("a:\n\tb: 1\n")
    (path / "some.yaml").write_text("targets: {some: [tiny, away]}\n")
    (path / "twice.yaml").write_text("data: a\ndata: b\n")
    (path / "key.yaml").write_text("colections: {}\n")
    (path / "scale.yaml").write_text("scale: {extents: [0, 1]}\n")
    return path


def said(folder, *words: str) -> str:
    command = [*(sys.executable, "-m", "snakemake"), "-n", "-s", str(ROOT / "Snakefile")]
    done = subprocess.run([*command, *words], cwd=folder, capture_output=True, text=True)
    assert done.returncode == 1
    return done.stdout + done.stderr


@pytest.mark.parametrize(("words", "message"), CASES.values(), ids=CASES)
def test_a_mistake_is_said_in_a_sentence(folder, words, message):
    if "device=cuda" in words and has_driver():
        pytest.skip("this machine has one")
    answer = said(folder, *words)
    assert message in answer
    assert "Traceback" not in answer
    assert ".smk" not in answer
    assert "Exception" not in answer


def test_of_many_figures_those_with_their_data_are_drawn(folder):
    command = [*(sys.executable, "-m", "snakemake"), "-n", "-q", "-s", str(ROOT / "Snakefile")]
    words = ["some", "--configfile", "mine.yaml", "some.yaml"]
    done = subprocess.run([*command, *words], cwd=folder, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


def test_a_configuration_of_one_s_own_that_replaces_ours_says_so(tmp_path):
    (tmp_path / "config.yaml").write_text(MINE)
    assert "give the file another name: snakemake TARGET --configfile mine.yaml" in said(
        tmp_path, "tiny"
    )


def test_a_job_that_starts_after_an_edit_does_not_run(tmp_path):
    """As on a cluster, where each job reads the configuration when it starts."""
    command = [*(sys.executable, "-m", "snakemake"), "-s", str(ROOT / "Snakefile"), "--cores", "1"]
    command += ["--mode", "subprocess", "--", "results/datasets/digits/dataset.json"]
    for digests, code in (("0123456789ab", 1), ("", 0)):
        environment = {**os.environ, "LEARNING_ORDER_SUBMITTED": digests}
        done = subprocess.run(
            command, cwd=tmp_path, env=environment, capture_output=True, text=True
        )
        assert done.returncode == code
        said = (tmp_path / "results/logs/datasets/digits.log").read_text()
        assert ("submitted: dataset 'digits' is another now" in said) == bool(digests)
