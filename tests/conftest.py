"""How the tests are spread over workers, and what those of the workflow share."""

from pathlib import Path

import pytest
from support import miniatures
from support.workdir import Workdir

# These share the run of all figures, which is one worker's work then.
LONG_RUN = "the long run"
OF_THE_LONG_RUN = {
    f"workflow/{name}.py" for name in ("test_figures", "test_claims", "test_editing", "test_report")
}


def pytest_collection_modifyitems(items):
    """What takes longest comes first, so that the workers end at about the same time."""
    items.sort(key=lambda item: (scope_of(item.path) != LONG_RUN, item.path.stem != "test_slurm"))


def scope_of(path: Path) -> str:
    """What one worker does alone: the tests of one module, or those that share the long run."""
    name = "/".join(path.parts[-2:])
    return LONG_RUN if name in OF_THE_LONG_RUN else name


def pytest_xdist_make_scheduler(config, log):
    """Modules are not torn apart, as their fixtures take long."""
    from xdist.scheduler import LoadScopeScheduling

    class ByModule(LoadScopeScheduling):
        def _split_scope(self, nodeid):
            return scope_of(Path(nodeid.partition("::")[0]))

    return ByModule(config, log)


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
