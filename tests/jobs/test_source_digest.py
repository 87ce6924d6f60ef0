"""Which files a job is made of: the reason to rerun it, and not to rerun the others."""

import ast
from pathlib import Path

import pytest

from learning_order.jobs import source_digest
from learning_order.jobs.source_digest import PACKAGE, SCRIPTS, _import_statements, files_of

IMPORTS = (ast.Import, ast.ImportFrom)


def names(*modules):
    return {"/".join(Path(path).parts[-2:]) for path in files_of(*modules)}


def test_training_knows_its_script_and_all_that_makes_a_prediction():
    files = names("train", "learning_order.networks.mnist_net")
    assert {"scripts/train.py", "training/trainer.py", "training/recipe.py"} <= files
    assert {"networks/device.py", "datasets/prepared.py", "predictions/contract.py"} <= files
    assert {"networks/mnist_net.py", "networks/layers.py", "networks/initialise.py"} <= files


def test_training_knows_no_figures_no_scores_and_only_its_own_network():
    files = names("train", "learning_order.networks.mnist_net")
    assert not any(path.startswith(("figures/", "scores/", "config/")) for path in files)
    assert not files & {"networks/st_vgg.py", "predictions/reading.py"}


@pytest.mark.parametrize("script", [path.stem for path in SCRIPTS.glob("*.py")])
def test_what_frames_a_job_is_no_reason_to_rerun_it(script):
    files = names(script)
    assert f"scripts/{script}.py" in files
    assert not any(path.startswith(("jobs/", "runtime/")) for path in files)
    assert "config/catalogue.py" not in files


def test_figures_know_their_script_and_what_it_reads_with():
    files = names("draw_figure", "learning_order.figures.kinds.histograms")
    assert {"scripts/draw_figure.py", "figures/sources.py", "figures/style.py"} <= files
    assert "kinds/overview.py" not in files
    assert not any(path.startswith(("training/", "networks/")) for path in files)


def test_a_module_out_of_a_package_does_not_bring_the_package():
    assert "figures/__init__.py" not in names("write_caption")
    assert "figures/__init__.py" in names("draw_figure")


def test_packages_of_others_are_not_listed():
    assert names("numpy", "pandas.api") == set()


def test_imports_of_our_own_sources_are_all_found():
    """They are read by lines, not by the syntax tree."""
    for path in [*PACKAGE.rglob("*.py"), *SCRIPTS.glob("*.py")]:
        nodes = ast.walk(ast.parse(path.read_text()))
        expected = [ast.unparse(node) for node in nodes if isinstance(node, IMPORTS)]
        found = [ast.unparse(node) for node in _import_statements(path)]
        assert sorted(found) == sorted(expected), path


def test_relative_imports_and_packages_of_one_s_own_are_known(tmp_path, monkeypatch):
    package = tmp_path / "mynets"
    (package / "deep").mkdir(parents=True)
    (package / "__init__.py").write_text("from .tiny import tiny\n")
    (package / "tiny.py").write_text("from .blocks import WIDTH\nfrom . import sizes\n")
    (package / "blocks.py").write_text("WIDTH = 3\n")
    (package / "sizes.py").write_text("from .deep.inner import DEPTH\n")
    (package / "deep/__init__.py").touch()
    (package / "deep/inner.py").write_text("from ..blocks import WIDTH as DEPTH\n")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(source_digest, "_listed", source_digest._listed.__wrapped__)
    monkeypatch.setattr(source_digest, "_path", source_digest._path.__wrapped__)
    expected = [
        "__init__.py",
        "blocks.py",
        "deep/__init__.py",
        "deep/inner.py",
        "sizes.py",
        "tiny.py",
    ]
    for module in ("mynets.tiny", "mynets"):
        found = source_digest.files_of.__wrapped__(module)
        assert found == sorted(str(package / file) for file in expected)
