"""How the tests are spread over workers, and what those of the workflow share."""

import sys
from pathlib import Path

import pytest
from support import miniatures
from support.warm import warm_python
from support.workdir import Workdir

# These share the run of all figures, which is one worker's work then.
LONG_RUN = "the long run"
OF_THE_LONG_RUN = {f"workflow/{name}.py" for name in ("test_figures", "test_claims", "test_report")}


def pytest_collection_modifyitems(items):
    """What takes longest comes first, so that the workers end at about the same time."""
    items.sort(key=lambda item: (scope_of(item.path) != LONG_RUN, item.path.stem != "test_slurm"))


def scope_of(path: Path) -> str:
    """What one worker does alone: the tests of one module, or those that share the long run."""
    name = "/".join(path.parts[-2:])
    return LONG_RUN if name in OF_THE_LONG_RUN else name


@pytest.hookimpl(optionalhook=True)  # a GPU's machine may lack xdist
def pytest_xdist_make_scheduler(config, log):
    """Modules are not torn apart, as their fixtures take long."""
    from xdist.scheduler import LoadScopeScheduling

    class ByModule(LoadScopeScheduling):
        def _split_scope(self, nodeid):
            return scope_of(Path(nodeid.partition("::")[0]))

    return ByModule(config, log)


@pytest.fixture(scope="session")
def python():
    """A Python that starts at once, where a process may fork with all its libraries loaded."""
    if sys.platform != "linux":
        yield sys.executable
    else:
        with warm_python() as executable:
            yield executable


@pytest.fixture(scope="session")
def miniature_data(tmp_path_factory) -> Path:
    """What the smoke scale reads."""
    folder = tmp_path_factory.mktemp("data")
    miniatures.write_all(folder)
    return folder


@pytest.fixture(scope="module")
def workdir(tmp_path_factory, miniature_data, python) -> Workdir:
    workdir = Workdir(tmp_path_factory.mktemp("workflow"), python)
    workdir.link_data(miniature_data)
    return workdir


@pytest.fixture(scope="session")
def complete(tmp_path_factory, miniature_data, python) -> Workdir:
    """A working directory in which all figures were built, and the claims with them."""
    workdir = Workdir(tmp_path_factory.mktemp("complete"), python, cores=2)
    workdir.link_data(miniature_data)
    workdir.snakemake("--", "figures", "claims")
    return workdir
