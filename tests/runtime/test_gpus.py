"""Jobs of one machine spread over its GPUs."""

import os
import subprocess
import sys

import pytest

import learning_order
from learning_order.runtime import gpus

TWO = """GPU 0: NVIDIA A100-SXM4-40GB (UUID: GPU-aaaa-0)
GPU 1: NVIDIA A100-SXM4-40GB (UUID: GPU-bbbb-1)
"""
CUT = """GPU 0: NVIDIA A100-SXM4-40GB (UUID: GPU-aaaa-0)
  MIG 3g.20gb     Device  0: (UUID: MIG-cccc-0)
  MIG 3g.20gb     Device  1: (UUID: MIG-dddd-1)
GPU 1: NVIDIA A100-SXM4-40GB (UUID: GPU-bbbb-1)
"""


@pytest.fixture
def machine(monkeypatch, tmp_path):
    """A machine whose nvidia-smi prints what it is told."""
    monkeypatch.delenv(gpus.VISIBLE, raising=False)
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.setattr(gpus.tempfile, "gettempdir", lambda: str(tmp_path))

    def prints(text, status=0):
        script = tmp_path / "nvidia-smi"
        script.write_text(f"#!/bin/sh\ncat <<'END'\n{text}END\nexit {status}\n")
        script.chmod(0o755)

    return prints


def test_a_gpu_in_instances_is_these(machine):
    assert gpus.listed(TWO) == ["GPU-aaaa-0", "GPU-bbbb-1"]
    assert gpus.listed(CUT) == ["MIG-cccc-0", "MIG-dddd-1", "GPU-bbbb-1"]
    machine(CUT)
    assert gpus.gpus() == ["MIG-cccc-0", "MIG-dddd-1", "GPU-bbbb-1"]


def test_jobs_take_the_gpu_that_fewest_hold(machine, monkeypatch):
    machine(TWO)
    held = []
    for expected in ("GPU-aaaa-0", "GPU-bbbb-1", "GPU-aaaa-0"):
        monkeypatch.delenv(gpus.VISIBLE, raising=False)
        held.append(gpus.before_torch("auto"))
        assert os.environ[gpus.VISIBLE] == expected
    held.pop(1).close()
    monkeypatch.delenv(gpus.VISIBLE)
    held.append(gpus.before_torch("cuda"))
    assert os.environ[gpus.VISIBLE] == "GPU-bbbb-1", "which its job has left"
    for lock in held:
        lock.close()


def test_a_job_that_is_killed_leaves_its_gpu(machine, tmp_path, monkeypatch):
    machine(TWO)
    package = os.path.dirname(learning_order.__path__[0])
    code = "from learning_order.runtime import gpus; held = gpus.before_torch('auto')"
    job = subprocess.Popen(
        [sys.executable, "-c", f"{code}; print('holds', flush=True); input()"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": package, "TMPDIR": str(tmp_path)},
    )
    assert job.stdout.readline() == b"holds\n"
    with gpus.before_torch("auto"):
        assert os.environ[gpus.VISIBLE] == "GPU-bbbb-1"
    job.kill()
    job.wait()
    job.stdin.close()
    job.stdout.close()
    monkeypatch.delenv(gpus.VISIBLE)
    with gpus.before_torch("auto"):
        assert os.environ[gpus.VISIBLE] == "GPU-aaaa-0"


@pytest.mark.parametrize(
    ("visible", "seen"), [("", []), ("-1", []), ("3", ["3"]), ("0, 2", ["0", "2"])]
)
def test_what_is_hidden_stays_hidden(machine, monkeypatch, visible, seen):
    machine(TWO)
    monkeypatch.setenv(gpus.VISIBLE, visible)
    assert gpus.gpus() == seen
    lock = gpus.before_torch("auto")
    if len(seen) < 2:
        assert (lock, os.environ[gpus.VISIBLE]) == (None, visible)
    else:
        assert os.environ[gpus.VISIBLE] == seen[0]
        lock.close()


def test_a_machine_without_gpus_or_a_job_on_the_cpu_changes_nothing(machine, monkeypatch):
    machine("NVIDIA-SMI has failed because it could not talk to the driver\n", status=9)
    assert gpus.before_torch("auto") is None
    machine(TWO)
    assert gpus.before_torch("cpu") is None
    assert gpus.VISIBLE not in os.environ
