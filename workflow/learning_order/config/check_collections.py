"""What can be wrong with collections and what trains them, besides what the schema refuses."""

from collections.abc import Mapping

from learning_order.config import lookup
from learning_order.config.catalogue import ANY, NETWORKS, TORCHVISION
from learning_order.config.entries import (
    Architecture,
    Boosting,
    Collection,
    Config,
    Dataset,
    Optimizer,
    Scale,
    Written,
)
from learning_order.config.partitions import known
from learning_order.config.parts_of_epochs import check_in_parts, last_epoch
from learning_order.config.problems import KeyPath, Problems

SCHEDULE_OPTIONS: dict[str, set[str]] = {
    "constant": set(),
    "step": {"factor", "every"},
    "multi-step": {"factor", "at"},
    "cosine": {"epochs"},
}
SET_BY_US = {  # keywords of torchvision's models
    "weights": "networks are trained from scratch",
    "num_classes": "it is the number of classes of the dataset",
}
MOST_JOBS = 100_000  # of one collection
OPTIMIZER_OPTIONS = {
    "sgd": {"momentum", "nesterov", "weight_decay"},
    "adam": {"weight_decay"},
    "adadelta": {"rho", "weight_decay"},
}


def check_networks(config: Written, problems: Problems) -> None:
    """Unknown networks, and options they do not take.

    For entries as written: defaults would hide which options the user gave.
    """
    for name, entry in config["architectures"].items():
        if wrong := lookup.problem(entry["network"], NETWORKS):
            problems.add(("architectures", name, "network"), wrong)
        else:
            _check_network(("architectures", name), entry, problems)


def _check_network(path: KeyPath, entry: Written, problems: Problems) -> None:
    network = lookup.network(entry["network"])
    for field in {"activation", "dropout"} - set(network.keywords):
        if field in entry:
            what = f"network {entry['network']!r} has no {field} to choose"
            problems.add((*path, field), f"{what}: leave this out")
    options = entry.get("options", {})
    if entry["network"].startswith(TORCHVISION):
        _check_torchvision((*path, "options"), entry["network"], options, problems)
    elif wrong := lookup.misfit(entry["network"], ("shape", "classes"), options):
        problems.add((*path, "network"), wrong)
    if network.options is not ANY:
        for option in sorted(options.keys() - network.options):
            what = f"an option of network {entry['network']!r}"
            problems.add_unknown((*path, "options", option), what, option, network.options)


def _check_torchvision(
    path: KeyPath, network: str, options: Mapping[str, object], problems: Problems
) -> None:
    """Options that a model of torchvision does not take, or that are not the user's to set."""
    known = lookup.torchvision_options(network.removeprefix(TORCHVISION)) if options else None
    for option in options:
        if option in SET_BY_US:
            problems.add((*path, option), f"leave this out: {SET_BY_US[option]}")
        elif known and option not in known:
            what = f"an option of {network}"
            problems.add_unknown((*path, option), what, option, known - SET_BY_US.keys())


def check_learners(config: Written, problems: Problems) -> None:
    """Names of both an architecture and a boosting; checks by name take them to be different."""
    for name in sorted(config["architectures"].keys() & config.get("boosting", {}).keys()):
        problems.add(("boosting", name), "an architecture has this name too; choose another")


def check_architectures(config: Config, problems: Problems) -> None:
    """Options that their optimizer, schedule or network does not take."""
    for name, entry in config.architectures.items():
        path = ("architectures", name)
        _check_optimizer((*path, "optimizer"), entry["optimizer"], problems)
        _check_schedule((*path, "schedule"), entry, problems)
        if entry["network"] == "linear-st-vgg" and entry["activation"] != "linear":
            problems.add((*path, "activation"), "linear-st-vgg is linear: set `activation: linear`")


def _check_optimizer(path: KeyPath, optimizer: Optimizer, problems: Problems) -> None:
    name, options = optimizer["name"], OPTIMIZER_OPTIONS[optimizer["name"]]
    for option in optimizer.keys() - {"name"} - options:
        problems.add_unknown((*path, option), f"an option of {name}", option, options)
    if optimizer.get("nesterov") and not optimizer.get("momentum"):
        problems.add((*path, "nesterov"), "needs a `momentum` above 0")


def _check_schedule(path: KeyPath, architecture: Architecture, problems: Problems) -> None:
    schedule = architecture["schedule"]
    name, given = schedule["name"], schedule.keys() - {"name"}
    needed = SCHEDULE_OPTIONS[name]
    if given < needed:
        problems.add(path, f"{name} needs {' and '.join(sorted(needed - given))}")
    for option in given - needed:
        problems.add_unknown((*path, option), f"an option of {name}", option, needed)
    check_ascending((*path, "at"), schedule.get("at", []), problems, "epoch")
    if schedule.get("epochs", architecture["epochs"]) < architecture["epochs"]:
        problems.add(
            (*path, "epochs"),
            f"the learning rate is 0 after {schedule['epochs']} epochs, but the recipe has "
            f"{architecture['epochs']}",
        )


def check_collections(config: Config, problems: Problems) -> None:
    """Unknown datasets and learners, and extents, learners and data that do not fit each other."""
    datasets = known(config).datasets
    for name, entry in config.collections.items():
        path = ("collections", name)
        if "predictions" not in entry:
            _check_trained(config, datasets, path, entry, problems)
        check_ascending((*path, "extents"), entry.get("extents", []), problems)


