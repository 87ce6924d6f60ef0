"""Reads the files of a configuration, and names file and line of what cannot be read.

Stricter than Snakemake, which reads them too: a key that is written twice, a key that YAML does not
take for text and a number that it reads in base 8 or 60 are errors, as they hardly ever mean what
YAML makes of them.
"""

import json
import os
import re
from collections.abc import Iterable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import NoReturn

import yaml

from learning_order.config.problems import ConfigError

# The one written in C is ten times as fast; it is missing where libyaml is.
LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
MOST_VALUES = 10**6  # that a file may stand for once its anchors are written out
MOST_SINGLE = 3.4e38  # the largest number of single precision, in which networks are trained
STRING, NUMBERS = "tag:yaml.org,2002:str", ("tag:yaml.org,2002:int", "tag:yaml.org,2002:float")
TYPED = (*NUMBERS, "tag:yaml.org,2002:bool", "tag:yaml.org,2002:null")
READ_AS = {  # what YAML takes a key for that is not in quotes
    "bool": "true or false",
    "int": "a number",
    "float": "a number",
    "null": "nothing",
    "timestamp": "a date",
}
MERGE = "tag:yaml.org,2002:merge"
BASE_8_OR_60 = re.compile(r"[-+]?(0[0-7_]+|[0-9][0-9_]*(:[0-5]?[0-9])+(\.[0-9_]*)?)")

_known: dict[tuple[Path, int], dict] = {}  # what files hold, by place and time of their last change


def read_layers(files: Iterable[Path | str]) -> dict[str, dict]:
    """Name of a file → its content, in the order of the files, which is base first.

    ConfigError names a file that cannot be read or holds no mapping, and the line. Contents are
    shared between calls: leave them as they are.
    """
    layers = {}
    for file in map(Path, files):
        version = file.absolute(), _changed(file)
        if version not in _known:  # under another name, perhaps
            _known[version] = _read(file)
        layers[str(file)] = _known[version]
    return layers


def _changed(file: Path | str) -> int:
    """The time of the last change; 0 where there is no file."""
    return os.stat(file).st_mtime_ns if os.path.exists(file) else 0


def _read(file: Path) -> dict:
    try:
        content = _parsed(file, file.read_text("utf-8"))
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        raise ConfigError(
            f"{file}, line {line}: byte {error.object[error.start]:#04x} is not UTF-8, as is "
            "expected; save the file as UTF-8, or convert it, for example with iconv"
        ) from error
    except OSError as error:
        raise ConfigError(f"{file}: not a readable file ({error.strerror})") from error
    except RecursionError as error:
        raise ConfigError(f"{file}: values nested too deep to be read") from error
    if content is None:
        raise ConfigError(f"{file}: nothing in it; expected `key: value` lines")
    if not isinstance(content, dict):
        raise ConfigError(f"{file}: expected `key: value` lines at the top level")
    return content


def _parsed(file: Path, text: str) -> object:
    """As Snakemake reads it: JSON, else YAML, in which `__use_yte__: true` makes a template."""

    def once(pairs: list[tuple[str, object]]) -> dict:
        names = [key for key, _ in pairs]
        for key in names:
            if names.count(key) > 1:
                raise ConfigError(f"{file}: {key!r} is written twice in one mapping; keep one")
        return dict(pairs)

    with suppress(json.JSONDecodeError):
        return json.loads(text, object_pairs_hook=once)
    content = _parsed_yaml(file, text)
    if isinstance(content, dict) and content.get("__use_yte__"):
        from yte import process_yaml  # comes with Snakemake

        try:
            return process_yaml(text, require_use_yte=True)
        except Exception as error:  # whatever the expressions in it may raise
            raise ConfigError(f"{file}: not a template that can be filled in ({error})") from error
    return content


def _parsed_yaml(file: Path, text: str) -> object:
    try:
        loader = LOADER(text)
        node = loader.get_single_node()
        if node is None:
            return None
        _Document(file).count(node)
        return loader.construct_document(node)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        raise ConfigError(f"{_place(file, mark)}: {_reason(error, text)}") from error
    except (yaml.YAMLError, ValueError) as error:  # a character that no text has; no such date
        reason = " ".join(str(error).split())
        raise ConfigError(f"{file}: not readable as YAML ({reason})") from error


