"""Collects what is wrong with a configuration, and words it in the user's terms."""

import re
import reprlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from jsonschema.exceptions import ValidationError

from learning_order.runtime.errors import ExplainedError, did_you_mean

NUMBER = re.compile(r"([-+]?\d+\.?\d*)(?:[eE]([-+]?)(\d+))?")
KeyPath = tuple[str | int, ...]  # to a value: keys, and places in lists, from the top
TYPE_NAMES = {"object": "a mapping", "array": "a list", "integer": "a whole number"}
BOUNDS = {
    "minimum": "is below",
    "maximum": "is above",
    "exclusiveMinimum": "is not above",
    "exclusiveMaximum": "is not below",
}
MOST_SHOWN = 100  # characters of a value


class ConfigError(ExplainedError, ValueError):
    """Everything that is wrong with a configuration, one line per problem."""


@dataclass(frozen=True)
class Problem:
    """What is wrong with the value at `path`, and where that was written: `at`."""

    path: KeyPath
    message: str
    at: KeyPath


@dataclass
class Problems:
    """The problems found so far.

    written: the configuration before entries inherit; layers: what it was merged of, by the name
    of its file, base first.
    """

    written: Mapping
    layers: Mapping[str, Mapping]
    found: list[Problem] = field(default_factory=list)

    def add(self, path: KeyPath, message: str, at: KeyPath | None = None) -> None:
        """Note that the value at `path` is wrong.

        at: where it was written, if that is deeper: the path of an unknown key.
        """
        problem = Problem(path, message, at or path)
        if problem not in self.found:
            self.found.append(problem)

    def add_unknown(self, path: KeyPath, what: str, name: str, known: Iterable[str]) -> None:
        """Note that `name` at `path` is not `what`, and which name may have been meant."""
        self.add(path, f"{name!r} is not {what}{did_you_mean(name, known)}")

    def add_invalid(self, error: ValidationError, above: KeyPath = ()) -> None:
        """Note that the schema refuses a value; `above` is the path of what was validated."""
        path = (*above, *error.absolute_path)
        if error.validator != "additionalProperties":
            self.add(path, explain(error))
            return
        schema, value = _failed(error)
        known = list(schema["properties"])
        for key in (key for key in value if key not in known):
            self.add(path, f"unknown key {key!r}{did_you_mean(key, known)}", (*path, key))

    def stop_if_any(self) -> None:
        """Raise ConfigError if there are problems."""
        if self.found:
            said = [problem for problem in self.found if not self._is_passed_on(problem)]
            lines = ["The configuration has errors:", *map(self._line, said)]
            raise ConfigError("\n  ".join(lines))

    def _line(self, problem: Problem) -> str:
        key = ".".join(str(part) for part in problem.path) or "top level"
        return f"{self._layer_of(problem.at)}: {key}: {problem.message}"

    def _is_passed_on(self, problem: Problem) -> bool:
        """Whether the entry inherits its problem from one that is listed with it too."""
        entry, rest = problem.path[:2], problem.path[2:]
        if len(entry) < 2 or not _contains(self.written, (*entry, "inherits")):
            return False
        section, name = entry
        above = (section, self.written[section][name]["inherits"], *rest)
        same = (other for other in self.found if other.message == problem.message)
        return above != problem.path and any(other.path == above for other in same)

    def _layer_of(self, path: KeyPath) -> str:
        """The last layer that holds the path, or as much of its beginning as any layer holds."""
        for length in range(len(path), 0, -1):
            for name, content in reversed(list(self.layers.items())):
                if _contains(content, path[:length]):
                    return name
        return next(iter(self.layers), "configuration")


def explain(error: ValidationError) -> str:
    """What an error of the schema means."""
    schema, value = _failed(error)
    wanted: Any = error.validator_value
    shown = _shown(value)
    if error.validator == "enum":
        return f"{shown} is not valid{did_you_mean(str(value), map(str, wanted))}"
    if error.validator == "type":
        hint = _as_text(value) if wanted == "string" else _as_number(value)
        return f"{shown} should be {TYPE_NAMES.get(wanted, f'a {wanted}')}{hint}"
    if error.validator == "required":
        missing = [repr(key) for key in wanted if key not in value]
        return f"{', '.join(missing)} missing"
    if error.validator in BOUNDS:
        return f"{shown} {BOUNDS[error.validator]} {wanted}"
    if error.validator == "pattern":
        return f"{shown} is not a valid name: {schema['description']}"
    if error.validator == "maxLength":
        return f"{shown} has {len(value)} characters: at most {wanted}"
    if error.validator == "minLength":
        return f"{shown} is empty"
    if error.validator == "minItems":
        return f"{shown} is empty" if not value else f"{shown} is one alone: name at least {wanted}"
    if error.validator == "maxItems":
        return f"{shown} has {len(value)}: at most {wanted}"
    if error.validator == "uniqueItems":
        return f"{shown} names something twice"
    if error.validator == "oneOf":
        kinds = " or ".join(TYPE_NAMES.get(one["type"], f"a {one['type']}") for one in wanted)
        return f"{shown} should be {kinds} that is not empty"
    return error.message.replace(repr(value), shown)


def _shown(value: object) -> str:
    """The beginning of a value, which may be long: a bomb of YAML has no end."""
    shown = reprlib.repr(value) if isinstance(value, Mapping | list) else repr(value)
    return shown if len(shown) <= MOST_SHOWN else f"{shown[:MOST_SHOWN]}…"


def _failed(error: ValidationError) -> tuple[Any, Any]:
    """The part of the schema that a value does not meet, and the value; both are always set."""
    return error.schema, error.instance


def _as_number(value: object) -> str:
    """The end of a message about text that looks like a number: how YAML wants it written."""
    match = NUMBER.fullmatch(value) if isinstance(value, str) else None
    if match is None:
        return ""
    mantissa, sign, exponent = match.groups()
    if exponent is None:
        return "; leave out the quotes"
    mantissa += "" if "." in mantissa else ".0"
    return (
        "; YAML reads it as text without a point and a sign: "
        f"write {mantissa}e{sign or '+'}{exponent} or {Decimal(match[0]):f}"
    )


def _as_text(value: object) -> str:
    """The end of a message about a word that YAML takes for something else."""
    if isinstance(value, bool):
        return "; YAML reads yes, no, on and off as true and false: put the word in quotes"
    return "" if isinstance(value, Mapping | list) else "; put it in quotes"


def _contains(content: Any, path: KeyPath) -> bool:
    for part in path:
        try:
            content = content[part]
        except (KeyError, IndexError, TypeError):
            return False
    return True
