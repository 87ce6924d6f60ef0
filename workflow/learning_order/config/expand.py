"""Turns a short configuration into a full one: inheritance, ranges, defaults, scale, claims.

partitions.py does the same for families of datasets.
"""

from collections.abc import Iterator, Mapping
from copy import deepcopy
from dataclasses import replace
from typing import Any

from jsonschema import Draft202012Validator

from learning_order.config import lookup
from learning_order.config.catalogue import MEASURES
from learning_order.config.entries import (
    Architecture,
    Boosting,
    Claim,
    Collection,
    Config,
    Limit,
    Scale,
    Written,
)
from learning_order.config.problems import KeyPath, Problems

# Besides its recipe, an architecture says how far it may go, and how its jobs are cut and sized.
BESIDES_THE_RECIPE = ("epochs", "images_per_second", "models_per_job")

INHERITING = ("datasets", "architectures", "boosting", "collections")


def inherit(config: Written, problems: Problems) -> None:
    """Write into every entry what it inherits, in place."""
    for section in INHERITING:
        entries = config.get(section)
        if isinstance(entries, dict):
            config[section] = {name: _whole(section, entries, name, problems) for name in entries}


def _whole(
    section: str,
    entries: Written,
    name: str,
    problems: Problems,
    below: tuple[str, ...] = (),
) -> Any:
    """An entry over the one it inherits from, however long the chain; `below` are its heirs."""
    entry = entries[name]
    if not isinstance(entry, dict) or "inherits" not in entry:
        return entry
    own = {key: value for key, value in entry.items() if key != "inherits"}
    parent, path = entry["inherits"], (section, name, "inherits")
    if not isinstance(parent, str):
        problems.add(path, f"{parent!r} should be a name, one of the {section}")
    elif parent in (*below, name):
        problems.add(path, f"{name!r} inherits from itself: {' → '.join((*below, name, parent))}")
    elif parent not in entries:
        problems.add_unknown(path, f"one of the {section}", parent, entries)
    else:
        base = _whole(section, entries, parent, problems, (*below, name))
        return merge(base, own) if isinstance(base, dict) else own
    return own


def merge(base: Mapping, over: Mapping) -> dict:
    """`over` on `base`, mapping by mapping; naming another optimizer or schedule starts afresh."""
    result = deepcopy(dict(base))
    for key, value in over.items():
        below = result.get(key)
        if isinstance(value, Mapping) and isinstance(below, Mapping) and _same_name(value, below):
            result[key] = merge(below, value)
        else:
            result[key] = deepcopy(value)
    return result


def _same_name(value: Mapping, below: Mapping) -> bool:
    return value.get("name", below.get("name")) == below.get("name")


def cast_numbers(schema: Mapping, value: Any, root: Mapping) -> Any:
    """The valid value with its numbers as the schema has them: 20.0 as 20 or 1 as 1.0.

    Random streams start from the text of a recipe, so equal numbers have to be written alike.
    """
    schema = _referenced(schema, root)
    if isinstance(value, Mapping):
        properties, others = schema.get("properties", {}), schema.get("additionalProperties")
        others = others if isinstance(others, Mapping) else {}
        return {
            key: cast_numbers(properties.get(key, others), part, root)
            for key, part in value.items()
        }
    if isinstance(value, list):
        return [cast_numbers(schema.get("items", {}), part, root) for part in value]
    types = {"integer": int, "number": float}
    return types[schema["type"]](value) if schema.get("type") in types else value


def _referenced(schema: Mapping, root: Mapping) -> Mapping:
    """The schema, or the definition of `root` that it refers to."""
    return root["$defs"][schema["$ref"].rsplit("/", 1)[1]] if "$ref" in schema else schema


def cast_figure_options(config: Config, schema: Mapping) -> None:
    """Do the same with the options of figures, which differ between kinds."""
    for figure in config.figures.values():
        options = schema["$defs"]["options"][figure["kind"]]
        figure["options"] = cast_numbers(options, figure["options"], schema)


def fill_defaults(schema: Mapping, value: Any, root: Mapping) -> None:
    """Set the schema's default for every key that is absent, in place."""
    schema = _referenced(schema, root)
    if not isinstance(value, dict):
        return
    properties = schema.get("properties", {})
    for key, part in properties.items():
        if "default" in part:
            value.setdefault(key, deepcopy(part["default"]))
        if key in value:
            fill_defaults(part, value[key], root)
    if isinstance(schema.get("additionalProperties"), Mapping):
        for key in value.keys() - properties.keys():
            fill_defaults(schema["additionalProperties"], value[key], root)


def expand_ranges(config: Written, schema: Mapping, problems: Problems) -> None:
    """Write out extents given as `{from: 1, to: 100}`, in place."""
    valid = Draft202012Validator(schema["$defs"]["range"])
    for path, holder in _holders_of_extents(config):
        extents = holder.get("extents") if isinstance(holder, dict) else None
        if not isinstance(extents, dict):
            continue
        path = (*path, "extents")
        errors = list(valid.iter_errors(extents))
        for error in errors:
            problems.add_invalid(error, path)
        if not errors:
            holder["extents"] = _written_out(extents, path, problems)


