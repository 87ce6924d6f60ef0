"""What a name in the configuration stands for, and why a name stands for nothing.

A name with a colon is a `module:function` of the user's own, found from the working directory;
`torchvision:resnet50` is any model of torchvision, `timm:NAME` any of timm.
"""

import ast
import re
import sys
from collections.abc import Collection, Iterable
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from learning_order.config.catalogue import (
    ANY,
    LOADERS,
    NETWORKS,
    TIMM,
    TIMM_MODEL,
    TORCHVISION,
    TORCHVISION_MODEL,
    Loader,
    Network,
)
from learning_order.config.entries import Dataset
from learning_order.config.signatures import keywords_of
from learning_order.runtime.errors import did_you_mean
from learning_order.runtime.files import UnreadableSource, parsed

SCRIPTS = Path(__file__).parents[2] / "scripts"


def loader(name: str) -> Loader:
    """The loader called `name`, or what `module:function` names."""
    return Loader(name, options=ANY, inputs=None) if ":" in name else LOADERS[name]


def inputs_of(entry: Dataset) -> str | None:
    """What a dataset holds: images, tokens or unlabelled; None where only the user's code knows."""
    return "unlabelled" if entry.get("without_labels") else loader(entry["loader"]).inputs


def classes_of(entry: Dataset) -> int | None:
    """How many classes a dataset has; None where only its files say."""
    return len(entry["classes"]) if "classes" in entry else loader(entry["loader"]).classes


def network(name: str) -> Network:
    """The network called `name`, one of torchvision, or what `module:function` names."""
    if name.startswith(TORCHVISION):
        preset = {"model": name.removeprefix(TORCHVISION)}
        return Network(TORCHVISION_MODEL, options=ANY, preset=preset)
    if name.startswith(TIMM):
        return Network(TIMM_MODEL, options=ANY, preset={"model": name.removeprefix(TIMM)})
    return Network(name, options=ANY, takes=None) if ":" in name else NETWORKS[name]


def builder(name: str) -> dict[str, Any]:
    """Where the network called `name` stands and what it is given: fields of recipe.Builder."""
    found = network(name)
    return {
        "function": found.function,
        "keywords": list(found.keywords),
        "preset": dict(found.preset),
    }


def problem(name: str, known: Collection[str]) -> str | None:
    """What is wrong with a name, None if it is one of `known` or a function; imports nothing."""
    if name in known:
        return None
    if name.startswith(TORCHVISION):
        return _torchvision_problem(name.removeprefix(TORCHVISION))
    if name.startswith(TIMM):
        return _timm_problem(name.removeprefix(TIMM))
    if ":" in name:
        return _function_problem(*name.split(":", 1))
    return f"{name!r} is unknown{did_you_mean(name, known)} (your own: `module:function`)"


def _torchvision_problem(model: str) -> str | None:
    models = _torchvision_models()
    if not models or model in models:
        return None
    return f"torchvision has no classifier {model!r}{did_you_mean(model, models)}"


def _timm_problem(model: str) -> str | None:
    package = find_module("timm.models")
    if package is None:
        return "timm is not installed here: `pip install timm`"
    text = "".join(path.read_text() for path in package.parent.glob("*.py"))
    models = re.findall(r"@register_model\n(?:@.*\n)*def (\w+)\(", text)
    name = model.partition(".")[0]  # behind a point are pretrained weights
    return None if name in models else f"timm has no model {name!r}{did_you_mean(name, models)}"


def _function_problem(module: str, function: str) -> str | None:
    if "/" in module or module.endswith(".py"):
        dotted = ".".join(part for part in Path(module.removesuffix(".py")).parts if part != "..")
        return f"a module is written with dots and without .py: write {dotted}:{function}"
    if module.partition(".")[0] in _scripts():
        return f"{module!r} is what a script of this workflow is called: rename your module"
    path = find_module(module)
    if path is None:
        return (
            f"there is no module {module!r}: neither {'/'.join(module.split('.'))}.py below the "
            "working directory nor an installed package"
        )
    try:
        names = _top_level_names(path)
    except UnreadableSource as error:
        return str(error)
    if names is None or function in names:
        return _import_problem(path)
    return f"{path} has no function {function!r}{did_you_mean(function, names)}"


