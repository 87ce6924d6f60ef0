"""A working directory in which the real workflow runs."""

import subprocess
import sys
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import yaml

ROOT = Path(__file__).parents[2]


@dataclass(frozen=True)
class Workdir:
    """Runs Snakemake in a folder of its own, with overlays on the configuration of the paper."""

    path: Path
    python: Path | str = sys.executable
    cores: int = 1
    root: Path = ROOT  # of the workflow

    def link_data(self, miniatures: Path) -> None:
        """Put the miniatures where the smoke scale looks for them."""
        (self.path / "data").mkdir()
        (self.path / "data/miniatures").symlink_to(miniatures)

    def snakemake(self, *arguments: str, overlay: dict | None = None, check: bool = True):
        """The finished process; `overlay` lies over the smoke scale."""
        files = [self.root / "workflow/scales/smoke.yaml"]
        if overlay:
            files.append(self.path / "overlay.yaml")
            files[-1].write_text(yaml.safe_dump(overlay))
        command = [
            *(self.python, "-m", "snakemake"),
            *("--snakefile", str(self.root / "Snakefile"), "--directory", str(self.path)),
            *("--workflow-profile", str(self.root / "profiles/default")),
            *("--cores", str(self.cores), "--configfile", *map(str, files)),
            *arguments,
        ]
        done = subprocess.run(command, capture_output=True, text=True, cwd=self.path)
        if check and done.returncode:
            raise AssertionError(done.stdout + done.stderr)
        return done

    def planned(self, *targets: str, overlay: dict | None = None) -> Counter:
        """How many jobs of each rule a run would execute, targets' own rules left out."""
        done = self.snakemake("--dry-run", "--", *targets, overlay=overlay)
        rules = {
            *("prepare_dataset", "train", "boost", "import_predictions"),
            *("score_collection", "draw_figure", "write_caption", "claims"),
            *("rank_collection", "export_cleanlab", "export_fiftyone", "export_huggingface"),
            "draw_page",
        }
        jobs = Counter()
        for line in (done.stdout + done.stderr).partition("Job stats:")[2].splitlines():
            name, _, count = line.strip().partition(" ")
            if name == "total":
                break
            if name in rules:
                jobs[name] = int(count)
        return jobs


def publish(*arguments, cwd, check=True):
    command = [sys.executable, ROOT / "workflow/publish.py", *arguments]
    return subprocess.run(command, cwd=cwd, check=check, capture_output=True, text=True)
