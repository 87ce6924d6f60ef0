"""`snakemake --profile slurm` on a real Slurm, with faults: the results are those of a run here."""

import os
import re
import shutil
import signal
import subprocess
import tempfile
import time
from pathlib import Path

import pytest
from support.slurm.cluster import Cluster, why_not
from support.slurm.runs import HISTOGRAMS, OVERLAY, Run, block, checkpoint

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]

FINISHED = block(2)  # what `begun` has already
UNANSWERED = "Status query returned 0 job IDs"  # by the executor, with --verbose
GPU = ("train:slurm_partition=gpu", 'train:gres="gpu:1"')


@pytest.fixture(scope="module")
def cluster():
    if reason := why_not():
        pytest.skip(reason)
    folder = Path(tempfile.mkdtemp(prefix="slurm-"))  # a short path, for sockets
    cluster = Cluster(folder)
    try:
        cluster.start()
        yield cluster
    finally:
        cluster.stop()
        shutil.rmtree(folder)


@pytest.fixture(scope="module")
def local(tmp_path_factory, python) -> Run:
    """The figure, built here."""
    run = Run.new(tmp_path_factory.mktemp("local") / "run", python=python)
    run.snakemake("slow")
    return run


@pytest.fixture(scope="module")
def begun(tmp_path_factory, local) -> Run:
    """Where the dataset is prepared and the model of seed 2 trained, and no more."""
    run = local.copied_to(tmp_path_factory.mktemp("begun") / "run")
    for seed in (0, 1, 3):
        (run.path / block(seed)).unlink()
    for folder in ("scores", "figures", "logs"):
        shutil.rmtree(run.path / "results" / folder)
    return run


@pytest.fixture(scope="module")
def figure(tmp_path_factory, cluster) -> Run:
    """The figure, built through Slurm, all models at once for some seconds."""
    run = Run.new(tmp_path_factory.mktemp("slurm") / "run", cluster=cluster)
    run.snakemake("slow", pause=0.5)
    return run


@pytest.fixture(scope="module")
def stricken(tmp_path_factory, begun, cluster, figure):
    """Four runs side by side, as each mostly waits: what befalls their one job, and the process.

    Slurm counts time in minutes: one trains for 100 s with a limit of one.
    """
    starts = {
        "time": {"pause": 2.5, "options": ("--set-resources", *GPU, "train:runtime=attempt")},
        "memory": {"options": ("--set-resources", *GPU, "train:mem_mb=300*attempt**3")},
        "cancelled": {"pause": 0.5},
        "requeued": {"pause": 0.5},
    }
    processes = {}
    for name, how in starts.items():
        run = begun.copied_to(tmp_path_factory.mktemp(name) / "run", cluster)
        processes[name] = run, run.start(block(0), FINISHED, **how)
    for name, words in (("cancelled", ["scancel"]), ("requeued", ["scontrol", "requeue"])):
        run, process = processes[name]
        run.wait_for(checkpoint(0), process)
        cluster.command(*words, *run.submitted())
    yield processes
    for _, process in processes.values():
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)


@pytest.fixture
def run(tmp_path, begun, cluster) -> Run:
    return begun.copied_to(tmp_path / "run", cluster)


def check(run: Run, local: Run, *seeds: int) -> None:
    """The blocks are those of the local run; what was finished was not made again."""
    for seed in seeds:
        assert (run.path / block(seed)).read_bytes() == (local.path / block(seed)).read_bytes()
    jobs = run.cluster.jobs()
    assert not [number for number in run.submitted() if "2_2" in jobs[number]["Comment"]]


def test_a_figure_is_the_same_as_without_slurm(figure, local):
    folders = ("datasets", "predictions", "scores", "figures")
    assert figure.bytes(*folders) == local.bytes(*folders)
    assert (figure.path / "results/figures/slow.png").read_bytes() == (
        local.path / "results/figures/slow.png"
    ).read_bytes()


def test_captions_are_not_jobs(figure, cluster):
    rules = [
        cluster.jobs()[job]["Comment"].partition("_wildcards")[0] for job in figure.submitted()
    ]
    assert sorted(rules) == [
        "rule_draw_figure",
        "rule_prepare_dataset",
        "rule_score_collection",
        *["rule_train"] * 4,
    ]


