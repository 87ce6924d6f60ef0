"""Imports follow the order of the stages, and what must not know each other does not."""

import ast
from functools import cache
from graphlib import TopologicalSorter
from pathlib import Path
from typing import NamedTuple

import pytest

ROOT = Path(__file__).parents[2]
WORKFLOW, TESTS = ROOT / "workflow", ROOT / "tests"
PACKAGE = WORKFLOW / "learning_order"

# A stage imports those of the rows above its own, and none of its own row.
STAGES = [
    {"scores", "predictions", "networks", "config"},
    {"datasets", "tables", "jobs", "callbacks"},
    {"training", "figures", "claims", "ranking"},
    {"planning"},
]
EVERYWHERE = "runtime"  # imports no stage
SNAKEMAKE_IN = {WORKFLOW / "scripts", WORKFLOW / "plan.py"}  # and in rules/, which are not Python


class Import(NamedTuple):
    """One name that one line of a module imports; as a message, where that is."""

    path: Path
    line: int
    name: str  # dotted, absolute

    def __str__(self) -> str:
        return f"{self.path.relative_to(ROOT)}:{self.line} imports {self.name}"


def imports_of(path: Path) -> list[Import]:
    """Every import of a module, those inside functions too."""
    found = []
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            found += [Import(path, node.lineno, alias.name) for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            module = absolute(path, node)
            found += [Import(path, node.lineno, f"{module}.{alias.name}") for alias in node.names]
    return found


def absolute(path: Path, node: ast.ImportFrom) -> str:
    """The dotted name of the module that names are imported from."""
    if node.level == 0:
        return node.module
    base = TESTS if path.is_relative_to(TESTS) else WORKFLOW
    folder = path.relative_to(base).parts[: -node.level]
    return ".".join([*folder, *filter(None, [node.module])])


def stage_of(name: str) -> str | None:
    """The stage that a dotted name belongs to; None outside the package."""
    first, _, rest = name.partition(".")
    return rest.partition(".")[0] if first == PACKAGE.name else None


def allowed(stage: str) -> set[str]:
    """What the modules of a stage may import of the package."""
    if stage == EVERYWHERE:
        return {stage}
    row = next(row for row, stages in enumerate(STAGES) if stage in stages)
    return {stage, EVERYWHERE}.union(*STAGES[:row])


@cache
def of_package() -> list[Import]:
    return [found for path in sorted(PACKAGE.rglob("*.py")) for found in imports_of(path)]


def messages(imports) -> list[str]:
    return [str(found) for found in imports]


def test_nothing_lies_loose_at_the_top_of_the_package():
    stages = {EVERYWHERE}.union(*STAGES)
    names = {path.name for path in PACKAGE.iterdir()} - {"__pycache__"}
    assert names == {*stages, "__init__.py"}


@pytest.mark.parametrize("stage", sorted({EVERYWHERE}.union(*STAGES)))
def test_a_stage_imports_only_what_stands_before_it(stage):
    own = [found for found in of_package() if found.path.is_relative_to(PACKAGE / stage)]
    wrong = [found for found in own if stage_of(found.name) not in {None, *allowed(stage)}]
    assert messages(wrong) == []


def test_no_folders_import_each_other_in_a_circle():
    graph: dict[str, set[str]] = {}
    for found in of_package():
        source, target = found.path.relative_to(PACKAGE).parts[0], stage_of(found.name)
        if target and target != source:
            graph.setdefault(source, set()).add(target)
    TopologicalSorter(graph).prepare()  # raises CycleError, which names the circle


def test_kinds_of_figures_import_no_kind():
    kinds = f"{PACKAGE.name}.figures.kinds."
    wrong = [
        found
        for found in of_package()
        if found.path.is_relative_to(PACKAGE / "figures") and found.name.startswith(kinds)
    ]
    assert messages(wrong) == []


def test_only_rules_scripts_and_the_plan_know_snakemake():
    wrong = [
        found
        for path in sorted(WORKFLOW.rglob("*.py"))
        if not SNAKEMAKE_IN & {path, *path.parents}
        for found in imports_of(path)
        if found.name.partition(".")[0].startswith("snakemake")
    ]
    assert messages(wrong) == []


def test_no_test_imports_a_test():
    wrong = [
        found
        for path in sorted(TESTS.rglob("*.py"))
        for found in imports_of(path)
        if any(part == "conftest" or part.startswith("test_") for part in found.name.split("."))
    ]
    assert messages(wrong) == []