def _check_trained(
    config: Config,
    datasets: Mapping[str, Dataset],
    path: KeyPath,
    entry: Collection,
    problems: Problems,
) -> None:
    dataset, learner = datasets.get(entry["dataset"]), entry["architecture"]
    if dataset is None:
        problems.add_unknown((*path, "dataset"), "one of the datasets", entry["dataset"], datasets)
    elif lookup.inputs_of(dataset) == "unlabelled":
        problems.add((*path, "dataset"), f"{entry['dataset']!r} has no labels to train on")
    check_in_parts(path, entry, config, problems)
    if learner in config.boosting:
        _check_ensemble(path, entry, config.boosting[learner], problems)
        if dataset:
            _check_fits_boosting((*path, "dataset"), entry, dataset, problems)
    elif learner in config.architectures:
        architecture = config.architectures[learner]
        _check_epochs((*path, "extents"), entry, architecture, problems)
        _check_jobs(
            path, entry, architecture.get("models_per_job", config.models_per_job), problems
        )
        if dataset:
            _check_fits_network((*path, "architecture"), entry, architecture, dataset, problems)
    else:
        learners = [*config.architectures, *config.boosting]
        problems.add_unknown((*path, "architecture"), "one of the architectures", learner, learners)


def _check_ensemble(
    path: KeyPath, entry: Collection, boosting: Boosting, problems: Problems
) -> None:
    """Extents that are not sizes of the ensemble, or a protocol other than its own."""
    for extent in (entry["extents"][0], entry["extents"][-1]):
        if not 1 <= extent <= boosting["rounds"]:
            problems.add(
                (*path, "extents"),
                f"{extent} is not a size of {entry['architecture']!r}, which has 1 to "
                f"{boosting['rounds']} weak classifiers (`rounds`)",
            )
    if entry["protocol"] != "snapshots":
        problems.add((*path, "protocol"), "an ensemble is recorded while it grows: leave this out")


def _check_fits_boosting(
    path: KeyPath, entry: Collection, dataset: Dataset, problems: Problems
) -> None:
    """Data other than images in memory."""
    tokens = lookup.inputs_of(dataset) == "tokens"
    if tokens or dataset.get("stream"):
        problems.add(
            path,
            f"boosting takes images that fit in memory; {entry['dataset']!r} "
            f"{'holds texts' if tokens else 'is streamed'}",
        )


def _check_epochs(
    path: KeyPath, entry: Collection, architecture: Architecture, problems: Problems
) -> None:
    last, epochs = last_epoch(entry), architecture["epochs"]
    if last > epochs:
        problems.add(
            path,
            f"{last:g} is beyond the {epochs} epochs of {entry['architecture']!r}; raise its "
            "`epochs` or leave the extent out",
        )


def _check_jobs(path: KeyPath, entry: Collection, size: int, problems: Problems) -> None:
    """More training jobs than Snakemake can plan."""
    files = len(entry["extents"]) if entry["protocol"] == "independent" else 1
    jobs = -(-entry["models"] // size) * files
    if jobs > MOST_JOBS:
        problems.add(
            path,
            f"{entry['models']} models to {files} extents, {size} per job, are {jobs} training "
            f"jobs: at most {MOST_JOBS}. Train fewer, or more per job (`models_per_job`)",
        )


def _check_fits_network(
    path: KeyPath,
    entry: Collection,
    architecture: Architecture,
    dataset: Dataset,
    problems: Problems,
) -> None:
    """A network and a dataset that do not go together, whatever the size of the images."""
    name, data = entry["architecture"], entry["dataset"]
    gives, takes = lookup.inputs_of(dataset), lookup.network(architecture["network"]).takes
    if gives and takes and gives not in (takes, "unlabelled"):
        problems.add(path, f"{name!r} takes {takes}, but {data!r} holds {gives}")
    augmentation, streamed = architecture["augmentation"], dataset.get("stream", False)
    if "resized_crop" in augmentation and not streamed:
        problems.add(
            path,
            f"{name!r} crops at random sizes (`resized_crop`), which needs a streamed dataset, but "
            f"{data!r} is not streamed: set `stream: true`, or use `crop`",
        )
    if gives == "tokens" and augmentation:
        problems.add(
            path,
            f"{name!r} augments images (`augmentation`), but {data!r} holds texts",
        )
    if "crop" in augmentation and streamed:
        problems.add(
            path,
            f"{name!r} shifts images (`crop`), but {data!r} is streamed: use `resized_crop`",
        )


def check_scale(scale: Scale, config: Config, problems: Problems) -> None:
    """Extents that do not ascend, or are beyond every recipe."""
    path, extents = ("scale", "extents"), scale.get("extents", [])
    check_ascending(path, extents, problems)
    trained = [entry for entry in config.collections.values() if "predictions" not in entry]
    learners = {entry["architecture"] for entry in trained} & config.architectures.keys()
    for name in sorted(learners, key=lambda name: -config.architectures[name]["epochs"])[:1]:
        epochs = config.architectures[name]["epochs"]
        if extents and max(extents) > epochs:
            problems.add(path, f"{max(extents)} is beyond the {epochs} epochs of {name!r}")


def check_ascending(
    path: KeyPath, extents: list[int], problems: Problems, what: str = "extent"
) -> None:
    """An extent, or what else it is, that is named twice or out of order."""
    if len(set(extents)) < len(extents):
        problems.add(path, f"{extents} names an {what} twice")
    elif extents != sorted(extents):
        problems.add(path, f"{extents} should ascend: {sorted(extents)}")
