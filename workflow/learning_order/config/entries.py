"""The entries of a resolved configuration."""

from collections.abc import Mapping


def collections_of(entry: Mapping) -> list[str]:
    """The collections that the entry of a figure or claim names, alone or in pairs, each once."""
    paired = [name for pair in entry.get("pairs", []) for name in pair]
    return list(dict.fromkeys([*entry.get("collections", []), *paired]))
