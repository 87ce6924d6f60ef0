"""Types of entries have the keys of the schema, and resolved entries have those of their types."""

from typing import get_type_hints

import pytest
from support.configurations import configured, content
from support.workdir import ROOT

from learning_order.config import Config, entries
from learning_order.config.check_collections import OPTIMIZER_OPTIONS, SCHEDULE_OPTIONS

SCHEMA = content(ROOT / "workflow/schemas/config.schema.yaml")
DEFS = SCHEMA["$defs"]
SECTIONS = {
    "datasets": entries.Dataset,
    "architectures": entries.Architecture,
    "boosting": entries.Boosting,
    "collections": entries.Collection,
    "figures": entries.Figure,
    "references": entries.Reference,
    "claims": entries.Claim,
}
TYPES = {
    "dataset": entries.Dataset,
    "dataset.partition": entries.Partition,
    "dataset.features": entries.Features,
    "architecture": entries.Architecture,
    "architecture.dropout": entries.Dropout,
    "architecture.optimizer": entries.Optimizer,
    "architecture.schedule": entries.Schedule,
    "architecture.augmentation": entries.Augmentation,
    "boosting": entries.Boosting,
    "collection": entries.Collection,
    "figure": entries.Figure,
    "reference": entries.Reference,
    "claim": entries.Claim,
    "scale": entries.Scale,
}
# The code fills these in, by what else an entry says.
FILLED_IN = {
    "collection": {"dataset", "architecture", "protocol"},
    "architecture": {"initialiser"},
}
# And these only there.
ADDED = {"collection": {"published", "seeds"}}
SCALARS = {"integer": int, "number": float, "string": str, "boolean": bool}


def part_of_the_schema(path: str) -> dict:
    first, *rest = path.split(".")
    part = SCHEMA["properties"]["scale"] if first == "scale" else DEFS[first]
    for key in rest:
        part = part["properties"][key]
    return part


@pytest.mark.parametrize("path", TYPES)
def test_types_have_the_keys_of_the_schema(path):
    part, keys = part_of_the_schema(path), TYPES[path].__annotations__.keys()
    fields = part["properties"]
    assert keys - ADDED.get(path, set()) == fields.keys() - {"inherits"}
    filled = {key for key, field in fields.items() if "default" in field}
    always = filled | set(part.get("required", [])) | FILLED_IN.get(path, set())
    assert TYPES[path].__required_keys__ == always


@pytest.mark.parametrize("path", TYPES)
def test_types_have_the_numbers_and_words_of_the_schema(path):
    hints = get_type_hints(TYPES[path])
    for key, field in part_of_the_schema(path)["properties"].items():
        if field.get("type") in SCALARS:
            assert key == "inherits" or hints[key] is SCALARS[field["type"]], key
        elif "enum" in field:
            assert all(type(value) is hints[key] for value in field["enum"]), key


def test_the_configuration_has_the_sections_of_the_schema():
    assert Config.__annotations__.keys() == SCHEMA["properties"].keys() - {"scale"}
    assert SECTIONS.keys() | {"references", "rankings", "targets"} == {
        key for key, field in SCHEMA["properties"].items() if "propertyNames" in field
    }


@pytest.mark.parametrize("scale", [None, "demo", "smoke", "laptop", "stand-ins"])
def test_resolved_entries_have_the_keys_of_their_types(scale):
    config = configured(scale=scale)
    for section, kind in SECTIONS.items():
        for name, entry in getattr(config, section).items():
            assert kind.__required_keys__ <= entry.keys(), name
            assert entry.keys() <= kind.__annotations__.keys(), name


@pytest.mark.parametrize(
    ("options", "kind"),
    [(OPTIMIZER_OPTIONS, entries.Optimizer), (SCHEDULE_OPTIONS, entries.Schedule)],
)
def test_every_option_of_a_type_is_one_of_some_name(options, kind):
    assert {"name"}.union(*options.values()) == kind.__annotations__.keys()


@pytest.mark.parametrize(
    ("entry", "expected"),
    [
        ({"kind": "accuracy", "collections": ["b", "a"]}, ["b", "a"]),
        ({"kind": "accessibility-scatter", "pairs": [["a", "b"], ["c", "a"]]}, ["a", "b", "c"]),
        ({"kind": "dataset-samples", "datasets": ["digits"]}, []),
    ],
)
def test_collections_of_a_figure_are_named_once_in_their_order(entry, expected):
    assert entries.collections_of(entry) == expected
