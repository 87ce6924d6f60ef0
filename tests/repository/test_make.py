"""What the targets of the Makefile run, and what they say of words that are missing."""

import subprocess

from support.workdir import ROOT


def make(*words):
    command = ["make", *words, "--assume-old=.venv/run.stamp"]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True)


def test_the_report_of_several_overlays_has_one_name():
    done = make("-n", "report", "CONFIG=one.yaml two.yaml")
    assert "--configfile  one.yaml two.yaml --report results/report-one-two.html --" in done.stdout


def test_publishing_says_which_folder_it_wants():
    done = make("publish")
    assert done.returncode
    assert "Say which folder holds finished runs: make publish FROM=results/" in done.stdout
