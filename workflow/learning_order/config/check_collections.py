"""What a schema cannot say: names that must exist, values that must fit each other."""

from learning_order.config import lookup
from learning_order.config.expand import families, with_parts
from learning_order.config.problems import Problems

SCHEDULE_OPTIONS = {
    "constant": set(),
    "step": {"factor", "every"},
    "multi-step": {"factor", "at"},
    "cosine": {"epochs"},
}
OPTIMIZER_OPTIONS = {
    "sgd": {"momentum", "nesterov", "weight_decay"},
    "adam": {"weight_decay"},
    "adadelta": {"rho", "weight_decay"},
}
# Of every dataset, whatever its loader.
DATASET_OPTIONS = {
    *("loader", "options", "root", "classes", "limit", "partition", "random_labels"),
    *("features", "out_of_sample", "stand_in_for", "without_labels"),
}
ABOUT_LABELS = {"partition", "random_labels", "out_of_sample"}


def check_names(config: dict, problems: Problems) -> None:
    """Loaders and networks that there are not, and what was said to them in vain.

    For entries as they were written, before defaults: only then is it known what was said.
    """
    for name, entry in config["datasets"].items():
        if wrong := _unknown(entry["loader"], lookup.LOADERS):
            problems.add(("datasets", name, "loader"), wrong)
        else:
            _check_loader(name, entry, problems)
    for name, entry in config["architectures"].items():
        if wrong := _unknown(entry["network"], lookup.NETWORKS):
            problems.add(("architectures", name, "network"), wrong)
        else:
            _check_network(name, entry, problems)


def _unknown(name: str, known: dict) -> str | None:
    return None if name in known else lookup.problem(name, known)


def _check_loader(name: str, entry: dict, problems: Problems) -> None:
    loader = lookup.loader(entry["loader"])
    for option in loader.needs:
        if option not in entry:
            problems.add(("datasets", name), f"loader {entry['loader']!r} needs `{option}`")
    if loader.options is lookup.ANY:
        return
    known = DATASET_OPTIONS - {"options"} | loader.options
    if lookup.inputs_of(entry) == "unlabelled":
        known -= ABOUT_LABELS
    if loader.inputs == "unlabelled":
        known -= {"classes", "without_labels"}
    for option in sorted(entry.keys() - known):
        what = f"an option of loader {entry['loader']!r}"
        problems.add_unknown(("datasets", name, option), what, option, known)


def _check_network(name: str, entry: dict, problems: Problems) -> None:
    network, path = lookup.network(entry["network"]), ("architectures", name)
    for field in {"activation", "dropout"} - set(network.keywords):
        if field in entry:
            problems.add(
                (*path, field), f"network {entry['network']!r} has none to choose; leave it out"
            )
    if network.options is not lookup.ANY:
        for option in sorted(entry.get("options", {}).keys() - network.options):
            what = f"an option of network {entry['network']!r}"
            problems.add_unknown((*path, "options", option), what, option, network.options)


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
    """Parts beyond the number of parts, out-of-sample sets that there are not, no images."""
    for name, entry in config["datasets"].items():
        if "features" in entry:
            _check_features(("datasets", name, "features"), entry, problems)
        _check_out_of_sample(config, name, entry.get("out_of_sample", []), problems)
        partition = entry.get("partition", {})
        if partition.get("part", 0) >= partition.get("parts", 1):
            problems.add(
                ("datasets", name, "partition", "part"),
                f"{partition['part']} is too large: the {partition['parts']} parts start at 0",
            )


def _check_features(path: tuple, entry: dict, problems: Problems) -> None:
    """Features of what is no image in memory."""
    if lookup.inputs_of(entry) == "tokens":
        problems.add(path, "texts have none: features are made of images")
    elif entry.get("stream"):
        problems.add(path, "streamed images have none: say `stream: false`")


def _check_out_of_sample(config: dict, name: str, others: list[str], problems: Problems) -> None:
    path = ("datasets", name, "out_of_sample")
    for other in others:
        entry = config["datasets"].get(other)
        if entry is None:
            problems.add_unknown(path, "one of the datasets", other, config["datasets"])
        elif lookup.inputs_of(entry) not in ("unlabelled", None):
            problems.add(path, f"{other!r} has labels; an out-of-sample set has none")
        elif entry.get("stream") and not config["datasets"][name].get("stream"):
            problems.add(path, f"{other!r} is streamed, but {name!r} is not: say the same for both")


def check_sources(config: dict, problems: Problems) -> None:
    """Collections, as written, that are neither trained nor taken from files, or both."""
    for name, entry in config["collections"].items():
        path = ("collections", name)
        if "predictions" not in entry:
            missing = [
                key for key in ("dataset", "architecture", "models", "extents") if key not in entry
            ]
            if missing:
                problems.add(
                    path,
                    f"{', '.join(map(repr, missing))} missing; or `predictions:`, files of "
                    "predictions that were made elsewhere",
                )
        elif "protocol" in entry:
            problems.add((*path, "protocol"), "predictions made elsewhere have none: leave it out")
        elif "first_seed" in entry and "models" not in entry:
            problems.add((*path, "first_seed"), "says nothing without `models`")