def _reason(error: yaml.MarkedYAMLError, text: str) -> str:
    said = ", ".join(part for part in (error.context, error.problem) if part)
    if not error.problem_mark:
        return said
    lines = text.splitlines()
    line = lines[error.problem_mark.line] if error.problem_mark.line < len(lines) else ""
    tabs = "; YAML takes spaces, no tabs, before a key" if "\t" in line else ""
    return f"not readable as YAML: {said}{tabs}"


def _place(file: Path, mark: yaml.Mark | None) -> str:
    return f"{file}, line {mark.line + 1}" if mark else str(file)


class _Document:
    """Refuses what YAML accepts silently, and counts the values that a document stands for."""

    def __init__(self, file: Path):
        self.file = file
        self.counted: dict[int, int | None] = {}  # by node, None while it is being counted

    def count(self, node: yaml.Node) -> int:
        """How many values the node has with its anchors written out."""
        if id(node) in self.counted:
            found = self.counted[id(node)]
            return self._refuse(node, "an anchor that holds itself") if found is None else found
        self.counted[id(node)] = None
        values = 1 + sum(map(self.count, self._parts(node)))
        if values > MOST_VALUES:
            self._refuse(node, f"with its anchors written out, this is above {MOST_VALUES} values")
        self.counted[id(node)] = values
        return values

    def _parts(self, node: yaml.Node) -> list[yaml.Node]:
        if isinstance(node, yaml.MappingNode):
            self._check_keys(node)
            return [value for _, value in node.value]
        if isinstance(node, yaml.SequenceNode):
            return node.value
        self._check_number(node)
        return []

    def _check_keys(self, node: yaml.MappingNode) -> None:
        seen: dict[str, int] = {}
        for key, _ in node.value:
            if key.tag == MERGE:
                continue
            if key.tag != STRING:
                word = key.value if isinstance(key, yaml.ScalarNode) else "[…]"
                read = READ_AS.get(key.tag.rsplit(":", 1)[-1], "something else than a name")
                self._refuse(key, f'YAML reads the key {word!r} as {read}: write "{word}"')
            if key.value in seen:
                first = f"it stands in line {seen[key.value]} already"
                self._refuse(key, f"{key.value!r} is written twice in one mapping; {first}")
            seen[key.value] = key.start_mark.line + 1

    def _check_number(self, node: yaml.Node) -> None:
        if node.tag in NUMBERS and BASE_8_OR_60.fullmatch(node.value):
            base = 60 if ":" in node.value else 8
            self._refuse(
                node, f"YAML reads {node.value} in base {base}: write the number in base 10"
            )

    def _refuse(self, node: yaml.Node, what: str) -> NoReturn:
        raise ConfigError(f"{_place(self.file, node.start_mark)}: {what}")


def typed(value: object) -> object:
    """A value of `--config` with numbers, true and false as YAML reads them.

    Snakemake leaves them text within lists and mappings, and true and false in small letters.

    >>> typed({"models": "3", "stream": "false", "classes": ["cat", "dog"]})
    {'models': 3, 'stream': False, 'classes': ['cat', 'dog']}
    """
    if isinstance(value, Mapping):
        return {key: typed(part) for key, part in value.items()}
    if isinstance(value, list):
        return [typed(part) for part in value]
    if not isinstance(value, str) or BASE_8_OR_60.fullmatch(value):
        return value
    loader = yaml.SafeLoader("")
    tag = loader.resolve(yaml.ScalarNode, value, (True, False))
    return loader.construct_object(yaml.ScalarNode(tag, value)) if tag in TYPED else value


def beyond_single(content: object, path: tuple[str | int, ...] = ()) -> Iterable[tuple]:
    """The paths of numbers that single precision does not hold, which no schema refuses."""
    if isinstance(content, Mapping):
        parts: Iterable[tuple] = content.items()
    elif isinstance(content, list):
        parts = enumerate(content)
    else:
        parts = ()
    for key, part in parts:
        if isinstance(part, int | float) and not abs(part) <= MOST_SINGLE:
            yield (*path, key), part
        else:
            yield from beyond_single(part, (*path, key))
