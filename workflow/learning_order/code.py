"""Which source files a part of this package is made of, so that a change reruns only its jobs."""

import ast
from functools import cache
from pathlib import Path

PACKAGE = Path(__file__).parent
NAME = PACKAGE.name


@cache
def files_of(*modules: str) -> list[str]:
    """Paths of the named modules and of all modules of this package that they import.

    modules: dotted names such as "learning_order.training.trainer". Somebody's own modules below
    the working directory count as well, installed packages do not. Nothing is executed: imports
    are read from the source, so this is quick and needs no installed package.
    """
    found: dict[str, Path] = {}
    open_modules = list(modules)
    while open_modules:
        module = open_modules.pop()
        path = _path(module)
        if path is None or module in found:
            continue
        found[module] = path
        open_modules += _imports(path)
    return sorted(str(path) for path in found.values())


def _path(module: str) -> Path | None:
    parts = module.split(".")
    base = PACKAGE.joinpath(*parts[1:]) if parts[0] == NAME else Path(*parts).absolute()
    candidates = (base.with_name(f"{base.name}.py"), base / "__init__.py")
    return next((path for path in candidates if path.is_file()), None)


def _imports(path: Path) -> list[str]:
    names = []
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            names += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module:
            names += [node.module, *(f"{node.module}.{alias.name}" for alias in node.names)]
    return names
