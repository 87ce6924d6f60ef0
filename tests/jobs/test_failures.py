"""The summary of what failed, from Snakemake's own log."""

from learning_order.jobs.failures import failures, summary

ROW = "=" * 80
LOG = f"""Select jobs to execute...
[Mon Nov 23 16:12:54 2026]
Error in rule train:
    message: SLURM-job '9' failed, SLURM status is: 'TIMEOUT'. Detailed failure reason unavailable.
    jobid: 5
    input: results/datasets/digits/dataset.json, other.py
    output: results/predictions/seeds-1-1.parquet
    log: {{log}}, slurm/9.log (check log file(s) for error details)
    external_jobid: 9
Logfile {{log}}:
{ROW}
Error in rule train:
    jobid: 0
    output: results/predictions/of-the-job-itself.parquet
{ROW}
Trying to restart job 5.
Error in rule train:
    message: SLURM-job '12' failed, SLURM status is: 'FAILED'. Detailed failure reason unavailable.
    jobid: 3
    output: results/predictions/seeds-0-0.parquet
    log: {{log}} (check log file(s) for error details)
Finished jobid: 5 (Rule: train)
Error in rule score_collection:
    message: None
    jobid: 7
    output: a.parquet, b.parquet
    log: nowhere.log (check log file(s) for error details)
Exiting because a job execution failed. Look above for error messages
"""


def test_only_jobs_that_were_given_up_count():
    found = failures(LOG.format(log="job.log"))
    assert [failure.rule for failure in found] == ["train", "score_collection"]
    assert found[0].outputs == ("results/predictions/seeds-0-0.parquet",)
    assert found[0].logs == ("job.log",)
    assert found[0].message == "SLURM-job '12' failed, SLURM status is: 'FAILED'"
    assert found[1].outputs == ("a.parquet", "b.parquet")
    assert found[1].message == ""


def test_a_job_that_fails_again_counts_once():
    text = LOG.format(log="job.log")
    again = text.partition("Trying")[0].replace("'9'", "'13'")
    found = [failure for failure in failures(text + again) if "1-1" in failure.outputs[0]]
    assert len(found) == 1
    assert "'13'" in found[0].message


def test_the_summary_says_why_where_and_what_to_do(tmp_path):
    log = tmp_path / "job.log"
    log.write_text("10 % done\r20 % done\r30 % done\nTraining diverged: lower the learning_rate\n")
    text = summary(LOG.format(log=log), ["--profile", "slurm", "--config", "a=b c", "fig14"])
    assert text.startswith("2 jobs failed")
    assert "| Training diverged: lower the learning_rate" in text
    assert "| 30 % done" in text
    assert f"log: {log}" in text
    assert "snakemake --profile slurm --config 'a=b c' fig14" in text


def test_the_summary_says_why_a_cluster_ended_a_job(tmp_path):
    own, cluster = tmp_path / "job.log", tmp_path / "4711.log"
    own.write_text("30 % done\n")
    killed = "slurmstepd-gpu1: error: Exceeded job memory limit\n"
    cluster.write_text(f"Building DAG of jobs...\n{killed}{killed}")
    failed = "Error in rule train:\n    jobid: 3\n    output: a.parquet\n"
    text = summary(f"{failed}    log: {own}, {cluster} (check log file(s) for error details)\n", [])
    assert "| 30 % done" in text
    assert text.count("| slurmstepd-gpu1: error: Exceeded job memory limit") == 1
    assert "Building DAG" not in text


def test_nothing_failed():
    assert summary("Nothing to be done\n", []) == ""


RESTARTED = """Error in rule train:
    message: SLURM-job '9' failed, SLURM status is: 'TIMEOUT'. Detailed failure reason unavailable.
    jobid: 5
    output: seeds-1-1.parquet
    log: job.log (check log file(s) for error details)
    external_jobid: 9
Trying to restart job 5.
Finished jobid: 5 (Rule: train)
"""


def test_a_job_that_succeeded_when_it_was_tried_again_did_not_fail():
    assert failures(RESTARTED) == []
    unmarked = RESTARTED.replace("Trying to restart job 5.\n", "")
    assert failures(unmarked) == [], "it is finished"


REFUSED = """Error in rule train:
    message: SLURM sbatch failed. The error message was 'sbatch: error: Memory can not be satisfied
sbatch: error: Batch job submission failed: Requested node configuration is not available'.
    sbatch call:
        sbatch --parsable --job-name 'x' --mem 99999 --wrap="python -m snakemake"

    jobid: 4
    input: dataset.json
    output: seeds-0-0.parquet
    log: job.log (check log file(s) for error details)
"""


def test_a_job_that_a_cluster_refuses_is_named_with_the_reason():
    [found] = failures(REFUSED)
    assert found.outputs == ("seeds-0-0.parquet",)
    assert found.message == (
        "refused by the cluster: sbatch: error: Memory can not be satisfied "
        "sbatch: error: Batch job submission failed: Requested node configuration is not available"
    )