def check_collections(config: dict, problems: Problems) -> None:
    """Dangling names and extents that do not ascend or are beyond the recipe."""
    datasets = with_parts(config, "datasets")
    learners = config["architectures"] | config["boosting"]
    for name, entry in config["collections"].items():
        path = ("collections", name)
        if "predictions" in entry:
            check_ascending((*path, "extents"), entry.get("extents", []), problems)
            continue
        for key, known in (("dataset", datasets), ("architecture", learners)):
            if entry[key] not in known:
                problems.add_unknown((*path, key), f"one of the {key}s", entry[key], known)
        extents = entry["extents"]
        check_ascending((*path, "extents"), extents, problems)
        if boosting := config["boosting"].get(entry["architecture"]):
            _check_boosted(path, entry, boosting, datasets.get(entry["dataset"]), problems)
            continue
        architecture = config["architectures"].get(entry["architecture"])
        if architecture and max(extents) > architecture["epochs"]:
            problems.add(
                (*path, "extents"),
                f"{max(extents)} is beyond the {architecture['epochs']} epochs of "
                f"{entry['architecture']!r}; raise its `epochs` or leave the extent out",
            )
        dataset = datasets.get(entry["dataset"])
        if architecture and dataset:
            _check_fit(path, entry, architecture, dataset, problems)


def _check_boosted(path, entry: dict, boosting: dict, dataset, problems: Problems) -> None:
    """Extents that are no sizes of the ensemble, and data that is not numbers in memory."""
    for extent in (entry["extents"][0], entry["extents"][-1]):
        if not 1 <= extent <= boosting["rounds"]:
            problems.add(
                (*path, "extents"),
                f"{extent} is no size of {entry['architecture']!r}, which has 1 to "
                f"{boosting['rounds']} weak classifiers (`rounds`)",
            )
    if entry["protocol"] != "snapshots":
        problems.add((*path, "protocol"), "an ensemble is recorded while it grows: leave this out")
    gives = lookup.inputs_of(dataset) if dataset else "images"
    if gives == "unlabelled":
        problems.add((*path, "dataset"), f"{entry['dataset']!r} has no labels to train on")
    elif gives == "tokens" or (dataset and dataset.get("stream")):
        problems.add(
            (*path, "dataset"),
            f"boosting takes images that fit memory; {entry['dataset']!r} is "
            f"{'text' if gives == 'tokens' else 'streamed'}",
        )


def check_learners(config: dict, problems: Problems) -> None:
    """Names that mean both an architecture and a boosting, before anything is checked by them."""
    for name in sorted(config["architectures"].keys() & config.get("boosting", {}).keys()):
        problems.add(("boosting", name), "an architecture has this name too; choose another")


def _check_fit(path, entry: dict, architecture: dict, dataset: dict, problems: Problems) -> None:
    """A network and a dataset that cannot go together, whatever the images' size."""
    gives = lookup.inputs_of(dataset)
    takes = lookup.network(architecture["network"]).takes
    if gives == "unlabelled":
        problems.add((*path, "dataset"), f"{entry['dataset']!r} has no labels to train on")
    elif gives and takes and gives != takes:
        problems.add(
            (*path, "architecture"),
            f"{entry['architecture']!r} takes {takes}, but {entry['dataset']!r} holds {gives}",
        )
    augmentation, streamed = architecture["augmentation"], dataset.get("stream", False)
    if "resized_crop" in augmentation and not streamed:
        problems.add(
            (*path, "architecture"),
            f"{entry['architecture']!r} cuts random boxes (`resized_crop`), which takes a dataset "
            f"that is streamed; {entry['dataset']!r} is not: `stream: true`, or use `crop`",
        )
    if gives == "tokens" and augmentation:
        problems.add(
            (*path, "architecture"),
            f"{entry['architecture']!r} changes images at random (`augmentation`), but "
            f"{entry['dataset']!r} holds texts",
        )
    if "crop" in augmentation and streamed:
        problems.add(
            (*path, "architecture"),
            f"{entry['architecture']!r} shifts images (`crop`), but {entry['dataset']!r} is "
            "streamed; use `resized_crop`",
        )


def check_families(config: dict, problems: Problems) -> None:
    """Entries called like a part that a partition makes."""
    for section, made in families(config).items():
        for name, parts in made.items():
            for part in set(parts) & config[section].keys():
                problems.add((section, part), f"a part of {name!r} has this name; choose another")


def check_scale(config: dict, problems: Problems) -> None:
    """Extents that do not ascend."""
    check_ascending(("scale", "extents"), config["scale"].get("extents", []), problems)


def check_ascending(path: tuple, extents: list[int], problems: Problems) -> None:
    """An extent that is named twice or out of order."""
    if len(set(extents)) < len(extents):
        problems.add(path, f"{extents} names an extent twice")
    elif extents != sorted(extents):
        problems.add(path, f"{extents} should ascend: {sorted(extents)}")
