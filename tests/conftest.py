"""A working directory with miniatures, in which tests run the real workflow."""

import subprocess
import sys
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import miniatures
import pytest
import yaml

ROOT = Path(__file__).parents[1]


# These share the run of all figures, which is one worker's work then.
LONG_RUN = "the long run"
OF_THE_LONG_RUN = {"test_workflow", "test_workflow_claims", "test_workflow_editing", "test_report"}


def pytest_collection_modifyitems(items):
    """What takes longest comes first, so that the workers end at about the same time."""
    items.sort(key=lambda item: (scope_of(item.path) != LONG_RUN, item.path.stem != "test_slurm"))


def scope_of(path: Path) -> str:
    """What one worker does alone: the tests of one module, or those that share the long run."""
    return LONG_RUN if path.stem in OF_THE_LONG_RUN else path.stem


def pytest_xdist_make_scheduler(config, log):
    """Modules are not torn apart, as their fixtures take long."""
    from xdist.scheduler import LoadScopeScheduling

    class ByModule(LoadScopeScheduling):
        def _split_scope(self, nodeid):
            return scope_of(Path(nodeid.partition("::")[0]))

    return ByModule(config, log)


@dataclass(frozen=True)
class Workdir:
    """Runs Snakemake in a folder of its own, with overlays on the configuration of the paper."""

    path: Path
    cores: int = 1

    def snakemake(self, *arguments: str, overlay: dict | None = None, check: bool = True):
        """The finished process; `overlay` lies over the smoke scale."""
        files = [ROOT / "workflow/scales/smoke.yaml"]
        if overlay:
            files.append(self.path / "overlay.yaml")
            files[-1].write_text(yaml.safe_dump(overlay))
        command = [
            *(sys.executable, "-m", "snakemake"),
            *("--snakefile", str(ROOT / "Snakefile"), "--directory", str(self.path)),
            *("--workflow-profile", str(ROOT / "profiles/default"), "--cores", str(self.cores)),
            *("--configfile", *map(str, files)),
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
        }
        jobs = Counter()
        for line in (done.stdout + done.stderr).partition("Job stats:")[2].splitlines():
            name, _, count = line.strip().partition(" ")
            if name == "total":
                break
            if name in rules:
                jobs[name] = int(count)
        return jobs


@pytest.fixture(scope="module")
def workdir(tmp_path_factory) -> Workdir:
    folder = tmp_path_factory.mktemp("workflow")
    miniatures.write_all(folder / "data/miniatures")
    return Workdir(folder)


@pytest.fixture(scope="session")
def complete(tmp_path_factory) -> Workdir:
    """A working directory in which all figures were built, and the claims with them."""
    folder = tmp_path_factory.mktemp("complete")
    miniatures.write_all(folder / "data/miniatures")
    workdir = Workdir(folder, cores=2)  # what all other workers wait for in the end
    workdir.snakemake("--", "figures", "claims")
    return workdir