def test_jobs_at_once_share_no_gpu(figure, cluster):
    jobs = [cluster.jobs()[job] for job in figure.submitted()]
    training = [job for job in jobs if "rule_train" in job["Comment"]]
    assert max(job["StartTime"] for job in training) < min(job["EndTime"] for job in training)
    logs = (figure.path / "results/logs/training").rglob("*.log")
    places = [re.match(r"on (\w+), .*CUDA_VISIBLE_DEVICES=(\d)", log.read_text()) for log in logs]
    assert {place.groups() for place in places} == {
        (node, gpu) for node in ("gpu1", "gpu2") for gpu in "01"
    }
    others = [job for job in jobs if "rule_train" not in job["Comment"]]
    assert {job["Partition"] for job in others} == {"cpu"}


def test_memory_and_time_are_those_of_the_job(figure, cluster):
    job = cluster.jobs()[figure.submitted()[1]]
    assert "rule_train" in job["Comment"]
    assert job["TimeLimit"] == "00:11:00"
    assert job["MinMemoryNode"] == "4001M"


def test_a_second_call_submits_nothing(figure, cluster):
    before = set(cluster.jobs())
    assert "Nothing to be done" in figure.snakemake("slow")
    assert set(cluster.jobs()) == before


def test_a_change_submits_what_it_touches(figure, local, cluster):
    changed = {**HISTOGRAMS, "options": {"splits": ["test"]}}
    figure.configure(figures={**OVERLAY["figures"], "slow": changed})
    figure.snakemake("slow")
    rules = [cluster.jobs()[job]["Comment"] for job in figure.submitted()]
    assert [rule.partition("_wildcards")[0] for rule in rules] == ["rule_draw_figure"]


def test_a_cancelled_job_is_tried_again(stricken, local):
    run, process = stricken["cancelled"]
    assert "CANCELLED" in run.finish(process)
    assert "resumed" in (run.path / block_log(0)).read_text()
    check(run, local, 0)
    assert not list((run.path / "results").rglob(".seeds-*")), "something half-written"


def test_a_job_that_is_ended_after_it_wrote_all_is_not_made_again(run, local, cluster):
    """As by a time limit, while the process is still there."""
    process = run.start(block(0), FINISHED, linger=120)
    folder = (run.path / block(0)).parent
    run.wait_until(lambda: any(folder.glob(".seeds-0-0.*.finished")), process)
    cluster.command("scancel", *run.submitted())
    assert "CANCELLED" in run.finish(process)
    assert "finished by an earlier attempt" in (run.path / block_log(0)).read_text()
    check(run, local, 0)


def test_a_requeued_job_goes_on(stricken, local, cluster):
    """What a preemption does, where sites have it."""
    run, process = stricken["requeued"]
    run.finish(process)
    [job] = run.submitted()
    assert cluster.jobs()[job]["Restarts"] == "1"
    assert "resumed" in (run.path / block_log(0)).read_text()
    check(run, local, 0)


def test_a_job_out_of_memory_gets_more(stricken, local, cluster):
    run, process = stricken["memory"]
    run.finish(process)
    first, *_, last = run.submitted()
    log = next((run.path / "results/logs/slurm").rglob(f"{first}.log")).read_text()
    assert "memory limit" in log
    assert cluster.jobs()[first]["MinMemoryNode"] == "300M"
    assert cluster.jobs()[last]["MinMemoryNode"] in ("2400M", "8100M")
    check(run, local, 0)


def test_a_job_past_its_time_goes_on_with_more(stricken, local, cluster):
    run, process = stricken["time"]
    assert "TIMEOUT" in run.finish(process)
    assert "resumed" in (run.path / block_log(0)).read_text()
    limits = [cluster.jobs()[job]["TimeLimit"] for job in run.submitted()]
    assert len(limits) > 1  # on a slow machine two minutes do not suffice either
    assert limits == [f"00:0{minutes}:00" for minutes in range(1, len(limits) + 1)]
    check(run, local, 0)


def test_a_node_that_dies_costs_no_result(run, local, cluster):
    process = run.start(block(0), block(1), FINISHED, pause=0.3)
    run.wait_for(checkpoint(0), process)
    run.wait_for(checkpoint(1), process)
    node = cluster.jobs()[run.submitted()[0]]["NodeList"]
    cluster.kill_node(node)
    try:
        run.finish(process)
    finally:
        cluster.start_node(node)
    check(run, local, 0, 1)


