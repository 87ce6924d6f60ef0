"""Reads the files of a configuration."""

import json
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

import yaml

from learning_order.config.problems import ConfigError

# The one written in C is ten times as fast; it is missing where libyaml is.
LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def read_layers(files: Iterable[Path | str]) -> dict[str, dict]:
    """Name of a file → its content, in the order of the files, which is base first.

    ConfigError names a file that cannot be read, or holds no mapping.
    """
    return {str(file): _read(Path(file)) for file in files}


def _read(file: Path) -> dict:
    try:
        content = _parsed(file.read_text())
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise ConfigError(f"{file}: {error}") from error
    if content is None:
        return {}
    if not isinstance(content, dict):
        raise ConfigError(f"{file}: expected `key: value` lines at the top level")
    return content


def _parsed(text: str) -> object:
    """As Snakemake reads it: JSON, else YAML, in which `__use_yte__: true` makes a template."""
    with suppress(ValueError):
        return json.loads(text)
    content = yaml.load(text, LOADER)
    if isinstance(content, dict) and content.get("__use_yte__"):
        from yte import process_yaml  # comes with Snakemake

        return process_yaml(text, require_use_yte=True)
    return content
