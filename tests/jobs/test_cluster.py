"""What stands before squeue and scontrol, with commands in their place that fail at will."""

import os
import subprocess
import time
from importlib.machinery import SourceFileLoader
from importlib.util import module_from_spec, spec_from_loader
from pathlib import Path

import pytest
from support.workdir import ROOT

TOOL = """#!/bin/sh
[ -e {folder}/silent ] && exec sleep 60
[ -e {folder}/away ] && {{ echo "slurm_load_jobs error: Unable to contact" >&2; exit 1; }}
cat {folder}/{name}.txt
echo "$@" > {folder}/{name}.called
"""


@pytest.fixture
def cluster(tmp_path):
    """A folder of commands; `call` asks those of the workflow, in front of them."""
    for name in ("squeue", "scontrol"):
        path = tmp_path / "bin" / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(TOOL.format(folder=tmp_path, name=name))
        path.chmod(0o755)
        (tmp_path / f"{name}.txt").write_text("")
    path = os.pathsep.join([str(ROOT / "workflow/cluster"), f"{tmp_path}/bin", os.environ["PATH"]])

    def call(*words: str) -> subprocess.CompletedProcess:
        environment = {**os.environ, "PATH": path}
        return subprocess.run(words, env=environment, cwd=tmp_path, capture_output=True, text=True)

    call.folder = tmp_path
    return call


POLL = ("squeue", "--format=%i|%T", "--states=all", "--noheader", "--name", "run-1")


def test_a_poll_without_an_answer_lists_nothing_and_is_no_failure(cluster):
    (cluster.folder / "away").touch()
    done = cluster(*POLL)
    assert (done.returncode, done.stdout) == (0, "")
    assert "Unable to contact" in done.stderr


def test_what_slurm_has_forgotten_is_unknown(cluster):
    jobs = cluster.folder / "squeue.txt"
    jobs.write_text("7|RUNNING\n8|PENDING\n")
    assert cluster(*POLL).stdout == "7|RUNNING\n8|PENDING\n"
    jobs.write_text("8|RUNNING\n")
    assert cluster(*POLL).stdout == "8|RUNNING\n7|UNKNOWN\n"
    assert cluster(*POLL[:-1], "another-run").stdout == "8|RUNNING\n"


def test_the_last_configuration_stands_in_while_the_controller_is_away(cluster):
    (cluster.folder / "scontrol.txt").write_text("MinJobAge = 300 sec\n")
    assert "300" in cluster("scontrol", "show", "config").stdout
    (cluster.folder / "away").touch()
    assert "300" in cluster("scontrol", "show", "config").stdout
    assert cluster("scontrol", "show", "job", "7").returncode == 1


@pytest.mark.slow  # it waits
def test_a_configuration_that_does_not_come_is_not_waited_for(cluster):
    """The executor gives up after 10 s, and then asks an accounting that may not be there."""
    (cluster.folder / "scontrol.txt").write_text("MinJobAge = 300 sec\n")
    cluster("scontrol", "show", "config")
    (cluster.folder / "silent").touch()
    begin = time.monotonic()
    assert "300" in cluster("scontrol", "show", "config").stdout
    assert time.monotonic() - begin < 9


def test_a_poll_that_does_not_end_lists_nothing(cluster, monkeypatch, capsys):
    loader = SourceFileLoader("squeue", str(ROOT / "workflow/cluster/squeue"))
    module = module_from_spec(spec_from_loader("squeue", loader))
    loader.exec_module(module)
    monkeypatch.setattr(module, "LIMITS", {"squeue": 0.2})
    monkeypatch.setenv("PATH", f"{cluster.folder}/bin", prepend=os.pathsep)
    (cluster.folder / "silent").touch()
    module.poll(list(POLL[1:]))
    assert capsys.readouterr() == ("", "no answer from squeue: squeue: no answer in 0.2 s\n")


def test_other_calls_are_passed_on(cluster):
    cluster("squeue", "--me", "-o", "%i %T")
    assert Path(cluster.folder, "squeue.called").read_text() == "--me -o %i %T\n"
    assert not (cluster.folder / ".snakemake").exists()