def test_a_controller_may_be_away_while_jobs_end_and_are_polled(run, local, cluster):
    """Until a poll has gone unanswered and the job has ended: neither may lose the job."""
    process = run.start(block(0), FINISHED, pause=0.3, options=("--verbose",))
    run.wait_for(checkpoint(0), process)
    cluster.kill_controller()
    run.wait_until(lambda: UNANSWERED in run.output(), process)
    run.wait_for(block(0), process)
    cluster.start_controller()
    assert "Falling back to 'sacct'" not in run.finish(process)
    assert len(run.submitted()) == 1
    check(run, local, 0)


def test_an_interrupted_snakemake_cancels_its_jobs_and_goes_on(run, local, cluster):
    process = run.start(block(0), block(1), FINISHED, pause=0.3)
    run.wait_for(checkpoint(0), process)
    process.send_signal(signal.SIGINT)
    process.wait(timeout=120)
    assert not (run.path / block(0)).exists()
    wait_until_gone(cluster, run.submitted())
    run.snakemake(block(0), block(1), FINISHED)
    assert "resumed" in (run.path / block_log(0)).read_text()
    check(run, local, 0, 1)


def test_a_killed_snakemake_goes_on_by_the_documented_steps(run, local, cluster):
    process = run.start(block(0), block(1), FINISHED, pause=0.3)
    run.wait_for(checkpoint(0), process)
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    assert set(run.submitted()) & set(cluster.running("rule_train")), "jobs go on by themselves"
    again = run.start(block(0))
    assert "--unlock" in run.finish(again, code=1)
    names = cluster.command("squeue", "--noheader", "--format=%i %j")
    cluster.command("scancel", *re.findall(r"^(\d+) learning-order", names, re.MULTILINE))
    run.snakemake(options=("--unlock",))
    run.snakemake(block(0), block(1), FINISHED)
    check(run, local, 0, 1)


def test_a_job_that_ended_while_snakemake_was_dead_is_not_done_again(run, local, cluster):
    process = run.start(block(0), FINISHED, pause=0.2)
    run.wait_for(checkpoint(0), process)
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    wait_until_gone(cluster, run.submitted())
    written = (run.path / block(0)).stat().st_mtime_ns
    run.snakemake(options=("--unlock",))
    run.snakemake(block(0), FINISHED)
    assert (run.path / block(0)).stat().st_mtime_ns == written
    check(run, local, 0)


def test_two_users_at_once_get_a_message(run, local):
    first = run.start(block(0), pause=0.7)
    run.wait_for(checkpoint(0), first)
    second = subprocess.run(
        [*first.args[:-1], block(0), block(1)],
        cwd=run.path,
        env=run.cluster.environment,
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert second.returncode == 1
    assert "Directory cannot be locked" in second.stdout + second.stderr
    run.finish(first)
    check(run, local, 0)


def test_one_failure_stops_nothing_else_and_is_summed_up(run, local):
    process = run.start("diverging", block(0), options=("--retries", "0"))
    output = run.finish(process, code=1)
    check(run, local, 0)
    summary = output[output.index("1 job failed") :]
    assert "train: results/predictions/digits/diverging/extent-all/seeds-0-0.parquet" in summary
    assert "Training diverged: the model with seed 0" in summary
    assert "log: results/logs/training/digits/diverging/extent-all/seeds-0-0.log" in summary
    assert "--profile slurm" in summary


def test_a_job_that_slurm_has_forgotten_is_not_waited_for(run, local, cluster):
    """Snakemake is suspended, as by a closed lid, until the end of its job is no longer known.

    Comes last: Slurm forgets the jobs of the tests above as well.
    """
    process = run.start(block(0), FINISHED, pause=0.3)
    run.wait_for(checkpoint(0), process)
    [job] = run.submitted()
    run.wait_until(lambda: job in run.polled(), process)
    os.kill(process.pid, signal.SIGSTOP)
    try:
        cluster.remember_jobs_for(seconds=10)
        run.wait_until(lambda: job not in cluster.jobs(), process, seconds=240)
    finally:
        os.kill(process.pid, signal.SIGCONT)
    run.finish(process)
    assert (run.path / block(0)).read_bytes() == (local.path / block(0)).read_bytes()
    assert run.submitted() == [job]


def block_log(seed: int) -> str:
    return f"results/logs/training/digits/slow/extent-all/seeds-{seed}-{seed}.log"


def wait_until_gone(cluster, jobs: list[str], seconds: float = 120) -> None:
    end = time.monotonic() + seconds
    while any(cluster.jobs()[job]["JobState"] in ("RUNNING", "COMPLETING") for job in jobs):
        assert time.monotonic() < end
        time.sleep(0.5)
