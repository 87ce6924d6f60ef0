"""Collects what is wrong with a configuration and says it in the user's terms."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path

import yaml
from jsonschema.exceptions import ValidationError

from learning_order.errors import ExplainedError

TYPE_NAMES = {"object": "a mapping", "array": "a list", "integer": "a whole number"}


class ConfigError(ExplainedError, ValueError):
    """Everything that is wrong with a configuration, a line a problem."""


@dataclass
class Problems:
    """The problems found so far; `files` are those the configuration was read from, base first."""

    files: Sequence[Path | str]
    lines: list[str] = field(default_factory=list)

    def add(self, path: tuple, message: str) -> None:
        """Note that the value at `path` (keys from the top) is wrong."""
        key = ".".join(str(part) for part in path) or "top level"
        line = f"{self._file_of(path)}: {key}: {message}"
        if line not in self.lines:
            self.lines.append(line)

    def add_unknown(self, path: tuple, what: str, name: str, known: Iterable[str]) -> None:
        """Note that `name` at `path` is not `what`, and which name may have been meant."""
        self.add(path, f"{name!r} is not {what}{nearest(name, known)}")

    def stop_if_any(self) -> None:
        """Raise ConfigError if there are problems."""
        if self.lines:
            raise ConfigError("The configuration has errors:\n  " + "\n  ".join(self.lines))

    def _file_of(self, path: tuple) -> str:
        """The last file that says something about the longest known part of the path."""
        loaded = [(str(file), yaml.safe_load(Path(file).read_text())) for file in self.files]
        for length in range(len(path), 0, -1):
            for file, content in reversed(loaded):
                if _contains(content, path[:length]):
                    return file
        return loaded[0][0] if loaded else "configuration"


def nearest(name: str, known: Iterable[str]) -> str:
    """The end of a message: the known name closest to `name`, or all there are."""
    known = sorted(str(each) for each in known)
    close = get_close_matches(str(name), known, n=1, cutoff=0.5)
    if close:
        return f"; did you mean {close[0]!r}?"
    return f"; choose among {', '.join(known)}" if known else "; there are none"


def explain(error: ValidationError) -> str:
    """What an error of the schema means."""
    value, wanted = error.instance, error.validator_value
    if error.validator == "additionalProperties":
        known = list(error.schema["properties"])
        unknown = [key for key in value if key not in known]
        return "; ".join(f"unknown key {key!r}{nearest(key, known)}" for key in unknown)
    if error.validator == "enum":
        return f"{value!r} is not valid{nearest(value, wanted)}"
    if error.validator == "type":
        return f"{value!r} should be {TYPE_NAMES.get(wanted, f'a {wanted}')}"
    if error.validator == "required":
        missing = [repr(key) for key in wanted if key not in value]
        return f"{', '.join(missing)} missing"
    if error.validator == "minimum":
        return f"{value!r} is below {wanted}"
    if error.validator == "pattern":
        return f"{value!r} is not a valid name: {error.schema['description']}"
    return error.message


def _contains(content: object, path: tuple) -> bool:
    for part in path:
        try:
            content = content[part]
        except (KeyError, IndexError, TypeError):
            return False
    return True
