"""Which source a job is made of, so that a change reruns only the jobs it touches.

A digest of its contents is a parameter of every rule. Snakemake's own trigger `code` is off in
profiles/default: it goes by the time of a script, and so reruns everything after a fresh checkout.
"""

import ast
import os
import re
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path

from learning_order.runtime.files import digest_of, parsed

PACKAGE = Path(__file__).parents[1]
NAME = PACKAGE.name
SCRIPTS = PACKAGE.parent / "scripts"

# Imported by scripts, but no result depends on them: what a job takes, how it logs, reports
# progress, words an error and names a file while it is written.
PLUMBING = (f"{NAME}.jobs", f"{NAME}.runtime")

IMPORTS = re.compile(
    r"^ *(?:from [\w.]+ import (?:\([^)]*\)|[\w, ]+)|import [\w., ]+)(?=$| *#)", re.MULTILINE
)


@cache
def digest(*modules: str) -> str:
    """Of the contents of `files_of` these modules, shortened."""
    return digest_of(files_of(*modules))[:16]


@cache
def files_of(*modules: str) -> list[str]:
    """Paths of the named modules and of all modules of this workflow that they import.

    modules: dotted names such as "learning_order.training.trainer", or a script's such as "train".
    Somebody's own modules below the working directory count as well, installed packages do not,
    and PLUMBING neither. Nothing is executed: imports are read from the source, so this is quick
    and needs no installed package.
    """
    found: dict[str, Path] = {}
    open_modules = list(modules)
    while open_modules:
        module = open_modules.pop()
        path = _path(module)
        if path is None or module in found or _is_plumbing(module):
            continue
        found[module] = path
        open_modules += _imports(path, module)
        if not module.startswith(NAME):  # importing one of a package runs the package, too
            open_modules += [module.rpartition(".")[0]] if "." in module else []
    return sorted(str(path) for path in found.values())


def _is_plumbing(module: str) -> bool:
    return any(module == folder or module.startswith(f"{folder}.") for folder in PLUMBING)


@cache
def _path(module: str) -> Path | None:
    """The file of a module of this package, a script, or a module of the user's own, if any."""
    first, *rest = module.split(".")
    for folder in [PACKAGE.parent] if first == NAME else [SCRIPTS, Path.cwd()]:
        path = _below(folder, [first, *rest])
        if path:
            return path
    return None


def _below(folder: Path, names: list[str]) -> Path | None:
    *packages, last = names
    for package in packages:
        if package not in _listed(folder):
            return None
        folder = folder / package
    if f"{last}.py" in _listed(folder):
        return folder / f"{last}.py"
    is_package = last in _listed(folder) and "__init__.py" in _listed(folder / last)
    return folder / last / "__init__.py" if is_package else None


@cache
def _listed(folder: Path) -> set[str]:
    """Names in a folder; listing it once is quicker than to ask for each file."""
    return set(os.listdir(folder)) if folder.is_dir() else set()


@cache
def _imports(path: Path, module: str) -> list[str]:
    """What the module in this file imports."""
    names = []
    for node in _import_statements(path):
        if isinstance(node, ast.Import):
            names += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and (source := _source(node, path, module)):
            members = (f"{source}.{alias.name}" for alias in node.names)
            # A module out of our packages depends on nothing else in its package.
            names += [member if _path(member) else source for member in members]
    return names


def _source(node: ast.ImportFrom, path: Path, module: str) -> str:
    """Where the names come from, written out where the import is relative to `module`."""
    if not node.level:
        return node.module or ""
    parts = module.split(".") if path.name == "__init__.py" else module.split(".")[:-1]
    above = parts[: len(parts) - node.level + 1]
    return ".".join([*above, *([node.module] if node.module else [])])


def _import_statements(path: Path) -> Iterator[ast.AST]:
    """Of our own sources the lines of imports alone are parsed: planning would wait for the rest.

    They are written as the formatter has it, which others' need not be.
    """
    if path.is_relative_to(PACKAGE.parent):
        lines = IMPORTS.findall(path.read_text("utf-8"))
        return iter(ast.parse("\n".join(line.strip() for line in lines)).body)
    return _statements(parsed(path).body)


def _statements(body: Iterable[ast.AST]) -> Iterator[ast.AST]:
    """All statements in a body, however deep; expressions, which are most of a file, left out."""
    for node in body:
        yield node
        for part in ("body", "orelse", "finalbody", "handlers", "cases"):
            nested = getattr(node, part, ())
            if isinstance(nested, list):
                yield from _statements(nested)