def _import_problem(path: Path) -> str | None:
    """What a module imports that is not there; None also where jobs have software of their own."""
    if find_spec("torch") is None:
        return None
    for node in parsed(path).body:
        names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
        if isinstance(node, ast.ImportFrom) and node.module and not node.level:
            names = [node.module]
        for package in (name.partition(".")[0] for name in names):
            if not (Path(package).is_dir() or find_module(package) or find_spec(package)):
                return (
                    f"{path}, line {node.lineno}: imports {package!r}, which is neither below the "
                    "working directory nor installed: install it, or correct its name"
                )
    return None


def torchvision_options(model: str) -> set[str] | None:
    """The keywords that a model of torchvision takes; None where its source does not tell."""
    package = find_module("torchvision.models")
    for path in package.parent.glob("*.py") if package else ():
        if re.search(rf"^def {re.escape(model)}\(", path.read_text(), re.MULTILINE):
            return keywords_of(path, model)
    return None


def misfit(name: str, positional: tuple[str, ...], keywords: Iterable[str] = ()) -> str | None:
    """Why a `module:function` cannot be called with these arguments; None where it can.

    None also where its source does not tell, as for a class or a decorated function, and for names
    of the catalogue.
    """
    module, _, function = name.partition(":")
    path = find_module(module) if function else None
    found = _definition(path, function) if path else None
    if found is None or found.decorator_list:
        return None
    arguments = found.args
    names = [argument.arg for argument in (*arguments.posonlyargs, *arguments.args)]
    needed = names[: len(names) - len(arguments.defaults)]
    if len(names) < len(positional) and not arguments.vararg:
        return f"{name} should take ({', '.join(positional)}), but takes ({', '.join(names)})"
    if not keywords and len(needed) > len(positional) and not arguments.kwarg:
        missing = ", ".join(needed[len(positional) :])
        return f"{name} is called with ({', '.join(positional)}), but needs {missing} too"
    if arguments.kwarg:
        return None
    known = [*names[len(positional) :], *(argument.arg for argument in arguments.kwonlyargs)]
    unknown = [keyword for keyword in keywords if keyword not in known]
    if unknown:
        return f"{name} takes no keyword {unknown[0]!r}{did_you_mean(unknown[0], known)}"
    return None


@cache
def _scripts() -> set[str]:
    """The modules that jobs run as: another of this name would be taken for one of them."""
    return {path.stem for path in SCRIPTS.glob("*.py")}


def find_module(module: str) -> Path | None:
    """The source of a module, in the working directory or installed, without importing it."""
    for folder in [".", *sys.path]:
        base = Path(folder, *module.split("."))
        for path in (base.with_name(base.name + ".py"), base / "__init__.py"):
            if path.is_file():
                return path
    return None


def _definition(path: Path, function: str) -> ast.FunctionDef | None:
    """The last function of this name at the top level of a module."""
    found = None
    for node in parsed(path).body:
        if isinstance(node, ast.FunctionDef) and node.name == function:
            found = node
    return found


def _top_level_names(path: Path) -> set[str] | None:
    """What a module defines or imports at its top level; None where an `import *` hides that."""
    names: set[str] = set()
    for node in parsed(path).body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            names.add(node.name)
        elif isinstance(node, ast.Assign):
            names |= {target.id for target in node.targets if isinstance(target, ast.Name)}
        elif isinstance(node, ast.Import | ast.ImportFrom):
            names |= {alias.asname or alias.name for alias in node.names}
    return None if "*" in names else names


def _torchvision_models() -> list[str]:
    """The classifiers that torchvision registers, read from its source; empty without it."""
    package = find_module("torchvision.models")
    if package is None:
        return []
    text = "".join(path.read_text() for path in package.parent.glob("*.py"))
    return re.findall(r"@register_model\(\)\n(?:@.*\n)*def (\w+)\(", text)
