"""Which keywords a function takes, read from its source, as importing it may take seconds."""

import ast
from collections.abc import Iterator
from pathlib import Path

from learning_order.runtime.files import parsed

Function = ast.FunctionDef | ast.ClassDef


def keywords_of(path: Path, function: str) -> set[str] | None:
    """The keywords of a function, with those of what it passes its `**` on to, in the same module.

    None where the source does not tell, as the function or what it calls stands elsewhere.
    """
    found = (node for node in parsed(path).body if isinstance(node, Function))
    return _keywords({node.name: node for node in found}, function)


def _keywords(known: dict[str, Function], name: str) -> set[str] | None:
    name, _, method = name.partition(".")
    node = known.get(name)
    if isinstance(node, ast.ClassDef):
        methods = (each for each in node.body if isinstance(each, ast.FunctionDef))
        node = next((each for each in methods if each.name == (method or "__init__")), None)
    if not isinstance(node, ast.FunctionDef):
        return None
    arguments = [*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs]
    names = {argument.arg for argument in arguments} - {"self", "cls"}
    if node.args.kwarg is None:
        return names
    for called in _passed_on(node, node.args.kwarg.arg):
        below = _keywords(known, called) if called != name else None
        if below is None:
            return None
        names |= below
    return names | _taken_out(node, node.args.kwarg.arg)


def _passed_on(node: ast.FunctionDef, kwargs: str) -> Iterator[str]:
    """What a function calls with `**kwargs`, such as f or Class.method."""
    for call in ast.walk(node):
        if isinstance(call, ast.Call):
            given = [each.value for each in call.keywords if each.arg is None]
            if any(isinstance(each, ast.Name) and each.id == kwargs for each in given):
                yield ast.unparse(call.func)


def _taken_out(node: ast.FunctionDef, kwargs: str) -> set[str]:
    """The keywords that a function takes out of `kwargs` by name, as in `kwargs.pop("dropout")`."""
    return {
        call.args[0].value
        for call in ast.walk(node)
        if isinstance(call, ast.Call)
        and isinstance(call.func, ast.Attribute)
        and isinstance(call.func.value, ast.Name)
        and call.func.value.id == kwargs
        and call.args
        and isinstance(call.args[0], ast.Constant)
        and isinstance(call.args[0].value, str)
    }
