"""What a schema cannot say: names that must exist, values that must fit each other."""

from jsonschema import Draft202012Validator

from learning_order.config.problems import Problems, explain, nearest
from learning_order.datasets import check_options
from learning_order.datasets.examples import DatasetError
from learning_order.figures import KINDS

SCHEDULE_OPTIONS = {
    "constant": set(),
    "step": {"factor", "every"},
    "multi-step": {"factor", "at"},
    "cosine": {"epochs"},
}
OPTIMIZER_OPTIONS = {"sgd": {"momentum", "nesterov"}, "adam": set(), "adadelta": {"rho"}}


def check_architectures(config: dict, problems: Problems) -> None:
    """Options that their optimizer, schedule or network does not have."""
    for name, entry in config["architectures"].items():
        optimizer, path = entry["optimizer"], ("architectures", name)
        known = OPTIMIZER_OPTIONS[optimizer["name"]]
        for option in optimizer.keys() - {"name"} - known:
            problems.add_unknown(
                (*path, "optimizer", option), f"an option of {optimizer['name']}", option, known
            )
        if optimizer.get("nesterov") and not optimizer.get("momentum"):
            problems.add((*path, "optimizer", "nesterov"), "needs a `momentum` above 0")
        _check_schedule((*path, "schedule"), entry["schedule"], problems)
        if entry["network"] == "linear-st-vgg" and entry["activation"] != "linear":
            problems.add((*path, "activation"), "linear-st-vgg is linear; say `activation: linear`")


def _check_schedule(path: tuple, schedule: dict, problems: Problems) -> None:
    name, given = schedule["name"], schedule.keys() - {"name"}
    needed = SCHEDULE_OPTIONS[name]
    if given < needed:
        problems.add(path, f"{name} needs {' and '.join(sorted(needed - given))}")
    for option in given - needed:
        problems.add_unknown((*path, option), f"an option of {name}", option, needed)


def check_datasets(config: dict, problems: Problems) -> None:
    """Options that their loader does not have, and parts beyond the number of parts."""
    for name, entry in config["datasets"].items():
        try:
            check_options(entry)
        except DatasetError as error:
            problems.add(("datasets", name), str(error))
        partition = entry.get("partition", {})
        if partition.get("part", 0) >= partition.get("parts", 1):
            problems.add(
                ("datasets", name, "partition", "part"),
                f"{partition['part']} is too large: the {partition['parts']} parts start at 0",
            )


def check_collections(config: dict, problems: Problems) -> None:
    """Dangling names and extents that do not ascend or are beyond the recipe."""
    for name, entry in config["collections"].items():
        path = ("collections", name)
        for key, section in (("dataset", "datasets"), ("architecture", "architectures")):
            if entry[key] not in config[section]:
                problems.add_unknown(
                    (*path, key), f"one of the {section}", entry[key], config[section]
                )
        extents = entry["extents"]
        _check_ascending((*path, "extents"), extents, problems)
        architecture = config["architectures"].get(entry["architecture"])
        if architecture and max(extents) > architecture["epochs"]:
            problems.add(
                (*path, "extents"),
                f"{max(extents)} is beyond the {architecture['epochs']} epochs of "
                f"{entry['architecture']!r}; raise its `epochs` or leave the extent out",
            )


def check_scale(config: dict, problems: Problems) -> None:
    """Extents that do not ascend."""
    _check_ascending(("scale", "extents"), config["scale"].get("extents", []), problems)


def _check_ascending(path: tuple, extents: list[int], problems: Problems) -> None:
    if len(set(extents)) < len(extents):
        problems.add(path, f"{extents} names an extent twice")
    elif extents != sorted(extents):
        problems.add(path, f"{extents} should ascend: {sorted(extents)}")


def check_figures(config: dict, schema: dict, problems: Problems) -> None:
    """Figures that draw what does not exist, or have options that their kind does not know."""
    for name, figure in config["figures"].items():
        path, kind = ("figures", name), figure["kind"]
        drawn = KINDS[kind].draws
        if drawn and drawn not in figure:
            problems.add(path, f"a figure of kind {kind!r} needs `{drawn}`")
        for key in ("collections", "datasets"):
            if key in figure and key != drawn:
                problems.add((*path, key), f"a figure of kind {kind!r} draws no {key}")
            for member in figure.get(key, []):
                if member not in config[key]:
                    problems.add_unknown((*path, key), f"one of the {key}", member, config[key])
        options = {**schema["$defs"]["options"][kind], "$defs": schema["$defs"]}
        for error in Draft202012Validator(options).iter_errors(figure["options"]):
            problems.add((*path, "options", *error.absolute_path), explain(error))
        _check_shown_extents(config, path, figure, problems)


def _check_shown_extents(config: dict, path: tuple, figure: dict, problems: Problems) -> None:
    for collection in figure.get("collections", []):
        recorded = config["collections"].get(collection, {}).get("extents", [])
        for extent in figure["options"].get("extents", []):
            if recorded and extent not in recorded:
                problems.add(
                    (*path, "options", "extents"),
                    f"{extent} is not recorded by {collection!r}{nearest(str(extent), recorded)}",
                )
