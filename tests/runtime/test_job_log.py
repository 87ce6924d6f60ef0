"""What surrounds a job: whole files, a log, progress, errors a person can act on."""

import io
import os
import re
import subprocess
import sys

import pytest
from support.workdir import ROOT

from learning_order.datasets.examples import DatasetNotFound
from learning_order.runtime.files import written_aside
from learning_order.runtime.job_log import job_log, source_revision
from learning_order.runtime.progress import TrainingProgress
from learning_order.training.device_errors import DeviceLost


def test_a_file_appears_when_it_is_whole(tmp_path):
    path = tmp_path / "deep" / "table.csv"
    with written_aside(path) as aside:
        aside.write_text("half")
        assert not path.exists()
        assert aside.suffix == ".csv"
    assert path.read_text() == "half"
    assert list(path.parent.iterdir()) == [path]


def test_a_file_that_fails_leaves_the_old_one(tmp_path):
    path = tmp_path / "table.csv"
    path.write_text("old")
    with pytest.raises(RuntimeError), written_aside(path) as aside:  # noqa: PT012
        aside.write_text("half")
        raise RuntimeError
    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]


TERMINATED = """
import os, signal, sys, time
from pathlib import Path
from learning_order.runtime.files import written_aside
from learning_order.runtime.job_log import job_log

with job_log("job.log"), written_aside(Path("table.csv")) as aside:
    aside.write_text("half")
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(60)
"""


def test_a_job_that_a_cluster_ends_leaves_nothing_half_written(tmp_path):
    command = [sys.executable, "-c", TERMINATED]
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "workflow")}
    done = subprocess.run(command, cwd=tmp_path, env=environment, timeout=30)
    assert done.returncode == 1
    assert [path.name for path in tmp_path.iterdir()] == ["job.log"]


def test_what_a_job_explained_is_said_at_once_by_its_next_attempt(tmp_path):
    log = tmp_path / "a.log"
    with pytest.raises(SystemExit), job_log(log, attempt=1):
        raise DatasetNotFound("the images are not there")
    with pytest.raises(SystemExit), job_log(log, attempt=2):
        pytest.fail("the second attempt does not try again")
    assert log.read_text() == "the images are not there\n"
    with job_log(log, attempt=1) as file:
        print("another run does", file=file)
    with job_log(log, attempt=2):
        pass
    assert [path.name for path in tmp_path.iterdir()] == ["a.log"]


def test_another_error_is_met_again_by_trying(tmp_path):
    with pytest.raises(OSError, match="network"), job_log(tmp_path / "a.log"):
        raise OSError("network")
    with job_log(tmp_path / "a.log", attempt=2) as log:
        print("done", file=log)
    assert (tmp_path / "a.log").read_text() == "done\n"


def test_what_a_killed_job_left_half_written_goes_with_the_next_file(tmp_path):
    path = tmp_path / "seeds-0-9.parquet"
    old, new, other = (
        tmp_path / f".{stem}.{number:08x}.parquet"
        for stem, number in (("seeds-0-9", 1), ("seeds-0-9", 2), ("seeds-0-99", 3))
    )
    for each in (old, new, other):
        each.touch()
    for each in (old, other):
        os.utime(each, (0, 0))
    with written_aside(path) as aside:
        aside.touch()
    assert {each.name for each in tmp_path.iterdir()} == {path.name, new.name, other.name}


def test_an_explained_error_is_logged_without_a_traceback(tmp_path):
    with pytest.raises(SystemExit) as stop, job_log(tmp_path / "logs/a.log"):
        raise DatasetNotFound("put the files there")
    assert stop.value.code == 1
    assert (tmp_path / "logs/a.log").read_text() == "put the files there\n"


def test_any_other_error_is_logged_with_its_traceback(tmp_path):
    with pytest.raises(ZeroDivisionError), job_log(tmp_path / "a.log"):
        1 / 0  # noqa: B018
    assert "Traceback" in (tmp_path / "a.log").read_text()


def test_the_source_revision_is_a_commit_or_unknown():
    assert re.fullmatch(r"[0-9a-f]{7,12}(-dirty)?|unknown", source_revision())


def test_progress_tells_epoch_accuracy_and_time_left(monkeypatch):
    monkeypatch.setattr("learning_order.runtime.progress.SECONDS_BETWEEN_LINES", 0)
    log = io.StringIO()
    progress = TrainingProgress(log, total=2, title="digits")
    progress.advance(7, 1, 1, lambda: (0.5, 0.25))
    progress.advance(7, 2, 1, lambda: (0.25, 0.75))
    progress.close()
    first, second = log.getvalue().splitlines()
    assert re.fullmatch(
        r"1/2 network-epochs; seed 7 epoch 1: loss 0\.5000, train accuracy 0\.2500; 0:00:00 left",
        first,
    )
    assert second.startswith("2/2 network-epochs; seed 7 epoch 2: loss 0.2500")


def test_progress_is_quiet_between_lines_but_tells_the_end():
    log = io.StringIO()
    progress = TrainingProgress(log, total=50, title="digits")
    for epoch in range(1, 51):
        progress.advance(0, epoch, 1, lambda: (1.0, 0.5))
    assert [line.split()[0] for line in log.getvalue().splitlines()] == ["1/50", "50/50"]


def test_progress_tells_of_parts_of_epochs_and_of_what_was_kept(monkeypatch):
    monkeypatch.setattr("learning_order.runtime.progress.SECONDS_BETWEEN_LINES", 0)
    log = io.StringIO()
    progress = TrainingProgress(log, total=4, title="digits")
    progress.skip(2.5)
    progress.advance(3, 2.75, 0.25, lambda: (1.0, 0.5))
    kept, line = log.getvalue().splitlines()
    assert kept == "resumed: 2.5 network-epochs were done before"
    assert line.startswith("0.25/1.5 network-epochs; seed 3 epoch 2.75: loss 1.0000")


def test_what_may_pass_is_tried_again(tmp_path):
    log, tried = tmp_path / "a.log", []

    def lost(attempt):
        tried.append(attempt)
        raise DeviceLost("the GPU is gone")

    for attempt in (1, 2):
        with pytest.raises(SystemExit), job_log(log, attempt):
            lost(attempt)
    assert tried == [1, 2]