def _holders_of_extents(config: Written) -> Iterator[tuple[KeyPath, Any]]:
    """Every mapping that may hold `extents`, with its path."""
    yield ("scale",), config.get("scale")
    for section, below in (("collections", ()), ("figures", ("options",))):
        entries = config.get(section)
        for name, entry in entries.items() if isinstance(entries, dict) else ():
            if isinstance(entry, dict):
                yield (section, name, *below), entry.get("options") if below else entry


def _written_out(extents: Written, path: KeyPath, problems: Problems) -> list[int]:
    first, last, step = int(extents["from"]), int(extents["to"]), int(extents.get("step", 1))
    if first > last:
        problems.add(
            path, f"the range from {first} to {last} is empty: put the smaller extent first"
        )
    return list(range(first, last + 1, step))


def fill_collections(config: Written) -> None:
    """Fill in what depends on how a collection is made: its protocol, and words for captions."""
    for name, entry in config["collections"].items():
        if "predictions" in entry:
            files = entry["predictions"]
            entry["predictions"] = [files] if isinstance(files, str) else files
            entry.setdefault("dataset", name)
            entry.setdefault("architecture", "own predictions")
            entry["protocol"] = "own"
        else:  # an ensemble of weak classifiers is recorded while it grows
            boosted = entry["architecture"] in config.get("boosting", {})
            entry.setdefault("protocol", "snapshots" if boosted else "independent")


def fill_initialisers(config: Written) -> None:
    """Fill in Glorot uniform for the paper's own networks, and for others what their code draws."""
    for entry in config["architectures"].values():
        own = not lookup.network(entry["network"]).keywords
        entry.setdefault("initialiser", "own" if own else "glorot-uniform")


def apply_scale(config: Config, scale: Scale) -> None:
    """Change all models, extents, protocols and examples as `scale` says, in place."""
    for entry in config.collections.values():
        if "predictions" not in entry:
            _scale_collection(entry, config.boosting.get(entry["architecture"]), scale)
    if "extents" in scale:  # a figure's choice among the extents has no meaning then
        for figure in config.figures.values():
            for option in ("extents", "extent"):
                figure["options"].pop(option, None)
    for dataset in config.datasets.values():
        if limit := _lower(dataset.get("limit", {}), scale.get("limit", {})):
            dataset["limit"] = limit


def _scale_collection(entry: Collection, boosting: Boosting | None, scale: Scale) -> None:
    entry["models"] = min(entry["models"], scale.get("models", entry["models"]))
    extents = scale.get("extents", entry["extents"])
    if boosting:  # only sizes that its ensembles have, and at least one
        sizes = [extent for extent in extents if 1 <= extent <= boosting["rounds"]]
        extents = sizes or entry["extents"][:1]
    else:
        if entry["parts_per_epoch"] == 1:  # parts of epochs take one run
            entry["protocol"] = scale.get("protocol", entry["protocol"])
    entry["extents"] = list(extents)


def _lower(limit: Limit, cap: Limit) -> Limit:
    """The lower of two limits, split by split."""
    lowered = limit.copy()
    for split, most in cap.items():
        lowered[split] = min(most, limit.get(split, most))
    return lowered


def fill_out_of_sample(config: Config) -> None:
    """Where no splits are chosen: the out-of-sample sets of the models drawn, then test."""
    for figure in config.figures.values():
        if figure["kind"] != "out-of-sample" or "splits" in figure["options"]:
            continue
        named = {config.collections[name]["dataset"] for name in figure["collections"]}
        known = sorted(named & config.datasets.keys())
        others = [config.datasets[name].get("out_of_sample", []) for name in known]
        if any(others):
            splits = dict.fromkeys(split for each in others for split in each)
            figure["options"]["splits"] = [*splits, "test"]


def expand_claims(config: Config) -> Config:
    """The wanted claims; one about each of several collections becomes one per collection."""
    claims: dict[str, Claim] = {}
    wanted = config.only_claims or config.claims
    for name, claim in config.claims.items():
        if name not in wanted:
            continue
        members = claim["collections"]
        if MEASURES[claim["measure"]].most == 1 and len(members) > 1:
            claims |= {f"{name}-{each}": {**claim, "collections": [each]} for each in members}
        else:
            claims[name] = claim
    return replace(config, claims=claims)


def recipe_entry(architecture: Architecture) -> dict[str, Any]:
    """The part of a resolved architecture that its training depends on."""
    kept = {key: value for key, value in architecture.items() if key not in BESIDES_THE_RECIPE}
    if not kept.get("compile"):  # older files were made without the key
        kept.pop("compile", None)
    return kept
