"""Turns a short configuration into a full one: inheritance, defaults, scale, partitions."""

from collections.abc import Iterator, Mapping
from copy import deepcopy

from jsonschema import Draft202012Validator

from learning_order.config import lookup
from learning_order.config.catalogue import MEASURES
from learning_order.config.problems import Problems

# What an architecture says besides its recipe: how far it may go, how its jobs are cut and sized.
BESIDES_THE_RECIPE = ("epochs", "images_per_second", "models_per_job")

INHERITING = ("datasets", "architectures", "boosting", "collections")


def inherit(config: dict, problems: Problems) -> None:
    """Replace every entry that inherits by the whole of it, in place."""
    for section in INHERITING:
        entries = config.get(section)
        if isinstance(entries, dict):
            config[section] = {name: _whole(section, entries, name, problems) for name in entries}


def _whole(section: str, entries: dict, name: str, problems: Problems, below: tuple = ()) -> dict:
    """An entry over the one it inherits from, however long the chain; `below` is the way here."""
    entry = entries[name]
    if not isinstance(entry, dict) or "inherits" not in entry:
        return entry
    own = {key: value for key, value in entry.items() if key != "inherits"}
    parent, path = entry["inherits"], (section, name, "inherits")
    if parent in (*below, name):
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


def cast_numbers(schema: Mapping, value: object, root: Mapping) -> object:
    """The valid value with its numbers as the schema has them: 20.0 as 20 or 1 as 1.0.

    Random streams start from a recipe as it is written down, so equal numbers have to look equal.
    """
    if "$ref" in schema:
        schema = root["$defs"][schema["$ref"].rsplit("/", 1)[1]]
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


def cast_figure_options(config: dict, schema: Mapping) -> None:
    """The same for the options of figures, which each kind has its own of."""
    for figure in config["figures"].values():
        options = schema["$defs"]["options"][figure["kind"]]
        figure["options"] = cast_numbers(options, figure["options"], schema)


def fill_defaults(schema: Mapping, value: object, root: Mapping) -> None:
    """Set the schema's default for every key that is absent, in place."""
    if "$ref" in schema:
        schema = root["$defs"][schema["$ref"].rsplit("/", 1)[1]]
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


def expand_ranges(config: dict, schema: Mapping, problems: Problems) -> None:
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
        if errors:
            continue
        first, last, step = (int(extents.get(key, 1)) for key in ("from", "to", "step"))
        if first > last:
            problems.add(path, f"from {first} to {last} is no extent: say the smaller one first")
        holder["extents"] = list(range(first, last + 1, step))


def _holders_of_extents(config: dict) -> Iterator[tuple[tuple, object]]:
    """All that may say `extents`, each with its path."""
    yield ("scale",), config.get("scale")
    for section, below in (("collections", ()), ("figures", ("options",))):
        entries = config.get(section)
        for name, entry in entries.items() if isinstance(entries, dict) else ():
            if isinstance(entry, dict):
                yield (section, name, *below), entry.get("options") if below else entry


def fill_collections(config: dict) -> None:
    """What kind of collection leaves open: words for predictions made elsewhere, the protocol."""
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


def fill_initialisers(config: dict) -> None:
    """Where none is named: Glorot uniform for the paper's own networks, else the network's own."""
    for entry in config["architectures"].values():
        own = not lookup.network(entry["network"]).keywords
        entry.setdefault("initialiser", "own" if own else "glorot-uniform")


def apply_scale(config: dict) -> None:
    """Change all models, extents, protocols and examples as `scale` says; drop that section."""
    scale = config.pop("scale")
    for entry in config["collections"].values():
        if "predictions" in entry:
            continue
        entry["models"] = min(entry["models"], scale.get("models", entry["models"]))
        extents = scale.get("extents", entry["extents"])
        if boosting := config["boosting"].get(entry["architecture"]):  # only sizes that there are
            sizes = [extent for extent in extents if 1 <= extent <= boosting["rounds"]]
            extents = sizes or entry["extents"][:1]
        else:
            entry["protocol"] = scale.get("protocol", entry["protocol"])
        entry["extents"] = list(extents)
    if "extents" in scale:  # a figure's choice among the extents has no meaning then
        for figure in config["figures"].values():
            for option in ("extents", "extent"):
                figure["options"].pop(option, None)
    for entry in config["datasets"].values():
        limit = dict(entry.get("limit", {}))
        for split, most in scale.get("limit", {}).items():
            limit[split] = min(most, limit.get(split, most))
        if limit:
            entry["limit"] = limit


def families(config: dict) -> dict[str, dict[str, list[str]]]:
    """Section → name → its parts, for datasets with a partition and collections of such datasets.

    That is how the parts are called before `expand_partitions` makes entries of them.
    """
    datasets = {
        name: _parts(name, entry["partition"]["parts"])
        for name, entry in config["datasets"].items()
        if "partition" in entry and "part" not in entry["partition"]
    }
    collections = {
        name: _parts(name, len(datasets[entry["dataset"]]))
        for name, entry in config["collections"].items()
        if "predictions" not in entry and entry["dataset"] in datasets
    }
    return {"datasets": datasets, "collections": collections}


def with_parts(config: dict, section: str) -> dict[str, dict]:
    """All that can be named: the entries of the section, and for each part that of its family."""
    entries = dict(config[section])
    for name, parts in families(config)[section].items():
        entries |= dict.fromkeys(parts, config[section][name])
    return entries


def expand_partitions(config: dict) -> None:
    """Replace every partitioned dataset, and every collection of one, by one entry a part.

    A figure that names such a collection or dataset then has all its parts.
    """
    parts = families(config)
    for name, members in parts["datasets"].items():
        entry = config["datasets"].pop(name)
        for part, member in enumerate(members):
            partition = {**entry["partition"], "part": part}
            config["datasets"][member] = {**entry, "partition": partition}
    for name, members in parts["collections"].items():
        entry = config["collections"].pop(name)
        for member, dataset in zip(members, parts["datasets"][entry["dataset"]], strict=True):
            config["collections"][member] = {**entry, "dataset": dataset}
    for entry in [*config["figures"].values(), *config["claims"].values()]:
        for key in parts.keys() & entry.keys():
            entry[key] = [part for name in entry[key] for part in parts[key].get(name, [name])]


def fill_out_of_sample(config: dict) -> None:
    """Without a choice of splits: what the collection's models classify besides, then test."""
    for figure in config["figures"].values():
        if figure["kind"] != "out-of-sample" or "splits" in figure["options"]:
            continue
        entries = [config["collections"][name] for name in figure["collections"]]
        named = {entry["dataset"] for entry in entries} & config["datasets"].keys()
        others = [config["datasets"][name].get("out_of_sample", []) for name in sorted(named)]
        if any(others):
            splits = dict.fromkeys(split for each in others for split in each)
            figure["options"]["splits"] = [*splits, "test"]


def expand_claims(config: dict) -> None:
    """Replace every claim about one collection that names several by one claim about each."""
    claims = {}
    for name, claim in config["claims"].items():
        members = claim["collections"]
        if MEASURES[claim["measure"]].most == 1 and len(members) > 1:
            claims |= {f"{name}-{each}": {**claim, "collections": [each]} for each in members}
        else:
            claims[name] = claim
    config["claims"] = claims


def _parts(name: str, parts: int) -> list[str]:
    width = len(str(parts - 1))
    return [f"{name}-{part:0{width}}" for part in range(parts)]


def recipe_entry(architecture: Mapping) -> dict:
    """What of a resolved architecture its training depends on."""
    return {key: value for key, value in architecture.items() if key not in BESIDES_THE_RECIPE}
