"""Runs of the workflow in folders of their own, here or through Slurm."""

import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import yaml
from support.slurm.cluster import Cluster

ROOT = Path(__file__).parents[3]
# Only these lines does a user have to edit.
EDITS = {
    'slurm_account: "account"': 'slurm_account: "physics"',
    'partition: "gpu"': 'partition: "gpu"',
}
SGD = {"optimizer": {"name": "sgd"}, "batch_size": 10, "epochs": 40}
COLLECTION = {"dataset": "digits", "architecture": "slow", "models": 4, "extents": [0, 1, 4]}
HISTOGRAMS = {"kind": "histograms", "collections": ["slow"]}
OVERLAY = {
    "results": "results",
    "checkpoint_minutes": 0,
    "models_per_job": 1,
    "stamp": "",
    # 40 steps a model
    "scale": {
        "models": 4,
        "extents": [0, 1, 4],
        "protocol": "snapshots",
        "limit": {"train": 100, "test": 50},
    },
    "architectures": {
        "slow": {"network": "slow_network:slow", "learning_rate": 0.05, **SGD},
        "diverging": {"network": "slow_network:slow", "learning_rate": 1e9, **SGD},
    },
    "collections": {
        "slow": COLLECTION,
        "diverging": {**COLLECTION, "architecture": "diverging", "models": 1},
    },
    "figures": {
        "slow": HISTOGRAMS,
        "diverging": {**HISTOGRAMS, "collections": ["diverging"]},
    },
}


def block(seed: int) -> str:
    """The predictions of one model."""
    return f"results/predictions/digits/slow/extent-all/seeds-{seed}-{seed}.parquet"


def checkpoint(seed: int) -> str:
    return f"results/checkpoints/digits/slow/extent-all/seed-{seed}.state.pt"


@dataclass(frozen=True)
class Run:
    """A working directory, and how Snakemake is called there."""

    path: Path
    cluster: Cluster | None = None  # where there is none, jobs run here
    python: Path | str = sys.executable

    @classmethod
    def new(cls, path: Path, **where) -> "Run":
        path.mkdir(parents=True)
        shutil.copy(Path(__file__).with_name("slow_network.py"), path)
        profile = (ROOT / "slurm/config.yaml").read_text()
        for line, edited in EDITS.items():
            assert line in profile
            profile = profile.replace(line, edited)
        (path / "slurm").mkdir()
        (path / "slurm/config.yaml").write_text(profile)
        run = cls(path, **where)
        run.configure()
        return run

    def copied_to(self, path: Path, cluster: Cluster | None = None) -> "Run":
        shutil.copytree(self.path, path)
        return Run(path, cluster)

    def configure(self, **changes) -> None:
        """Write the overlay, with sections changed."""
        (self.path / "overlay.yaml").write_text(yaml.safe_dump({**OVERLAY, **changes}))

    def start(
        self, *targets: str, pause: float = 0.0, linger: float = 0.0, options: tuple = ()
    ) -> subprocess.Popen:
        """Snakemake at work, with its output in a file. pause, linger: see slow_network."""
        log = (self.path / "output.txt").open("w")
        return subprocess.Popen(
            self._command(targets, options),
            cwd=self.path,
            env=self._environment(pause, linger),
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            # A test run in the background ignores Ctrl-C, and what it starts would do so too.
            preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
        )

    def snakemake(self, *targets: str, pause: float = 0.0, options: tuple = ()) -> str:
        """The output of a run that has to end well."""
        return self.finish(self.start(*targets, pause=pause, options=options))

    def finish(self, process: subprocess.Popen, code: int = 0) -> str:
        """The output of a run when it has ended, as it has to, with this exit code."""
        try:
            process.wait(timeout=540)  # polls are up to minutes apart
        finally:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)
        output = self.output()
        assert process.returncode == code, output
        return output

    def output(self) -> str:
        return (self.path / "output.txt").read_text()

    def submitted(self) -> list[str]:
        """Numbers of the Slurm jobs of this run's last call, in order."""
        return re.findall(r"has been submitted with SLURM jobid (\d+)", self.output())

    def wait_for(self, path: str, process: subprocess.Popen) -> None:
        self.wait_until((self.path / path).exists, process)

    def wait_until(
        self, condition: Callable[[], bool], process: subprocess.Popen, seconds: float = 120
    ) -> None:
        end = time.monotonic() + seconds
        while not condition():
            assert process.poll() is None, self.output()
            assert time.monotonic() < end, self.output()
            time.sleep(0.05)

    def polled(self) -> set[str]:
        """The jobs that Snakemake has seen in its polls."""
        files = (self.path / ".snakemake/slurm").glob("jobs-*")
        return {job for file in files for job in file.read_text().split()}

    def bytes(self, *folders: str) -> dict[str, bytes]:
        """The contents of all tables below some folders of the results."""
        found = {}
        for folder in folders:
            for path in (self.path / "results" / folder).rglob("*"):
                if path.suffix in {".parquet", ".csv", ".npy", ".json"}:
                    found[str(path.relative_to(self.path))] = path.read_bytes()
        return found

    def _command(self, targets, options) -> list[str]:
        slurm = ("--profile", "slurm", "--slurm-init-seconds-before-status-checks", "2")
        return [
            *(self.python, "-m", "snakemake", "--snakefile", str(ROOT / "Snakefile")),
            *("--workflow-profile", str(ROOT / "profiles/default")),
            *(slurm if self.cluster else ("--cores", "2")),
            *("--configfile", str(ROOT / "workflow/scales/smoke.yaml"), "overlay.yaml"),
            *options,
            *(("--", *targets) if targets else ()),
        ]

    def _environment(self, pause: float, linger: float) -> dict[str, str]:
        environment = self.cluster.environment if self.cluster else os.environ
        return {**environment, "PAUSE": str(pause), "LINGER": str(linger)}
