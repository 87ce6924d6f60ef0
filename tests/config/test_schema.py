"""The schema knows the same names as the code."""

import inspect
from collections.abc import Iterator

from support.configurations import SMALL, content
from support.workdir import ROOT

from learning_order.config import read_schema, resolve
from learning_order.config.catalogue import KINDS, LOADERS, MEASURES, NETWORKS
from learning_order.config.check_collections import OPTIMIZER_OPTIONS, SCHEDULE_OPTIONS

SCHEMA = content(ROOT / "workflow/schemas/config.schema.yaml")


def fields(schema: dict, path: str = "") -> Iterator[tuple[str, dict]]:
    """Every field of a part of the schema, with its path."""
    for key, field in schema.get("properties", {}).items():
        yield f"{path}.{key}", field
        yield from fields(field, f"{path}.{key}")


def test_every_field_of_the_schema_has_a_whole_description():
    parts = [SCHEMA, *SCHEMA["$defs"].values(), *SCHEMA["$defs"]["options"].values()]
    for path, field in (each for part in parts for each in fields(part)):
        assert "description" in field or "$ref" in field, path
        assert None not in field.values(), f"{path}: a comma cuts it: put it in quotes"


def test_resolving_leaves_the_schema_as_it_is_written():
    resolve(SMALL)
    assert read_schema() == SCHEMA


def test_the_schema_knows_what_the_code_knows():
    from learning_order.networks.initialise import INITIALISERS
    from learning_order.networks.layers import ACTIVATIONS
    from learning_order.training.recipe import OPTIMIZERS, SCHEDULES

    defs = SCHEMA["$defs"]
    architecture = defs["architecture"]["properties"]
    for field, names in (
        (defs["dataset"]["properties"]["loader"], LOADERS),
        (architecture["network"], NETWORKS),
    ):
        named = set(field["description"].replace(",", " ").replace(";", " ").split())
        assert set(names) <= named, "every name is in the field's description"
    assert set(defs["figure"]["properties"]["kind"]["enum"]) == set(KINDS) == set(defs["options"])
    assert set(defs["claim"]["properties"]["measure"]["enum"]) == set(MEASURES)
    assert set(architecture["initialiser"]["enum"]) == {*INITIALISERS, "own"}
    assert set(architecture["activation"]["enum"]) == set(ACTIVATIONS)
    assert set(architecture["optimizer"]["properties"]["name"]["enum"]) == set(OPTIMIZERS)
    assert set(OPTIMIZERS) == set(OPTIMIZER_OPTIONS)
    assert set(architecture["schedule"]["properties"]["name"]["enum"]) == set(SCHEDULES)


def test_schedules_take_the_options_that_are_checked():
    from learning_order.training.recipe import SCHEDULES

    for name, schedule in SCHEDULES.items():
        options = inspect.signature(schedule).parameters.keys() - {"epoch"}
        assert options == SCHEDULE_OPTIONS[name], name


def test_options_in_the_schema_are_those_of_the_kinds():
    from learning_order.figures import load_kind

    for kind in KINDS:
        options = SCHEMA["$defs"]["options"][kind]["properties"]
        assert set(options) == set(load_kind(kind).OPTIONS), kind
